"""Exports larger than the memory: by blocks and parts, every table has the same bytes."""

import os
import random
import resource
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep import storage
from lockstep.errors import InputError, LockstepError
from lockstep.ingest import contents, csv_file, json_export, parts, received, runs
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.parts import Parts
from lockstep.ingest.received import identified, read_again
from lockstep.ingest.runs import Runs
from lockstep.ingest.scanner import scan
from lockstep.ingest.stage import staged_tables
from lockstep.settings import ContactsSection, Settings
from tests.ingest.exports_writer import KEY, export, post
from tests.ingest.many_sided import many_sided
from tests.ingest.test_mutations import mutated
from tests.ingest.test_same_posts import MCL
from tests.ingest.test_scanner import as_bytes
from tests.synthetic.small_posts import cut

FIELDS_N = 3


def written(files: Sequence[ExportFile], folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every table's file, as a case would write it."""
    chosen = Settings(
        exports=tuple(file.section for file in files), contacts=ContactsSection(regions=("ML",))
    )
    with tempfile.TemporaryDirectory() as scratch:
        tables = staged_tables(files, settings=chosen, key=KEY, scratch=Path(scratch))
        return {
            name: storage.write(rows, name, folder / f"{name}.parquet")
            for name, rows in tables.items()
        }


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Make everything small that bounds the memory."""
    for module, name, size in (
        (csv_file, "BLOCK_BYTES", 1_500),
        (json_export, "BLOCK_BYTES", 1_500),
        (contents, "HELD_BYTES", 2_000),
        (received, "KEPT_BYTES", 2_500),
        (parts, "ONE_PART_BYTES", 2_000),
        (parts, "PART_BYTES", 3_000),
        (runs, "_STEP_BYTES", 900),
        (runs, "_SLICE_BYTES", 2_000),
    ):
        monkeypatch.setattr(module, name, size)
    return monkeypatch


@pytest.mark.parametrize("row_group", [32_768, 7])
def test_a_case_in_parts_is_the_case(
    tmp_path: Path, small: pytest.MonkeyPatch, row_group: int
) -> None:
    """All kinds of exports, quarantined records, moved pages, contacts: the same bytes."""
    small.setattr(storage, "_ROW_GROUP_ROWS", row_group)
    (tmp_path / "others").mkdir()
    others = many_sided(tmp_path / "others")
    large, _ = cut(tmp_path, header="FB-5", newline_share=0.3)
    files = [*others, large]
    in_parts = written(files, tmp_path / "parts")
    small.undo()
    small.setattr(storage, "_ROW_GROUP_ROWS", row_group)

    assert in_parts == written(files, tmp_path / "whole")
    assert pq.read_metadata(tmp_path / "parts" / "posts.parquet").num_rows > 100


def test_versions_and_pairs_of_posts_in_parts(tmp_path: Path, small: pytest.MonkeyPatch) -> None:
    """Contents of a post in three exports, and posts of one second by two tools: the same bytes."""
    at = "2022-01-03 00:00:07 GMT"
    files = [
        export(
            tmp_path,
            [post(n, Message=f"texte {n % round_n}", Post_Created=at) for n in range(1, 60)],
            f"2022-0{round_n}-11-08-00-00-GMT-search-csv-export.csv",
        )
        for round_n in (2, 3, 5)
    ]
    of_library = "".join(
        f"{n},2022-01-03T00:00:07+0000,status,77,SYN-1,77,texte {n % 5}\n" for n in range(1, 90)
    )
    files.append(export(tmp_path, f"{MCL}{of_library}".encode(), "library.csv"))
    in_parts = written(files, tmp_path / "parts")
    small.undo()

    assert in_parts == written(files, tmp_path / "whole")
    folder = tmp_path / "parts"
    assert pq.read_metadata(folder / "possible_same_posts.parquet").num_rows == 59
    table = pl.read_parquet(folder / "post_versions.parquet")
    texts = {f"facebook:{900_000_000 + n}": {n % 2, n % 3, n % 5} for n in range(1, 60)}
    edited = {key: len(found) for key, found in texts.items() if len(found) > 1}
    assert dict(table.group_by("post_key").len().iter_rows()) == edited


@pytest.mark.usefixtures("small")
def test_large_exports_without_a_record_are_taken(tmp_path: Path) -> None:
    """Pages of a query that found nothing may be large, too."""
    pages = b'{"data": [], "meta": {"result_count": 0}}\n' * 300
    written([export(tmp_path, pages, "pages.jsonl")], tmp_path / "parts")

    assert pq.read_metadata(tmp_path / "parts" / "sources.parquet").num_rows == 1
    assert pq.read_metadata(tmp_path / "parts" / "records.parquet").num_rows == 0


@given(seed=st.integers(0, 2**32), header_too=st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_damaged_export_in_parts_is_that_export(*, seed: int, header_too: bool) -> None:
    """Whatever is wrong with it, it is wrong alike, or refused in the same words."""
    content = mutated(seed, header_too=header_too)
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        files = [export(Path(name), content)]

        def told(folder: str) -> object:
            try:
                return written(files, Path(name) / folder)
            except LockstepError as error:
                return str(error)

        whole = told("whole")
        patch.setattr(csv_file, "BLOCK_BYTES", 200)
        patch.setattr(parts, "ONE_PART_BYTES", 300)
        patch.setattr(parts, "PART_BYTES", 300)
        assert told("parts") == whole


@given(
    content=st.lists(
        st.sampled_from([b'"', b'""', b",", b"\n", b"\r\n", b"a", b"bc", b'"d"', b"e,f,g\n"]),
        max_size=60,
    ).map(b"".join),
    block_bytes=st.integers(1, 40),
)
@settings(max_examples=500, deadline=None)
def test_blocks_hold_the_records_of_one_scan(content: bytes, block_bytes: int) -> None:
    """However a file is damaged and where blocks end: places, lines, fields and marks."""
    data, begin, line = as_bytes(content), 0, 1
    found = []
    while begin < len(data):
        found.append(
            scan(
                data,
                begin=begin,
                line=line,
                delimiter=ord(","),
                fields_n=FIELDS_N,
                columns=[1],
                block_bytes=block_bytes,
            )
        )
        begin, line = found[-1].next_start, found[-1].next_line
    whole = scan(data, begin=0, line=1, delimiter=ord(","), fields_n=FIELDS_N, columns=[1])

    for name in ("start", "end", "line", "line_end", "fields_n", "misquoted"):
        joined = [value for block in found for value in getattr(block, name).tolist()]
        assert joined == getattr(whole, name).tolist(), name
    assert [v for block in found for v in block.views[0].tolist()] == whole.views[0].tolist()


@given(
    rows=st.lists(st.tuples(st.text(max_size=3), st.integers(0, 5)), unique=True, max_size=200),
    parts_n=st.integers(1, 5),
    seed=st.integers(0, 9),
)
@settings(max_examples=100, deadline=None)
def test_runs_come_out_as_one_order(rows: list[tuple[str, int]], parts_n: int, seed: int) -> None:
    """All rows, each once, ordered by the key of two columns, however they were put in."""
    random.Random(seed).shuffle(rows)
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Int64}, orient="row")
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_STEP_BYTES", 60)
        patch.setattr(runs, "_SLICE_BYTES", 300)
        table = Runs(("a", "b"), Path(folder) / "table")
        for number in range(parts_n):
            table.add(frame.gather_every(parts_n, number))
        slices = list(table)

    assert pl.concat(slices).rows() == sorted(rows)


@pytest.mark.parametrize("kept_bytes", [0, 64 << 20])
def test_a_file_that_changes_while_it_is_read_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_bytes: int
) -> None:
    """What was hashed is what is staged, or nothing is: also where size and time are the same."""
    monkeypatch.setattr(received, "KEPT_BYTES", kept_bytes)
    file = export(tmp_path, [post(1), post(2)])
    before = file.path.read_bytes()
    known = file.path.stat()
    chosen = identified([file])
    file.path.write_bytes(file.path.read_bytes().replace(b"GMT", b"CET"))
    os.utime(file.path, ns=(known.st_atime_ns, known.st_mtime_ns))

    assert file.path.stat().st_size == known.st_size
    if kept_bytes:
        ((_, content, _),) = read_again([file], chosen)
        assert content.data.tobytes() == before
        return
    with pytest.raises(InputError, match="somebody wrote to it while it was read"):
        list(read_again([file], chosen))


def test_a_large_export_that_shrinks_under_the_reader_is_read_whole(
    tmp_path: Path, small: pytest.MonkeyPatch
) -> None:
    """What is read is a copy: no page of it can go, which would kill the process."""
    del small
    file = export(tmp_path, [post(number) for number in range(1, 400)])
    whole = file.path.read_bytes()
    reading = contents.contents(file.path, tmp_path)
    content = next(reading)
    file.path.write_bytes(b"")

    assert len(whole) > contents.HELD_BYTES
    assert content.data.tobytes() == whole


def test_nothing_of_a_part_has_a_name(tmp_path: Path) -> None:
    """Contacts stand in parts as the exports have them: a killed run leaves none of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "ONE_PART_BYTES", 10)
        patch.setattr(parts, "PART_BYTES", 10)
        rows = pl.DataFrame({"post_key": ["a", None, None, "b"], "source_row": [1, 2, 3, 4]})
        with Parts(40, tmp_path) as held:
            held.add(rows)
            held.add(rows.with_columns(source_row=pl.col("source_row") + 4))
            assert not list(tmp_path.iterdir())
            found = list(held)

    assert len(found) > 1
    assert sorted(pl.concat(found)["source_row"]) == list(range(1, 9))
    of_posts = [set(part["post_key"].drop_nulls()) for part in found]
    assert sum(map(len, of_posts)) == len(set.union(*of_posts)) == 2


