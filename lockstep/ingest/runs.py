"""A table that is made in parts, each in its own order, and comes out as a whole in that order."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

_STEP_ROWS = 1_024
"""Of every so many rows of a part the key is known."""
_SLICE_BYTES = 32 << 20
"""About how much comes out at once."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """A sorted part in a file, and the keys of its first row and of each so many behind."""

    path: Path
    keys: list[Key]

    def within(self, low: Key | None, high: Key | None) -> pl.LazyFrame:
        """Return rows among which are all from one key on to before another."""
        begin = 0 if low is None else max(bisect_left(self.keys, low) - 1, 0)
        end = len(self.keys) if high is None else bisect_left(self.keys, high)
        return pl.scan_ipc(self.path, glob=False).slice(
            begin * _STEP_ROWS, max(end - begin, 0) * _STEP_ROWS
        )


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
            ordered.write_ipc(path, compression="lz4", record_batch_size=_STEP_ROWS)
            keys = ordered.select(self._key).gather_every(_STEP_ROWS).rows()
            self._runs.append(_Run(path, keys))
            self._bytes_n += int(ordered.estimated_size())

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield all rows: slice by slice, each of higher keys than those before."""
        yield from self._held
        bounds = [None, *self._bounds(), None]
        for low, high in pairwise(bounds):
            if self._runs:
                yield self._between(low, high)

    def _bounds(self) -> list[Key]:
        steps = sorted(key for run in self._runs for key in run.keys)
        slices_n = max(self._bytes_n // _SLICE_BYTES, 1)
        return steps[:: -(-len(steps) // slices_n)][1:] if steps else []

    def _between(self, low: Key | None, high: Key | None) -> pl.DataFrame:
        found = [run.within(low, high) for run in self._runs]
        rows = pl.concat(pl.collect_all(found))
        if low is not None:
            rows = rows.filter(~_before(self._key, low))
        if high is not None:
            rows = rows.filter(_before(self._key, high))
        return rows.sort(self._key)


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
    for rows in slices:
        both = pl.concat([*begun, rows])
        is_last = pl.col(column) == pl.col(column).last()
        begun = [both.filter(is_last)]
        yield both.filter(~is_last)
    yield from begun
