"""The records of an export in JSON, each with its place in the file.

Numbers stay text as they were written: ids of 64 bits are no floats, and nothing is rounded.
"""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, islice
from typing import Any

from lockstep.errors import InputError
from lockstep.ingest.documents import Documents, Path
from lockstep.ingest.json_damage import refuse_damaged

EACH = "*"
"""In a path: every element of an array."""

_BLANK = b" \t\r\n"
_KEPT_N = 200
"""Documents that are kept in memory while it is told of which format they are."""
_HALF_CHARACTERS = (b"\\ud", b"\\uD")
"""How halves of pairs begin, of which a lone one is no character."""


class _NotJsonError(ValueError):
    """What stands there is no JSON."""


def _no_constant(name: str) -> str:
    raise _NotJsonError(f"{name} is no JSON")


def _each_name_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of a name that stands twice nobody knows which is meant."""
    found = dict(members)
    if len(found) != len(members):
        raise _NotJsonError("a name stands twice in one object")
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_each_name_once,
    parse_float=str,
    parse_int=str,
    parse_constant=_no_constant,
)
_PLACES = json.JSONDecoder(parse_float=str, parse_int=str)
"""What finds places in a document that was decoded."""


@dataclass(frozen=True, slots=True)
class JsonRecord:
    """One record: its value, or why it has none; where it stands, in bytes and lines from 1.

    `around` is the document that it is part of, in which stands what several records share, and
    `holder` the object in which its array stands; none where a document has no such array. `known`
    is what readers keep of a document for all of its records.
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
    """A file in JSON without byte-order mark; its first documents are decoded once."""

    def __init__(self, data: bytes, where: str) -> None:
        """Take a file, and what messages call it."""
        self._data = data
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
        except _NotJsonError:
            return False

    def _decoded(self, content: bytes) -> object:
        """Return what a document says: every format that is tried asks for the first ones."""
        if content in self._known:
            return self._known[content]
        value = _decoded(content)
        if len(self._known) < _KEPT_N:
            self._known[content] = value
        return value

    @cached_property
    def document(self) -> object:
        """What it says, if it is one document.

        Raises:
            InputError: It is none.
        """
        try:
            return self._decoded(self._data.strip(_BLANK))
        except _NotJsonError as error:
            refuse_damaged(self._data, self._where)
            raise InputError(
                f"no JSON document: {error}",
                where=self._where,
                expected="a JSON file as it was exported",
                fix="export it again: it may have been cut short, or put together from several",
            ) from None

    @property
    def problem(self) -> InputError | None:
        """Why it is neither one document nor several lines, if so."""
        try:
            _ = self.is_lines or self.document
        except InputError as error:
            return error
        return None

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
        content = self._data.strip(_BLANK)
        start = len(self._data) - len(self._data.lstrip(_BLANK))
        line = 1 + self._data[:start].count(b"\n")
        try:
            yield from _records(content, paths, self.document, start, line)
        except (_NotJsonError, RecursionError) as error:
            if may_be_answer and isinstance(self.document, dict):
                yield _unread(self.document, str(error), start, content, line)
                return
            raise self.without_records(str(error), paths) from None

    def without_records(self, detail: str, paths: Sequence[Path]) -> InputError:
        """Return that it holds none where it should, and does not say that there are none."""
        return InputError(
            f"JSON without records: {detail}",
            where=self._where,
            expected=f"an array of records at {_named(paths)}",
            fix="export it again, or describe it as it is (docs/guides/own-format.md)",
        )


def records_of_lines(
    data: bytes, *paths: Path, decoded: Callable[[bytes], object] | None = None
) -> Iterator[JsonRecord]:
    """Yield the records of a file that has one document a line; blank lines hold none.

    Args:
        data: The file, without byte-order mark.
        paths: Where each document may hold an array of records; none, or an empty one, where it may
            be a record itself. A document that is neither is yielded as a record that cannot be
            read.
        decoded: How a document is decoded, if another way is quicker.
    """
    for line, start, content in _lines(data):
        yield from _of_line(content, paths or ((),), start, line, decoded or _decoded)


