"""An export as text: every record with its place in the file, every value as it stands there."""

import codecs
import csv
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import polars as pl

from lockstep.errors import InputError, UnknownExportError
from lockstep.ingest.arrow_text import is_utf8, texts
from lockstep.ingest.blocks import BLOCK_BYTES, Block, Export
from lockstep.ingest.contents import BOM, Content
from lockstep.ingest.formats import Format, named
from lockstep.ingest.header_elsewhere import header_elsewhere
from lockstep.ingest.headers import Header, recognise
from lockstep.ingest.joined import headers_again
from lockstep.ingest.key_types import ONE_SIGN, is_delimiter
from lockstep.ingest.outcomes import NOT_A_POST
from lockstep.ingest.scanner import WINDOW_BITS, Bytes, Flags, Scan, scan
from lockstep.settings import ExportSection
from lockstep.words import many

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HEADER_BYTES = 65_536
_MAX_BAD_SHARE = 0.01
_DELIMITERS = (",", ";", "\t", "|")
_MAX_RECORD_BYTES = 1 << WINDOW_BITS
_SEPARATOR_LINE = re.compile(rb'("?)sep=([^\r\n]*?)\1\r*\n', re.IGNORECASE)
"""What Excel writes and reads before the header: which sign stands between fields."""

_NOTHING = pl.lit(None, dtype=pl.String)
_DETAILS = {
    "repeated_header": pl.lit("the header again: files were joined"),
    "bad_encoding": pl.lit("bytes that are not UTF-8"),
}
"""What is told of records besides their reason."""


def open_csv(content: Content, section: ExportSection) -> Export:
    """Recognise an export in CSV; its records are read block by block.

    A record that is not as RFC 4180 has it, has not as many fields as the header, is not UTF-8, or
    is the header again, is kept apart.

    Raises:
        InputError: The export is no text in UTF-8, or its line `sep=` names no delimiter.
        UnknownExportError: No format has these columns.
        ConfigError: The case names a format that does not exist.
    """
    where = content.file_name
    _refuse_no_text(content.data[:_HEADER_BYTES].tobytes(), where)
    header, place = _header(content.data, where, section)
    return Export(header, partial(_blocks, content, header, place))


def _blocks(
    content: Content, header: Header, place: Scan, wanted: Container[str]
) -> Iterator[Block]:
    """Yield the records with the wanted values, some megabytes at once.

    Raises:
        InputError: More than one record and 1 % of them are not UTF-8, or one is another header.
    """
    data, where = content.data, content.file_name
    begin, line = int(place.end[0]), int(place.line_end[0])
    written = data[place.start[0] : begin].tobytes()
    positions = {name: at for name, at in header.positions.items() if name in wanted}
    seen = _Encoding(where)
    is_first = True
    while is_first or begin < len(data):
        found = scan(
            data,
            begin=begin,
            line=line,
            delimiter=ord(header.delimiter),
            fields_n=header.fields_n,
            columns=sorted({*positions.values()}),
            block_bytes=BLOCK_BYTES,
        )
        _refuse_endless(found, where)
        told = {
            NOT_A_POST: _blank(data, found, header),
            "repeated_header": _repeats(data, found, written),
            "bad_encoding": seen.bad(data[begin : found.next_start], found, begin),
        }
        records = _records(found, header.fields_n, told, seen.records_n)
        values = _values(data, found, records, positions, header.fields_n)
        again = headers_again(data, records, values, header, where)
        yield Block(data, *_without(records, values, again))
        content.forget(begin, found.next_start)
        begin, line, is_first = found.next_start, found.next_line, False
        seen.records_n += len(found.start)
    seen.refuse_other_encoding()


def tell_csv(content: Content, section: ExportSection) -> None:
    """Refuse an export whose header no format has, without reading further.

    Raises:
        LockstepError: As `open_csv`.
    """
    _refuse_no_text(content.data[:_HEADER_BYTES].tobytes(), content.file_name)
    _header(content.data, content.file_name, section)


def _refuse_no_text(head: bytes, where: str) -> None:
    if head.startswith(_WIDE):
        raise InputError(
            "text in UTF-16 or UTF-32",
            where=where,
            expected="text in UTF-8",
            fix="save it in UTF-8 (a table in Excel: CSV UTF-8)",
        )
    first_line = head.partition(b"\n")[0]
    if b"\0" in first_line:
        raise UnknownExportError(
            "no known format: not a text file",
            where=where,
            expected="an export as it was downloaded, in CSV or JSON",
            fix="export it again, save it as CSV in UTF-8, or take it out of the exports",
        )
    if b"\r" in first_line.rstrip(b"\r"):
        raise InputError(
            "lines end with CR alone",
            where=where,
            expected="lines that end with LF or CR LF",
            fix="export it again, or save it as CSV in UTF-8",
        )


