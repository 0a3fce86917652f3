"""A table that is made in parts, each in its own order, and comes out as a whole in that order."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from lockstep.ingest.arrow_text import compact

_STEP_BYTES = 128 << 10
"""About how much of a part is read at once: as little as of each of hundreds may be held."""
_SLICE_BYTES = 8 << 20
"""About how much comes out at once."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """A sorted part in a file, as batches of so many rows, and the key of the first row of each."""

    path: Path
    keys: list[Key]

    def begun(self, file: pa.RecordBatchFileReader, low: Key | None, high: Key | None) -> pa.Table:
        """Return the batches that begin from one key on to before another."""
        begin = 0 if low is None else bisect_left(self.keys, low)
        end = len(self.keys) if high is None else bisect_left(self.keys, high)
        batches = [file.get_batch(number) for number in range(begin, end)]
        return pa.Table.from_batches(batches, file.schema)


class Runs:
    """Rows that are put in part by part, and come out ordered by a unique key."""

    def __init__(self, key: Sequence[str], folder: Path | None) -> None:
        """Begin with nothing; without a folder there is one part, and it stays in memory."""
        self._key = list(key)
        self._folder = folder
        self._held: list[pl.DataFrame] = []
        self._runs: list[_Run] = []
        self._bytes_n = 0

    def add(self, part: pl.DataFrame) -> None:
        """Put in a part."""
        if self._folder is None:
            self._held.append(part)
        elif not part.height:
            self._held[:] = [part]
        else:
            self._folder.mkdir(exist_ok=True)
            ordered = part.sort(self._key).rechunk()
            path = self._folder / f"run-{len(self._runs)}.arrow"
            size = int(ordered.estimated_size())
            step_n = max(_STEP_BYTES * ordered.height // max(size, 1), 1)
            _write(ordered, path, step_n)
            keys = ordered.select(self._key).gather_every(step_n).rows()
            self._runs.append(_Run(path, keys))
            self._bytes_n += size

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield all rows: what is one part as it came, else slices, each of higher keys."""
        yield from self._held
        bounds = [None, *self._bounds(), None] if self._runs else []
        with ExitStack() as opened:
            files = [
                pa.ipc.open_file(opened.enter_context(pa.OSFile(str(run.path))))
                for run in self._runs
            ]
            behind: list[pl.DataFrame] = []
            for low, high in pairwise(bounds):
                read = pl.concat([*behind, self._begun(files, low, high)])
                is_before = pl.lit(value=True) if high is None else _before(self._key, high)
                yield read.filter(is_before).sort(self._key)
                behind = [read.filter(~is_before)]

    def _bounds(self) -> list[Key]:
        steps = sorted(key for run in self._runs for key in run.keys)
        slices_n = max(self._bytes_n // _SLICE_BYTES, 1)
        return steps[:: -(-len(steps) // slices_n)][1:] if steps else []

    def _begun(
        self, files: Sequence[pa.RecordBatchFileReader], low: Key | None, high: Key | None
    ) -> pl.DataFrame:
        found = [run.begun(file, low, high) for run, file in zip(self._runs, files, strict=True)]
        return pl.DataFrame(pa.concat_tables(found))


def _write(rows: pl.DataFrame, path: Path, step_n: int) -> None:
    """Write rows in batches of so many, each of which can be read by itself."""
    table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
    packed = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        pa.OSFile(str(path), "wb") as file,
        pa.ipc.new_file(file, table.schema, options=packed) as to,
    ):
        to.write_table(table, max_chunksize=step_n)


def _before(columns: Sequence[str], key: Key) -> pl.Expr:
    """Return whether a row stands before a key."""
    (column, *others), (value, *rest) = columns, key
    is_before: pl.Expr = pl.col(column) < value
    if not others:
        return is_before
    is_same: pl.Expr = pl.col(column) == value
    return is_before | (is_same & _before(others, tuple(rest)))


def whole(slices: Iterable[pl.DataFrame], column: str) -> Iterator[pl.DataFrame]:
    """Yield rows that come ordered by a column so that all with one value come together."""
    begun: list[pl.DataFrame] = []
    for rows in map(compact, slices):
        both = pl.concat([*begun, rows])
        is_last = pl.col(column) == pl.col(column).last()
        ended_n = both.height - both.select(is_last.sum()).item()
        yield both.head(ended_n)
        begun = [both.slice(ended_n)]
    yield from begun
