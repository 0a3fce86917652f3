"""`lockstep sql`: ask the published database."""

from pathlib import Path

import duckdb

from lockstep.errors import ConfigError
from pipeline.console import out_rows
from pipeline.published import connect

_NO_COLUMN = ("not found in FROM clause", "does not have a column named")
"""What DuckDB says of a column that is not there."""


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
                str(error).strip(), where="the query", fix=_advice(error, connection, query)
            ) from None
    out_rows(names, rows, as_json=as_json)


def _advice(error: duckdb.Error, connection: duckdb.DuckDBPyConnection, query: str) -> str:
    """Return what helps against what DuckDB says, where more helps than what it says."""
    said = str(error)
    if isinstance(error, duckdb.ParserException):
        return "mend it at the mark: a text stands in single quotes, a name in double ones"
    if isinstance(error, duckdb.CatalogException):
        what = "show all tables" if "Table with name" in said else "from duckdb_functions()"
        return f"`{what}` tells what there is"
    if isinstance(error, duckdb.BinderException) and any(words in said for words in _NO_COLUMN):
        described = " and ".join(f"`describe {name}`" for name in _tables(connection, query))
        return (
            f"{described or '`describe TABLE`'} tells its columns; a text stands in single quotes"
        )
    return ""


def _tables(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    """Return the tables that a query reads; none where DuckDB cannot tell."""
    try:
        names = connection.get_table_names(query, qualified=True)
    except duckdb.Error:
        return []
    return sorted({name.partition(" AS ")[0] for name in names})
