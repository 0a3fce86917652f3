"""How much did each account post in each hour, day and week?"""

import polars as pl

from lockstep.engine import run_sql
from lockstep.settings import Settings
from lockstep.timing.events import IS_EVENT_POST

_POSTS = ("post_key", "account_key", "posted_at_s")


def post_counts(
    *,
    posts: pl.LazyFrame,
    settings: Settings,  # noqa: ARG001 - the signature of every table
) -> pl.DataFrame:
    """Return the event posts of every account of the case, by hour, day and ISO week (UTC).

    Accounts that are not under study are counted as well: they are what activity is compared with.
    A back-dated post is in no bin: on which day it was published is not known.

    Returns:
        Table `post_counts`: one row per account, bin width and bin that holds a post; starts in s.

    References:
        METHODS §3 (event posts), §8.1.
    """
    return run_sql("post_counts", posts=posts.filter(IS_EVENT_POST).select(_POSTS))
