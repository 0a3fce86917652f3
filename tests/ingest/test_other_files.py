"""Files that are no exports: each is called by what it is, with what to do about it."""

import gzip
import io
import sqlite3
import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lockstep.errors import InputError
from lockstep.ingest.contents import contents
from tests.ingest.exports_writer import csv_bytes, post
from tests.ingest.test_contents import archive

LOGIN = b"<!DOCTYPE html>\n<html><head><title>Log in</title></head><body></body></html>\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def database(folder: Path) -> bytes:
    connection = sqlite3.connect(folder / "made")
    connection.execute("create table posts (id)")
    connection.commit()
    connection.close()
    return (folder / "made").read_bytes()


def parquet(_: Path) -> bytes:
    made = io.BytesIO()
    pq.write_table(pa.table({"id": [1]}), made)
    return made.getvalue()


def tar(_: Path) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as file:
        file.addfile(tarfile.TarInfo("posts.csv"))
    return made.getvalue()


KINDS = {
    "png": (PNG, "a picture (PNG)", "take it out of the exports"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a picture (JPEG)", "take it out"),
    "mp4": (b"\0\0\0\x20ftypisom", "a video or picture", "take it out"),
    "pdf": (b"%PDF-1.7\n1 0 obj\n", "a PDF document", "as CSV"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "an old Excel or Word file", "CSV in UTF-8"),
    "xlsx": (
        archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
        "a spreadsheet (Excel)",
        "CSV in UTF-8",
    ),
    "docx": (
        archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}),
        "a text document (Word)",
        "CSV in UTF-8",
    ),
    "ods": (
        archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        "a spreadsheet of LibreOffice",
        "CSV in UTF-8",
    ),
    "spreadsheet in XML": (
        b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "a spreadsheet (XML)",
        "CSV in UTF-8",
    ),
    "xls that is a page": (
        b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table></table></html>',
        "a table saved as a web page",
        "CSV in UTF-8",
    ),
    "login page": (LOGIN, "a web page", "log in where it comes from"),
    "login page with a mark": (b"\xef\xbb\xbf\n " + LOGIN.lower(), "a web page", "log in"),
    "xml": (b'<?xml version="1.0"?>\n<feed/>', "XML", "CSV or JSON"),
    "rtf": (b"{\\rtf1\\ansi Page Name}", "a text with a layout", "plain text"),
    "DS_Store": (b"\0\0\0\x01Bud1\0\0\x10\0", "what macOS notes of a folder", "delete it"),
    "LFS": (
        b"version https://git-lfs.github.com/spec/v1\n",
        "a pointer of Git LFS",
        "git lfs pull",
    ),
    "R": (gzip.compress(b"RDX3\nX\n\0\0"), "data saved by R", "write.csv"),
    "blank": (b"\n \r\n\t\n", "a blank file: its first 6 bytes are blank", "again"),
    "mark alone": (b"\xef\xbb\xbf", "a blank file", "again"),
    "zeros": (bytes(100_000), "bytes are zeros", "download it again"),
}


def refused(folder: Path, content: bytes) -> str:
    path = folder / "posts.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        list(contents(path))
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_a_known_kind_is_called_by_it(tmp_path: Path, kind: str) -> None:
    """Its name, what it is by its first bytes whatever its name says, and what to do."""
    content, what, fix = KINDS[kind]
    message = refused(tmp_path, content)

    assert message.startswith("posts.csv: ")
    assert what in message.partition("\n")[0]
    assert fix in message.partition("What to do: ")[2]


@pytest.mark.parametrize(
    ("made", "what"),
    [(database, "a database (SQLite)"), (parquet, "a Parquet file"), (tar, "an archive (tar)")],
)
def test_files_that_libraries_write_are_known(tmp_path: Path, made: object, what: str) -> None:
    """As SQLite, Arrow and Python write them."""
    assert what in refused(tmp_path, made(tmp_path))  # type: ignore[operator]


def test_a_picture_in_an_archive_is_named_with_its_archive(tmp_path: Path) -> None:
    """Which member it is stands in the message."""
    message = refused(tmp_path, archive({"a.csv": csv_bytes([post(1)]), "b.png": PNG}))

    assert message.startswith("posts.csv/b.png: no known format: a picture (PNG)")


@pytest.mark.parametrize(
    "header", [b"xxx,ftype\n", b"PAR1,b\n", b"abcdefg,DUCK\n", b"<b>,c\n", b"GIF8,b\n", b"X\n0\n"]
)
def test_a_header_that_only_looks_alike_is_left_alone(tmp_path: Path, header: bytes) -> None:
    """Text is judged by its columns, not here."""
    path = tmp_path / "posts.csv"
    path.write_bytes(header + b"1,2\n")

    assert [content.file_name for content in contents(path)] == ["posts.csv"]
