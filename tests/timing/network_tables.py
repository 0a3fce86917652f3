"""The table `timing_statistics` of posts in hand, and the rows that tests ask of it."""

from typing import Any

import polars as pl

from lockstep.timing.statistics import timing_statistics
from tests.timing import reference
from tests.timing.reference import DAY_S, Post

NOON_S = 43_200
DEFINITIONS = ["A1", "A2a", "A2b", "A3", "A5", "A6"]


def table(
    posts: list[Post],
    accounts_n: int,
    *,
    days_n: int,
    p_volumes: tuple[str | None, ...] = ("0.5",),
    created_s: list[int | None] | None = None,
    **timing: Any,
) -> pl.DataFrame:
    """Return the table of some posts; further keys are of `[timing]`."""
    frames = reference.frames(posts, accounts_n, days_n=days_n, created_s=created_s or [])
    return timing_statistics(
        **frames,
        pair_timing=reference.pair_timing(p_volumes),
        settings=reference.settings(**({"surrogates": 99} | timing)),
    )


def row(frame: pl.DataFrame, definition: str = "A1", window_s: int = 60) -> dict[str, Any]:
    """Return the row of the network over all time beside N1."""
    return whole(frame).row(
        by_predicate=(pl.col("definition") == definition) & (pl.col("window_s") == window_s),
        named=True,
    )


def whole(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the network over all time beside N1, without the variants of A1."""
    return frame.filter(
        pl.col("definition").is_in(DEFINITIONS),
        pl.col("subject") == "network",
        pl.col("period") == "all",
        pl.col("null_id") == "N1",
    )


def together(days: range, accounts_n: int = 2) -> list[Post]:
    """Return one post an account and day, all within seconds of each other."""
    return [(d * DAY_S + NOON_S + d * 600 + a, a) for d in days for a in range(accounts_n)]
