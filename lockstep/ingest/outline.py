"""What an export of no known format shows of itself: how its records lie, and their names."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lockstep.errors import InputError
from lockstep.ingest.contacts import redact
from lockstep.ingest.contents import BOM, Content
from lockstep.ingest.csv_file import split_header
from lockstep.ingest.headers import clean
from lockstep.ingest.json_damage import is_object, refuse_damaged
from lockstep.ingest.json_export import is_json

_SAMPLE_N = 200
_MAX_NAMES_N = 400
_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Outline:
    """How records lie in a file, and the names of their values, each once, in its order.

    A file in CSV has a `delimiter`; one in JSON is of `kind` lines or document, and `arrays` are
    paths to arrays of objects in it, the longest first.
    """

    names: tuple[str, ...]
    delimiter: str = ""
    kind: str = ""
    arrays: tuple[tuple[str, ...], ...] = ()


def outline(content: Content) -> Outline:
    """Return what a file shows of itself.

    Raises:
        InputError: It is no text, no JSON, or its first line is no header.
    """
    found = _of_json(content) if is_json(content) else _of_csv(content)
    where = content.file_name
    if not found.names:
        raise InputError("no names in it", where=where, expected="a header, or JSON with records")
    if any(redact(name, ())[0] != name for name in found.names):
        raise InputError(
            "a number or address where the name of a column should be",
            where=where,
            expected="names of columns in the first line",
            fix="write a header above the first record, into a copy of the file",
        )
    return found


def _of_csv(content: Content) -> Outline:
    delimiter, written = split_header(content)
    names = [clean(name) for name in written]
    return Outline(tuple(n for n in names if n and names.count(n) == 1), delimiter)


def _of_json(content: Content) -> Outline:
    data = content.data.tobytes().removeprefix(BOM)
    refuse_damaged(data, content.file_name)
    lines = [line for line in data.split(b"\n") if line.strip()]
    if is_object(lines[0]) and (len(lines) > 1 or not _paths(json.loads(lines[0]))):
        records = [json.loads(line) for line in lines[:_SAMPLE_N] if is_object(line)]
        return Outline(_names(records), kind="lines", arrays=_paths(records[0]))
    document = json.loads(data)
    paths = _paths(document)
    records = _at(document, paths[0]) if paths else []
    return Outline(_names(records), kind="document", arrays=paths)


def _paths(document: object) -> tuple[tuple[str, ...], ...]:
    """Return where arrays of objects stand, the longest first."""
    found = dict(_arrays(document, ()))
    return tuple(sorted(found, key=lambda path: (-found[path], path)))


def _arrays(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        yield path, len(value)
    elif isinstance(value, dict) and len(path) < _DEPTH:
        for name, inner in value.items():
            yield from _arrays(inner, (*path, name))


def _at(document: Any, path: tuple[str, ...]) -> list[Any]:  # noqa: ANN401 - any JSON
    for name in path:
        document = document[name]
    return list(document)


def _names(records: Iterable[object]) -> tuple[str, ...]:
    """Return the paths of the values of the first records."""
    sample = (name for one in islice(records, _SAMPLE_N) for name in _leaves(one, ()))
    return tuple(islice(dict.fromkeys(sample), _MAX_NAMES_N))


def _leaves(value: object, path: tuple[str, ...]) -> Iterator[str]:
    """Yield the path of each value that is no object and no array; of an array, its first."""
    if isinstance(value, dict) and len(path) < _DEPTH:
        for name, inner in value.items():
            if name and "." not in name and name.isprintable():
                yield from _leaves(inner, (*path, name))
    elif isinstance(value, list):
        yield from _leaves(value[0] if value else None, (*path, "0"))
    elif path and not isinstance(value, dict):
        yield ".".join(path)
