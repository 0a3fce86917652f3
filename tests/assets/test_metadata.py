"""What Dagster shows of a table tells how it was made and how large it is, and nobody's words."""

import dagster as dg
import polars as pl
import pytest

import data_contracts
from assets.metadata import (
    bars,
    column_schema,
    gaps_drawn,
    lineage_of_columns,
    preview,
    sources_of_columns,
    weeks_drawn,
)
from assets.partitions import CASES
from lockstep.storage import empty
from pipeline.definitions import TABLES


@pytest.mark.parametrize("made", TABLES, ids=lambda made: made.op.name)
def test_every_table_has_an_owner_its_kinds_and_where_it_is_made(made: dg.AssetsDefinition) -> None:
    """The function; the statement of those made by one."""
    for spec in made.specs:
        name = spec.key.to_user_string()
        assert spec.owners == ["team:lockstep"]
        assert "parquet" in spec.kinds
        assert spec.partitions_def is CASES
        assert spec.metadata["code"].startswith("lockstep.")
        assert ("sql" in spec.metadata) == ("duckdb" in spec.kinds)
        assert name in spec.metadata["columns_and_rules"]
        assert spec.metadata["dagster/column_schema"] == column_schema(name)
        assert spec.metadata["dagster/column_lineage"] == lineage_of_columns(name)
        assert spec.metadata["made_from"].value == sources_of_columns(name)


def test_a_preview_holds_no_text() -> None:
    """Numbers, moments and flags of the first five rows."""
    table = pl.LazyFrame({"name": ["A"] * 7, "n": range(7), "is_new": [True] * 7})

    shown = preview(table).splitlines()

    assert shown[:3] == ["| n | is_new |", "| --- | --- |", "| 0 | True |"]
    assert len(shown) == 7
    assert preview(table.select("name")) == "every column is text"


def test_the_sources_of_each_column_are_told() -> None:
    """A line a column, in the contract's order."""
    lines = sources_of_columns("timing_difference").splitlines()[2:]

    columns = data_contracts.load("timing_difference").column_names
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines] == list(columns)
    assert any("posts.posted_at" in line for line in lines)


def test_columns_of_every_format_are_told_by_its_name() -> None:
    """In words for a person, and as columns of `exports` for what reads Dagster's lineage."""
    (line,) = (row for row in sources_of_columns("posts").splitlines() if row.startswith("| text "))
    assert "crowdtangle_facebook.Message, crowdtangle_instagram.Description, fourcat.body" in line

    lineage = lineage_of_columns("posts").deps_by_column
    assert list(lineage) == list(data_contracts.load("posts").column_names)
    assert dg.TableColumnDep("exports", "fourcat: body") in lineage["text"]
    assert dg.TableColumnDep("exports", "bytes") in lineage["source_row"]
    assert dg.TableColumnDep("case_file", "contacts.regions") in lineage["text"]
    assert (
        dg.TableColumnDep("posts", "posted_at_s")
        in lineage_of_columns("timing_difference").deps_by_column["gap_after_s"]
    )


def test_bars_are_as_long_as_their_counts() -> None:
    """The longest has 40 signs; nothing has none."""
    assert bars({"a": 20, "bc": 10, "d": 0}).splitlines() == [
        f" a {'█' * 40} 20",
        f"bc {'█' * 20} 10",
        " d  0",
    ]
    assert bars({}) == ""


def test_gaps_are_counted_within_each_window() -> None:
    """A post without a neighbour is in none."""
    gaps = pl.LazyFrame({"nearest_gap_s": [0, 5, 60, 90_000, None]})

    lines = [line.split() for line in gaps_drawn(gaps).splitlines()]

    assert [(line[1], line[-1]) for line in lines] == [
        ("0", "1"),
        ("1", "1"),
        ("5", "2"),
        ("10", "2"),
        ("30", "2"),
        ("60", "3"),
        ("300", "3"),
        ("1,800", "3"),
    ]


def test_weeks_are_summed_over_accounts() -> None:
    """By date; days are another bin."""
    rows = pl.DataFrame(
        {
            "account_key": ["a", "b", "a"],
            "bin": ["week", "week", "day"],
            "bin_start_s": [1_640_995_200] * 3,
            "posts_n": [2, 3, 9],
        }
    )

    assert weeks_drawn(rows.lazy()) == f"2022-01-01 {'█' * 40} 5"
    assert weeks_drawn(empty("post_counts").lazy()) == ""
