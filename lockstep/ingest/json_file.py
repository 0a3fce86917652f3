"""The records of an export in JSON, each with its place in the file.

Numbers stay text as they were written: ids of 64 bits are no floats, and nothing is rounded.
"""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from lockstep.errors import InputError
from lockstep.ingest.documents import EACH, Documents, Path
from lockstep.ingest.json_damage import refuse_damaged
from lockstep.ingest.json_places import NotJsonError, Span, arrays, begins_object, elements
from lockstep.ingest.scanner import Bytes

_BLANK = b" \t\r\n"
_LF = 10
_PIECE_BYTES = 1 << 20
_MOST_BYTES = 16 << 20
"""No record is as large: a larger document without an array of records is not decoded."""
_KEPT_N = 200
"""What was decoded first and is kept in memory while it is told of which format it is."""
_HALF_CHARACTERS = (b"\\ud", b"\\uD")
"""How halves of pairs begin, of which a lone one is no character."""

_Decode = Callable[[bytes], object]
"""What returns what a document, or an element of one, says."""


class _NoArrayError(ValueError):
    """A document has no array of records, and is none itself."""

    def __init__(self, document: object, paths: Sequence[Path]) -> None:
        """Keep the document."""
        super().__init__(f"no array at {_named(paths)}")
        self.document = document


def _no_constant(name: str) -> str:
    raise NotJsonError(f"{name} is no JSON")


def _each_name_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of a name that stands twice nobody knows which is meant."""
    found = dict(members)
    if len(found) != len(members):
        raise NotJsonError("a name stands twice in one object")
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_each_name_once,
    parse_float=str,
    parse_int=str,
    parse_constant=_no_constant,
)


@dataclass(frozen=True, slots=True)
class JsonRecord:
    """One record: its value, or why it has none; where it stands, in bytes and lines from 1.

    `around` is the document that it is part of, in which stands what several records share, with
    no records in it, and `holder` the object in which its array stands; none where a document has
    no such array. `known` is what readers keep of a document for all of its records.
    """

    value: dict[str, Any] | None
    around: object
    holder: object
    detail: str | None
    byte_start: int
    byte_len: int
    line: int
    line_end: int
    known: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)


class JsonFile:
    """A file in JSON without byte-order mark; what is asked for first is decoded once."""

    def __init__(self, data: bytes | Bytes, where: str) -> None:
        """Take a file, and what messages call it."""
        self._data = np.frombuffer(data, dtype=np.uint8)
        self._where = where
        self._known: dict[bytes, object] = {}

    @property
    def bytes_n(self) -> int:
        """Its size."""
        return len(self._data)

    @cached_property
    def is_lines(self) -> bool:
        """Whether its first or second line is an object by itself: there is one a line."""
        first_two = [content for _, _, content in islice(_lines(self._data), 2)]
        is_object = any(map(self._is_object, first_two))
        return is_object and first_two[0].startswith(b"{")

    def _is_object(self, content: bytes) -> bool:
        try:
            return isinstance(self._decoded(content), dict)
        except NotJsonError:
            return False

    def _decoded(self, content: bytes) -> object:
        """Return what some bytes say: every format that is tried asks for the first ones."""
        if content in self._known:
            return self._known[content]
        value = _decoded(content)
        if len(self._known) < _KEPT_N:
            self._known[content] = value
        return value

    @property
    def problem(self) -> InputError | None:
        """Why it is neither one document nor several lines, if so."""
        try:
            if not self.is_lines:
                self._refuse_no_document()
        except InputError as error:
            return error
        return None

    def _refuse_no_document(self) -> None:
        """Refuse it where it is no JSON document, with the place at which it stops being one.

        Raises:
            InputError: It is none.
        """
        data = self._data.tobytes()
        try:
            _decoded(data.strip(_BLANK))
        except NotJsonError as error:
            refuse_damaged(data, self._where)
            raise InputError(
                f"no JSON document: {error}",
                where=self._where,
                expected="a JSON file as it was exported",
                fix="export it again: it may have been cut short, or put together from several",
            ) from None

    def records(self, documents: Documents) -> Iterator[JsonRecord]:
        """Yield its records.

        Raises:
            InputError: It is to be one document, and is none, or has no array of records where
                nothing may say that there are none.
        """
        if documents.kind == "lines" or (documents.kind == "either" and self.is_lines):
            return records_of_lines(self._data, *documents.paths, decoded=self._decoded)
        return self._of_document(documents.paths, may_be_answer=bool(documents.empty))

    def _of_document(self, paths: Sequence[Path], *, may_be_answer: bool) -> Iterator[JsonRecord]:
        begin, end = _within_blanks(self._data)
        data = self._data[begin:end]
        line = 1 + int(np.count_nonzero(self._data[:begin] == _LF))
        try:
            yield from _records(data, paths, begin, line, self._decoded)
        except _NoArrayError as error:
            if not (may_be_answer and isinstance(error.document, dict)):
                raise self.without_records(str(error), paths) from None
            yield _unread(error.document, str(error), begin, data.tobytes(), line)
        except NotJsonError:
            self._refuse_no_document()
            raise

    def without_records(self, detail: str, paths: Sequence[Path]) -> InputError:
        """Return that it holds none where it should, and does not say that there are none."""
        return InputError(
            f"JSON without records: {detail}",
            where=self._where,
            expected=f"an array of records at {_named(paths)}",
            fix="export it again, or describe it as it is (docs/guides/own-format.md)",
        )


def records_of_lines(
    data: bytes | Bytes, *paths: Path, decoded: _Decode | None = None
) -> Iterator[JsonRecord]:
    """Yield the records of a file that has one document a line; blank lines hold none.

    Args:
        data: The file, without byte-order mark.
        paths: Where each document may hold an array of records; none, or an empty one, where it may
            be a record itself. A document that is neither is yielded as a record that cannot be
            read.
        decoded: How a document is decoded, if another way is quicker.
    """
    for line, start, content in _lines(np.frombuffer(data, dtype=np.uint8)):
        yield from _of_line(content, paths or ((),), start, line, decoded or _decoded)


def _lines(data: Bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, start and content of each line that is not blank."""
    begin = 0
    for line, raw in enumerate(_raw_lines(data), start=1):
        # A byte-order mark stands where files were joined.
        content = raw.strip(_BLANK).removeprefix(BOM_UTF8).strip(_BLANK)
        if content:
            yield line, begin + raw.index(content), content
        begin += len(raw) + 1


