"""When were posts collected at all? Where nobody collected, silence says nothing."""

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lockstep.timing.scope import Ints

Intervals = tuple[tuple[int, int], ...]
"""First and last second of each stretch, both inclusive; ascending, none touching the next."""

_SILENCE_S = 86_400


def collection_intervals(posts: pl.LazyFrame, sources: pl.LazyFrame) -> Intervals:
    """Return the stretches of time that the exports cover.

    A source covers what its file name states, else from its first to its last post; a case covers
    the union of these, else from its first to its last post, and nothing where it has none. Less
    than a day between two sources is silence, not a gap, where a post alone tells where either
    begins or ends: files cut at a number of records never reach the second at which the next
    begins.
    """
    covered = sources.select(
        pl.coalesce("collection_start_s", "first_posted_s").alias("start_s"),
        # The end that a file's name states is exclusive.
        pl.coalesce(pl.col("collection_end_s") - 1, "last_posted_s").alias("end_s"),
        pl.col("collection_start_s").is_not_null().alias("start_stated"),
        pl.col("collection_end_s").is_not_null().alias("end_stated"),
    )
    known = covered.drop_nulls(["start_s", "end_s"]).collect()
    known = known.sort("start_s", "end_s", "start_stated", "end_stated")
    if known.is_empty():
        return _span_of(posts)
    return tuple(_joined(known.iter_rows()))


def _span_of(posts: pl.LazyFrame) -> Intervals:
    seen = (
        posts.filter(~pl.col("is_back_dated"))
        .select(
            pl.col("posted_at_s").min().alias("start_s"), pl.col("posted_at_s").max().alias("end_s")
        )
        .collect()
    )
    return tuple((int(start), int(end)) for start, end in seen.drop_nulls().iter_rows())


def _joined(covered: Iterable[tuple[int, int, bool, bool]]) -> Iterator[tuple[int, int]]:
    """Yield the union of stretches that come ascending."""
    rows = iter(covered)
    start, end, _, end_stated = next(rows)
    for next_start, next_end, next_start_stated, next_end_stated in rows:
        between_s = 0 if end_stated and next_start_stated else _SILENCE_S - 1
        if next_start - end - 1 > between_s:
            yield start, end
            start = next_start
        elif next_end <= end:
            end_stated = end_stated or (next_end == end and next_end_stated)
            continue
        end, end_stated = next_end, next_end_stated
    yield start, end


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
