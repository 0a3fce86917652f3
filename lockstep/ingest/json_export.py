"""An export in JSON as text: every record with its place in the file, every value as it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import polars as pl

from lockstep.errors import UnknownExportError
from lockstep.ingest.blocks import Block, Export
from lockstep.ingest.contents import Content
from lockstep.ingest.formats import Documents, Format, named
from lockstep.ingest.headers import DESCRIBE, MARGIN, Header
from lockstep.ingest.json_damage import refuse_damaged
from lockstep.ingest.json_file import JsonRecord, records_of_document, records_of_lines
from lockstep.settings import ExportSection

_BOM = b"\xef\xbb\xbf"
_SAMPLE_N = 200
"""Records by which a format is told, readable or not."""


def is_json(content: Content) -> bool:
    """Return whether an export begins as JSON does."""
    head = content.data[:4096].tobytes().removeprefix(_BOM).lstrip()
    return head.startswith((b"{", b"["))


def open_json(content: Content, section: ExportSection) -> Export:
    """Recognise an export in JSON; it is read as one block.

    A record that is no JSON object, or holds half a character, is kept apart.

    Raises:
        InputError: The file is no JSON, or is cut short.
        UnknownExportError: No format has these names, or two fit about equally well.
        ConfigError: The case names a format that does not exist.
    """
    fmt = _recognised(_text(content), section, content.file_name)
    block = _block(content, fmt)
    return Export(_header(fmt), lambda _: iter((block,)))


def _block(content: Content, fmt: Format) -> Block:
    data = _text(content)
    start = len(content.data) - len(data)
    records = list(_read(data, fmt, content.file_name))
    values = [(n, _values(fmt, r)) for n, r in enumerate(records, start=1) if r.value is not None]
    schema = {"source_row": pl.Int64, **dict.fromkeys(fmt.headers, pl.String)}
    read = pl.DataFrame([(n, *v) for n, v in values], schema=schema, orient="row")
    return Block(content.data, _records(records, start), read)


def _text(content: Content) -> bytes:
    return content.data.tobytes().removeprefix(_BOM)


def tell_json(content: Content, section: ExportSection) -> None:
    """Refuse an export of which no format describes the first records, without reading further.

    Raises:
        LockstepError: As `read_json_export`.
    """
    _recognised(_text(content), section, content.file_name)


@dataclass(frozen=True, slots=True)
class _Tried:
    """A format, and which of its values the first records have."""

    format: Format
    found: set[str]

    @property
    def fits(self) -> bool:
        return {*self.format.detect.required} <= self.found

    @property
    def found_share(self) -> float:
        return len(self.found) / len(self.format.headers)


def _recognised(data: bytes, section: ExportSection, where: str) -> Format:
    """Return the format of a file, told by its first records.

    Raises:
        InputError: No format fits, and the file is no JSON.
        UnknownExportError: No format fits, or two do about equally.
    """
    tried = [_tried(data, fmt, where) for fmt in named(section) if fmt.documents]
    fitting = sorted((t for t in tried if t.fits), key=lambda t: -t.found_share)
    if not fitting:
        refuse_damaged(data, where)
        raise UnknownExportError(
            "no known format: JSON that no format describes",
            where=where,
            expected="an export as docs/reference/formats.md lists it, in CSV or JSON",
            fix=DESCRIBE,
        )
    best, *others = fitting
    if others and best.found_share < others[0].found_share + MARGIN:
        raise UnknownExportError(
            f"both {best.format.id} and {others[0].format.id} may be meant",
            where=where,
            expected="the names of one format",
            fix=f'add to [[exports]]: format = "{best.format.id}", or whichever is meant',
        )
    return best.format


def _tried(data: bytes, fmt: Format, where: str) -> _Tried:
    sample = islice(_read(data, fmt, where), _SAMPLE_N)
    said = [_values(fmt, record) for record in sample if record.value is not None]
    names = list(fmt.headers)
    found = {name for n, name in enumerate(names) if any(of[n] is not None for of in said)}
    return _Tried(fmt, found)


def _read(data: bytes, fmt: Format, where: str) -> Iterator[JsonRecord]:
    documents = fmt.documents or Documents(kind="lines")
    if documents.kind == "lines":
        return records_of_lines(data, documents.records)
    return records_of_document(data, documents.records, where)


def _records(records: Sequence[JsonRecord], start: int) -> pl.DataFrame:
    schema = {
        **dict.fromkeys(("source_row", "source_line", "source_line_end"), pl.Int64),
        **dict.fromkeys(("source_byte_start", "source_byte_len"), pl.Int64),
        **dict.fromkeys(("reason", "detail"), pl.String),
    }
    rows = [
        (n, r.line, r.line_end, start + r.byte_start, r.byte_len, _reason(r), r.detail)
        for n, r in enumerate(records, start=1)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _reason(record: JsonRecord) -> str | None:
    return "bad_json" if record.value is None else None


def _header(fmt: Format) -> Header:
    """Return what stands for a header: in JSON a name may be missing in any record."""
    return Header(
        format=fmt,
        variant=fmt.variants[0].id,
        nearest=fmt.variants[0].id,
        delimiter="",
        fields_n=0,
        positions={value: at for at, value in enumerate(fmt.headers)},
        names={value: names[0] for value, names in fmt.headers.items()},
        score_kind=None,
        checksum=None,
        lost=(),
        unknown=(),
        has_index=False,
        is_damaged=False,
    )


def _values(fmt: Format, record: JsonRecord) -> list[str | None]:
    """Return every value of a record as text, in the order of the format's headers."""
    documents = fmt.documents or Documents(kind="lines")
    shown = {**(record.value or {}), **_looked_up(documents, record)}
    return [
        next((text for name in names if (text := _at(shown, name)) is not None), None)
        for names in fmt.headers.values()
    ]


def _looked_up(documents: Documents, record: JsonRecord) -> dict[str, Any]:
    """Return what the document holds of others that a record names, by the lookup's name."""
    found = {}
    for name, lookup in documents.lookups.items():
        wanted, held = _at(record.value, lookup.by), _value_at(record.around, lookup.path)
        for one in held if isinstance(held, list) else []:
            if wanted is not None and _at(one, lookup.key) == wanted:
                found[name] = one
    return found


def _at(value: object, name: str) -> str | None:
    """Return the text, number or truth at a path such as `author.id`; else nothing."""
    found = _value_at(value, tuple(name.split(".")))
    if isinstance(found, bool):
        return "true" if found else "false"
    return found if isinstance(found, str) else None


def _value_at(value: object, path: Sequence[str]) -> object:
    for name in path:
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            return None
    return value
