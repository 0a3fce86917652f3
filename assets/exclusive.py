"""One run of a case at a time, and nothing left over from one that was killed.

The lock is the operating system's (`flock` on the case's file `.lock`): it ends with the process
that holds it, however that ends. Whoever runs the job of a case holds it, command or daemon.
"""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from assets.cases import Case
from assets.swap import finish_swap
from lockstep.errors import BusyError

# The sensor holds a lock for as long as it takes to see that nobody else does.
_PATIENCE_S = 1.0
_PAUSE_S = 0.05

# What `lockstep.files` and `lockstep.export.database` write beside its place before it is whole.
_UNFINISHED = re.compile(r"\..+\.\d+-\d+\.tmp|\.lockstep\..+")


@contextmanager
def exclusive(case: Case, *, waits: bool) -> Iterator[None]:
    """Hold a case while it is run: no other run writes to it, and scratch files lie in it.

    Args:
        case: The case.
        waits: Whether to wait until another run has ended.

    Raises:
        BusyError: Another run is under way and is not waited for.
        OSError: The folder cannot be written to.
    """
    with case.lock.open("a+b") as file:
        if not _taken(file, waits=waits):
            raise _busy(case, file)
        _sign(file)
        remove_scratch(case)
        finish_swap(case)
        with _scratch_in(case.scratch):
            yield


def is_held(case: Case) -> bool:
    """Return whether a run of a case is under way, whoever began it."""
    if not case.lock.is_file():
        return False
    with case.lock.open("rb") as file:
        return not _taken_at_once(file)


def scratch(case: Case) -> list[Path]:
    """Return files and folders that a run leaves only when it is killed."""
    folders = (case.folder / "out", case.folder / "out" / "tables", case.history)
    beside = [p for f in folders if f.is_dir() for p in f.iterdir() if _is_unfinished(p)]
    return sorted([*beside, *([case.scratch] if case.scratch.is_dir() else [])])


def remove_scratch(case: Case) -> None:
    """Remove what killed runs left; only the holder of the case may."""
    for path in scratch(case):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _is_unfinished(path: Path) -> bool:
    return _UNFINISHED.fullmatch(path.name) is not None


def _taken(file: BinaryIO, *, waits: bool) -> bool:
    if waits:
        fcntl.flock(file, fcntl.LOCK_EX)
        return True
    until = time.monotonic() + _PATIENCE_S
    while not _taken_at_once(file):
        if time.monotonic() > until:
            return False
        time.sleep(_PAUSE_S)
    return True


def _taken_at_once(file: BinaryIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(file: BinaryIO) -> None:
    file.truncate(0)
    file.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC".encode())
    file.flush()


def _busy(case: Case, file: BinaryIO) -> BusyError:
    file.seek(0)
    who = file.read(80).decode("ascii", "replace")
    return BusyError(
        f"another run of this case is under way ({who or 'it has just begun'})",
        where=str(case.folder),
        expected="one run of a case at a time",
        fix="wait until it has ended, then run it again; what is published can be read meanwhile",
    )


@contextmanager
def _scratch_in(folder: Path) -> Iterator[None]:
    """Keep temporary files, DuckDB's among them, on the case's disk, in a folder that goes."""
    folder.mkdir(parents=True)
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)