def _raw_lines(data: Bytes) -> Iterator[bytes]:
    """Yield each line without the LF behind it; little of the file is copied at once."""
    begun: list[bytes] = []
    for at in range(0, len(data), _PIECE_BYTES):
        end, *others = data[at : at + _PIECE_BYTES].tobytes().split(b"\n")
        begun.append(end)
        for line in others:
            yield b"".join(begun)
            begun = [line]
    yield b"".join(begun)


def _of_line(
    content: bytes, paths: Sequence[Path], start: int, line: int, decoded: _Decode
) -> Iterator[JsonRecord]:
    data = np.frombuffer(content, dtype=np.uint8)
    try:
        yield from list(_records(data, paths, start, line, decoded, is_line=True))
    except _NoArrayError as error:
        yield _unread(error.document, str(error), start, content, line)
    except NotJsonError as error:
        yield _unread(None, _why(content) or str(error), start, content, line)


def _why(content: bytes) -> str | None:
    """Return why a document is no JSON, counted from its own first character."""
    try:
        _decoded(content)
    except NotJsonError as error:
        return str(error)
    return None


def _unread(document: object, detail: str, start: int, content: bytes, line: int) -> JsonRecord:
    """Return what a document without records, or one that is no JSON, is told as."""
    line_end = line + content.count(b"\n")
    return JsonRecord(None, document, None, detail, start, len(content), line, line_end)


