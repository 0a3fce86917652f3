"""Files as they come: encodings, headers in the middle, records that cannot be split, no files."""

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lockstep.errors import InputError
from lockstep.ingest import csv_file, scanner
from lockstep.ingest.arrow_text import texts
from lockstep.ingest.contents import contents
from lockstep.ingest.csv_file import open_csv
from lockstep.ingest.exports import ExportFile
from tests.ingest.exports_writer import (
    BOM,
    FB_5,
    AsText,
    Row,
    as_text,
    csv_bytes,
    export,
    post,
    staged,
)


def read(folder: Path, content: bytes | list[Row]) -> AsText:
    return as_text(export(folder, content))


def refused(folder: Path, content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, content)
    return str(caught.value)


def apart(file: AsText) -> list[tuple[int, str, str]]:
    """Return row, reason and detail of the records that cannot be split."""
    kept = file.records.filter(pl.col("reason").is_not_null())
    return kept.select("source_row", "reason", "detail").rows()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [BOM, b""])
def test_values_stand_at_the_bytes_told(tmp_path: Path, line_end: str, bom: bytes) -> None:
    """Each record read again from its bytes is the same record."""
    rows = [post(n, Message=f'a\nb, "c" {n}', Page_Name="SYN\n-A") for n in range(5)]
    content = bom + csv_bytes(rows, line_end=line_end).removeprefix(BOM)
    file = read(tmp_path, content)
    head = content[: content.index(line_end.encode()) + len(line_end)]

    assert file.values["text"].to_list() == [row["Message"] for row in rows]
    assert file.values["name"].to_list() == ["SYN\n-A"] * 5
    for number, (start, size) in enumerate(
        file.records.select("source_byte_start", "source_byte_len").iter_rows()
    ):
        alone = read(tmp_path, head + content[start : start + size])
        assert alone.values.drop("source_row").rows() == [
            file.values.drop("source_row").row(number)
        ]


def test_bare_line_feeds_in_fields_of_a_file_with_cr_lf(tmp_path: Path) -> None:
    """A spreadsheet writes CR LF behind records and leaves LF inside fields."""
    rows = [post(n, Description="a\nb\nc") for n in range(4)]
    file = read(tmp_path, csv_bytes(rows, line_end="\r\n"))

    assert file.values["description"].to_list() == ["a\nb\nc"] * 4
    assert file.records["source_line"].to_list() == [2, 5, 8, 11]
    assert file.records["source_line_end"].to_list() == [4, 7, 10, 13]


def test_blank_lines_before_the_header_and_between_records(tmp_path: Path) -> None:
    """Blank lines are no records and shift line numbers only."""
    head, first, second = csv_bytes([post(1), post(2)]).removeprefix(BOM).splitlines()
    file = read(tmp_path, b"\r\n\n" + head + b"\n\n" + first + b"\n\r\n" + second)

    assert file.records["source_line"].to_list() == [5, 7]
    assert file.values["text"].to_list() == [post(1)["Message"], post(2)["Message"]]


def test_records_with_other_numbers_of_fields_are_kept_apart(tmp_path: Path) -> None:
    """Too few and too many fields are told with the header's number."""
    lines = csv_bytes([post(1), post(2), post(3)]).splitlines()
    lines[1], lines[3] = lines[1].rsplit(b",", 2)[0], lines[3] + b",x"
    file = read(tmp_path, b"\n".join(lines))

    assert apart(file) == [
        (1, "ragged_row", "39 fields, the header has 41"),
        (3, "ragged_row", "42 fields, the header has 41"),
    ]
    assert file.values["source_row"].to_list() == [2]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_rows_that_a_spreadsheet_left_empty_are_no_posts(
    tmp_path: Path, delimiter: str, line_end: str
) -> None:
    """They are counted and held against nothing; one with anything in it is a record."""
    content = csv_bytes([post(1)], delimiter=delimiter, line_end=line_end)
    empty = f"{delimiter * (len(FB_5) - 1)}{line_end}".encode()
    some = empty.replace(delimiter.encode(), b"x" + delimiter.encode(), 1)
    tables = staged(export(tmp_path, content + empty * 2 + some))

    assert tables["records"]["outcome"].to_list() == ["new", *["not_a_post"] * 2, "quarantined"]
    assert tables["sources"]["not_posts_n"].item() == 2


def test_a_lost_quote_is_told(tmp_path: Path) -> None:
    """The record is kept apart, its neighbours are read."""
    rows = [post(n, Message="a, b") for n in range(3)]
    content = csv_bytes(rows)
    second = content.index(b'"a, b"', content.index(b'"a, b"') + 1)
    file = read(tmp_path, content[:second] + content[second + 1 :])

    assert apart(file) == [(2, "unterminated_quote", "a quotation mark is missing or misplaced")]
    assert file.values["source_row"].to_list() == [1, 3]


@pytest.mark.parametrize("bom", [BOM, b""])
def test_the_header_of_a_joined_file_is_no_post(tmp_path: Path, bom: bytes) -> None:
    """A header in the middle is kept apart as such, with or without its byte-order mark."""
    content = csv_bytes([post(1)]) + bom + csv_bytes([post(2)]).removeprefix(BOM)

    assert apart(read(tmp_path, content)) == [
        (2, "repeated_header", "the header again: files were joined")
    ]


