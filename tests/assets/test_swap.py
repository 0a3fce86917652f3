"""Killed at any moment, a publication is the former or the new one, and readers notice nothing."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from assets import swap
from assets.cases import Case
from assets.exclusive import exclusive
from assets.swap import finish_swap
from lockstep.export import database, run_log
from lockstep.export.manifest import write_manifest
from tests.assets.publishing import TOY, publish_rows
from tests.assets.toy_case import Known

# Publishes for ever: each publication has one row more, and says so in all three places.
_PUBLISHES = """
import sys
from pathlib import Path
from assets.cases import Case
from assets.exclusive import exclusive
from tests.assets import publishing

publishing.know_the_toy()
case = Case(Path(sys.argv[1]))
with exclusive(case, waits=False):
    print("begins", flush=True)
    for n in range(int(sys.argv[2]), int(sys.argv[3])):
        publishing.publish_rows(case, n)
        print(n, flush=True)
"""


@pytest.fixture
def case(tmp_path: Path, known: Known, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Return a case of one toy table, whose tables no view reads."""
    known(TOY)
    monkeypatch.setattr(database, "analyst_views", dict)
    (tmp_path / "mali").mkdir()
    return Case(tmp_path / "mali")


def seen(case: Case) -> tuple[int, str, str]:
    """Return what a reader sees: rows, and the run that database and manifest are of."""
    with duckdb.connect(str(case.database), read_only=True) as client:
        ((rows_n,),) = client.execute("select count(*) from toy").fetchall()
        ((run_id,),) = client.execute(
            "select run_id from lineage.table_versions where rows_n = (select count(*) from toy)"
        ).fetchall()
    return rows_n, run_id, json.loads(case.manifest.read_text("utf-8"))["run_id"]


def noted(case: Case) -> list[str]:
    """Return the runs that the log calls published."""
    return [e["run_id"] for e in run_log.read(case.runs_log) if e["event"] == "published"]


def publisher(case: Case, first: int, last: int) -> "subprocess.Popen[str]":
    """Publish in another process."""
    return subprocess.Popen(
        [sys.executable, "-c", _PUBLISHES, case.folder, str(first), str(last)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killed_at_any_moment_of_publishing(case: Case) -> None:
    """20 times: the database is whole at once, and log and manifest agree after the next start."""
    draw = random.Random(7)
    publish_rows(case, 1)
    for _ in range(20):
        first = seen(case)[0] + 1
        with publisher(case, first, first + 1_000) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begins\n"
            time.sleep(draw.uniform(0.0, 0.5))
            process.kill()
            told = [int(line) for line in process.stdout]

        rows_n, run_id, _ = seen(case)
        assert rows_n in {(told or [first - 1])[-1], (told or [first - 1])[-1] + 1}
        assert run_id == f"run {rows_n}"
        with exclusive(case, waits=False):
            pass
        assert seen(case) == (rows_n, run_id, run_id)
        assert noted(case) == [f"run {n}" for n in range(1, rows_n + 1)]


def test_readers_notice_nothing_of_fifty_publications(case: Case) -> None:
    """Each query is answered by one publication, whole, and never by an earlier one again."""
    publish_rows(case, 1)
    answers = []
    with publisher(case, 2, 52) as process:
        while process.poll() is None:
            rows_n, run_id, _ = seen(case)
            assert run_id == f"run {rows_n}"
            answers.append(rows_n)
    assert process.returncode == 0
    assert answers == sorted(answers)
    assert seen(case) == (51, "run 51", "run 51")
    assert noted(case) == [f"run {n}" for n in range(1, 52)]


@pytest.mark.parametrize("is_noted", [False, True])
def test_a_step_begun_is_taken_to_its_end(
    case: Case, monkeypatch: pytest.MonkeyPatch, *, is_noted: bool
) -> None:
    """Once the database is in place, manifest and log follow, and only once."""
    publish_rows(case, 1)
    with monkeypatch.context() as patched:
        patched.setattr(swap, "_complete", lambda *_: None)
        publish_rows(case, 2)
    begun = json.loads(case.step.read_text("utf-8"))
    if is_noted:
        write_manifest(case.manifest, begun["manifest"])
        run_log.append(case.runs_log, [begun["event"]])

    finish_swap(case)
    finish_swap(case)

    assert seen(case) == (2, "run 2", "run 2")
    assert noted(case) == ["run 1", "run 2"]


def test_a_step_whose_database_is_not_in_place_is_forgotten(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The former publication stays in all three places."""
    publish_rows(case, 1)
    with monkeypatch.context() as patched:
        patched.setattr(swap, "build_database", lambda *_, **__: None)
        patched.setattr(swap, "_complete", lambda *_: None)
        publish_rows(case, 2)

    finish_swap(case)

    assert not case.step.exists()
    assert seen(case) == (1, "run 1", "run 1")
    assert noted(case) == ["run 1"]


def test_a_first_publication_that_came_to_nothing_is_forgotten(case: Case) -> None:
    """There is no database to ask."""
    case.step.parent.mkdir()
    case.step.write_text(json.dumps({"event": {"run_id": "x"}, "manifest": {}}), "utf-8")

    finish_swap(case)

    assert not case.step.exists()
    assert noted(case) == []
