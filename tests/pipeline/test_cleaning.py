"""Old runs go with their files; the newest of each case and job stay."""

from pathlib import Path

import dagster as dg

from pipeline.cleaning import remove_old_runs

JOB = dg.job(name="case")(lambda: None)
CHECKS = dg.job(name="checks")(lambda: None)


def run(instance: dg.DagsterInstance, job: dg.JobDefinition, case: str) -> str:
    """Run a job of a case and return the run's id."""
    done = job.execute_in_process(instance=instance, tags={"dagster/partition": case})
    return done.run_id


def test_the_newest_runs_of_each_case_and_job_are_kept(tmp_path: Path) -> None:
    """Checks of every morning do not push out the run that made the tables."""
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        made = run(instance, JOB, "mali")
        other = run(instance, JOB, "chad")
        checks = [run(instance, CHECKS, "mali") for _ in range(4)]

        assert remove_old_runs(instance, kept_n=2) == 2

        kept = {record.dagster_run.run_id for record in instance.get_run_records()}
        assert kept == {made, other, *checks[2:]}
        files = {path.stem for path in (tmp_path / "history" / "runs").glob("*-*.db*")}
        assert {name.split(".")[0] for name in files} == kept
        assert remove_old_runs(instance, kept_n=2) == 0


def test_a_run_under_way_is_never_removed(tmp_path: Path) -> None:
    """Be it the oldest."""
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        begun = instance.create_run_for_job(JOB, status=dg.DagsterRunStatus.STARTED)

        assert remove_old_runs(instance, kept_n=0) == 0
        assert instance.has_run(begun.run_id)
