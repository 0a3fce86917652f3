"""Which stretches of posts at least two accounts publish together."""

import polars as pl

from lockstep.engine import run_sql
from lockstep.settings import Settings


def episodes(*, timing_difference: pl.LazyFrame, settings: Settings) -> pl.DataFrame:
    """Return the episodes of co-timed posting at the headline window.

    An episode is a chain of event posts in which each follows the one before it within the window,
    whoever published it, and which holds posts of at least two accounts (A6).

    Returns:
        Table `episodes`: one row per scope, window and episode; times in s since 1970 UTC.

    References:
        METHODS §4 (A6).
    """
    return run_sql(
        "episodes",
        params={"window_s": settings.timing.headline_window_s},
        timing_difference=timing_difference.select(
            "scope", "post_key", "account_key", "posted_at_s"
        ),
    )
