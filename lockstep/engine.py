"""Run one of the statements in `lockstep/sql` on DuckDB."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

Frame = pl.DataFrame | pl.LazyFrame


@cache
def sql(name: str) -> str:
    """Return the text of `lockstep/sql/<name>.sql`."""
    return resources.files("lockstep").joinpath("sql", f"{name}.sql").read_text("utf-8")


def run_sql(name: str, *, params: dict[str, Any] | None = None, **tables: Frame) -> pl.DataFrame:
    """Run one statement over frames that it knows by the names given here.

    Args:
        name: Name of the statement, without `.sql`.
        params: Values of its named parameters (`$window_s`).
        **tables: The relations it reads.

    Returns:
        The rows in the order in which the statement yields them, moments in UTC.
    """
    with connect() as connection:
        for table, frame in tables.items():
            connection.register(table, frame.lazy().collect().to_arrow())
        rows = connection.sql(sql(name), params=params or {}).to_arrow_table()
    return pl.DataFrame(rows)


@contextmanager
def connect(spill_in: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB in memory that depends on nothing around it.

    It tells time in UTC, sees no Python variable, fetches no extension, and what does not fit in
    memory goes to a temporary folder that ends with it.

    Args:
        spill_in: Where that folder lies; the system's place for temporary files by default.
    """
    with tempfile.TemporaryDirectory(dir=spill_in, prefix=".lockstep.") as spill:
        config: dict[str, Any] = {
            "temp_directory": spill,
            "python_enable_replacements": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute("set timezone = 'UTC'")
            yield connection


def parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> duckdb.DuckDBPyRelation:
    """Return one Parquet file as a relation; no letter of its path is a pattern or a partition."""
    literal = re.sub(r"[*?\[]", lambda sign: f"[{sign.group()}]", str(path))
    return connection.read_parquet(literal, hive_partitioning=False)
