"""Do the post counts of two accounts rise and fall together, co-timed posts in and out?"""

from itertools import combinations
from typing import Any

import polars as pl

from lockstep.activity.association import Association, associate
from lockstep.activity.series import Bin, Grid, grid
from lockstep.false_discovery import benjamini_hochberg
from lockstep.rounding import p_value, real
from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, Settings
from lockstep.storage import empty
from lockstep.streams import stream
from lockstep.timing.collection import collection_intervals
from lockstep.timing.events import NETWORK
from lockstep.timing.scope import Ints, Scope, load_scope

VIEW = "detrended_log1p"
"""The one view that is tested: logarithms of 1 + count, less a quadratic trend."""

BLOCK_BINS: dict[Bin, int] = {"week": 8, "day": 28}
"""Length of a bootstrap block in bins."""

MAX_LAG_BINS: dict[Bin, int] = {"week": 8, "day": 14}
"""Furthest lag of the cross-correlation in bins."""

_TABLE = "post_count_correlation"

Row = dict[str, Any]


def post_count_correlation(
    *,
    post_counts: pl.LazyFrame,
    timing_difference: pl.LazyFrame,
    accounts: pl.LazyFrame,
    posts: pl.LazyFrame,
    sources: pl.LazyFrame,
    settings: Settings,
) -> pl.DataFrame:
    """Return how the event posts of each pair of accounts under study move together.

    Bins count where they lie wholly inside the lives of both accounts and were collected from start
    to end; of these, bins without a post count as 0. Each pair is told twice: of all its posts
    (`in`), and without the posts that have one of another account of the scope within the headline
    window (`out`).

    Returns:
        Table `post_count_correlation`: one row per pair, bin width and `cotimed`; a pair that
        cannot be tested has null numbers. Empty above 200 accounts.

    References:
        METHODS §8.1.
    """
    scope = load_scope(posts, accounts, settings)
    if scope.accounts_n > MAX_ACCOUNTS_UNDER_STUDY:
        return empty(_TABLE)
    intervals = collection_intervals(sources)
    co_timed = _co_timed(timing_difference, settings)
    seed = settings.timing.seed
    rows: list[Row] = []
    for width in settings.counts.bins:
        bins = grid(width, intervals)
        counted = bins.counts(_counted(post_counts, width), scope.account_keys)
        rest = counted - bins.counts(co_timed, scope.account_keys)
        rows += _family(scope, bins, counted, width=width, cotimed="in", seed=seed)
        rows += _family(scope, bins, rest, width=width, cotimed="out", seed=seed)
    return pl.DataFrame(rows, schema=empty(_TABLE).schema, orient="row")


def _counted(post_counts: pl.LazyFrame, width: Bin) -> pl.DataFrame:
    of_width = post_counts.filter(pl.col("bin") == width)
    return of_width.select("account_key", pl.col("bin_start_s").alias("at_s"), "posts_n").collect()


def _co_timed(timing_difference: pl.LazyFrame, settings: Settings) -> pl.DataFrame:
    """Return the posts that A1 counts, each as one count at its moment."""
    near = timing_difference.filter(
        pl.col("scope") == NETWORK,
        pl.col("nearest_gap_s") <= settings.timing.headline_window_s,
    )
    return near.select(
        "account_key", pl.col("posted_at_s").alias("at_s"), pl.lit(1).alias("posts_n")
    ).collect()


def _family(
    scope: Scope, bins: Grid, counts: Ints, *, width: Bin, cotimed: str, seed: int
) -> list[Row]:
    """Return the rows of all pairs of one bin width, q over those that could be tested."""
    first = bins.first_living_bin(scope.alive_from_s)
    rows: list[Row] = []
    p_values = []
    for a, b in combinations(range(scope.accounts_n), 2):
        keys = scope.account_keys[a], scope.account_keys[b]
        common = counts[[a, b]][:, bins.lived(max(first[a], first[b]))]
        found = associate(
            *common,
            block_bins=BLOCK_BINS[width],
            max_lag_bins=MAX_LAG_BINS[width],
            rng=stream(seed, _TABLE, NETWORK, width, cotimed, *keys),
        )
        p_values.append(found.p_value if found else None)
        rows.append(
            {
                "account_a": keys[0],
                "account_b": keys[1],
                "bin": width,
                "view": VIEW,
                "cotimed": cotimed,
                "bins_n": common.shape[1],
                "posts_a_n": int(common[0].sum()),
                "posts_b_n": int(common[1].sum()),
                **(_numbers(found) if found else {}),
            }
        )
    return [
        {**row, "q": p_value(q)} for row, q in zip(rows, benjamini_hochberg(p_values), strict=True)
    ]


def _numbers(found: Association) -> Row:
    return {
        "pearson": real(found.pearson),
        "pearson_low": real(found.pearson_low),
        "pearson_high": real(found.pearson_high),
        "spearman": real(found.spearman),
        "lag_bins": found.lag_bins,
        "pearson_at_lag": real(found.pearson_at_lag),
        "n_eff": real(found.n_eff),
        "p_pyper_peterman": p_value(found.p_pyper_peterman),
        "p_circular": p_value(found.p_circular),
        "p_value": p_value(found.p_value),
    }
