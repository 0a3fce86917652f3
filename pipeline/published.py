"""The published database of a case, read only."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from lockstep.errors import InputError
from pipeline.case_files import find_case


@contextmanager
def connect(typed: str, root: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the database of a case; it cannot be written to and reads no other file.

    Raises:
        InputError: The case is unknown or nothing is published.
    """
    folder = find_case(typed, root)
    path = folder / "out" / "lockstep.duckdb"
    if not path.is_file():
        raise InputError("nothing is published yet", where=str(path), fix=f"lockstep run {folder}")
    with open_database(path) as connection:
        yield connection


@contextmanager
def open_database(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published database."""
    connection = duckdb.connect(str(path), read_only=True)
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set enable_external_access = false")
        yield connection
    finally:
        connection.close()
