"""Which posts say that they are older than they are: their ids belong to a later time."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lockstep.compiled import compiled
from lockstep.ingest.arrow_text import compact

Times = NDArray[np.int64]

_DAY_S = 86_400
_CONTRADICTED_BY_N = 10
"""Two or three posts written at once for later days are no witnesses against one between them."""
_ONE_IN_N = 50
"""Where more of the posts contradict their ids, the ids do not grow with time."""
_NOT_UPLOADED = ("link", "photo", "status", "video", "youtube")
"""Kinds of posts that never bear the number of a video."""
_SEQUENCE = ("account_key", "digits_n")
"""Whose ids grow with time."""
ID_ORDER = (*_SEQUENCE, "post_key")
"""Equally long ids of one account stand in the order of their keys."""


def dated(posts: pl.DataFrame) -> pl.DataFrame:
    """Return when posts of accounts were published, and how long their ids are where these grow.

    One row per post, in `ID_ORDER`: account_key, digits_n, post_key, posted_at_s; digits_n is 0
    where the id tells nothing of time.
    """
    digits_n = pl.when(_has_ordered_id()).then(pl.col("post_id").str.len_bytes()).otherwise(0)
    return posts.select("account_key", "post_key", "posted_at_s", digits_n=digits_n).sort(ID_ORDER)


def early_posts(dated: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return the posts that claim a time more than a day before that of their ids.

    Facebook lets a page give a post an earlier time. Its id stays that of the moment at which it
    was made, and the ids of an account's posts grow. Only ids of one account and of equally many
    digits are compared, and only of posts whose ids grow on real exports (3 inversions in 1,000
    pairs): posts with an address in /posts/ that are in no group (there the time is that of
    approval) and, by their kind, no video of the account's own (they bear the video's number).

    A scheduled post has an early id and a late time: it is late, not early, and stays. Which of two
    posts that contradict each other is wrong is decided by all of them (`too_early`).

    Errors: an account's posts are told from 50 on. More than one in 50 that are early are taken for
    ids that do not grow: then none is back-dated, and a page that back-dates that much keeps them.
    A page that schedules nearly everything days ahead may lose the few posts that it does not, at
    most one in 50. A post back-dated by less than a day, or over fewer than ten posts, is not seen.

    Args:
        dated: All posts, as `dated` gives them, in slices that are asked for twice.

    Returns:
        One row per early post: post_key and is_back_dated, false where ids do not tell.

    References:
        METHODS §6 (id-order inversion > 24 h).
    """
    early = pl.concat([_nothing_early(), *(_early_of(first, t) for first, t in _sequences(dated))])
    found, before_n = [], 0
    for rows in dated:
        here = early.filter(pl.col("row").is_between(before_n, before_n + rows.height - 1))
        keys = rows["post_key"].gather(here["row"] - before_n)
        found.append(compact(here.select(keys, "is_back_dated")))
        before_n += rows.height
    return pl.concat(found).sort("post_key")


def _sequences(dated: Iterable[pl.DataFrame]) -> Iterator[tuple[int, Times]]:
    """Yield the number of the first row, and all times, of posts whose ids grow with each other."""
    begun, first, held = None, 0, list[Times]()
    before_n = 0
    for rows in dated:
        times_s = rows["posted_at_s"].to_numpy()
        for sequence, begin, end in _within(rows):
            if sequence != begun:
                if held:
                    yield first, np.concatenate(held)
                begun, first, held = sequence, before_n + begin, []
            if sequence[1]:
                held.append(times_s[begin:end])
        before_n += rows.height
    if held:
        yield first, np.concatenate(held)


def _within(rows: pl.DataFrame) -> Iterator[tuple[tuple[str, int], int, int]]:
    """Yield account and length of ids of each sequence in a slice, and its rows."""
    is_first = pl.any_horizontal(pl.col(name) != pl.col(name).shift() for name in _SEQUENCE)
    starts = rows.select(is_first.fill_null(value=True).arg_true()).to_series()
    sequences = rows.select(pl.col(_SEQUENCE).gather(starts)).iter_rows()
    ends = [*starts.slice(1), rows.height]
    yield from zip(sequences, starts, ends, strict=False)


def _has_ordered_id() -> pl.Expr:
    return (
        (pl.col("platform") == "facebook")
        & pl.col("surface_key").is_null()
        & pl.col("post_url").str.contains("/posts/", literal=True)
        & pl.col("post_id").str.contains("^[0-9]+$")
        & (pl.col("is_share") | pl.col("post_type").is_in(_NOT_UPLOADED))
    )


def _nothing_early() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int64, "is_back_dated": pl.Boolean})


def _early_of(first: int, times_s: Times) -> pl.DataFrame:
    """Return the rows of a sequence that are early, if it is long enough to be told."""
    if len(times_s) < _ONE_IN_N:
        return _nothing_early()
    early = np.flatnonzero(too_early(times_s))
    ids_grow = len(early) * _ONE_IN_N <= len(times_s)
    return pl.DataFrame({"row": early + first}).with_columns(is_back_dated=pl.lit(ids_grow))


def too_early(times_s: Sequence[int] | Times) -> NDArray[np.bool_]:
    """Return which posts, given in the order of their ids, claim a time before that of their ids.

    A chain is a set of posts whose times never fall as the ids grow; the longest chains are those
    that call the fewest posts wrong. A post is early if it is in no longest chain, and at least ten
    posts that are in all of them have a smaller id and a time more than a day later. O(n log n).

    Example:
        >>> times_s = [100_000 * day for day in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 12)]
        >>> too_early(times_s).nonzero()[0].tolist()
        [11]
    """
    times = np.array(times_s, dtype=np.int64)
    ends = _chain_lengths(times)
    starts = _chain_lengths(-times[::-1])[::-1]
    longest = ends.max(initial=0)
    in_some = ends + starts - 1 == longest
    in_all = in_some & (np.bincount(ends[in_some], minlength=longest + 1)[ends] == 1)
    witnesses_s = times[in_all]
    later_n = np.cumsum(in_all) - np.searchsorted(witnesses_s, times + _DAY_S, side="right")
    return np.asarray(~in_some & (later_n >= _CONTRADICTED_BY_N), dtype=np.bool_)


@compiled
def _chain_lengths(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how long the longest chain is that ends at each post."""
    lowest_end, lengths = np.empty_like(times), np.empty_like(times)
    longest = 0
    for place, time in enumerate(times):
        longer_than = np.searchsorted(lowest_end[:longest], time, side="right")
        lowest_end[longer_than] = time
        longest = max(longest, longer_than + 1)
        lengths[place] = longer_than + 1
    return lengths
