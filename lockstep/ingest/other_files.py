"""What a file is that is no export: told by its first bytes, never by its name, with what to do."""

import re
from collections.abc import Collection

from lockstep.errors import InputError, UnknownExportError
from lockstep.words import many

HEAD_BYTES = 65_536
"""So much of a file is looked at."""

_EXPECTED = "an export as it was downloaded, in CSV or JSON"
_AWAY = "take it out of the exports: only tables of posts are read"
_AS_CSV = "open it and save the table as CSV in UTF-8 (in Excel: CSV UTF-8)"
_FROM_CODE = "write the table as CSV in UTF-8 with the tool that made it"
_FROM_R = "in R: write.csv(posts, 'posts.csv', row.names = FALSE)"
_UNPACK = "unpack it, or pack it as .zip, .gz or .zst"
_LOGIN = (
    "export it as JSON or CSV; if this is a login page, log in where it comes from and download it "
    "again"
)

_SIGNS: tuple[tuple[bytes, str, str], ...] = (
    (rb"\x89PNG\r\n", "a picture (PNG)", _AWAY),
    (rb"\xff\xd8\xff", "a picture (JPEG)", _AWAY),
    (rb"GIF8[79]a", "a picture (GIF)", _AWAY),
    (rb"RIFF....WEBP", "a picture (WebP)", _AWAY),
    (rb"\0\0\0.ftyp", "a video or picture (MP4, HEIC)", _AWAY),
    (rb"%PDF-", "a PDF document", "download the table behind it as CSV: a page has no columns"),
    (rb"\{\\rtf", "a text with a layout (RTF)", "save it as plain text in UTF-8"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file", _AS_CSV),
    (rb"SQLite format 3\0", "a database (SQLite)", _FROM_CODE),
    (rb".{8}DUCK.\0\0\0", "a database (DuckDB)", _FROM_CODE),
    (rb"PAR1[^,;\t]", "a Parquet file", _FROM_CODE),
    (rb"ARROW1\0", "an Arrow file", _FROM_CODE),
    (rb"RD[AX][0-9]\n|X\n\0\0\0", "data saved by R", _FROM_R),
    (rb"\x80[\x02-\x05]", "a pickle of Python", "in Python: write it with to_csv or json.dump"),
    (rb"\$FL[23]@", "data saved by SPSS", _AS_CSV),
    (rb"<stata_dta>", "data saved by Stata", _AS_CSV),
    (rb"\0\0\0\x01Bud1", "what macOS notes of a folder (.DS_Store)", "delete it"),
    (rb"version https://git-lfs", "a pointer of Git LFS, not the file", "run git lfs pull"),
    (rb"7z\xbc\xaf\x27\x1c", "an archive (7z)", _UNPACK),
    (rb"Rar!\x1a\x07", "an archive (RAR)", _UNPACK),
    (rb"\xfd7zXZ\0", "a compressed file (xz)", _UNPACK),
    (rb"BZh[1-9]1AY&SY", "a compressed file (bzip2)", _UNPACK),
    (rb"(?=[^\0]{1,100}\0).{257}ustar", "an archive (tar)", _UNPACK),
)
"""How files begin (as a pattern), what they are then, and what to do."""

_MARKUP = (
    (b"office:excel", "a table saved as a web page", _AS_CSV),
    (b"<html", "a web page", _LOGIN),
    (b"<!doctype html", "a web page", _LOGIN),
    (b"office:spreadsheet", "a spreadsheet (XML)", _AS_CSV),
    (b"<svg", "a picture (SVG)", _AWAY),
    (b"<?xml", "XML", "download the export as CSV or JSON"),
)
"""What markup holds near its start; the first that is there tells."""

_OFFICE = (
    ("xl/", "a spreadsheet (Excel)", _AS_CSV),
    ("word/", "a text document (Word)", "save its table as CSV in UTF-8"),
    ("ppt/", "slides (PowerPoint)", _AWAY),
)


def refuse_other(head: bytes, where: str) -> None:
    """Refuse a file that begins as no export does.

    Args:
        head: Its first bytes, `HEAD_BYTES` or all.
        where: The file, for messages.

    Raises:
        UnknownExportError: It is a picture, a web page, a database or another known kind.
        InputError: Nothing stands there.
    """
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        held = "zeros, as after a broken download" if b"\0" in head else "blank"
        raise InputError(
            f"a blank file: its first {many(len(head), 'byte')} are {held}",
            where=where,
            expected=_EXPECTED,
            fix="export or download it again",
        )
    for sign, what, fix in _SIGNS:
        if re.match(sign, head, re.DOTALL):
            raise _unknown(what, where, fix)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:4096].lower()
    for sign, what, fix in _MARKUP if start.startswith(b"<") else ():
        if sign in start:
            raise _unknown(what, where, fix)


def refuse_document(members: Collection[str], where: str) -> None:
    """Refuse an archive whose members make it one document.

    Raises:
        UnknownExportError: It is a spreadsheet or another document.
    """
    if not {"[Content_Types].xml", "mimetype"} & {*members}:
        return
    for folder, what, fix in _OFFICE:
        if any(name.startswith(folder) for name in members):
            raise _unknown(what, where, fix)
    raise _unknown("a document, such as a spreadsheet of LibreOffice", where, _AS_CSV)


def _unknown(what: str, where: str, fix: str) -> UnknownExportError:
    return UnknownExportError(f"no known format: {what}", where=where, expected=_EXPECTED, fix=fix)
