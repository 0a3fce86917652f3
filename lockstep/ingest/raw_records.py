"""A record as it stands in its export, read back from its place there."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import polars as pl

from lockstep.errors import InputError
from lockstep.ingest.records import without_contacts
from lockstep.storage import file_sha256

Place = tuple[int, int]
"""Where a record starts in its file, and its length, in bytes."""


def raw_texts(
    path: Path, source_id: str, places: Iterable[Place], regions: Sequence[str]
) -> list[str]:
    """Return records of one export as text, contacts and long numbers replaced.

    Bytes that are no UTF-8 stand there as U+FFFD.

    Args:
        path: The export.
        source_id: SHA-256 that it had when the places were noted.
        places: Start and length of each record.
        regions: Countries of national numbers.

    Raises:
        InputError: The file cannot be read, or is another than it was.
    """
    try:
        if file_sha256(path) != source_id:
            raise InputError(
                "the file has changed since it was read", where=str(path), fix="run the case again"
            )
        with path.open("rb") as file:
            found = [_text_at(file, *place) for place in places]
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from None
    return without_contacts(pl.Series(found, dtype=pl.String), regions).to_list()


def _text_at(file: BinaryIO, byte_start: int, byte_len: int) -> str:
    file.seek(byte_start)
    return file.read(byte_len).decode("utf-8", "replace")
