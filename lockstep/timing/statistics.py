"""How many posts of the network are co-timed within each window, and how many chance gives."""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from lockstep.rounding import p_value, real
from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, Settings
from lockstep.storage import empty
from lockstep.timing.calendar import common_days, scope_calendar, second_arrival
from lockstep.timing.collection import Intervals, collection_intervals
from lockstep.timing.counts import observed_counts
from lockstep.timing.events import NETWORK
from lockstep.timing.network_jitter import network_jitter
from lockstep.timing.network_null import TESTED, NetworkNull, network_null
from lockstep.timing.scope import Ints, Scope, load_scope

Row = dict[str, Any]

_COUNT_POSTS = ("A1", "A2a", "A2b", "A5")
"""Definitions of which there is a share of posts."""
_UNSTORABLE = 10**9
"""DECIMAL(18,9) holds what is below it."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """The counts of a scope and what the nulls say of them, window by window.

    `jittered` counts the surrogates of N2 that reach A1, for windows up to 300 s; None, like
    `null.at_least`, where the span allows no test.
    """

    scope: Scope
    observed: dict[str, Ints]
    null: NetworkNull
    jittered: Ints | None
    p_volume: Decimal | None


def timing_statistics(
    *,
    posts: pl.LazyFrame,
    accounts: pl.LazyFrame,
    sources: pl.LazyFrame,
    pair_timing: pl.LazyFrame,
    settings: Settings,
) -> pl.DataFrame:
    """Return A1, A2a, A2b, A3, A5 and A6 of the network within every window, and what chance gives.

    A1, A3 and A5 are tested against null N1: expectation, ratio with its interval, excess and p. A1
    has besides p_jitter (N2) and, at the headline window, p_volume (N1v) and p_robust. There is no
    p where the span gate fails. A count of a thousand million pairs or more stands alone.

    Returns:
        Table `timing_statistics`: one row per definition and window.

    References:
        METHODS §4 (definitions), §5 (nulls, R, span, robust decision).
    """
    scope = load_scope(posts, accounts, settings)
    measured = _measured(scope, collection_intervals(posts, sources), pair_timing, settings)
    of_scope = pl.col("account_key").is_in(scope.account_keys)
    totals = _totals(measured, posts.filter(of_scope).select(pl.len()).collect().item())
    rows = [
        totals | _row(definition, w, measured, settings)
        for definition in measured.observed
        for w in range(len(settings.timing.all_windows_s))
    ]
    return pl.DataFrame(rows, schema=empty("timing_statistics").schema, orient="row")


def _measured(
    scope: Scope, intervals: Intervals, pair_timing: pl.LazyFrame, settings: Settings
) -> _Measured:
    calendar = scope_calendar(scope, intervals)
    windows_s = np.array(settings.timing.all_windows_s, dtype=np.int64)
    spans = common_days(calendar, second_arrival(scope, calendar)).enough
    surrogates_n = settings.timing.surrogates if spans else 0
    seed = settings.timing.seed
    return _Measured(
        scope=scope,
        observed=observed_counts(scope.time_s, scope.account, scope.accounts_n, windows_s),
        null=network_null(scope, calendar, windows_s, surrogates_n=surrogates_n, seed=seed),
        jittered=network_jitter(scope, windows_s, surrogates_n=surrogates_n, seed=seed)
        if spans
        else None,
        p_volume=_p_volume(scope, pair_timing, settings) if spans else None,
    )


def _p_volume(scope: Scope, pair_timing: pl.LazyFrame, settings: Settings) -> Decimal | None:
    """Return min(1, m · the least p of N1v over the m tested pairs), None where there is none.

    Untested pairs are not of the m: whether a pair is tested depends on the days that both live,
    which no permutation changes, so that leaving it out selects nothing.
    """
    if scope.accounts_n > MAX_ACCOUNTS_UNDER_STUDY:
        return None
    at_headline = pair_timing.filter(pl.col("window_s") == settings.timing.headline_window_s)
    pairs: list[Decimal] = at_headline.collect()["p_volume"].drop_nulls().to_list()
    return min(len(pairs) * min(pairs), Decimal(1)) if pairs else None


def _totals(measured: _Measured, posts_n: int) -> Row:
    return {
        "scope": NETWORK,
        "subject": NETWORK,
        "period": "all",
        "null_id": "N1",
        "posts_n": posts_n,
        "event_posts_n": len(measured.scope.time_s),
        "eligible_n": measured.scope.eligible_n,
        "days_tested_n": measured.null.days_tested_n,
        "strata_n": measured.null.strata_n,
    }


def _row(definition: str, w: int, measured: _Measured, settings: Settings) -> Row:
    row = {"definition": definition, "window_s": settings.timing.all_windows_s[w]}
    row |= _counted(definition, int(measured.observed[definition][w]), measured.scope)
    if definition in TESTED:
        row |= _tested(definition, w, measured.null)
    if definition == "A1":
        row |= _robust(row, w, measured, settings)
    return row


def _counted(definition: str, observed: int, scope: Scope) -> Row:
    if definition not in _COUNT_POSTS:
        return {"observed": observed}
    return {
        "observed": observed,
        "share": real(observed / len(scope.time_s)) if len(scope.time_s) else None,
        "eligible_share": real(observed / scope.eligible_n) if scope.eligible_n else None,
    }


def _tested(definition: str, w: int, null: NetworkNull) -> Row:
    """Return the test of one definition; nothing where its numbers are too large to be stored."""
    if not null.tested_posts_n:
        return {"observed_tested": 0, "tested_posts_n": 0}
    at = TESTED.index(definition), w
    observed, expected = int(null.observed[at]), float(null.expected[at])
    found = {
        "expected": expected,
        "ratio": observed / expected if expected else math.nan,
        "ratio_low": float(null.ratio_low[at]),
        "ratio_high": float(null.ratio_high[at]),
        "excess": observed - expected,
    }
    if any(abs(x) >= _UNSTORABLE for x in found.values() if math.isfinite(x)):
        return {}
    of_posts = definition in _COUNT_POSTS
    row: Row = {
        "observed_tested": observed,
        "tested_posts_n": null.tested_posts_n,
        "tested_share": real(observed / null.tested_posts_n) if of_posts else None,
        "expected_share": real(expected / null.tested_posts_n) if of_posts else None,
        **{name: real(x) for name, x in found.items()},
    }
    if null.at_least is not None:
        row |= {
            "surrogates_n": null.surrogates_n,
            "seed": f"{null.seed:032x}",
            "p_value": _p(null.at_least[at], null.surrogates_n),
        }
    return row


def _robust(row: Row, w: int, measured: _Measured, settings: Settings) -> Row:
    """Return what the other nulls say of A1; p_robust needs all that are defined for the scope."""
    jittered = measured.jittered
    if jittered is None or w >= len(jittered):
        return {}
    p_jitter = _p(jittered[w], settings.timing.surrogates)
    if row["window_s"] != settings.timing.headline_window_s:
        return {"p_jitter": p_jitter}
    parts = [row.get("p_value"), p_jitter]
    if measured.scope.accounts_n <= MAX_ACCOUNTS_UNDER_STUDY:
        parts.append(measured.p_volume)
    known = [p for p in parts if p is not None]
    return {
        "p_jitter": p_jitter,
        "p_volume": measured.p_volume,
        "p_robust": max(known) if len(known) == len(parts) else None,
    }


def _p(at_least: np.int64, surrogates_n: int) -> Decimal | None:
    """Return (1 + surrogates that reach the observed) / (1 + all), never 0 (Phipson and Smyth)."""
    return p_value((1 + int(at_least)) / (1 + surrogates_n))
