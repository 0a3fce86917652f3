"""A full disk and a folder that may not be written to, told as such whoever met them first."""

import errno
import os
from collections.abc import Iterator

from lockstep.errors import StorageError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
# Libraries that tell the number of an error in words only, and the words that are SQLite's own.
_TOLD_IN_WORDS = ("duckdb", "_duckdb", "polars", "pyarrow", "sqlalchemy", "sqlite3")
_SQLITE = {
    "database or disk is full": errno.ENOSPC,
    "attempt to write a readonly database": errno.EROFS,
    "unable to open database file": errno.EACCES,
}


def unwritable(error: BaseException) -> StorageError | None:
    """Return what to tell of an error if a disk or a folder is to blame; None if neither is."""
    for met in _chain(error):
        code = _code(met)
        if code in _FULL:
            return StorageError(
                f"no room to write: {os.strerror(code)}",
                where=_where(met),
                expected="room for the tables, the database and temporary files of a run",
                fix="free some room on this disk and run it again; what is published is as it was",
            )
        if code in _FORBIDDEN:
            return StorageError(
                f"not allowed: {os.strerror(code)}",
                where=_where(met),
                expected="a folder and files that you may read and write",
                fix="change who may write there, or copy the case to a folder of yours",
            )
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    met: BaseException | None = error
    while met is not None and met not in seen:
        seen.append(met)
        yield met
        met = met.__cause__ or met.__context__


def _code(error: BaseException) -> int:
    if isinstance(error, OSError) and error.errno:
        return error.errno
    if type(error).__module__.partition(".")[0] not in _TOLD_IN_WORDS:
        return 0
    words = {os.strerror(code): code for code in (*_FULL, *_FORBIDDEN)} | _SQLITE
    return next((code for word, code in words.items() if word in str(error)), 0)


def _where(error: BaseException) -> str:
    """Return the file an error names; SQLite names none, and writes in Dagster's home alone."""
    if isinstance(error, OSError) and error.filename:
        return str(error.filename)
    is_dagsters = type(error).__module__.partition(".")[0] in {"sqlalchemy", "sqlite3"}
    return os.environ.get("DAGSTER_HOME", "") if is_dagsters else str(error).partition("\n")[0]
