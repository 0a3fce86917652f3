"""What each record of an export in JSON says, as text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from lockstep.ingest.documents import EACH, Documents, Lookup
from lockstep.ingest.formats import Format
from lockstep.ingest.json_file import JsonRecord

_IN_BRACES = re.compile(r"\{([^{}]+)\}")
_UNLESS = "!"
_COUNT = re.compile(r"-?[0-9]{1,18}")


def values_of(fmt: Format, record: JsonRecord) -> list[str | None]:
    """Return every value of a record as text, in the order of the format's headers."""
    documents = fmt.documents or Documents()
    within = {documents.within: record.holder} if documents.within else {}
    shown = {**(record.value or {}), **_looked_up(documents, record), **within}
    return [
        next((text for name in names if (text := _text(shown, name, value, documents))), None)
        for value, names in fmt.headers.items()
    ]


def is_answer(record: JsonRecord, documents: Documents) -> bool:
    """Return whether this is a whole document that tells that it has no records.

    One that also claims to have some, such as a count that is not 0 beside an error, lost them.
    """
    is_whole = record.holder is None if record.value is None else record.value is record.around
    arrays = (next(_at_path(record.around, path), None) for path in documents.paths if path)
    if not is_whole or any(array is not None for array in arrays):
        return False
    told = [
        not meant or _written(found) in meant
        for name, meant in documents.empty.items()
        for found in islice(_at_path(record.around, name.split(".")), 1)
    ]
    return bool(told) and all(told)


def _text(shown: Mapping[str, Any], name: str, value: str, documents: Documents) -> str | None:
    """Return what a value is by one of its columns; else nothing."""
    if value in documents.joined:
        found = (_pieces if value == "text" else _at_path)(shown, name.split("."))
        return documents.joined[value].join(one for one in found if isinstance(one, str)) or None
    if value in documents.summed:
        return _sum(shown, name)
    return _at(shown, name)


def _at(value: object, name: str) -> str | None:
    """Return what stands at a path, or a text with what stands at its paths in braces."""
    return _filled(value, name) if "{" in name else _first(value, name)


def _filled(shown: object, name: str) -> str | None:
    """Return a text with what stands at its paths in braces; nothing where one leads nowhere.

    Where one stands behind an exclamation mark there is nothing unless it leads nowhere.
    """
    told = {path: _in_braces(shown, path) for path in _IN_BRACES.findall(name)}
    if None in told.values():
        return None
    return _IN_BRACES.sub(lambda found: told[found.group(1)] or "", name)


def _in_braces(shown: object, path: str) -> str | None:
    if path.startswith(_UNLESS):
        return "" if _first(shown, path.removeprefix(_UNLESS)) is None else None
    return _first(shown, path)


def _sum(shown: Mapping[str, Any], name: str) -> str | None:
    """Return the sum of what stands at a path; what is no number as it stands there."""
    written = [_written(one) or "" for one in _at_path(shown, name.split("."))]
    wrong = next((text for text in written if not _COUNT.fullmatch(text)), None)
    if wrong is not None or not written:
        return wrong
    return str(sum(int(text) for text in written))


def _looked_up(documents: Documents, record: JsonRecord) -> dict[str, Any]:
    """Return what the document holds of others that a record names, by the lookup's name."""
    found = {}
    for name, lookup in documents.lookups.items():
        wanted = _at(record.value, lookup.by)
        kept = (lookup.path, lookup.key)
        if kept not in record.known:
            record.known[kept] = _by_key(record.around, lookup)
        if wanted in record.known[kept]:
            found[name] = record.known[kept][wanted]
    return found


def _by_key(around: object, lookup: Lookup) -> dict[str, object]:
    """Return what a document holds for a lookup, by its key: of several with one key the last."""
    held = next(_at_path(around, lookup.path), None)
    keyed = ((_at(one, lookup.key), one) for one in (held if isinstance(held, list) else []))
    return {key: one for key, one in keyed if key is not None}


def _first(value: object, name: str) -> str | None:
    """Return the first text, number or truth at a path such as `author.id`; else nothing."""
    texts = (_written(one) for one in _at_path(value, name.split(".")))
    return next((text for text in texts if text is not None), None)


def _written(found: object) -> str | None:
    if isinstance(found, bool):
        return "true" if found else "false"
    return found if isinstance(found, str) else None


def _at_path(value: object, path: Sequence[str]) -> Iterator[object]:
    """Yield what stands at a path, null is nothing; each where a part of it is every element."""
    if not path:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        yield from _at_path(value.get(path[0]), path[1:])
    elif isinstance(value, list) and path[0] == EACH:
        for one in value:
            yield from _at_path(one, path[1:])
    elif isinstance(value, list) and path[0].isdecimal() and int(path[0]) < len(value):
        yield from _at_path(value[int(path[0])], path[1:])


def _pieces(value: object, path: Sequence[str]) -> Iterator[object]:
    """Yield what stands at a path; a text that stands on the way is a piece too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and path[:1] == [EACH]:
        for one in value:
            yield from _pieces(one, path[1:])
    elif isinstance(value, dict) and path:
        yield from _pieces(value.get(path[0]), path[1:])
