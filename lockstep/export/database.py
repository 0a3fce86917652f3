"""Build the analyst's database from checked tables, aside, and swap it in."""

import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import duckdb
import polars as pl

import data_contracts
from data_contracts import Contract
from lockstep.engine import connect, parquet, sql
from lockstep.files import sync
from lockstep.storage import conform

STORAGE_VERSION = "v1.0.0"
"""Oldest DuckDB file format that holds our types: clients from DuckDB 1.0 on can open it."""


def build_database(
    path: Path, *, tables: Mapping[str, Path], lineage: Mapping[str, pl.DataFrame]
) -> None:
    """Write the database of a case beside its place and swap it in atomically.

    Whoever reads the former database keeps reading it; whoever opens the path afterwards sees the
    new one. Tables and columns carry their contracts' descriptions as comments.

    Args:
        path: Where the database is to lie.
        tables: Parquet file of each table; they come into schema `main`.
        lineage: Tables of schema `lineage`.

    Raises:
        ContractError: A lineage table breaks its contract.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as scratch:
        aside = Path(scratch, path.name)
        with connect(path.parent) as connection:
            connection.execute(
                f"attach {_text(str(aside))} as built (storage_version '{STORAGE_VERSION}')"
            )
            connection.execute("use built")
            _fill(connection, tables, lineage)
            connection.execute("use memory")
            connection.execute("detach built")
        sync(aside)
        # Left by whoever wrote to the former one; DuckDB would write it into the new one too.
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
        aside.replace(path)
    sync(path.parent)


def _fill(
    connection: duckdb.DuckDBPyConnection,
    tables: Mapping[str, Path],
    lineage: Mapping[str, pl.DataFrame],
) -> None:
    for name, file in tables.items():
        contract = data_contracts.load(name)
        _create(connection, contract, name)
        parquet(connection, file).select(*contract.column_names).insert_into(name)
    connection.execute("create schema lineage")
    for name, frame in lineage.items():
        rows = connection.from_arrow(conform(frame, name))
        _create(connection, data_contracts.load(name), f"lineage.{name}")
        rows.insert_into(f"lineage.{name}")
    for view, statement in analyst_views().items():
        _create_view(connection, view, statement)


def _create(connection: duckdb.DuckDBPyConnection, contract: Contract, name: str) -> None:
    columns = ", ".join(
        f"{c.name} {c.type}{' not null' if c.required else ''}" for c in contract.columns
    )
    connection.execute(f"create table {name} ({columns})")
    about = f"{contract.description} One row per {contract.grain}. Key: {', '.join(contract.key)}."
    connection.execute(f"comment on table {name} is {_text(about)}")
    for column in contract.columns:
        connection.execute(f"comment on column {name}.{column.name} is {_text(column.about)}")


def analyst_views() -> dict[str, str]:
    """Return the statement of each view for analysts: `lockstep/sql/v_<name>.sql`."""
    files = resources.files("lockstep").joinpath("sql").iterdir()
    names = sorted(file.name.removesuffix(".sql") for file in files)
    return {name: sql(name) for name in names if name.startswith("v_")}


def _create_view(connection: duckdb.DuckDBPyConnection, view: str, statement: str) -> None:
    about = statement.splitlines()[0].removeprefix("--").strip()
    connection.execute(f"create view {view} as {statement}")
    connection.execute(f"comment on view {view} is {_text(about)}")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
