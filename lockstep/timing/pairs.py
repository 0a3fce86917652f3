"""Which two accounts publish together more than habits, busy days and half hours explain?"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from lockstep.false_discovery import benjamini_hochberg
from lockstep.rounding import STORED, as_stored
from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, Settings
from lockstep.storage import empty
from lockstep.streams import stream
from lockstep.timing.bootstrap import ratio_interval
from lockstep.timing.calendar import (
    Calendar,
    CommonDays,
    common_days,
    scope_calendar,
)
from lockstep.timing.coincidences import coincidences
from lockstep.timing.collection import collection_intervals
from lockstep.timing.events import NETWORK, scope_accounts
from lockstep.timing.pair_days import PARTS, AccountPosts, PairDays, account_posts, pair_days
from lockstep.timing.pair_jitter import jitter_p
from lockstep.timing.pair_null import day_permutation_p, log10_least_p
from lockstep.timing.pair_volume import beyond_volume
from lockstep.timing.scope import Scope, load_scope

_TABLE = "pair_timing"
_P_VALUES = ("p_value", "p_volume", "p_jitter", "p_robust", "q", "p_without_day")
_NO_DAY = -1

Row = dict[str, Any]


def pair_timing(
    *, posts: pl.LazyFrame, accounts: pl.LazyFrame, sources: pl.LazyFrame, settings: Settings
) -> pl.DataFrame:
    """Return the co-timing of each pair of accounts under study at the headline window.

    What is observed is of all event posts. The tests are of the whole days on which both accounts
    live, at least 7 of them and at least 3 in some stratum; an account without event posts lives on
    none. A pair with less is untested: it has counts and an expectation so far as they are defined,
    and no p. p_robust = max(N1, N1v, N2); q is of the tested pairs (Benjamini and Hochberg).

    Returns:
        Table `pair_timing`: one row per unordered pair, tested or not. Empty above 200 accounts,
        where a case without a list is read as discovery.

    References:
        METHODS §5.4, §5.5.
    """
    if len(scope_accounts(accounts, settings)) > MAX_ACCOUNTS_UNDER_STUDY:
        return empty(_TABLE)
    scope = load_scope(posts, accounts, settings)
    calendar = scope_calendar(scope, collection_intervals(posts, sources))
    window_s, seed = settings.timing.headline_window_s, settings.timing.seed
    pairs = [
        _Pair(a, b, calendar, window_s, seed) for a, b in combinations(_lives(scope, calendar), 2)
    ]
    family_n = sum(pair.common.enough for pair in pairs)
    return _as_family([_row(pair, family_n) for pair in pairs])


@dataclass(frozen=True, slots=True)
class _Life:
    """One account: its posts, and the first day on which it lives from start to end."""

    account_key: str
    posts: AccountPosts
    first_day: int


@dataclass(frozen=True, slots=True)
class _Pair:
    a: _Life
    b: _Life
    calendar: Calendar
    window_s: int
    seed: int

    @property
    def first_day(self) -> int:
        return max(self.a.first_day, self.b.first_day)

    @property
    def common(self) -> CommonDays:
        return common_days(self.calendar, self.first_day)

    def days(self, *, without: int = _NO_DAY) -> PairDays:
        common = self.calendar.lived(self.first_day)
        common = common[common != without]
        return pair_days(self.a.posts, self.b.posts, self.calendar, common, self.window_s)

    def draws(self, null: str) -> np.random.Generator:
        names = (self.a.account_key, self.b.account_key, null, str(self.window_s))
        return stream(self.seed, _TABLE, NETWORK, *names)


def _lives(scope: Scope, calendar: Calendar) -> list[_Life]:
    first_days = calendar.first_living_day(scope.alive_from_s)
    first_days = np.where(scope.posts_by_account > 0, first_days, calendar.days_n)
    lives = zip(
        scope.account_keys, account_posts(scope, calendar), first_days.tolist(), strict=True
    )
    return [_Life(*life) for life in lives]


def _row(pair: _Pair, family_n: int) -> Row:
    """Return the row of a pair but for q and the rule, which follow from the whole family."""
    common, days = pair.common, pair.days()
    return {
        "account_a": pair.a.account_key,
        "account_b": pair.b.account_key,
        "window_s": pair.window_s,
        "common_days_n": common.days_n,
        **_observed(pair),
        **_expected(days, pair.draws("bootstrap")),
        **(_tested(pair, days, family_n) if common.enough else {"p_method": "untested"}),
    }


def _observed(pair: _Pair) -> Row:
    met = coincidences(pair.a.posts.time_s, pair.b.posts.time_s, pair.window_s, pair.calendar)
    return {
        "coincidences_n": met.pairs_n,
        "hits_n": met.near_i_n + met.near_j_n,
        "episodes_n": met.episodes_n,
        "days_n": met.days_n,
        "lag_median_s": met.lag_median_s,
        "a_leads_n": met.i_leads_n,
        "b_leads_n": met.j_leads_n,
        "ties_n": met.ties_n,
    }


def _expected(days: PairDays, rng: np.random.Generator) -> Row:
    """Return what the test is of, and how much of it two days that do not belong together give."""
    observed = int(days.observed.sum())
    tested = {"hits_tested_n": observed, "tested_posts_n": int((days.posts_i + days.posts_j).sum())}
    if not len(days.sizes):
        return tested
    # Strata stand block by block.
    _, first = np.unique(days.block, return_index=True)
    low, high = ratio_interval(
        np.add.reduceat(days.observed, first),
        np.add.reduceat(days.expected_parts, first),
        PARTS,
        rng,
    )
    expected = int(days.expected_parts.sum()) / PARTS
    return {
        **tested,
        "expected": expected,
        "ratio": _ratio(days),
        "ratio_low": float(low),
        "ratio_high": float(high),
        "excess": observed - expected,
    }


def _ratio(days: PairDays) -> float | None:
    expected_parts = int(days.expected_parts.sum())
    return int(days.observed.sum()) * PARTS / expected_parts if expected_parts else None


def _tested(pair: _Pair, days: PairDays, family_n: int) -> Row:
    """Return the p-values of a pair that lives together long enough."""
    null = day_permutation_p(days, family_n=family_n, rng=pair.draws("N1"))
    rest = pair.days(without=days.busiest_day)
    null_of_rest = day_permutation_p(rest, family_n=family_n, rng=pair.draws("N1 without day"))
    beyond = beyond_volume(days, family_n=family_n, rng=pair.draws("N1v"))
    p_jitter = jitter_p(pair.a.posts.time_s, pair.b.posts.time_s, pair.window_s)
    return {
        "excess_volume": beyond.excess,
        "p_value": null.p_value,
        "p_method": null.method,
        "p_volume": beyond.p_value,
        "p_jitter": p_jitter,
        "p_robust": max(null.p_value, beyond.p_value, p_jitter),
        "p_min_log10": log10_least_p(days),
        "ratio_without_day": _ratio(rest),
        "p_without_day": null_of_rest.p_value,
    }


def _as_family(rows: list[Row]) -> pl.DataFrame:
    """Return the table: q over the tested pairs, numbers as stored, and who meets the rule.

    The rule is read from the numbers as they are stored, so that any reader finds it kept.
    """
    schema = empty(_TABLE).schema
    reals = [name for name, dtype in schema.items() if dtype == STORED]
    frame = pl.DataFrame(
        rows,
        schema={name: pl.Float64 if name in reals else dtype for name, dtype in schema.items()},
    )
    q_values = benjamini_hochberg(frame["p_robust"].to_list())
    stored = as_stored(
        frame.with_columns(pl.Series("q", q_values, dtype=pl.Float64)),
        reals=[name for name in reals if name not in _P_VALUES],
        p_values=_P_VALUES,
    )
    return stored.with_columns(_meets_timing_rule().fill_null(False).alias("meets_timing_rule"))


def _meets_timing_rule() -> pl.Expr:
    """Return the rule under which timing alone is reported (METHODS §5.4)."""
    return (
        (pl.col("q") <= Decimal("0.05"))
        & (pl.col("p_robust") <= Decimal("0.01"))
        & (pl.col("ratio") >= Decimal(2))
        & (pl.col("episodes_n") >= 5)  # noqa: PLR2004
        & (pl.col("days_n") >= 3)  # noqa: PLR2004
        & (pl.col("ratio_without_day") >= Decimal(2))
        & (pl.col("p_without_day") <= Decimal("0.05"))
    )
