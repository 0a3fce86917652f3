"""An export as text, block by block: each record with its place, each value as it stands there."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

import polars as pl

from lockstep.ingest.headers import Header
from lockstep.ingest.scanner import Bytes

BLOCK_BYTES = 16 << 20
"""How much of an export is in memory at once, as text and as what it says."""


@dataclass(frozen=True, slots=True)
class Block:
    """Records of an export that follow each other.

    `records` has one row per record: source_row, source_line, source_line_end, source_byte_start,
    source_byte_len, and of a record that cannot be split reason and detail. `values` has one row
    per record that can: source_row and values as text. `data` is the whole export.
    """

    data: Bytes
    records: pl.DataFrame
    values: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Export:
    """An export that was recognised.

    `blocks` yields its records, in order and each time anew, with the values that are wanted of
    those that the format names.
    """

    header: Header
    blocks: Callable[[Container[str]], Iterator[Block]]