def _decoded(content: bytes) -> object:
    """Return what a document says.

    Raises:
        NotJsonError: It is none, or is nested too deeply.
    """
    try:
        text = content.decode("utf-8")
        value, end = _DECODER.raw_decode(text)
    except UnicodeDecodeError:
        raise NotJsonError("bytes that are no UTF-8") from None
    except json.JSONDecodeError as error:
        raise NotJsonError(f"{error.msg}, character {error.pos + 1}") from None
    except RecursionError:
        raise NotJsonError("nested too deeply") from None
    if text[end:].strip():
        raise NotJsonError("something follows the end")
    return value


def _records(
    data: Bytes,
    paths: Sequence[Path],
    start: int,
    line: int,
    decoded: _Decode,
    *,
    is_line: bool = False,
) -> Iterator[JsonRecord]:
    """Yield the records of a document in their order; on a line an array is no record.

    Records are decoded one by one, and the document once without them: that it is JSON is sure when
    the last record was yielded.

    Raises:
        NotJsonError: It is none.
        _NoArrayError: It has no array at a path, and is no record itself.
    """
    is_one = is_line or begins_object(data)
    inside = [path for path in paths if path or not is_one]
    spans = [span for path in inside for span in arrays(data, path)]
    if not (spans or is_line) and len(data) > _MOST_BYTES:
        raise _NoArrayError(None, paths)
    document = decoded(_outline(data, sorted(spans)))
    if not spans:
        if () not in paths or not is_one:
            raise _NoArrayError(document, paths)
        yield _record(document, (document, document, {}), start, data.tobytes(), line)
        return
    holders = [holder for path in inside for holder in _holders(document, path, document)]
    counted, known = 0, dict[object, Any]()
    for span, holder in sorted(zip(spans, holders, strict=True), key=lambda one: one[0]):
        for begin, end in elements(data, span.begin):
            line += int(np.count_nonzero(data[counted:begin] == _LF))
            counted = begin
            content = data[begin:end].tobytes()
            shared = (document, holder, known)
            yield _record(decoded(content), shared, start + begin, content, line)


def _outline(data: Bytes, spans: Sequence[Span]) -> bytes:
    """Return a document in which some arrays are empty."""
    ends = [0, *(span.end for span in spans)]
    begins = [*(span.begin for span in spans), len(data)]
    return b"[]".join(data[a:b].tobytes() for a, b in zip(ends, begins, strict=True))


def _record(
    value: object,
    shared: tuple[object, object, dict[object, Any]],
    start: int,
    content: bytes,
    line: int,
) -> JsonRecord:
    """Return a record; `shared` is the document that it is part of, its holder, and `known`."""
    detail = None if isinstance(value, dict) else "no object"
    if any(half in content for half in _HALF_CHARACTERS) and not is_text(value):
        detail = "half a character"
    return JsonRecord(
        value=value if isinstance(value, dict) and not detail else None,
        around=shared[0],
        holder=shared[1],
        detail=detail,
        byte_start=start,
        byte_len=len(content),
        line=line,
        line_end=line + content.count(b"\n"),
        known=shared[2],
    )


def is_text(value: object) -> bool:
    """Return whether a value can be stored: a lone half of a pair, as an escape, cannot."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _named(paths: Sequence[Path]) -> str:
    return " or ".join(".".join(path) or "its top" for path in paths)


def _holders(value: object, path: Path, holder: object) -> Iterator[object]:
    """Yield the object in which each array at a path stands."""
    if not path:
        if isinstance(value, list):
            yield holder
    elif path[0] == EACH and isinstance(value, list):
        for one in value:
            yield from _holders(one, path[1:], one)
    elif isinstance(value, dict):
        yield from _holders(value.get(path[0]), path[1:], value)


def _within_blanks(data: Bytes) -> tuple[int, int]:
    """Return where what is not blank begins and ends."""
    head, tail = data[:_PIECE_BYTES].tobytes(), data[-_PIECE_BYTES:].tobytes()
    begin = len(head) - len(head.lstrip(_BLANK))
    return begin, max(len(data) - len(tail) + len(tail.rstrip(_BLANK)), begin)
