"""A record as it stands in its export, read back from its place there."""

from collections.abc import Collection, Iterable, Sequence

import polars as pl

from lockstep.ingest.contents import contents
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.records import without_contacts
from lockstep.ingest.scanner import Bytes

Place = tuple[int, int]
"""Where a record starts in its export, and its length, in bytes."""


def exports_by_id(files: Iterable[ExportFile], wanted: Collection[str]) -> dict[str, Bytes]:
    """Return the bytes of the exports that have these ids, unpacked; others are left out.

    Raises:
        InputError: As `contents`.
    """
    found = {}
    for file in files:
        for content in contents(file.path):
            if (source_id := content.sha256) in wanted:
                found[source_id] = content.data
    return found


def raw_texts(data: Bytes, places: Iterable[Place], regions: Sequence[str]) -> list[str]:
    """Return records of an export as text, contacts and long numbers replaced.

    Bytes that are no UTF-8 stand there as U+FFFD.

    Args:
        data: The export.
        places: Start and length of each record.
        regions: Countries of national numbers.
    """
    found = [data[at : at + size].tobytes().decode("utf-8", "replace") for at, size in places]
    return without_contacts(pl.Series(found, dtype=pl.String), regions).to_list()
