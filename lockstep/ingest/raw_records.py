"""A record as it stands in its export, read back from its place there."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from lockstep.errors import InputError
from lockstep.ingest.contents import contents
from lockstep.ingest.records import without_contacts
from lockstep.ingest.scanner import Bytes

Place = tuple[int, int]
"""Where a record starts in its export, and its length, in bytes."""


def raw_texts(
    path: Path, source_id: str, places: Iterable[Place], regions: Sequence[str]
) -> list[str]:
    """Return records of one export as text, contacts and long numbers replaced.

    Bytes that are no UTF-8 stand there as U+FFFD.

    Args:
        path: The file that holds the export.
        source_id: SHA-256 that the export had when the places were noted.
        places: Start and length of each record.
        regions: Countries of national numbers.

    Raises:
        InputError: The file cannot be read, or does not hold the export.
    """
    data = _export(path, source_id)
    found = [_text_at(data, *place) for place in places]
    return without_contacts(pl.Series(found, dtype=pl.String), regions).to_list()


def _export(path: Path, source_id: str) -> Bytes:
    for content in contents(path):
        if hashlib.sha256(content.data.data).hexdigest() == source_id:
            return content.data
    raise InputError(
        "the file has changed since it was read", where=str(path), fix="run the case again"
    )


def _text_at(data: Bytes, byte_start: int, byte_len: int) -> str:
    return data[byte_start : byte_start + byte_len].tobytes().decode("utf-8", "replace")
