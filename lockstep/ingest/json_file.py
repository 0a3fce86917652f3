"""The records of an export in JSON, each with its place in the file.

Numbers stay text as they were written: ids of 64 bits are no floats, and nothing is rounded.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lockstep.errors import InputError

Path = tuple[str, ...]
"""Names that lead from the top of a document to what is meant; none is the document itself."""

_BLANK = b" \t\r\n"


class _NotJsonError(ValueError):
    """What stands there is no JSON."""


def _no_constant(name: str) -> str:
    raise _NotJsonError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_no_constant)


@dataclass(frozen=True, slots=True)
class JsonRecord:
    """One record: its value, or why it has none; where it stands, in bytes and lines from 1.

    `around` is the document that it is part of, in which stands what several records share.
    """

    value: dict[str, Any] | None
    around: object
    detail: str | None
    byte_start: int
    byte_len: int
    line: int
    line_end: int


def records_of_lines(data: bytes, path: Path = ()) -> Iterator[JsonRecord]:
    """Yield the records of a file that has one document a line; blank lines hold none.

    Args:
        data: The file, without byte-order mark.
        path: Where each document holds an array of records; none where it is a record itself. A
            document without that array is yielded as a record that cannot be read.
    """
    begin = 0
    for line, raw in enumerate(data.split(b"\n"), start=1):
        content = raw.strip(_BLANK)
        if content:
            start = begin + raw.index(content[:1])
            yield from _of_document(content, path, start, line)
        begin += len(raw) + 1


def records_of_document(data: bytes, path: Path, where: str) -> Iterator[JsonRecord]:
    """Yield the records of a file that is one document: the elements of the array at a path.

    Args:
        data: The file, without byte-order mark.
        path: Where the array stands.
        where: The file, for messages.

    Raises:
        InputError: The file is no JSON, or has no array there.
    """
    content = data.strip(_BLANK)
    start = len(data) - len(data.lstrip(_BLANK))
    try:
        document = _decoded(content)
        yield from _elements(content, path, document, start, 1 + data[:start].count(b"\n"))
    except _NotJsonError as error:
        raise InputError(
            f"no JSON document: {error}",
            where=where,
            expected=f"an array of records at {'.'.join(path) or 'its top'}",
            fix="export it again: it may have been cut short",
        ) from None


def _of_document(content: bytes, path: Path, start: int, line: int) -> Iterator[JsonRecord]:
    try:
        value = _decoded(content)
        if path:
            yield from list(_elements(content, path, value, start, line))
        else:
            yield _record(value, value, start, content, line)
    except _NotJsonError as error:
        yield JsonRecord(None, None, str(error), start, len(content), line, line)


def _decoded(content: bytes) -> object:
    """Return what a document says.

    Raises:
        _NotJsonError: It is none, holds half a character, or is nested too deeply.
    """
    try:
        text = content.decode("utf-8")
        value, end = _DECODER.raw_decode(text)
        if text[end:].strip():
            raise _NotJsonError("something follows the end")
        # A lone half of a pair, written as an escape, is no character and cannot be stored.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError:
        raise _NotJsonError("bytes that are no UTF-8") from None
    except UnicodeEncodeError:
        raise _NotJsonError("half a character") from None
    except json.JSONDecodeError as error:
        raise _NotJsonError(f"{error.msg}, character {error.pos + 1}") from None
    except RecursionError:
        raise _NotJsonError("nested too deeply") from None
    else:
        return value


def _record(value: object, around: object, start: int, content: bytes, line: int) -> JsonRecord:
    line_end = line + content.count(b"\n")
    is_object = isinstance(value, dict)
    return JsonRecord(
        value=value if isinstance(value, dict) else None,
        around=around,
        detail=None if is_object else "no object",
        byte_start=start,
        byte_len=len(content),
        line=line,
        line_end=line_end,
    )


def _elements(
    content: bytes, path: Path, document: object, start: int, line: int
) -> Iterator[JsonRecord]:
    """Yield the elements of the array at a path of a document that was decoded already.

    Places are found in the document read byte by byte, as Latin-1: JSON's signs are ASCII.
    """
    values = document
    for name in path:
        values = values.get(name) if isinstance(values, dict) else None
    if not isinstance(values, list):
        raise _NotJsonError(f"no array at {'.'.join(path) or 'its top'}")
    text = content.decode("latin-1")
    counted = 0
    places = _places(text, _array_at(text, path))
    for value, (first, end) in zip(values, places, strict=True):
        line += content.count(b"\n", counted, first)
        counted = first
        yield _record(value, document, start + first, content[first:end], line)


def _array_at(text: str, path: Path) -> int:
    """Return where the array at a path begins; of a name that stands twice the last one counts."""
    at = _next(text, 0)
    for name in path:
        found = -1
        for key, value_at in _members(text, at):
            if key == name:
                found = value_at
        at = found
    return at


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Yield each name of the object that begins here, and where its value does."""
    at = _next(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _next(text, _next(text, at) + 1)  # behind the colon
        # Names are compared as text: read as Latin-1 they hold the bytes of their UTF-8.
        yield key.encode("latin-1", "replace").decode("utf-8", "replace"), at
        _, at = _DECODER.raw_decode(text, at)
        at = _next(text, at)
        if text[at] == ",":
            at = _next(text, at + 1)


def _places(text: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield where each element of the array that begins here starts and ends."""
    at = _next(text, at + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = _next(text, end)
        if text[at] == ",":
            at = _next(text, at + 1)


def _next(text: str, at: int) -> int:
    """Return the place of the next sign that is not blank."""
    while text[at] in " \t\r\n":
        at += 1
    return at
