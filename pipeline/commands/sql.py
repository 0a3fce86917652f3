"""`lockstep sql`: ask the published database."""

from pathlib import Path

import duckdb

from lockstep.errors import ConfigError
from pipeline.console import out_rows
from pipeline.published import connect


def sql(typed: str, query: str, *, root: Path | None, as_json: bool) -> None:
    """Write the rows of one query.

    Raises:
        ConfigError: DuckDB does not accept the query.
        InputError: The case is unknown or nothing is published.
    """
    with connect(typed, root) as connection:
        try:
            connection.execute(query)
            names = [column[0] for column in connection.description or []]
            rows = connection.fetchall()
        except duckdb.Error as error:
            raise ConfigError(
                str(error).strip(),
                where="the query",
                fix="`show all tables` and `describe findings` tell what there is",
            ) from None
    out_rows(names, rows, as_json=as_json)
