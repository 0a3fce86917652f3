"""An operator hears of a case that is not fine once, not at every look."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from assets.cases import Case
from lockstep.export import run_log
from pipeline.stale_cases import stale_cases
from pipeline.webhook import WEBHOOK
from tests.assets.test_case_states import looked, make

Ticks = Callable[[], list[str]]


def checked(case: Case, *, hours_ago: float = 0) -> None:
    """Note that each table of a case was checked so many hours ago."""
    at = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat()
    tables = ("posts", "links")
    run_log.append(case.checks_log, [{"table_name": t, "checked_at": at} for t in tables])


def tick(instance: dg.DagsterInstance, cursor: str | None) -> str | None:
    """Let the sensor look once, and return its cursor."""
    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        found = stale_cases(context)
    return found.cursor if isinstance(found, dg.SensorResult) else cursor


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Return an instance that is gone after the test."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def ticks(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    posted: tuple[str, list[bytes]],
    instance: dg.DagsterInstance,
) -> Ticks:
    """Return what looks at all cases, lets the sensor come twice, and returns what was posted."""
    address, bodies = posted
    monkeypatch.setenv(WEBHOOK, address)
    cursors: list[str | None] = [None]

    def twice() -> list[str]:
        looked(tmp_path, instance)
        for _ in range(2):
            cursors.append(tick(instance, cursors[-1]))
        told = [json.loads(body)["text"] for body in bodies]
        bodies.clear()
        return told

    return twice


def test_a_case_is_told_once_and_again_when_it_gets_worse(tmp_path: Path, ticks: Ticks) -> None:
    """That more hours went by is nothing new; what became fine is told when it no longer is."""
    case, other = make(tmp_path, "mali"), make(tmp_path, "chad")
    checked(other)
    checked(case, hours_ago=30)
    (told,) = ticks()
    assert "\nmali (look): published; last checked 30 hours ago\n" in told
    assert "chad" not in told

    checked(case, hours_ago=31)
    assert ticks() == []
    checked(case, hours_ago=60)
    (told,) = ticks()
    assert "mali (wrong)" in told

    checked(case)
    assert ticks() == []
    checked(case, hours_ago=30)
    (told,) = ticks()
    assert "mali (look)" in told


def test_nothing_is_told_of_cases_that_are_fine(tmp_path: Path, ticks: Ticks) -> None:
    """Nor where there is none."""
    assert ticks() == []
    checked(make(tmp_path, "mali"))
    assert ticks() == []


def test_an_address_that_does_not_answer_is_told_the_next_time(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    posted: tuple[str, list[bytes]],
    instance: dg.DagsterInstance,
) -> None:
    """And one that is named later hears of all that is not fine."""
    address, bodies = posted
    make(tmp_path, "mali")
    looked(tmp_path, instance)

    monkeypatch.delenv(WEBHOOK, raising=False)
    assert tick(instance, None) is None
    monkeypatch.setenv(WEBHOOK, "http://127.0.0.1:9/none")
    assert tick(instance, None) is None
    monkeypatch.setenv(WEBHOOK, address)
    assert json.loads(str(tick(instance, None))) == {"mali": "wrong"}
    assert len(bodies) == 1