def _lines(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, start and content of each line that is not blank."""
    begin = 0
    for line in count(1):
        end = data.find(b"\n", begin)
        raw = data[begin:] if end < 0 else data[begin:end]
        # A byte-order mark stands where files were joined.
        content = raw.strip(_BLANK).removeprefix(BOM_UTF8).strip(_BLANK)
        if content:
            yield line, begin + raw.index(content), content
        if end < 0:
            return
        begin = end + 1


def _of_line(
    content: bytes,
    paths: Sequence[Path],
    start: int,
    line: int,
    decoded: Callable[[bytes], object],
) -> Iterator[JsonRecord]:
    document: object = None
    try:
        document = decoded(content)
        yield from list(_records(content, paths, document, start, line, is_line=True))
    except (_NotJsonError, RecursionError) as error:
        yield _unread(document, str(error), start, content, line)


def _unread(document: object, detail: str, start: int, content: bytes, line: int) -> JsonRecord:
    """Return what a document without records, or one that is no JSON, is told as."""
    line_end = line + content.count(b"\n")
    return JsonRecord(None, document, None, detail, start, len(content), line, line_end)


def _decoded(content: bytes) -> object:
    """Return what a document says.

    Raises:
        _NotJsonError: It is none, or is nested too deeply.
    """
    try:
        text = content.decode("utf-8")
        value, end = _DECODER.raw_decode(text)
    except UnicodeDecodeError:
        raise _NotJsonError("bytes that are no UTF-8") from None
    except json.JSONDecodeError as error:
        raise _NotJsonError(f"{error.msg}, character {error.pos + 1}") from None
    except RecursionError:
        raise _NotJsonError("nested too deeply") from None
    if text[end:].strip():
        raise _NotJsonError("something follows the end")
    return value


def _records(
    content: bytes,
    paths: Sequence[Path],
    document: object,
    start: int,
    line: int,
    *,
    is_line: bool = False,
) -> Iterator[JsonRecord]:
    """Yield the records of a document in their order; on a line an array is no record.

    Places are found in the document read byte by byte, as Latin-1: JSON's signs are ASCII.

    Raises:
        _NotJsonError: It has no array at a path, and is no record itself.
    """
    inside = [path for path in paths if path or not (is_line or isinstance(document, dict))]
    arrays = [array for path in inside for array in _arrays(document, path, document)]
    if not arrays:
        if () not in paths or not (is_line or isinstance(document, dict)):
            raise _NotJsonError(f"no array at {_named(paths)}")
        yield _record(document, (document, document, {}), start, content, line)
        return
    text = content.decode("latin-1")
    places = [at for path in inside for at in _array_places(text, 0, path)]
    counted, known = 0, dict[object, Any]()
    for at, (holder, values) in sorted(zip(places, arrays, strict=True), key=lambda one: one[0]):
        for value, (first, end) in zip(values, _places(text, at), strict=True):
            line += content.count(b"\n", counted, first)
            counted = first
            shared = (document, holder, known)
            yield _record(value, shared, start + first, content[first:end], line)


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


def _arrays(value: object, path: Path, holder: object) -> Iterator[tuple[object, list[Any]]]:
    """Yield each array at a path, and the object that it stands in."""
    if not path:
        if isinstance(value, list):
            yield holder, value
    elif path[0] == EACH and isinstance(value, list):
        for one in value:
            yield from _arrays(one, path[1:], one)
    elif isinstance(value, dict):
        yield from _arrays(value.get(path[0]), path[1:], value)


def _array_places(text: str, at: int, path: Path) -> Iterator[int]:
    """Yield where each array at a path begins."""
    at = _next(text, at)
    if not path:
        if text[at] == "[":
            yield at
    elif path[0] == EACH and text[at] == "[":
        for first, _ in _places(text, at):
            yield from _array_places(text, first, path[1:])
    elif text[at] == "{":
        for key, value_at in _members(text, at):
            if key == path[0]:
                yield from _array_places(text, value_at, path[1:])


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield each name of the object that begins here, and where its value does."""
    at = _next(text, at + 1)
    while text[at] != "}":
        _, end = _PLACES.raw_decode(text, at)
        key = json.loads(text[at:end].encode("latin-1"))
        at = _next(text, _next(text, end) + 1)  # behind the colon
        yield key, at
        _, at = _PLACES.raw_decode(text, at)
        at = _next(text, at)
        if text[at] == ",":
            at = _next(text, at + 1)


def _places(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield where each element of the array that begins here starts and ends."""
    at = _next(text, at + 1)
    while text[at] != "]":
        _, end = _PLACES.raw_decode(text, at)
        yield at, end
        at = _next(text, end)
        if text[at] == ",":
            at = _next(text, at + 1)


def _next(text: str, at: int) -> int:
    """Return the place of the next sign that is not blank."""
    while text[at] in " \t\r\n":
        at += 1
    return at
