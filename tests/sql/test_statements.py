"""Every statement is written in the portable subset, says what it does, and runs on nothing."""

import re
from importlib import resources

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

import data_contracts
from lockstep import storage
from lockstep.engine import run_sql, sql
from lockstep.lineage import tables_named

NAMES = sorted(
    path.name.removesuffix(".sql")
    for path in resources.files("lockstep").joinpath("sql").iterdir()
    if path.name.endswith(".sql")
)
UNIQUE = {"place", "account_key"}
"""Columns that make a total order alone."""
VALUES = {"window_s": 60, "max_lag_s": 1800, "scope": "network"}
HEADER = re.compile(
    r"-- (?P<about>[A-Z].*\.)\n"
    r"-- grain: (?P<grain>.+)\n"
    r"-- inputs: (?P<inputs>.+)\n"
    r"-- parameters: (?P<parameters>.+)\n"
    r"-- output order: (?P<order>.+)\n"
)


def header(name: str) -> dict[str, str]:
    """Return what a statement says of itself."""
    found = HEADER.match(sql(name))
    assert found, f"{name}.sql begins otherwise than with its header"
    return found.groupdict()


def tree(name: str) -> exp.Expr:
    """Return a statement as sqlglot reads it."""
    return sqlglot.parse_one(sql(name), dialect="duckdb", error_level=ErrorLevel.RAISE)


def inputs(name: str) -> list[str]:
    """Return the tables a statement says it reads, without what it says of them."""
    return re.sub(r" \(.*?\)", "", header(name)["inputs"]).split(", ")


def parameters(name: str) -> dict[str, object]:
    """Return values for the parameters a statement says it has."""
    return {n: VALUES[n] for n in re.findall(r"\$(\w+)", header(name)["parameters"])}


@pytest.mark.parametrize("name", NAMES)
def test_the_header_names_what_is_read(name: str) -> None:
    """Inputs and parameters are those of the statement."""
    body = HEADER.sub("", sql(name))
    used = set(re.findall(r"\$(\w+)", re.sub(r"--.*", "", body)))

    assert set(inputs(name)) == set(tables_named(sql(name)))
    assert set(parameters(name)) == used
    assert used or header(name)["parameters"] == "none"


@pytest.mark.parametrize("name", NAMES)
def test_rows_come_in_the_order_that_the_header_names(name: str) -> None:
    """A total order at the very end, its directions written."""
    order = tree(name).args["order"].expressions
    columns = [
        column.this.name + (" descending" if column.args["desc"] else "") for column in order
    ]

    assert ", ".join(columns) == header(name)["order"]
    written = sql(name)[sql(name).rindex("order by") :].removeprefix("order by").split(",")
    assert all(re.fullmatch(r"\s*[\w.]+ (asc|desc)( nulls (first|last))?\s*", o) for o in written)


@pytest.mark.parametrize("name", NAMES)
def test_a_statement_uses_the_portable_subset_only(name: str) -> None:
    """Explicit columns, no integer division, no pivot, no quantile, no unordered pick."""
    parsed = tree(name)
    stars = [star for star in parsed.find_all(exp.Star) if not isinstance(star.parent, exp.Count)]
    forbidden = (exp.IntDiv, exp.Pivot, exp.Quantile, exp.ApproxQuantile, exp.Median, exp.AnyValue)

    assert not stars
    assert not list(parsed.find_all(*forbidden, exp.First, exp.Last))
    assert not list(parsed.find_all(exp.Avg, exp.Stddev, exp.Corr))
    assert sql(name).isascii()
    assert re.sub(r"--.*|'.*?'", "", sql(name)).islower()


@pytest.mark.parametrize("name", NAMES)
def test_windows_are_ordered_by_what_they_number(name: str) -> None:
    """A row number or a neighbour without a total order differs from run to run."""
    for window in tree(name).find_all(exp.Window):
        if "alias" in window.args:
            continue  # refers to a named window, which is one of these too
        order = window.args.get("order")
        assert order is not None
        names = [key.this.name for key in order.expressions]
        assert len(names) >= 2 or names[0] in UNIQUE


@pytest.mark.parametrize("name", NAMES)
def test_a_statement_is_transpiled_to_spark(name: str) -> None:
    """The same text runs elsewhere: nothing in it is unsupported, and Spark's grammar reads it."""
    (text,) = sqlglot.transpile(
        sql(name), read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE
    )

    assert sqlglot.parse_one(text, dialect="spark", error_level=ErrorLevel.RAISE)


@pytest.mark.parametrize("name", NAMES)
def test_a_statement_runs_on_tables_without_rows(name: str) -> None:
    """It yields nothing, in the columns of its table where it makes one."""
    tables = {table: storage.empty(table) for table in inputs(name)}

    found = run_sql(name, params=parameters(name), **tables)

    assert found.is_empty()
    if name in data_contracts.names():
        assert storage.conform(found, name).num_rows == 0
