"""A run that is killed is taken up by the next one, which makes only what was not finished."""

import subprocess
import sys
from pathlib import Path

from assets.cases import Case
from assets.exclusive import is_held, scratch
from lockstep.export import run_log
from lockstep.storage import file_sha256
from tests.pipeline import small_case
from tests.pipeline.small_case import lockstep

_RUN = "from pipeline.cli import main; main()"


def killed(case: Case, *, at: str) -> None:
    """Run a case and kill the run as soon as it has said that a table is made."""
    with subprocess.Popen(
        [sys.executable, "-c", _RUN, "run", str(case.folder)],
        cwd=small_case.REPOSITORY,
        env=small_case.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stderr is not None
        assert any(line.startswith(f"  {at} ") for line in run.stderr)
        run.kill()


def test_the_next_run_goes_on_where_a_killed_one_was(tmp_path: Path) -> None:
    """Killed three times, each time a little later; the files that were finished stay the files."""
    case = Case(small_case.make(tmp_path / "cases" / "small", days_n=10))
    files: dict[str, int] = {}
    for table in ("sources", "pair_timing", "findings"):
        killed(case, at=table)
        assert not is_held(case)
        assert not case.database.exists()
        assert {name: case.table(name).stat().st_ino for name in files} == files
        files[table] = case.table(table).stat().st_ino

    said = lockstep("run", case.folder)

    assert said.returncode == 0, said.stderr
    assert {name: case.table(name).stat().st_ino for name in files} == files
    assert scratch(case) == []
    (published,) = (e for e in run_log.read(case.runs_log) if e["event"] == "published")
    assert {t["table_name"]: t["data_version"] for t in published["tables"]} == {
        t["table_name"]: file_sha256(case.table(t["table_name"])) for t in published["tables"]
    }