@pytest.mark.parametrize(
    ("allowed_n", "parts_n"), [(1_024, 341), (256, 85), (resource.RLIM_INFINITY, 400)]
)
def test_there_are_no_more_parts_than_files_may_be_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed_n: int, parts_n: int
) -> None:
    """A third of what the system allows, and 400 where it sets no limit."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (allowed_n, allowed_n))
    rows = pl.DataFrame({"post_key": map(str, range(20_000)), "source_row": range(20_000)})
    with Parts(100 << 30, tmp_path) as held:
        held.add(rows)
        assert len(list(held)) == parts_n


def test_records_without_a_post_are_spread_over_the_parts(tmp_path: Path) -> None:
    """A file that has no ids at all would else be one part, of any size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "ONE_PART_BYTES", 10)
        patch.setattr(parts, "PART_BYTES", 10)
        rows = pl.DataFrame({"source_row": range(1_000)}).with_columns(
            post_key=pl.lit(None, dtype=pl.String)
        )
        with Parts(40, tmp_path) as held:
            held.add(rows)
            assert max(part.height for part in held) < 400


def test_short_records_end_a_block() -> None:
    """Records that are all too short are as many blocks as others."""
    data = as_bytes(b"a,b\n" * 1_000_000)
    found = scan(data, begin=0, line=1, delimiter=44, fields_n=FIELDS_N, block_bytes=1 << 20)

    assert found.next_start < 3 << 20
