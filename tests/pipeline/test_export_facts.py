"""What is told of an export is told of one of any size: its tables are never held whole."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from lockstep.ingest import parts
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.keys import DEMO_KEY
from lockstep.ingest.stage import stage, staged_tables
from lockstep.settings import ExportSection, Settings
from lockstep.storage import Frames
from pipeline import export_facts
from pipeline.export_facts import tables_of
from tests.ingest.exports_writer import export, post

POSTS_N = 60


@pytest.fixture
def file(tmp_path: Path) -> ExportFile:
    """Return an export whose times have no zone, in a night in which clocks are set back."""
    rows = [post(n, Post_Created="2021-10-31 02:30:00") for n in range(POSTS_N)]
    made = export(tmp_path, rows)
    return ExportFile(made.path, ExportSection(path="x", timezone="Europe/Paris"))


@pytest.mark.parametrize("part_bytes", [parts.PART_BYTES, 1_000])
def test_what_is_told_is_what_the_whole_tables_say(
    file: ExportFile, part_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In memory, or in parts on disk."""
    whole = stage((file,), settings=Settings(exports=(file.section,)), key=DEMO_KEY)
    if part_bytes < parts.PART_BYTES:
        monkeypatch.setattr(parts, "ONE_PART_BYTES", part_bytes)
    monkeypatch.setattr(parts, "PART_BYTES", part_bytes)

    told = tables_of(file, posts_n=5)

    first = whole["posts"].sort("source_row").head(5)
    assert told["posts"].rows() == first.rows()
    assert told["sources"].rows() == whole["sources"].rows()
    assert told["quarantine"].rows() == whole["quarantine"].rows()
    assert told["uncertain"].height == POSTS_N
    links = whole["links"].filter(pl.col("post_key").is_in(first["post_key"].implode()))
    assert sorted(told["links"].rows()) == sorted(links.rows())


class Watched:
    """Rows of a table of which it is noted that somebody read them."""

    def __init__(self, name: str, frames: Frames, read: set[str]) -> None:
        """Begin unread."""
        self._name, self._frames, self._read = name, frames, read

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Note it."""
        self._read.add(self._name)
        return iter(self._frames)


@pytest.mark.parametrize(("posts_n", "more"), [(0, set()), (5, {"links"})])
def test_no_table_is_read_that_is_not_told_of(
    file: ExportFile, posts_n: int, more: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records, versions and counts are as many as the posts, and nobody asks for them."""
    read: set[str] = set()

    def watched(*args: object, **named: object) -> dict[str, Frames]:
        made = staged_tables(*args, **named)  # type: ignore[arg-type]
        return {name: Watched(name, frames, read) for name, frames in made.items()}

    monkeypatch.setattr(export_facts, "staged_tables", watched)
    tables_of(file, posts_n=posts_n)

    assert read == {"sources", "quarantine", "posts"} | more
