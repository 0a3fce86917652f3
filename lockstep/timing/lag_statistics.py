"""How far apart are posts that are near each other, and who comes first?"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lockstep.rounding import p_value, real
from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, Settings
from lockstep.storage import empty
from lockstep.streams import stream
from lockstep.timing.bootstrap import ratio_interval
from lockstep.timing.calendar import Calendar, scope_calendar
from lockstep.timing.collection import collection_intervals
from lockstep.timing.counts import gaps_after, gaps_before
from lockstep.timing.events import NETWORK, pair_name
from lockstep.timing.gates.resolution import resolution_gates
from lockstep.timing.leading import leading
from lockstep.timing.pair_lags import listed_to_s
from lockstep.timing.scope import Ints, Scope, load_scope

Row = dict[str, Any]

QUICK_S = 20
"""The case study's "often less than 20 seconds apart": strictly less."""
_QUANTILES = (5, 25, 50, 75, 95)
_MIN_DAYS = 10


def lag_statistics(
    *, posts: pl.LazyFrame, accounts: pl.LazyFrame, sources: pl.LazyFrame, settings: Settings
) -> pl.DataFrame:
    """Return the lags of the network and of each of its pairs at the headline window.

    Of posts with a neighbour within the window: quantiles of the gap to the nearest. Of posts that
    follow one within it: how many do so in less than 20 s, with an interval by bootstrap over days,
    beside the share that a flat law of lags gives. Of pairs: who begins their episodes, and whether
    one does so more often than the toss of a coin on each day.

    Returns:
        Table `lag_statistics`: one row for the network and, up to 200 accounts, one per pair.

    References:
        METHODS §4 ("often less than 20 seconds apart"), §5.4 (leader).
    """
    scope = load_scope(posts, accounts, settings)
    calendar = scope_calendar(scope, collection_intervals(sources))
    rows = [_network(scope, calendar, settings)]
    if scope.accounts_n <= MAX_ACCOUNTS_UNDER_STUDY:
        gates = resolution_gates(posts, accounts, scope, settings)
        to_the_second = {g["subject"] for g in gates if "subject" in g and g["outcome"] == "pass"}
        rows += _pairs(scope, calendar, settings, to_the_second)
    return pl.DataFrame(rows, schema=empty("lag_statistics").schema, orient="row")


def _network(scope: Scope, calendar: Calendar, settings: Settings) -> Row:
    small = scope.accounts_n <= MAX_ACCOUNTS_UNDER_STUDY
    return {
        "scope": NETWORK,
        "subject": NETWORK,
        "subject_kind": "scope",
        "listed_to_s": listed_to_s(scope, settings) if small else None,
        **_lags(scope.time_s, scope.account, calendar, settings, NETWORK),
    }


def _pairs(
    scope: Scope, calendar: Calendar, settings: Settings, to_the_second: set[str]
) -> Iterator[Row]:
    times = scope.by_account(scope.time_s)
    lives = list(zip(scope.account_keys, times, strict=True))
    for (key_a, a_s), (key_b, b_s) in combinations(lives, 2):
        both_s = np.concatenate([a_s, b_s])
        order = np.argsort(both_s, kind="stable")
        time_s, is_b = both_s[order], (np.arange(len(both_s)) >= len(a_s)).astype(np.int64)[order]
        subject = pair_name(key_a, key_b)
        found = leading(time_s, is_b, settings.timing.headline_window_s, calendar)
        known = {key_a, key_b} <= to_the_second
        yield {
            "scope": NETWORK,
            "subject": subject,
            "subject_kind": "pair",
            "account_a": key_a,
            "account_b": key_b,
            **_lags(time_s, is_b, calendar, settings, subject),
            "a_first_n": found.a_first_n,
            "b_first_n": found.b_first_n,
            "ties_n": found.ties_n,
            "p_leader": p_value(found.p_value) if known else None,
        }


def _lags(time_s: Ints, account: Ints, calendar: Calendar, settings: Settings, subject: str) -> Row:
    window_s = settings.timing.headline_window_s
    before_s = gaps_before(time_s, account, window_s + 1)
    near_s = np.minimum(before_s, gaps_after(time_s, account, window_s + 1))
    follows = before_s <= window_s
    lags_s, day = before_s[follows], calendar.day_of(time_s[follows])
    quick_n = int((lags_s < QUICK_S).sum())
    rng = stream(settings.timing.seed, "lag_statistics", NETWORK, subject)
    low, high = _quick_share_interval(lags_s < QUICK_S, day, rng)
    return {
        "window_s": window_s,
        "near_n": int((near_s <= window_s).sum()),
        **_quantiles(np.sort(near_s[near_s <= window_s])),
        "followers_n": len(lags_s),
        "quick_n": quick_n,
        "quick_share": real(quick_n / len(lags_s)) if len(lags_s) else None,
        "quick_share_low": low,
        "quick_share_high": high,
        "quick_share_flat": real(min(QUICK_S, window_s + 1) / (window_s + 1)),
        "lag_median_s": _lower_quantile(np.sort(lags_s), 50),
    }


def _quantiles(ascending: Ints) -> Row:
    return {f"near_q{q:02d}_s": _lower_quantile(ascending, q) for q in _QUANTILES}


def _lower_quantile(ascending: Ints, percent: int) -> int | None:
    """Return the smallest value that so many percent of the values do not exceed."""
    if not len(ascending):
        return None
    return int(ascending[max(-(-len(ascending) * percent // 100), 1) - 1])


def _quick_share_interval(
    quick: NDArray[np.bool_], day: Ints, rng: np.random.Generator
) -> tuple[Decimal | None, Decimal | None]:
    """Return 2.5 % and 97.5 % of the share over draws of whole days; None below 10 days.

    Lags of one episode hang together, so that days are drawn and not lags.
    """
    _, at = np.unique(day, return_inverse=True)
    quick_n, every_n = np.bincount(at[quick], minlength=at.max(initial=-1) + 1), np.bincount(at)
    low, high = ratio_interval(quick_n, every_n, 1, rng, least_n=_MIN_DAYS)
    return real(float(low)), real(float(high))
