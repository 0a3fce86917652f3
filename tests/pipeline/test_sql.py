"""`lockstep sql`: what is said where DuckDB does not accept a query."""

from pathlib import Path

import duckdb
import pytest

from lockstep.errors import ConfigError
from pipeline.commands.sql import sql


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Return a case with a published database of two tables."""
    folder = tmp_path / "cases" / "small"
    (folder / "out").mkdir(parents=True)
    (folder / "case.toml").write_text('[[exports]]\npath = "exports/*"\n', "utf-8")
    with duckdb.connect(str(folder / "out" / "lockstep.duckdb")) as connection:
        connection.execute("create table posts (post_key varchar, posted_at_s bigint)")
        connection.execute("create schema lineage; create table lineage.runs (run_id varchar)")
    return folder


@pytest.mark.parametrize(
    ("query", "fix"),
    [
        ("from nowhere", "`show all tables` tells"),
        ("select foo(post_key) from posts", "`from duckdb_functions()` tells"),
        ("selct * from posts", "mend it at the mark"),
        ("select title from posts", "`describe posts` tells"),
        ("select p.title from posts as p", "`describe posts` tells"),
        ('select * from posts where post_key = "x:1"', "a text stands in single quotes"),
        ("select title from lineage.runs", "`describe lineage.runs` tells"),
        ("select title from posts, lineage.runs", "`describe lineage.runs` and `describe posts`"),
        ("select a.title from posts a join posts b using (post_key)", "`describe TABLE` tells"),
        ("with q as (from posts) select title from q", "`describe posts` tells"),
    ],
)
def test_what_helps_is_advised(case: Path, query: str, fix: str) -> None:
    """A table, a function or a column that is not there, and what is no SQL."""
    with pytest.raises(ConfigError, match="the query: ") as caught:
        sql(str(case), query, root=None, as_json=False)

    assert fix in str(caught.value).partition("What to do: ")[2]


@pytest.mark.parametrize("query", ["select sum(post_key) from posts", "select 'x'::int"])
def test_where_nothing_helps_nothing_is_advised(case: Path, query: str) -> None:
    """What DuckDB says is enough."""
    with pytest.raises(ConfigError, match="the query: ") as caught:
        sql(str(case), query, root=None, as_json=False)

    assert "What to do: " not in str(caught.value)