def _header(data: Bytes, where: str, section: ExportSection) -> tuple[Header, Scan]:
    """Recognise the header, and return it with the records at the start of the file, itself first.

    Raises:
        InputError: It is not UTF-8, or the line before it names no delimiter.
        UnknownExportError: No format has these columns.
        ConfigError: The case names a format that does not exist.
    """
    allowed = tuple(fmt for fmt in named(section) if fmt.delimiters)
    starts, said = _first_records(data, [d for fmt in allowed for d in fmt.delimiters], where)
    if said:
        allowed = tuple(_with_delimiter(fmt, said) for fmt in allowed)
    names = {delimiter: _names(data, start, delimiter) for delimiter, start in starts.items()}
    try:
        recognised = recognise(names, allowed, where)
    except UnknownExportError as error:
        raise header_elsewhere(data[:_HEADER_BYTES].tobytes(), allowed, where) or error from None
    header = replace(recognised, has_separator_line=bool(said))
    _refuse_other_encoding(data, starts[header.delimiter], where)
    return header, starts[header.delimiter]


def _refuse_other_encoding(data: Bytes, found: Scan, where: str) -> None:
    """Refuse a header in another encoding before any record is handed on."""
    if len(found.start) and not is_utf8(data[found.start[0] : found.end[0]]):
        raise _other_encoding("bytes that are not UTF-8 in the header", where, int(found.line[0]))


def split_header(content: Content) -> tuple[str, list[str]]:
    """Return the delimiter that gives a header most columns, and their names, of any format.

    Raises:
        InputError: The file or its header is no text in UTF-8, or its line `sep=` names no
            delimiter.
    """
    _refuse_no_text(content.data[:_HEADER_BYTES].tobytes(), content.file_name)
    starts, said = _first_records(content.data, _DELIMITERS, content.file_name)
    names = {
        delimiter: _names(content.data, start, delimiter) for delimiter, start in starts.items()
    }
    best = said or max(_DELIMITERS, key=lambda delimiter: len(names[delimiter]))
    _refuse_other_encoding(content.data, starts[best], content.file_name)
    return best, names[best]


def _first_records(
    data: Bytes, delimiters: Iterable[str], where: str
) -> tuple[dict[str, Scan], str]:
    """Return the records at the start of a file as each delimiter splits it.

    And the delimiter that the file itself names before the header, if it does; it is one of them.

    Raises:
        InputError: What it names is no delimiter.
    """
    begin = len(BOM) if data[: len(BOM)].tobytes() == BOM else 0
    head = data[: begin + _HEADER_BYTES]
    named_there = _SEPARATOR_LINE.match(head[begin:].tobytes())
    said = named_there[2].decode("utf-8", "replace") if named_there else ""
    if named_there and not is_delimiter(said):
        raise InputError(
            "the line sep= names no delimiter",
            where=f"{where}, line 1",
            expected=ONE_SIGN,
            fix="export it again, or mend that line",
        )
    begin, line = (begin + named_there.end(), 2) if named_there else (begin, 1)
    starts = {
        delimiter: scan(head, begin=begin, line=line, delimiter=ord(delimiter))
        for delimiter in sorted({*delimiters, *said})
    }
    return starts, said


def _with_delimiter(fmt: Format, delimiter: str) -> Format:
    """Return a format with the delimiter that the file itself names before its own."""
    return fmt.model_copy(update={"delimiters": (delimiter, *fmt.delimiters)})


def _names(head: Bytes, found: Scan, delimiter: str) -> list[str]:
    """Return the fields of the first record, however it is quoted."""
    if not len(found.start):
        return []
    text = head[found.start[0] : found.end[0]].tobytes().decode("utf-8", "replace")
    try:
        return next(csv.reader([text], delimiter=delimiter))
    except csv.Error:
        return [text]


def _refuse_endless(found: Scan, where: str) -> None:
    size = found.end - found.start
    if len(size) and int(size.max()) >= _MAX_RECORD_BYTES:
        longest = int(size.argmax())
        raise InputError(
            f"a record of {size[longest]:,} bytes",
            where=f"{where}, line {found.line[longest]}",
            expected="records shorter than 1 GiB",
            fix="export it again: quotation marks are missing",
        )


