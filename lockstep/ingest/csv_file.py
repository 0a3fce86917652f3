"""An export as text: every record with its place in the file, every value as it stands there."""

import codecs
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from lockstep import storage
from lockstep.errors import InputError, UnknownExportError
from lockstep.ingest.formats import Header, named, recognise
from lockstep.ingest.resynchronise import resynchronised
from lockstep.ingest.scanner import (
    WELL_FORMED,
    Bytes,
    Flags,
    Ints,
    Scan,
    column_bytes,
    probe,
    scan,
)
from lockstep.settings import ExportSection

_MAX_BAD_SHARE = 0.01
_HEADER_BYTES = 65_536
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


@dataclass(frozen=True, slots=True)
class CsvFile:
    """One export, read.

    `records` has one row per record: source_row, source_line, source_line_end, source_byte_start,
    source_byte_len, and of a record that cannot be split reason and detail. `values` has one row
    per record that can: source_row and each named value as text. `data` is the file.
    """

    source_id: str
    data: Bytes
    header: Header
    records: pl.DataFrame
    values: pl.DataFrame


def read_csv_file(path: Path, section: ExportSection) -> CsvFile:
    """Read an export.

    A record that is not as RFC 4180 has it, or has not as many fields as the header, is kept apart.
    Where a quote that was never closed has swallowed the records after it, reading goes on at the
    next line on which a whole record begins.

    Raises:
        InputError: The file cannot be read, is empty, or is no text in UTF-8.
        UnknownExportError: No format has these columns.
    """
    data = _bytes(path)
    bom_n = len(codecs.BOM_UTF8) if data[:3].tobytes() == codecs.BOM_UTF8 else 0
    header, body, line = _header(data, bom_n, path, section)
    delimiter = ord(header.delimiter)
    found = scan(data, begin=body, line=line, delimiter=delimiter)
    fields_n = probe(data, begin=bom_n, delimiter=delimiter).fields_n
    found = resynchronised(data, found, delimiter=delimiter, fields_n=fields_n)
    bad_bytes = _bad_bytes(data, found, path)
    is_header = _repeats(data, found, data[bom_n:body].tobytes().rstrip(b"\r\n"))
    reason = _reasons(found, fields_n, bad_bytes, is_header)
    records = pl.DataFrame(
        {
            "source_row": np.arange(1, len(found.start) + 1),
            "source_line": found.line,
            "source_line_end": found.line + found.newlines,
            "source_byte_start": found.start,
            "source_byte_len": found.end - found.start,
            "reason": reason,
            "detail": _details(found, fields_n, reason),
        }
    )
    whole = np.flatnonzero(records["reason"].is_null().to_numpy())
    return CsvFile(
        source_id=storage.file_sha256(path),
        data=data,
        header=header,
        records=records,
        values=_values(data, found, whole, header),
    )


def _bytes(path: Path) -> Bytes:
    where = path.name
    if path.is_dir():
        raise InputError("a folder, not an export", where=where, fix="name the files in it")
    try:
        data = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=where) from None
    if not len(data):
        raise InputError("an empty file", where=where, expected="an export", fix="export it again")
    head = data[:_HEADER_BYTES].tobytes()
    if head.startswith(_WIDE):
        raise InputError("text in UTF-16 or UTF-32", where=where, fix="save it as CSV in UTF-8")
    if b"\0" in head:
        raise UnknownExportError(
            "no known format: not a text file",
            where=where,
            expected="an export as it was downloaded, in CSV",
            fix="take the file out of the case's exports, or unpack it",
        )
    return data


def _header(data: Bytes, begin: int, path: Path, section: ExportSection) -> tuple[Header, int, int]:
    """Recognise the header and return it with the byte and line after it."""
    allowed = named(section.format, where=path.name)
    headers: dict[str, list[str]] = {}
    starts: dict[str, Scan] = {}
    for delimiter in sorted({d for fmt in allowed for d in fmt.delimiters}):
        first = scan(data[: begin + _HEADER_BYTES], begin=begin, line=1, delimiter=ord(delimiter))
        fields = zip(first.field_start, first.field_end, strict=True)
        texts = [data[a:b].tobytes().decode("utf-8", "replace") for a, b in fields]
        headers[delimiter] = texts[: first.first_field[1]] if len(first.start) else []
        starts[delimiter] = first
    header = recognise(headers, allowed, path.name)
    first = starts[header.delimiter]
    if len(first.start) > 1:
        return header, int(first.start[1]), int(first.line[1])
    return header, len(data), 2


def _bad_bytes(data: Bytes, found: Scan, path: Path) -> Flags:
    """Tell which records are not UTF-8.

    Raises:
        InputError: More than 1 % of them are not: the file is in another encoding.
    """
    bad = np.zeros(len(found.start), dtype=np.bool_)
    try:
        codecs.decode(data.tobytes(), "utf-8")
    except UnicodeDecodeError as error:
        for record, (a, b) in enumerate(zip(found.start, found.end, strict=True)):
            bad[record] = not _is_utf8(data[a:b].tobytes())
        if not bad.any() or bad.mean() > _MAX_BAD_SHARE:
            raise InputError(
                f"not UTF-8: {int(bad.sum())} of {len(bad)} records hold other bytes",
                where=f"{path.name}, byte {error.start}",
                expected="UTF-8, as CrowdTangle writes it",
                fix="export it again, or convert the file to UTF-8",
            ) from None
    return bad


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _repeats(data: Bytes, found: Scan, header: bytes) -> Flags:
    size = found.end - found.start
    same = np.zeros(len(size), dtype=np.bool_)
    for record in np.flatnonzero(size == len(header)).tolist():
        same[record] = data[found.start[record] : found.end[record]].tobytes() == header
    return same


def _reasons(found: Scan, fields_n: int, bad_bytes: Flags, is_header: Flags) -> pl.Series:
    cells = np.full(len(found.start), None, dtype=object)
    cells[found.fields_n != fields_n] = "ragged_row"
    cells[found.state != WELL_FORMED] = "unterminated_quote"
    cells[bad_bytes] = "bad_encoding"
    cells[is_header] = "repeated_header"
    return pl.Series(cells.tolist(), dtype=pl.String)


def _details(found: Scan, fields_n: int, reason: pl.Series) -> pl.Series:
    said = {
        "unterminated_quote": "a quotation mark is missing or stands in the wrong place",
        "bad_encoding": "bytes that are not UTF-8",
        "repeated_header": "the header again: files were joined",
    }
    fields = pl.Series([f"{n} fields, the header has {fields_n}" for n in found.fields_n.tolist()])
    return pl.select(
        pl.when(reason == "ragged_row")
        .then(fields)
        .otherwise(reason.replace_strict(said, default=None, return_dtype=pl.String))
    ).to_series()


def _values(data: Bytes, found: Scan, whole: Ints, header: Header) -> pl.DataFrame:
    first = found.first_field[whole]
    columns = {
        name: _text_column(data, found, first + position)
        for name, position in header.positions.items()
    }
    return pl.DataFrame({"source_row": whole + 1, **columns}, strict=False)


def _text_column(data: Bytes, found: Scan, fields: Ints) -> pl.Series:
    offsets, copied = column_bytes(
        data, found.field_start[fields], found.field_end[fields], found.escaped[fields]
    )
    array = pa.LargeStringArray.from_buffers(
        len(fields), pa.py_buffer(offsets), pa.py_buffer(copied)
    )
    return pl.Series(pl.from_arrow(array))
