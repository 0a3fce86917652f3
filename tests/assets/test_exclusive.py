"""Two runs of one case never write at once, and a killed one leaves nothing in the way."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assets.cases import Case
from assets.exclusive import exclusive, is_held, remove_scratch, scratch
from lockstep.errors import BusyError
from lockstep.files import whole_file

_HOLDS = """
import sys
from pathlib import Path
from assets.cases import Case
from assets.exclusive import exclusive
with exclusive(Case(Path(sys.argv[1])), waits=False):
    print("held", flush=True)
    sys.stdin.read()
"""

_TWO_STEPS = """
import sys, time
from pathlib import Path
import dagster as dg
from assets.resources import Workspace

@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["mali"]))
def writes(context: dg.AssetExecutionContext, workspace: Workspace) -> None:
    with (workspace.case(context.partition_key).folder / "told").open("a") as file:
        for word in ("begins", "ends"):
            file.write(f"{context.run.run_id} {word}\\n")
            file.flush()
            time.sleep(0.3)

dg.materialize([writes], partition_key="mali", resources={"workspace": Workspace(root=sys.argv[1])})
"""


@contextmanager
def holder(case: Case) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold a case until it is told to end, or killed."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS, case.folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def held(tmp_path: Path) -> Case:
    """Return a case that a run may hold."""
    folder = tmp_path / "cases" / "mali"
    folder.mkdir(parents=True)
    return Case(folder)


def test_a_second_run_is_refused_and_told_who_is_at_work(held: Case) -> None:
    """The first one's process stands in the message."""
    assert not is_held(held)
    with holder(held) as first:
        assert is_held(held)
        with (
            pytest.raises(BusyError, match=f"under way \\(process {first.pid}, since 20.* UTC\\)"),
            exclusive(held, waits=False),
        ):
            pass
    with exclusive(held, waits=False):
        pass
    assert not is_held(held)


def test_a_killed_run_is_in_nobodys_way(held: Case) -> None:
    """The lock ends with the process; its scratch goes with the next run."""
    with holder(held) as first:
        (held.scratch / "spilled").write_text("much")
        first.kill()
        first.wait()
        assert scratch(held) == [held.scratch]
        with exclusive(held, waits=False):
            assert list(held.scratch.iterdir()) == []
    assert scratch(held) == []


def test_runs_of_one_case_follow_one_another(held: Case) -> None:
    """Two runs of Dagster's in two processes, begun together: one waits inside."""
    root = held.folder.parent.parent
    runs = [
        subprocess.Popen([sys.executable, "-c", _TWO_STEPS, root], cwd=Path(__file__).parents[2])
        for _ in range(2)
    ]
    assert [run.wait() for run in runs] == [0, 0]

    lines = [line.split() for line in (held.folder / "told").read_text().splitlines()]
    assert [word for _, word in lines] == ["begins", "ends"] * 2
    assert len({run_id for run_id, _ in lines}) == 2


def test_only_what_a_killed_run_leaves_is_removed(held: Case) -> None:
    """Unfinished files of ours by their names; tables, databases and notes stay."""
    whole = [held.table("posts"), held.database, held.runs_log, held.folder / "out" / ".notes.tmp"]
    for path in whole:
        with whole_file(path) as file:
            file.write(b"whole")
    unfinished = [
        held.table("posts").with_name(".posts.parquet.12-34.tmp"),
        held.manifest.with_name(".manifest.json.12-34.tmp"),
        held.history / ".ab.parquet.12-34.tmp",
    ]
    for path in unfinished:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"half")
    building = held.database.with_name(".lockstep.duckdb.x1y2z3a4")
    (building / "within").mkdir(parents=True)

    assert scratch(held) == sorted([*unfinished, building])
    remove_scratch(held)

    assert scratch(held) == []
    assert all(path.read_bytes() == b"whole" for path in whole)