def test_a_record_in_another_encoding_is_kept_apart(tmp_path: Path) -> None:
    """One record with bytes that are not UTF-8 is quarantined; the others are read."""
    content = csv_bytes([post(n) for n in range(200)])
    file = read(tmp_path, content.replace('à tous, texte 7"'.encode(), b'\xe0 tous, texte 7"'))

    assert apart(file) == [(8, "bad_encoding", "bytes that are not UTF-8")]
    assert file.values["source_row"].to_list() == [n for n in range(1, 201) if n != 8]
    assert file.values["text"].to_list() == [post(n)["Message"] for n in range(200) if n != 7]


def test_a_single_bad_record_is_no_other_encoding(tmp_path: Path) -> None:
    """Even in a small file one record with a bad byte is kept apart alone."""
    content = csv_bytes([post(1), post(2)]).replace(
        "à tous, texte 1".encode(), b"\xe0 tous, texte 1"
    )

    assert [row for row, _, _ in apart(read(tmp_path, content))] == [1]


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """A file in cp1252 is refused with the first record that shows it, and a remedy."""
    rows = csv_bytes(
        [post(n) for n in range(5)],
        names=[*FB_5[:-2], "Total Interactions (w)", "Overperforming Score"],
    )
    message = refused(tmp_path, rows.removeprefix(BOM).decode().encode("cp1252"))

    assert "csv, line 2: bytes that are not UTF-8 in 5 of 5 records" in message
    assert "save it as CSV in UTF-8" in message


def test_a_header_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """A dash of cp1252 refuses the file before a record is read, plain as these are."""
    content = csv_bytes([post(1, Message="plain", Page_Description="")]).removeprefix(BOM)

    file = export(tmp_path, content.decode().encode("cp1252"))

    with pytest.raises(InputError, match="csv, line 1: bytes that are not UTF-8 in the header"):
        open_csv(next(contents(file.path)), file.section)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "an empty file"),
        (BOM, "a blank file"),
        (b"\n\n", "a blank file"),
        (b"some text\nwithout columns\n", "none of the columns"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture (JPEG)"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "a PDF document"),
        (b"PK\x03\x04\x14\0\x06\0\x08\0", "damaged or incomplete"),
        ("Page Name,User Name\n".encode("utf-16"), "UTF-16"),
        ("Page Name,User Name\n".encode("utf-16-le"), "not a text file"),
        ("Page Name,User Name\n".encode("utf-32"), "UTF-16 or UTF-32"),
        (csv_bytes([post(1)]).replace(b"\n", b"\r"), "CR alone"),
        (b'"Page Name', "lacks"),
        (b"sep=\xc3\n" + csv_bytes([post(1)]), "line 1: the line sep= names no delimiter"),
        (BOM + '"sep=\u2192"\r\na,b\n'.encode(), "line 1: the line sep= names no delimiter"),
        (b"sep=||\na||b\n", "line 1: the line sep= names no delimiter"),
        (b"sep=\0\na,b\n", "not a text file"),
        (b'sep="\na,b\n', "line 1: the line sep= names no delimiter"),
        (b'a\n"b\rc', "none of the columns"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    """Images, archives, documents, wide text, old Mac text, other text and nothing at all."""
    assert told in refused(tmp_path, content)


def test_a_header_and_nothing_else_has_no_records(tmp_path: Path) -> None:
    """It is an export with no record, of any line end."""
    for content in (csv_bytes([]), csv_bytes([]).strip(), csv_bytes([], line_end="\r\n")):
        file = read(tmp_path, content)
        assert (file.records.height, file.values.height) == (0, 0)


def test_places_that_are_no_file_are_refused(tmp_path: Path) -> None:
    """A folder, a missing file, a dangling link and a pipe are told apart and never read."""
    section = export(tmp_path, [post(1)]).section
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    for name, told in (
        (".", "a folder"),
        ("missing", "No such file"),
        ("gone", "No such file"),
        ("pipe", "a device or pipe"),
    ):
        with pytest.raises(InputError, match=told):
            open_csv(next(contents(tmp_path / name)), section)


def test_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the system says is passed on, with the file's name."""

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = export(tmp_path, [post(1)])
    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(InputError, match=f"{file.path.name}: cannot be read: Permission denied"):
        as_text(file)


def test_a_record_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of more than a gibibyte is no record of an export."""
    monkeypatch.setattr(csv_file, "_MAX_RECORD_BYTES", 100)

    assert "line 2: a record of" in refused(tmp_path, csv_bytes([post(1)]))


def test_a_link_is_the_file_it_leads_to(tmp_path: Path) -> None:
    """A symbolic link to an export is that export."""
    file = export(tmp_path, [post(1)])
    (tmp_path / "link.csv").symlink_to(file.path)
    linked = ExportFile(tmp_path / "link.csv", file.section)

    assert as_text(linked).values.equals(as_text(file).values)
    assert next(contents(linked.path)).sha256 == next(contents(file.path)).sha256


@pytest.mark.parametrize("at", [(1 << 30) + 50, (1 << 30) - 5])
def test_text_behind_the_first_gibibyte_is_found(at: int) -> None:
    """Views count from windows of a file that overlap, so that a place fits into 31 bits."""
    data = np.zeros((1 << 30) + 100, dtype=np.uint8)
    word = "far behind, and long"
    data[at : at + len(word)] = np.frombuffer(word.encode(), dtype=np.uint8)
    views = np.array([scanner._view(data, at, at + len(word))], dtype=np.int64)

    assert texts(data, views, doubled=False).to_list() == [word]
