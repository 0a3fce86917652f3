"""When were posts collected at all? Where nobody collected, silence says nothing."""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lockstep.timing.scope import Ints

Intervals = tuple[tuple[int, int], ...]
"""First and last second of each stretch, both inclusive; ascending, none touching the next."""

_SILENCE_S = 86_400
_BROKEN_OFF, _OF_A_POST, _STATED = range(3)
"""What tells where a stretch begins or ends; of two at the same second the greater counts."""


def collection_intervals(sources: pl.LazyFrame) -> Intervals:
    """Return the stretches of time that the exports cover: those of all sources together.

    A source covers what its file name states, else from its first to its last post. One that breaks
    off covers nothing beyond what was read: sorted by time it ends, or begins, at its last record;
    sorted by anything else it may lack a post of any day, and covers none. Less than a day between
    two sources is silence, not a gap, where a post alone tells where either begins or ends: files
    cut at a number of records never reach the second at which the next begins. Behind a file that
    breaks off any gap is one.
    """
    begins_broken, ends_broken = _breaks_off("time_descending"), _breaks_off("time_ascending")
    start_s, end_s = pl.col("collection_start_s"), pl.col("collection_end_s")
    covered = sources.filter(~pl.col("is_cut_short") | begins_broken | ends_broken).select(
        pl.coalesce(pl.when(~begins_broken).then(start_s), "first_posted_s").alias("start_s"),
        # The end that a file's name states is exclusive.
        pl.coalesce(pl.when(~ends_broken).then(end_s - 1), "last_posted_s").alias("end_s"),
        _told_by(start_s, begins_broken).alias("start_told_by"),
        _told_by(end_s, ends_broken).alias("end_told_by"),
    )
    known = covered.drop_nulls(["start_s", "end_s"]).collect()
    known = known.sort("start_s", "end_s", "start_told_by", "end_told_by")
    return () if known.is_empty() else tuple(_joined(known.iter_rows()))


def _breaks_off(order: str) -> pl.Expr:
    return pl.col("is_cut_short") & (pl.col("sort_order") == order)


def _told_by(stated_s: pl.Expr, is_broken: pl.Expr) -> pl.Expr:
    return (
        pl.when(is_broken)
        .then(_BROKEN_OFF)
        .when(stated_s.is_null())
        .then(_OF_A_POST)
        .otherwise(_STATED)
    )


def _joined(covered: Iterable[tuple[int, int, int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the union of stretches that come ascending."""
    rows = iter(covered)
    start, end, _, end_told_by = next(rows)
    for next_start, next_end, next_start_told_by, next_end_told_by in rows:
        if next_start - end - 1 > _silence_s({end_told_by, next_start_told_by}):
            yield start, end
            start = next_start
        elif next_end < end:
            continue
        elif next_end == end:
            end_told_by = max(end_told_by, next_end_told_by)
            continue
        end, end_told_by = next_end, next_end_told_by
    yield start, end


def _silence_s(told_by: set[int]) -> int:
    """Return how long nothing may be between an end and a beginning without being a gap."""
    return _SILENCE_S - 1 if _OF_A_POST in told_by and _BROKEN_OFF not in told_by else 0


def collected(intervals: Intervals, starts_s: Ints, width_s: int) -> NDArray[np.bool_]:
    """Return which stretches [start, start + width) were collected from start to end."""
    if not intervals:
        return np.zeros(len(starts_s), dtype=np.bool_)
    edges = np.array(intervals, dtype=np.int64)
    at = np.searchsorted(edges[:, 0], starts_s, side="right") - 1
    inside = (at >= 0) & (starts_s + width_s - 1 <= edges[np.maximum(at, 0), 1])
    return np.asarray(inside, dtype=np.bool_)


def outer(intervals: Intervals) -> tuple[int, int]:
    """Return the first and last second of all, (0, -1) of none."""
    return (intervals[0][0], intervals[-1][1]) if intervals else (0, -1)