@dataclass
class _Encoding:
    """Which records are not UTF-8, over all blocks of a file."""

    where: str
    records_n: int = 0
    bad_n: int = 0
    first_line: int = 1

    def bad(self, block: Bytes, found: Scan, begin: int) -> Flags:
        """Tell which records of a block are not UTF-8."""
        bad = np.zeros(len(found.start), dtype=np.bool_)
        if is_utf8(block):
            return bad
        for record, (a, b) in enumerate(zip(found.start - begin, found.end - begin, strict=True)):
            bad[record] = not is_utf8(block[a:b])
        if not self.bad_n and bad.any():
            self.first_line = int(found.line[bad][0])
        self.bad_n += int(bad.sum())
        return bad

    def refuse_other_encoding(self) -> None:
        """Refuse a file of which more than one record and 1 % of them is bad."""
        if self.bad_n > max(1, _MAX_BAD_SHARE * self.records_n):
            told = f"bytes that are not UTF-8 in {self.bad_n:,} of {many(self.records_n, 'record')}"
            raise _other_encoding(told, self.where, self.first_line)


def _other_encoding(told: str, where: str, line: int) -> InputError:
    return InputError(
        told,
        where=f"{where}, line {line}",
        expected="text in UTF-8, as it was downloaded; this is another encoding",
        fix="export it again, or save it as CSV in UTF-8 (in Excel: CSV UTF-8)",
    )


def _repeats(data: Bytes, found: Scan, header: bytes) -> Flags:
    """Tell which records are the header again, with or without a byte-order mark."""
    size = found.end - found.start
    same = np.isin(size, (len(header), len(header) + len(BOM)))
    for record in np.flatnonzero(same).tolist():
        content = data[found.start[record] : found.end[record]].tobytes()
        same[record] = content.removeprefix(BOM) == header
    return same


def _blank(data: Bytes, found: Scan, header: Header) -> Flags:
    """Tell which records are delimiters alone, as spreadsheets write rows that were emptied."""
    size = found.end - found.start
    same: Flags = size == header.fields_n - 1
    for record in np.flatnonzero(same).tolist():
        content = data[found.start[record] : found.end[record]]
        same[record] = bool((content == ord(header.delimiter)).all())
    return same


def _records(found: Scan, fields_n: int, told: Mapping[str, Flags], before_n: int) -> pl.DataFrame:
    noun = pl.when(pl.Series(found.fields_n) == 1).then(pl.lit("field")).otherwise(pl.lit("fields"))
    wrong_n = pl.format("{} {}, the header has {}", pl.Series(found.fields_n), noun, fields_n)
    said = (
        *((is_so, name, _DETAILS.get(name, _NOTHING)) for name, is_so in told.items()),
        (found.misquoted, "unterminated_quote", pl.lit("a quotation mark is missing or misplaced")),
        (found.fields_n != fields_n, "ragged_row", wrong_n),
    )
    return pl.DataFrame(
        {
            "source_row": np.arange(1, len(found.start) + 1) + before_n,
            "source_line": found.line,
            "source_line_end": found.line_end,
            "source_byte_start": found.start,
            "source_byte_len": found.end - found.start,
        }
    ).with_columns(
        reason=pl.coalesce(pl.when(pl.Series(is_so)).then(pl.lit(name)) for is_so, name, _ in said),
        detail=pl.coalesce(pl.when(pl.Series(is_so)).then(text) for is_so, _, text in said),
    )


def _without(
    records: pl.DataFrame, values: pl.DataFrame, again: Sequence[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return records and values, those kept apart that are the header again."""
    if not again:
        return records, values
    is_again = pl.col("source_row").is_in(again)
    told = {"reason": pl.lit("repeated_header"), "detail": _DETAILS["repeated_header"]}
    return (
        records.with_columns(
            pl.when(is_again).then(said).otherwise(pl.col(name)).alias(name)
            for name, said in told.items()
        ),
        values.filter(~is_again),
    )


def _values(
    data: Bytes, found: Scan, records: pl.DataFrame, positions: dict[str, int], fields_n: int
) -> pl.DataFrame:
    """Return values of the records that can be split."""
    is_kept = records["reason"].is_null().to_numpy()
    is_whole = ~found.misquoted & (found.fields_n == fields_n)
    views = found.views if np.array_equal(is_kept, is_whole) else found.views[:, is_kept[is_whole]]
    read = [texts(data, v, doubled=bool(d)) for v, d in zip(views, found.doubled, strict=True)]
    at = sorted({*positions.values()})
    columns = {name: read[at.index(position)] for name, position in positions.items()}
    return pl.DataFrame({"source_row": records["source_row"].filter(is_kept), **columns})
