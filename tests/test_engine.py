"""Statements run on an engine of their own: the same answer wherever and however they run."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from lockstep import engine

POSTS = {
    "scope": ["network"] * 3,
    "post_key": ["p1", "p2", "p3"],
    "account_key": ["a", "b", "b"],
    "posted_at_s": [0, 10, 500],
}

_RUN = f"""
import polars as pl
from lockstep import engine
posts = pl.DataFrame({POSTS!r})
rows = engine.run_sql("episodes", params={{"window_s": 60}}, timing_difference=posts)
print(rows.write_json())
"""


def test_a_statement_is_the_text_of_its_file() -> None:
    """`lockstep/sql/<name>.sql`, as it lies there."""
    path = Path(engine.__file__).parent / "sql" / "episodes.sql"

    assert engine.sql("episodes") == path.read_text("utf-8")


@pytest.mark.parametrize("lazy", [False, True])
def test_frames_are_read_by_the_names_they_are_given(lazy: bool) -> None:  # noqa: FBT001
    """Eager or lazy, with parameters by name."""
    frame = pl.LazyFrame(POSTS) if lazy else pl.DataFrame(POSTS)

    found = engine.run_sql("episodes", params={"window_s": 60}, timing_difference=frame)

    assert found.select("first_post_key", "posts_n").rows() == [("p1", 2)]


def test_a_python_variable_is_no_table() -> None:
    """A statement reads what it is given and nothing that happens to have the right name."""
    posts = pl.DataFrame(POSTS)

    with engine.connect() as connection, pytest.raises(duckdb.CatalogException, match="posts"):
        connection.sql("select count(*) from posts")
    assert posts.height == 3


def test_the_time_zone_of_the_machine_changes_nothing() -> None:
    """Moments come back in UTC."""
    texts = {
        subprocess.run(
            [sys.executable, "-c", _RUN],
            env={**os.environ, "TZ": zone, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for zone in ("UTC", "Asia/Kathmandu")
    }

    assert len(texts) == 1
    assert "1970-01-01T00:00:00+00:00" in texts.pop()


def test_nothing_is_fetched_and_nothing_spills_into_the_working_directory() -> None:
    """No extension comes from outside; what does not fit in memory has a folder that ends."""
    with engine.connect() as connection:
        settings = dict(connection.sql("select name, value from duckdb_settings()").fetchall())
        spill = Path(settings["temp_directory"])
        assert spill.is_dir()
        assert Path.cwd() not in (spill, *spill.parents)

    assert not spill.exists()
    assert settings["autoinstall_known_extensions"] == "false"
    assert settings["autoload_known_extensions"] == "false"


@pytest.mark.parametrize("folder", ["a*", "a?", "a[b]", "**", "scope=other", "it's"])
def test_a_parquet_file_is_read_by_its_very_name(tmp_path: Path, folder: str) -> None:
    """No letter of a folder's name is a pattern or a partition: cases never see each other."""
    for name in ("ab", "az", "b", folder):
        (tmp_path / name).mkdir()
        pl.DataFrame({"scope": [name]}).write_parquet(tmp_path / name / "t.parquet")

    with engine.connect() as connection:
        relation = engine.parquet(connection, tmp_path / folder / "t.parquet")

        assert relation.fetchall() == [(folder,)]
        assert relation.columns == ["scope"]
        relation.create_view("held")
        assert connection.sql("select * from held").fetchall() == [(folder,)]
