"""A full disk or a forbidden folder is told in words, and what is published stays as it was."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from lockstep.files import whole_file
from lockstep.storage import file_sha256
from pipeline.unwritable import unwritable
from tests.pipeline import small_case
from tests.pipeline.small_case import files_below, lockstep_process, table_hashes


def test_an_error_of_the_system_says_where() -> None:
    """The file it names."""
    told = unwritable(OSError(errno.ENOSPC, "No space left on device", "/case/out/posts.parquet"))

    assert told is not None
    assert str(told).startswith("/case/out/posts.parquet: no room to write: No space left")
    assert "What to do: free some room" in str(told)


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (duckdb.IOException('Could not write file "x": No space left on device'), "no room"),
        (duckdb.IOException('Cannot open file "x": Permission denied'), "not allowed"),
        (sqlite3.OperationalError("database or disk is full"), "no room"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "not allowed"),
        (OSError(errno.EROFS, "Read-only file system"), "not allowed"),
        (OSError(errno.EFBIG, "File too large"), "no room"),
    ],
)
def test_each_library_tells_it_in_its_own_way(error: Exception, what: str) -> None:
    """Also when another error came of it."""
    later = RuntimeError("later")
    later.__cause__ = error
    for met in (error, later):
        told = unwritable(met)
        assert told is not None
        assert what in str(told)
        assert told.exit_code == 6


@pytest.mark.parametrize(
    "error",
    [
        ValueError("No space left on device"),
        duckdb.BinderException("no such column"),
        FileNotFoundError(errno.ENOENT, "No such file", "x"),
    ],
)
def test_no_other_error_is_taken_for_it(error: Exception) -> None:
    """Words of a post are none of the system's."""
    assert unwritable(error) is None


def test_a_write_that_fails_names_its_file(tmp_path: Path) -> None:
    """The system tells a number only."""
    path = tmp_path / "posts.parquet"
    with pytest.raises(OSError, match=r"posts\.parquet"), whole_file(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of its own that holds 1.5 MB; skip where none may be mounted."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root mounts a disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs", str(folder)]
    if subprocess.run(mounted, check=False, capture_output=True).returncode:
        pytest.skip("no disk may be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told(tmp_path: Path, full_disk: Path) -> None:
    """The case lies on it, Dagster's home does not: a table or the database finds no room."""
    case = small_case.make(full_disk / "cases" / "small", days_n=10)

    said = lockstep_process("--root", tmp_path, "run", case)

    assert said.returncode == 6, said.stderr
    assert "no room to write: No space left on device" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (case / "out" / "lockstep.duckdb").exists()
    assert not [p for p in files_below([case / "out"]) if p.name.startswith(".")]


# What a user gets whose quota is used up; works everywhere.
_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from pipeline.cli import main
main()
"""


def test_a_file_that_may_not_grow_is_told_and_the_last_result_stays(finished_case: Path) -> None:
    """The database no longer fits; the former one, its manifest and log are as they were."""
    case = finished_case
    former = {p: file_sha256(p) for p in ((case / "out").glob("*.*")) if p.is_file()}
    tables = table_hashes(case)

    said = small_case.python(_LIMITED, str(6 << 20), "run", str(case))

    assert said.returncode == 6, said.stderr
    assert "no room to write: File too large" in said.stderr
    assert "Traceback" not in said.stderr
    assert {p: file_sha256(p) for p in former} == former
    assert table_hashes(case) == tables
    assert not [p for p in files_below([case / "out"]) if p.name.startswith(".l")]


def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path) -> None:
    """Before anything is run; root without the right to pass over permissions is as a user."""
    case = small_case.make(tmp_path / "cases" / "small", days_n=2)
    case.chmod(0o555)
    plain = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and setpriv is not installed")

    said = small_case.python(
        "from pipeline.cli import main; main()",
        "run",
        str(case),
        before=plain if os.geteuid() == 0 else [],
    )
    case.chmod(0o755)

    assert said.returncode == 6, said.stderr
    assert f"{case}/.lock: not allowed: Permission denied" in said.stderr
    assert "What to do: change who may write there" in said.stderr
    assert "Traceback" not in said.stderr
    assert sys.executable not in said.stderr
