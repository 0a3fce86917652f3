"""What a step came to stands in the case's log: outcome, seconds, rows, bytes; nobody's words."""

from pathlib import Path

import dagster as dg
import pytest

from assets.cases import Case
from assets.steps import PUBLICATION, step, steps_of
from lockstep.export import run_log
from lockstep.storage import conform, empty

WORDS = "Tél : 30 11 22 88"


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Return a case with a table, and a file in the place of its database."""
    made = Case(tmp_path / "mali")
    made.write(empty("episodes"), "episodes")
    made.database.write_bytes(b"12345")
    return made


def noted(case: Case) -> list[run_log.Event]:
    """Return the steps that the log has, proved against the contract of their table."""
    runs = run_log.read(case.runs_log)
    conform(run_log.lineage_tables(runs, [])["steps"], "steps")
    return steps_of(runs, "r1")


def test_a_table_made_is_noted_with_its_size(case: Case) -> None:
    """And one that was kept as such."""
    for kept in (False, True):
        with step(case, "episodes", "r1", {"episodes": "c0"}) as under_way:
            under_way.kept.update(["episodes"] if kept else [])

    made, kept_one = noted(case)
    assert (made["outcome"], kept_one["outcome"]) == ("made", "kept")
    assert (made["step"], made["table_name"], made["rows_n"]) == ("episodes", "episodes", 0)
    assert made["size_bytes"] == case.table("episodes").stat().st_size
    assert made["code_version"] == "c0"
    assert made["duration_s"] >= 0
    assert made["error"] is None
    assert made["started_at"] < kept_one["started_at"]


def test_the_database_has_bytes_and_no_rows(case: Case) -> None:
    """It is no table."""
    with step(case, PUBLICATION, "r1", {PUBLICATION: "c0"}):
        pass

    (found,) = noted(case)
    assert (found["size_bytes"], found.get("rows_n")) == (5, None)


@pytest.mark.parametrize("error", [ValueError(WORDS), KeyboardInterrupt(WORDS)])
def test_a_step_that_failed_is_noted_by_the_kind_of_its_error(
    case: Case, error: BaseException
) -> None:
    """For each of its tables, whether they lie there or not; the error goes on."""
    with pytest.raises(type(error)), step(case, "staged", "r1", {"posts": "c0", "links": "c1"}):
        raise error

    found = noted(case)
    assert [(e["table_name"], e["outcome"], e["error"]) for e in found] == [
        ("posts", "failed", type(error).__name__),
        ("links", "failed", type(error).__name__),
    ]
    assert "30 11" not in case.runs_log.read_text()


def test_of_a_step_that_is_tried_again_the_error_is_told(case: Case) -> None:
    """Not Dagster's word for it."""
    with pytest.raises(dg.RetryRequested), step(case, "episodes", "r1", {"episodes": "c0"}):
        raise dg.RetryRequested from TimeoutError(WORDS)

    assert [e["error"] for e in noted(case)] == ["TimeoutError"]


def test_a_log_that_cannot_be_written_hides_no_error(tmp_path: Path) -> None:
    """Of a step that failed."""
    (tmp_path / "log").write_text("no folder")

    with pytest.raises(ValueError, match="why"), step(Case(tmp_path), "posts", "r1", {"posts": ""}):
        raise ValueError("why")
