"""Which columns each column of a table is made from."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

import data_contracts
from data_contracts import Contract
from lockstep.engine import sql
from lockstep.errors import ContractError
from lockstep.ingest.formats import formats
from lockstep.ingest.read_from import WHOLE, columns_read

if TYPE_CHECKING:
    from sqlglot.lineage import Node


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """One column and one column it is made from.

    `source_table` is a table, or `export`, `case`, `contract`, `log`, `parameter` (of the
    statement) or `constant`. `origin` says how it is known: read from the statement that makes the
    table, or declared in its contract. A column of an export is one of a `source_format`; of all
    else, exports as a whole among it, that is empty.
    """

    column: str
    source_table: str
    source_column: str
    origin: Literal["sql", "declared"]
    source_format: str = ""


@cache
def tables_named(text: str) -> tuple[str, ...]:
    """Return the tables of the house that a statement reads, by name; its own steps are none."""
    import sqlglot  # noqa: PLC0415 - costs a second, needed by few
    from sqlglot import exp  # noqa: PLC0415
    from sqlglot.optimizer.scope import traverse_scope  # noqa: PLC0415

    scopes = traverse_scope(sqlglot.parse_one(text, dialect="duckdb"))
    sources = [source for scope in scopes for source in scope.sources.values()]
    found = {source.name for source in sources if isinstance(source, exp.Table)}
    return tuple(sorted(found & set(data_contracts.names())))


@cache
def column_lineage(table: str) -> tuple[ColumnSource, ...]:
    """Return every source of every column of a table, in the contract's order.

    What the contract declares comes first, a value of an export as the columns in which it stands
    in each format that is shipped; the rest is read from `lockstep/sql/<table>.sql`. A
    `count(*)` counts rows, which a table's key identifies: its sources are the keys of the tables
    it reads.

    Raises:
        ContractError: A column has neither a declared source nor one in the statement.
    """
    contract = data_contracts.load(table)
    found: list[ColumnSource] = []
    for column in contract.columns:
        declared = dict.fromkeys(d for s in column.sources for d in _declared(column.name, s))
        sources = [*declared] or _derived(contract, column.name)
        if not sources:
            raise ContractError(
                "no known source",
                where=f"table {table}, column {column.name}",
                fix="declare transformSourceObjects in the contract",
            )
        found += sources
    return tuple(found)


def _declared(column: str, source: str) -> list[ColumnSource]:
    table, _, name = source.partition(".")
    if table != "export" or name in WHOLE:
        return [ColumnSource(column, table, name, "declared")]
    return [
        ColumnSource(column, table, written, "declared", fmt.id)
        for fmt in formats()
        for written in columns_read(fmt, name)
    ]


def _derived(contract: Contract, column: str) -> list[ColumnSource]:
    node = _nodes(contract.name).get(column)
    if node is None:
        return []  # the statement makes no such column
    leaves = [leaf for leaf in node.walk() if not leaf.downstream]
    pairs = {pair for leaf in leaves for pair in _leaf_sources(leaf, contract.name)}
    return [ColumnSource(column, table, name, "sql") for table, name in sorted(pairs)]


@cache
def _nodes(table: str) -> dict[str, "Node"]:
    """Return where each column that a statement makes comes from."""
    if not has_statement(table):
        return {}
    from sqlglot.lineage import lineage  # noqa: PLC0415 - costs a second, needed by few

    return lineage(None, sql(table), schema=_schemas(), dialect="duckdb")


def has_statement(table: str) -> bool:
    """Whether a table is made by one SQL statement."""
    return resources.files("lockstep").joinpath("sql", f"{table}.sql").is_file()


def _leaf_sources(leaf: "Node", table: str) -> list[tuple[str, str]]:
    from sqlglot import exp  # noqa: PLC0415 - costs a second, needed by few

    if isinstance(leaf.source, exp.Table):
        return [(leaf.source.name, leaf.name.rpartition(".")[2].strip('"'))]
    if leaf.expression.find(exp.Star):
        read = tables_named(sql(table))
        return [(name, key) for name in read for key in data_contracts.load(name).key]
    named = leaf.expression.find_all(exp.Parameter, exp.Placeholder)
    return [("parameter", parameter.name) for parameter in named]


@cache
def _schemas() -> dict[str, dict[str, str]]:
    return {
        name: {column.name: column.type for column in data_contracts.load(name).columns}
        for name in data_contracts.names()
    }
