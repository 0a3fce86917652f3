"""Every rule is counted over every row; what cannot be counted is broken, and only that."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts import Contract, Rule
from lockstep import engine
from lockstep import rule_profile as module
from lockstep.rule_profile import RuleCount, rule_profile
from tests import toys

COLUMNS = {"k": "BIGINT", "j": "VARCHAR", "n": "BIGINT"}
SCHEMA = {"k": pl.Int64, "j": pl.String, "n": pl.Int64}
Row = tuple[int | None, str | None, int | None]


def row_rule(name: str, predicate: str) -> Rule:
    """Return a critical rule that fails where the predicate is true."""
    return Rule(name, name, "critical", predicate=predicate)


def table_rule(name: str, query: str) -> Rule:
    """Return a critical rule whose query yields the number of failures."""
    return Rule(name, name, "critical", query=query)


def toy(*rules: Rule, key: tuple[str, ...] = ("k", "j")) -> Contract:
    """Return the contract of the toy table with these rules."""
    return toys.contract(columns=COLUMNS, key=key, rules=rules)


def profile(
    folder: Path, rows: Sequence[Row], contract: Contract, **others: pl.DataFrame
) -> dict[str, RuleCount]:
    """Return the counts by rule over these rows."""
    paths = {"toy": folder / "toy.parquet", **{n: folder / f"{n}.parquet" for n in others}}
    pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet(paths["toy"])
    for name, frame in others.items():
        frame.write_parquet(paths[name])
    return {count.rule_id: count for count in rule_profile(contract, paths)}


def key(row: Row) -> str:
    """Return a row's key as samples show it."""
    return "|".join("" if part is None else str(part) for part in row[:2])


ROW_RULES = {
    "negative": ("n < 0", lambda r: r[2] is not None and r[2] < 0),
    "missing": ("n is null", lambda r: r[2] is None),
    "between": ("not (n between 1 and 3)", lambda r: r[2] is not None and not 1 <= r[2] <= 3),
    "same": ("n is not distinct from k", lambda r: r[2] == r[0]),
    "either": ("n = 2 or j = 'é'", lambda r: r[2] == 2 or r[1] == "é"),
    "never": ("false", lambda _: False),
    "always": ("true", lambda _: True),
}
ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-2, 12),
        st.none() | st.sampled_from(["", "a", "é", "|", "'", "b\n"]),
        st.none() | st.integers(-2, 4),
    ),
    max_size=30,
)


@given(ROWS)
@settings(max_examples=80, deadline=None)
def test_counts_and_keys_equal_brute_force(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row]
) -> None:
    """Rows failing, rows checked, and the five smallest keys as text; a NULL predicate passes."""
    contract = toy(*(row_rule(name, predicate) for name, (predicate, _) in ROW_RULES.items()))

    found = profile(tmp_path_factory.mktemp("rows"), rows, contract)

    for name, (predicate, fails) in ROW_RULES.items():
        failing = [key(row) for row in rows if fails(row)]
        samples = tuple(sorted(failing)[:5])
        assert found[name] == RuleCount(
            name, "critical", predicate, len(rows), len(failing), samples
        )
        assert found[name].holds == (not failing)


@given(ROWS)
@settings(max_examples=30, deadline=None)
def test_table_rules_equal_brute_force(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row]
) -> None:
    """A query's number is the count; NULLs of a key are one value; there are no keys."""
    pairs = [row[:2] for row in rows]
    contract = toy(
        table_rule(
            "unique",
            "select coalesce(sum(n), 0) from "
            "(select count(*) as n from {table} group by k, j having count(*) > 1)",
        ),
        table_rule("known", "select count(*) from {table} where k not in (select k from other)"),
    )

    other = pl.DataFrame({"k": [1, 2, 3]})
    found = profile(tmp_path_factory.mktemp("rows"), rows, contract, other=other)

    assert found["unique"].failing_n == sum(pairs.count(pair) > 1 for pair in pairs)
    assert found["known"].failing_n == sum(k is not None and k not in {1, 2, 3} for k, _ in pairs)
    assert all(c.checked_n == len(rows) and c.sample_keys == () for c in found.values())


def test_counts_stand_in_the_order_of_the_contract(tmp_path: Path) -> None:
    """Row rules and table rules as they are written."""
    rules = [
        table_rule("a", "select 0"),
        row_rule("b", "false"),
        table_rule("c", "select 1"),
        row_rule("d", "true"),
    ]

    assert list(profile(tmp_path, [(1, "x", 1)], toy(*rules))) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "rule",
    [
        row_rule("bad", "no_such_column > 1"),
        row_rule("bad", "cast(j as integer) > 1"),
        row_rule("bad", "n >"),
        row_rule("bad", ""),
        row_rule("bad", "error('a private text')"),
        table_rule("bad", "select count(*) from no_such_table"),
        table_rule("bad", "select count(*) from"),
        table_rule("bad", "select sum(cast(j as integer)) from {table}"),
        table_rule("bad", "select n from {table} where false"),
        table_rule("bad", "select n from {table}"),
        table_rule("bad", "select n, n from {table} limit 1"),
        table_rule("bad", "select sum(n) from {table} where false"),
        table_rule("bad", "select 'many'"),
        table_rule("bad", "select 0.4"),
        table_rule("bad", "select true"),
        table_rule("bad", "select -1"),
        table_rule("bad", "select 'nan'::double"),
    ],
)
def test_a_rule_that_cannot_be_counted_is_broken_and_spoils_no_other(
    tmp_path: Path, rule: Rule
) -> None:
    """It carries an error without a value in it; the others are counted as if it were not there."""
    good = [
        row_rule("row", "n > 1"),
        rule,
        table_rule("table", "select count(*) from {table} where n > 1"),
    ]
    rows: list[Row] = [(1, "private", 1), (2, "private", 2)]

    found = profile(tmp_path, rows, toy(*good))

    assert (found["row"].failing_n, found["row"].sample_keys) == (1, ("2|private",))
    assert found["table"].failing_n == 1
    assert found["row"].error is found["table"].error is None
    assert found["bad"].error
    assert not found["bad"].holds
    assert "private" not in found["bad"].error


def test_a_missing_table_of_its_own_is_an_error(tmp_path: Path) -> None:
    """Nothing can be said of a table that is not there."""
    with pytest.raises(duckdb.Error):
        rule_profile(toy(row_rule("a", "true")), {"toy": tmp_path / "toy.parquet"})


def test_a_contract_without_rules_has_no_counts(tmp_path: Path) -> None:
    """No rule, no row."""
    assert profile(tmp_path, [(1, "x", 1)], toy()) == {}


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    """Counts and keys of rows in many groups are the same on any number of threads."""

    @contextmanager
    def connect() -> Iterator[Any]:
        with engine.connect() as connection:
            connection.execute(f"set threads = {threads}")
            yield connection

    monkeypatch.setattr(module, "connect", connect)
    k = pl.int_range(300_000, eager=True)
    frame = pl.DataFrame({"k": k.reverse(), "j": (k % 7).cast(pl.String), "n": k % 1_000})
    path = tmp_path / "toy.parquet"
    frame.write_parquet(path, row_group_size=10_000)
    contract = toy(row_rule("some", "n = 999"), row_rule("half", "n % 2 = 0"))

    some, half = rule_profile(contract, {"toy": path})

    keys = frame.with_columns(key=pl.format("{}|{}", "k", "j"))
    expected = keys.filter(pl.col("n") == 999)["key"].sort().head(5)
    assert (some.failing_n, half.failing_n) == (300, 150_000)
    assert some.sample_keys == tuple(expected)
