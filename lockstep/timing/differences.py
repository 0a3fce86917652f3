"""How long before and after each post another account of the scope published."""

import polars as pl

from lockstep.engine import run_sql
from lockstep.settings import Settings
from lockstep.timing.events import IS_EVENT_POST, NETWORK, scope_accounts

_POSTS = ("post_key", "account_key", "posted_at_s")


def timing_difference(
    *, posts: pl.LazyFrame, accounts: pl.LazyFrame, settings: Settings
) -> pl.DataFrame:
    """Return the nearest post of another account before and after each event post.

    The order is (posted_at_s, account_key, post_key); posts of one second on two accounts are 0 s
    apart. A post is eligible where at least one other account of the scope lives at its moment:
    from its creation, from its first event post where that is earlier (it cannot have posted
    before it lived), and always where the creation is unknown. O(n log n).

    Returns:
        Table `timing_difference`: one row per event post of the scope; gaps in s, null where there
        is no neighbour.

    References:
        METHODS §3 (event posts, eligible), §4 (kernel by runs).
    """
    return run_sql(
        "timing_difference",
        params={"scope": NETWORK},
        posts=posts.filter(IS_EVENT_POST).select(_POSTS),
        accounts=scope_accounts(accounts, settings),
    )
