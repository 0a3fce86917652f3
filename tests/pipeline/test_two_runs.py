"""A second run of a case is refused or waits while the first is under way."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._utils.tags import TagConcurrencyLimitsCounter

from assets.cases import Case
from assets.exclusive import exclusive
from pipeline.workspace import prepare_home
from tests.pipeline import small_case
from tests.pipeline.small_case import lockstep


def test_a_second_run_says_who_is_at_work_and_changes_nothing(tmp_path: Path) -> None:
    """Exit code 6, what to do, and neither a log nor Dagster's home."""
    folder = small_case.make(tmp_path / "cases" / "small", days_n=2)

    with exclusive(Case(folder), waits=False):
        said = lockstep("run", folder)

    assert (said.returncode, said.stdout) == (6, "")
    assert f"{folder}: another run of this case is under way (process " in said.stderr
    assert "What to do: wait until it has ended" in said.stderr
    assert sorted(p.name for p in folder.iterdir()) == [".lock", "case.toml", "exports", "out"]
    assert not (tmp_path / ".lockstep").exists()


def test_the_daemon_lets_a_second_run_of_a_case_wait_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever job it is of; as Dagster's own queue counts by the file that we write."""
    for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY", "GX_ANALYTICS_ENABLED"):
        monkeypatch.setenv(name, "")
    home = prepare_home(tmp_path)

    def of(case: str, job: str) -> dg.DagsterRun:
        return dg.DagsterRun(job_name=job, tags={"dagster/partition": case})

    with dg.DagsterInstance.from_config(str(home)) as instance:
        limits = instance.get_concurrency_config().run_queue_config
    assert limits is not None
    queue = TagConcurrencyLimitsCounter(limits.tag_concurrency_limits, [of("mali", "case")])

    assert limits.max_concurrent_runs == 2
    assert queue.is_blocked(of("mali", "case"))
    assert queue.is_blocked(of("mali", "checks"))
    assert not queue.is_blocked(of("chad", "case"))
