"""Where values stand in a JSON document, to the byte, without decoding it.

What is no JSON may be divided in any way here: who decodes the parts finds out.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

from lockstep.compiled import compiled
from lockstep.ingest.documents import EACH, Path
from lockstep.ingest.scanner import Bytes

_QUOTE, _BACKSLASH, _COMMA = b'"\\,'
_OPEN_ARRAY, _CLOSE_ARRAY, _OPEN_OBJECT, _CLOSE_OBJECT = b"[]{}"
_BLANK = tuple(b" \t\n\r")
_ENDS = (*_BLANK, *b'[]{},:"')
"""What ends a word or a number."""


class NotJsonError(ValueError):
    """What stands there is no JSON."""


class Span(NamedTuple):
    """Bytes of a document, from one on to before another."""

    begin: int
    end: int


def begins_object(data: Bytes) -> bool:
    """Whether a document, without blanks before it, begins as an object does."""
    return len(data) > 0 and int(data[0]) == _OPEN_OBJECT


def arrays(data: Bytes, path: Path, at: int = 0) -> Iterator[Span]:
    """Yield each array at a path that leads from the value at a byte.

    Raises:
        NotJsonError: The document ends too early, or a sign is missing.
    """
    at = _next(data, at)
    if not path:
        if data[at] == _OPEN_ARRAY:
            yield Span(at, _end(data, at))
    elif path[0] == EACH and data[at] == _OPEN_ARRAY:
        for element in elements(data, at):
            yield from arrays(data, path[1:], element.begin)
    elif data[at] == _OPEN_OBJECT:
        for name, value_at in _members(data, at):
            if name == path[0]:
                yield from arrays(data, path[1:], value_at)


def elements(data: Bytes, at: int) -> Iterator[Span]:
    """Yield each element of the array that begins at a byte.

    Raises:
        NotJsonError: Something else than a comma stands between two of them.
    """
    at = _next(data, at + 1)
    while data[at] != _CLOSE_ARRAY:
        end = _end(data, at)
        yield Span(at, end)
        at = _next(data, end)
        is_comma = data[at] == _COMMA
        at = _next(data, at + 1) if is_comma else at
        if is_comma == (data[at] == _CLOSE_ARRAY):
            raise NotJsonError(f"no comma between two elements, character {at + 1}")


def _members(data: Bytes, at: int) -> Iterator[tuple[object, int]]:
    """Yield each name of the object that begins here, and where its value does."""
    at = _next(data, at + 1)
    while data[at] != _CLOSE_OBJECT:
        end = _end(data, at)
        name = _name(data[at:end].tobytes())
        colon = _next(data, end)
        value_at = _next(data, colon + 1)
        yield name, value_at
        at = _next(data, _end(data, value_at))
        if data[at] == _COMMA:
            at = _next(data, at + 1)


def _name(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _next(data: Bytes, at: int) -> int:
    """Return the place of the next sign that is not blank."""
    found = _behind_blanks(data, at)
    if found >= len(data):
        raise NotJsonError("it ends in the middle of a value")
    return found


def _end(data: Bytes, at: int) -> int:
    """Return the byte behind the value that begins here."""
    end = _end_of_value(data, at)
    if not at < end <= len(data):
        raise NotJsonError(f"no value, character {at + 1}")
    return end


@compiled
def _behind_blanks(data: Bytes, at: int) -> int:
    while at < len(data) and data[at] in _BLANK:
        at += 1
    return at


@compiled
def _end_of_value(data: Bytes, at: int) -> int:
    """Return the byte behind the value that begins here: none of the document if it ends before."""
    if data[at] == _QUOTE:
        return _end_of_text(data, at)
    if data[at] not in (_OPEN_ARRAY, _OPEN_OBJECT):
        return _end_of_word(data, at)
    depth = 0
    while at < len(data):
        if data[at] == _QUOTE:
            at = _end_of_text(data, at)
            continue
        if data[at] in (_OPEN_ARRAY, _OPEN_OBJECT):
            depth += 1
        elif data[at] in (_CLOSE_ARRAY, _CLOSE_OBJECT):
            depth -= 1
        at += 1
        if depth == 0:
            return at
    return at + 1


@compiled
def _end_of_text(data: Bytes, at: int) -> int:
    at += 1
    while at < len(data) and data[at] != _QUOTE:
        at += 2 if data[at] == _BACKSLASH else 1
    return at + 1


@compiled
def _end_of_word(data: Bytes, at: int) -> int:
    """Return the byte behind a number, true, false or null."""
    while at < len(data) and data[at] not in _ENDS:
        at += 1
    return at
