"""Run one of the statements in `lockstep/sql` on DuckDB."""

from functools import cache
from importlib import resources
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
        The rows in the order in which the statement yields them.
    """
    with duckdb.connect(":memory:") as connection:
        for table, frame in tables.items():
            connection.register(table, frame.lazy().collect().to_arrow())
        rows = connection.sql(sql(name), params=params or {}).to_arrow_table()
    return pl.DataFrame(rows)
