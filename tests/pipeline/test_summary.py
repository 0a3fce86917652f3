"""The summary of a run: a line a stage for a person, every step for a program."""

from dataclasses import replace
from pathlib import Path

from assets.cases import Case
from lockstep.export import run_log
from pipeline.summary import Summary, summary


def ended(step: str, table: str, outcome: str, at: int, **told: object) -> run_log.Event:
    """Return the event of a step that took a second and a half."""
    event = {"event": "step", "run_id": "r1", "step": step, "table_name": table}
    times = {"started_at": f"2026-01-05T09:00:{at:02}+00:00", "duration_s": 1.5}
    return {**event, **times, "outcome": outcome, "rows_n": 1_000, **told}


def told(folder: Path) -> Summary:
    """Return the summary of a run whose staging was tried twice, beside another run."""
    case = Case(folder / "mali")
    run_log.append(
        case.runs_log,
        [
            ended("staged", "posts", "failed", 0, error="TimeoutError"),
            ended("staged", "links", "failed", 0, error="TimeoutError"),
            ended("staged", "posts", "made", 5),
            ended("staged", "links", "made", 5),
            ended("posts_contract", "posts", "made", 7),
            ended("episodes", "episodes", "kept", 8),
            ended("findings", "findings", "made", 9),
            {**ended("findings", "findings", "made", 9), "run_id": "r2"},
            {**ended("publication", "publication", "made", 10), "rows_n": 0},
        ],
    )
    return summary(case, "r1", [], 10.0)


def test_a_person_reads_a_line_a_stage(tmp_path: Path) -> None:
    """A step that makes several tables takes its time once; failed tries have their own line."""
    assert told(tmp_path).lines().splitlines() == [
        "stage                 made  kept   rows  seconds",
        "--------------------  ----  ----  -----  -------",
        "staged                   2     0  2,000      1.5",
        "measured                 0     1  1,000      1.5",
        "findings                 1     0  1,000      1.5",
        "checks                   1     0  1,000      1.5",
        "publication              1     0             1.5",
        "failed tries                                 1.5",
        "Dagster and start-up                         1.0",
        "in all                   5     1            10.0",
    ]


def test_a_program_reads_every_step(tmp_path: Path) -> None:
    """Those that failed, too, by the run and by the stage."""
    found = told(tmp_path).as_json()

    assert (found["case"], found["run_id"], found["duration_s"]) == ("mali", "r1", 10.0)
    assert [s["outcome"] for s in found["steps"]].count("failed") == 2
    assert len(found["steps"]) == 8
    assert found["stages"][0] == {
        "stage": "staged",
        "made_n": 2,
        "kept_n": 0,
        "rows_n": 2_000,
        "duration_s": 1.5,
    }


def test_a_run_in_which_nothing_failed_has_no_such_line(tmp_path: Path) -> None:
    """What is left is Dagster's own, and loading the program."""
    whole = told(tmp_path)
    found = replace(whole, steps=[s for s in whole.steps if s["outcome"] != "failed"])

    assert "failed" not in found.lines()
    assert "Dagster and start-up                         2.5" in found.lines()
