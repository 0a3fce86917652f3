"""What the data do not allow to be said is not said: gates from raw exports to findings."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.headlines import headlines
from tests.ingest import exports_writer as writer
from tests.pipeline import small_case
from tests.pipeline.small_case import lockstep

FORMAT = "%Y-%m-%d %H:%M:%S GMT"


def moved(row: writer.Row, change: Callable[[datetime], datetime]) -> writer.Row:
    """Return a record with another time."""
    posted = datetime.strptime(row["Post Created"], FORMAT).replace(tzinfo=UTC)
    return row | {"Post Created": change(posted).strftime(FORMAT)}


def an_hour_late(row: writer.Row) -> writer.Row:
    """Shift the second page by an hour."""
    late = row["Facebook Id"] == small_case.ACCOUNTS[1]
    return moved(row, lambda time: time + timedelta(hours=1)) if late else row


def to_the_minute(row: writer.Row) -> writer.Row:
    """Take the seconds off."""
    return moved(row, lambda time: time.replace(second=0))


def run(case: Path) -> tuple[str, list[dict[str, Any]]]:
    """Run a case and return what it said and its timing findings, the network's first."""
    said = lockstep("run", case)
    assert said.returncode == 0, said.stderr
    with duckdb.connect(str(case / "out" / "lockstep.duckdb"), read_only=True) as client:
        found = client.execute(
            "from findings where claim_type = 'A1' order by subject_b nulls first, subject_a"
        )
        names = [column[0] for column in found.description or []]
        return said.stdout, [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def untold(finding: dict[str, Any]) -> bool:
    """Whether a finding has its counts and says no more."""
    effects = ("expected", "ratio", "excess", "p_value", "p_robust", "q_value")
    return finding["ladder_level"] == "NT" and not any(finding[name] for name in effects)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace that the cases share."""
    return tmp_path_factory.mktemp("workspace") / "cases"


def test_a_page_shifted_by_an_hour_is_flagged(workspace: Path) -> None:
    """Its pair and the network cannot be told; the others are not blamed for it."""
    case = small_case.make(workspace / "shifted", changed=an_hour_late)
    _, (network, shifted, *others) = run(case)

    assert untold(network)
    assert untold(shifted)
    assert shifted["subject_b"].endswith(small_case.ACCOUNTS[1])
    assert "wrong time zone" in network["wording_en"]
    assert "mauvais fuseau horaire" in shifted["wording_fr"]
    assert "at a lag of 1 h 00 min" in shifted["limits"]
    assert {finding["ladder_level"] for finding in others} <= {"L0", "LX"}


def test_minutes_yield_bounds_and_no_claim_of_seconds(workspace: Path) -> None:
    """The counts lie between bounds, which the limits give; nothing is tested."""
    _, (network, *pairs) = run(small_case.make(workspace / "minutes", changed=to_the_minute))

    assert untold(network)
    assert all(untold(pair) for pair in pairs)
    assert {finding["resolution_s"] for finding in (network, *pairs)} == {60}
    assert "For A1 at 60 s these bounds are" in network["limits"]


def test_three_days_cannot_tell_coordination_from_habit(workspace: Path) -> None:
    """Two days and a half in common are no sample of days: level NT, the reason, no p."""
    case = small_case.make(workspace / "days", days_n=3)
    said, (network, *pairs) = run(case)

    assert said.startswith("[NT] SYNTHETIC. ")
    assert "these data cannot tell coordination from habit: too few whole days" in said
    nothing = {(one["p_value"], one["p_robust"]) for one in (network, *pairs)}
    assert nothing == {(None, None)}
    assert untold(network)
    assert "too few whole days" in network["wording_en"]
    assert all(untold(pair) for pair in pairs)
    assert not any("highest ratios" in line for line in headlines(case / "out/lockstep.duckdb"))
