"""Every column of every table has a source, read from the statement that makes it or declared."""

from collections.abc import Callable
from dataclasses import replace

import pytest

import data_contracts
from data_contracts import Contract
from lockstep import lineage
from lockstep.errors import ContractError
from lockstep.lineage import ColumnSource, column_lineage, has_statement, tables_named
from tests import toys

Known = Callable[[Contract], Contract]
WORDS = {"export", "case", "constant", "contract", "log", "parameter"}


@pytest.mark.parametrize("table", data_contracts.names())
def test_every_column_has_a_source(table: str) -> None:
    """In the contract's order; a source is a column of a table, or a word for what is none."""
    sources = column_lineage(table)
    columns = list(dict.fromkeys(source.column for source in sources))

    assert columns == list(data_contracts.load(table).column_names)
    for source in sources:
        if source.source_table not in WORDS:
            assert source.source_column in data_contracts.load(source.source_table).column_names
    assert len(set(sources)) == len(sources)


def with_columns(contract: Contract, *names: str) -> Contract:
    """Return a contract with further columns that declare no source."""
    undeclared = [replace(toys.column(name, "BIGINT"), sources=()) for name in names]
    return replace(contract, columns=(*contract.columns, *undeclared))


def sources(table: str, column: str) -> set[str]:
    """Return the sources of one column as `table.column`."""
    return {
        f"{s.source_table}.{s.source_column}" for s in column_lineage(table) if s.column == column
    }


def test_sources_are_read_through_the_steps_of_a_statement() -> None:
    """Through common table expressions, windows, unions and cases, down to the tables."""
    assert sources("timing_difference", "post_key") == {"posts.post_key"}
    assert sources("timing_difference", "gap_after_s") == {
        "posts.posted_at_s",
        "accounts.account_key",
    }
    assert sources("timing_difference", "eligible") >= {
        "posts.posted_at_s",
        "accounts.created_at_s",
    }
    assert sources("episodes", "posts_n") == {"timing_difference.post_key"}
    assert sources("finding_evidence", "other_post_key") == {
        "timing_difference.prev_post_key",
        "timing_difference.next_post_key",
        "timing_difference.post_key",
    }


@pytest.fixture
def statement(monkeypatch: pytest.MonkeyPatch, known: Known) -> Callable[..., None]:
    """Return a function that makes a table by a statement."""

    def make(text: str, *columns: str) -> None:
        known(with_columns(toys.contract(columns={"k": "BIGINT"}), *columns))
        monkeypatch.setattr(lineage, "sql", lambda _: text)
        monkeypatch.setattr(lineage, "has_statement", lambda _: True)

    return make


def test_a_column_without_a_source_is_refused(statement: Callable[..., None]) -> None:
    """Neither declared nor made of anything: the table and the column are named."""
    statement("select post_key as k, 1 as planted from posts", "planted")

    with pytest.raises(ContractError, match="table toy, column planted: no known source"):
        column_lineage("toy")


def test_a_column_that_the_statement_does_not_make_is_refused(
    statement: Callable[..., None],
) -> None:
    """A contract that promises more than its statement gives is found out."""
    statement("select post_key as k from posts", "planted")

    with pytest.raises(ContractError, match="column planted"):
        column_lineage("toy")


def test_a_column_of_no_statement_is_refused(known: Known) -> None:
    """A table made in Python declares its sources."""
    known(with_columns(toys.contract(), "planted"))

    with pytest.raises(ContractError, match="column planted: no known source"):
        column_lineage("toy")


def test_a_count_of_rows_comes_from_the_keys(statement: Callable[..., None]) -> None:
    """`count(*)` counts rows, and a table's key is what tells its rows apart."""
    statement("select post_key as k, count(*) as n from links group by post_key", "n")

    assert sources("toy", "n") == {"links.post_key", "links.position"}


def test_a_parameter_and_a_column_are_both_sources(statement: Callable[..., None]) -> None:
    """What the analyst sets is told beside what is read."""
    statement("select posted_at_s + $shift_s as k, $shift_s as n from posts", "n")

    assert sources("toy", "n") == {"parameter.shift_s"}


def test_declared_sources_come_before_the_statement(known: Known) -> None:
    """What a contract declares holds."""
    known(toys.contract())

    assert column_lineage("toy")[0] == ColumnSource("k", "constant", "", "declared")


def test_tables_are_found_wherever_a_statement_reads_them() -> None:
    """In joins, subqueries and steps; names of steps and other words are none."""
    text = """
        with posts_a as (select * from posts)
        select count(*) from posts_a
        where k not in (select account_key from accounts) and exists (select 1 from elsewhere)
    """

    assert tables_named(text) == ("accounts", "posts")
    assert tables_named("select 1") == ()


def test_a_step_that_is_named_like_a_table_is_not_that_table() -> None:
    """A common table expression hides the table of its name."""
    assert tables_named("with posts as (select 1 as k) select k from posts") == ()


def test_a_table_with_a_statement_is_known_by_its_file() -> None:
    """`lockstep/sql/<table>.sql`."""
    assert has_statement("episodes")
    assert not has_statement("posts")
