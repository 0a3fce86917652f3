"""Which post followed which of another account, and how many seconds later?"""

import numpy as np
import polars as pl

from lockstep.engine import run_sql
from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, Settings
from lockstep.storage import empty
from lockstep.timing.counts import ONE_BLOCK, count_own_pairs, count_pairs
from lockstep.timing.events import scope_accounts
from lockstep.timing.scope import Ints, Scope, load_scope

MOST_ROWS = 5_000_000
"""More pairs of posts are not listed: ten thousand posts of two accounts in a second are 10^8."""


def pair_lags(
    *,
    timing_difference: pl.LazyFrame,
    posts: pl.LazyFrame,
    accounts: pl.LazyFrame,
    settings: Settings,
) -> pl.DataFrame:
    """Return every two event posts of different accounts of the network at most max_lag_s apart.

    The leader is the earlier; of one second the account whose key comes first, marked as a tie.
    Where more than 5 million would be listed, the longest of the case's windows up to which there
    are no more takes the place of max_lag_s; `lag_statistics` says which (`listed_to_s`).

    Returns:
        Table `pair_lags`: one row per leader post and follower post; empty above 200 accounts.

    References:
        METHODS §4 ("difference in timing of posts between the pages").
    """
    if len(scope_accounts(accounts, settings)) > MAX_ACCOUNTS_UNDER_STUDY:
        return empty("pair_lags")
    reach_s = listed_to_s(load_scope(posts, accounts, settings), settings)
    if reach_s is None:
        return empty("pair_lags")
    return run_sql(
        "pair_lags",
        params={"max_lag_s": reach_s},
        timing_difference=timing_difference.select(
            "scope", "post_key", "account_key", "posted_at_s"
        ),
    )


def listed_to_s(scope: Scope, settings: Settings) -> int | None:
    """Return up to which lag pairs of posts are listed; None where even one second has too many."""
    max_lag_s = settings.timing.max_lag_s
    shorter = [w for w in settings.timing.all_windows_s if w < max_lag_s]
    reaches_s = np.array([*shorter, max_lag_s], dtype=np.int64)
    counts = _pairs(scope, reaches_s)
    fitting = reaches_s[counts <= MOST_ROWS]
    return int(fitting[-1]) if len(fitting) else None


def _pairs(scope: Scope, reaches_s: Ints) -> Ints:
    if not len(scope.time_s):
        return np.zeros(len(reaches_s), dtype=np.int64)
    line_s = scope.time_s - scope.time_s[0]
    own = count_own_pairs(line_s, scope.account, reaches_s, ONE_BLOCK)
    return np.asarray((count_pairs(line_s, reaches_s, ONE_BLOCK) - own)[:, 0], dtype=np.int64)
