"""An export in JSON as text: every record with its place in the file, every value as it stands."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import polars as pl

from lockstep.errors import InputError, UnknownExportError
from lockstep.ingest.blocks import BLOCK_BYTES, Block, Export
from lockstep.ingest.contents import BOM, Content
from lockstep.ingest.documents import Documents
from lockstep.ingest.formats import Format, named
from lockstep.ingest.headers import DESCRIBE, MARGIN, Header, lacking
from lockstep.ingest.json_file import JsonFile, JsonRecord, is_text
from lockstep.ingest.json_values import is_answer, values_of
from lockstep.ingest.outcomes import NOT_A_POST
from lockstep.settings import ExportSection

_SAMPLE_N = 200
"""Records by which a format is told, readable or not."""


def is_json(content: Content) -> bool:
    """Return whether an export begins as JSON does."""
    head = content.data[:4096].tobytes().removeprefix(BOM).lstrip()
    return head.startswith((b"{", b"["))


def open_json(content: Content, section: ExportSection) -> Export:
    """Recognise an export in JSON by its first records; all are read when they are asked for.

    They are read block by block, from one document as from one a line. A record that is no JSON
    object, or holds half a character, is kept apart.

    Raises:
        InputError: The file is no JSON, or is cut short.
        UnknownExportError: No format has these names, or two fit about equally well.
        ConfigError: The case names a format that does not exist.
    """
    file = _file(content)
    fmt = _recognised(file, section, content.file_name)
    return Export(_header(fmt), _reader(content, file, fmt))


def _reader(
    content: Content, file: JsonFile, fmt: Format
) -> Callable[[Container[str]], Iterator[Block]]:
    """Return what reads an export as often as it is asked.

    What is one block is read once, and what was decoded is then let go of.
    """
    if file.bytes_n > BLOCK_BYTES:
        return lambda _: _blocks(content, file, fmt)
    unread, read = [file], list[Block]()

    def kept(_: Container[str]) -> Iterator[Block]:
        if unread:
            read[:] = _blocks(content, unread[0], fmt)
            unread.clear()
        return iter(read)

    return kept


def _blocks(content: Content, file: JsonFile, fmt: Format) -> Iterator[Block]:
    """Yield the records, some megabytes at once."""
    start = len(content.data) - file.bytes_n
    documents = fmt.documents or Documents()
    before_n, begin = 0, start
    for records in _together(file.records(documents)):
        read = [_said(fmt, record) for record in records]
        values = [(n, *said) for n, (_, said) in enumerate(read, before_n + 1) if said is not None]
        schema = {"source_row": pl.Int64, **dict.fromkeys(fmt.headers, pl.String)}
        places = _records([record for record, _ in read], start, before_n, documents)
        yield Block(content.data, places, pl.DataFrame(values, schema=schema, orient="row"))
        before_n += len(records)
        end = start + records[-1].byte_start + records[-1].byte_len if records else begin
        content.forget(begin, end)
        begin = end


def _together(records: Iterable[JsonRecord]) -> Iterator[list[JsonRecord]]:
    """Yield records in lists of some megabytes; one, if there is no record."""
    together, bytes_n = list[JsonRecord](), 0
    for record in records:
        if bytes_n >= BLOCK_BYTES:
            yield together
            together, bytes_n = [], 0
        together.append(record)
        bytes_n += record.byte_len
    yield together


def _file(content: Content) -> JsonFile:
    has_mark = content.data[: len(BOM)].tobytes() == BOM
    return JsonFile(content.data[len(BOM) if has_mark else 0 :], content.file_name)


def _said(fmt: Format, record: JsonRecord) -> tuple[JsonRecord, list[str | None] | None]:
    """Return a record and what it says; what stands around it may be no text either."""
    if is_answer(record, fmt.documents or Documents()):
        return replace(record, value=None, holder=None), None
    if record.value is None:
        return record, None
    values = values_of(fmt, record)
    if not is_text(values):
        return replace(record, value=None, detail="half a character"), None
    return record, values


def tell_json(content: Content, section: ExportSection) -> None:
    """Refuse an export of which no format describes the first records, without reading further.

    Raises:
        LockstepError: As `open_json`.
    """
    _recognised(_file(content), section, content.file_name)


@dataclass(frozen=True, slots=True)
class _Tried:
    """A format, which of its values the first records have, and why the file may be none of it.

    `is_empty` says that the file has no records, or answers without records alone.
    """

    format: Format
    found: set[str]
    is_empty: bool = False
    problem: InputError | None = None

    @property
    def fits(self) -> bool:
        return self.is_empty or {*self.format.detect.required} <= self.found

    @property
    def found_share(self) -> float:
        return len(self.found) / len(self.format.headers)


def _recognised(file: JsonFile, section: ExportSection, where: str) -> Format:
    """Return the format of a file, told by its first records.

    Of a file without any, such as `[]`, the first that may be meant: no post depends on it.

    Raises:
        InputError: No format fits, and the file is no JSON.
        UnknownExportError: No format fits, or two do about equally.
    """
    tried = [_tried(file, fmt, fmt.documents) for fmt in named(section) if fmt.documents]
    fitting = sorted((t for t in tried if t.fits), key=lambda t: -t.found_share)
    if not fitting:
        raise _unknown(file, tried, where)
    best, *others = fitting
    if others and not best.is_empty and best.found_share < others[0].found_share + MARGIN:
        raise UnknownExportError(
            f"both {best.format.id} and {others[0].format.id} may be meant",
            where=where,
            expected="the names of one format",
            fix=f'add to [[exports]]: format = "{best.format.id}", or whichever is meant',
        )
    return best.format


def _unknown(file: JsonFile, tried: Sequence[_Tried], where: str) -> InputError:
    """Return why no format fits: what the only one lacks, or that the file is cut short."""
    only = tried[0] if len(tried) == 1 else None
    problem = (only and only.problem) or file.problem
    if only and not problem:
        missing = [value for value in only.format.detect.required if value not in only.found]
        return lacking(only.format, missing, where)
    if not tried and not problem:
        return UnknownExportError(
            "JSON, where the format that is named for it wants a table",
            where=where,
            expected="an export in CSV",
            fix="name another [[exports]] format, or take the file out of the case's exports",
        )
    return problem or UnknownExportError(
        "no known format: JSON that no format describes",
        where=where,
        expected="an export as docs/reference/formats.md lists it, in CSV or JSON",
        fix=DESCRIBE,
    )


def _tried(file: JsonFile, fmt: Format, documents: Documents) -> _Tried:
    try:
        sample = list(islice(file.records(documents), _SAMPLE_N))
    except InputError as error:
        return _Tried(fmt, set(), problem=error)
    said = [values_of(fmt, record) for record in sample if record.value is not None]
    names = list(fmt.headers)
    found = {name for n, name in enumerate(names) if any(of[n] is not None for of in said)}
    unread = [record.detail for record in sample if not is_answer(record, documents)]
    if unread and unread[0] and not said:
        problem = file.without_records(unread[0], documents.paths)
        return _Tried(fmt, set(), problem=problem)
    return _Tried(fmt, found, is_empty=not unread)


def _records(
    records: Sequence[JsonRecord], start: int, before_n: int, documents: Documents
) -> pl.DataFrame:
    schema = {
        **dict.fromkeys(("source_row", "source_line", "source_line_end"), pl.Int64),
        **dict.fromkeys(("source_byte_start", "source_byte_len"), pl.Int64),
        **dict.fromkeys(("reason", "detail"), pl.String),
    }
    rows = [
        (n, r.line, r.line_end, start + r.byte_start, r.byte_len, *_reason(r, documents))
        for n, r in enumerate(records, before_n + 1)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _reason(record: JsonRecord, documents: Documents) -> tuple[str | None, str | None]:
    """Return reason and detail."""
    if record.value is not None:
        return None, None
    return (NOT_A_POST if is_answer(record, documents) else "bad_json"), record.detail


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
