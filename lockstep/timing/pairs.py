"""Which two accounts publish together more than habits, busy days and half hours explain?"""

from collections.abc import Iterator
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
from lockstep.timing.bootstrap import ratio_interval
from lockstep.timing.calendar import scope_calendar
from lockstep.timing.coincidences import MIN_DAYS, MIN_EPISODES, coincidences
from lockstep.timing.collection import collection_intervals
from lockstep.timing.crowds import in_crowds
from lockstep.timing.discovery import discover
from lockstep.timing.events import CONTROL, NETWORK, NETWORK_CONTROL, Scopes, scope_accounts
from lockstep.timing.pair import Pair, lives
from lockstep.timing.pair_bound import exact_or_bound, volume_bound
from lockstep.timing.pair_days import PARTS, PairDays
from lockstep.timing.pair_jitter import jitter_p
from lockstep.timing.pair_null import PairNull, day_permutation_p, log10_least_p
from lockstep.timing.pair_volume import BeyondVolume, beyond_volume
from lockstep.timing.scope import Ints, load_scope
from lockstep.timing.variants import kept

_TABLE = "pair_timing"
_P_VALUES = ("p_value", "p_volume", "p_jitter", "p_robust", "q", "p_without_day")

Row = dict[str, Any]


def pair_timing(
    *, posts: pl.LazyFrame, accounts: pl.LazyFrame, sources: pl.LazyFrame, settings: Settings
) -> pl.DataFrame:
    """Return the co-timing of each pair of accounts within every window.

    Three scopes, none of whose pairs is in another: both accounts under study (`network`), both
    controls (`control`), one of each (`network_control`; null N5). What is observed is of all event
    posts; what is expected is of the whole days on which both accounts live. Tested is the headline
    window alone, where there are at least 7 such days and at least 3 in some stratum; an account
    without event posts lives on none. p_robust = max(N1, N1v, N2); q is of the tested pairs of the
    scope (Benjamini and Hochberg).

    A network of more than 200 accounts is a discovery: all its pairs are screened, those that could
    be told at all are the family, and only those that stand out are tested and listed
    (`discovery`), by their posts outside crowds (`crowds`). Where N1 would need draws, and of N1v
    always, p is an upper bound (`pair_bound`).
    With no q at or below 0.05 the table is a screening list.

    Returns:
        Table `pair_timing`: one row per unordered pair and window. Controls have none above 200
        accounts.

    References:
        METHODS §5 (N5, "Windows"), §5.4, §5.5.
    """
    frames = posts, accounts, sources
    families = (_family(s, frames, settings) for s in (NETWORK, CONTROL, NETWORK_CONTROL))
    return pl.concat([_table(family, settings) for family in families])


@dataclass(frozen=True, slots=True)
class _Family:
    """The pairs of a scope that are listed, and over how many q is corrected."""

    pairs: list[Pair]
    screened_n: int
    family_n: int
    is_discovery: bool = False

    def null(self, pair: Pair, days: PairDays, name: str) -> PairNull:
        """Return the p of a pair's hits: drawn, in a discovery bounded, where it is not exact."""
        if self.is_discovery:
            return exact_or_bound(days)
        return day_permutation_p(days, family_n=self.family_n, rng=pair.draws(name))

    def beyond(self, pair: Pair, days: PairDays) -> BeyondVolume:
        """Return the volume-adjusted excess and its p: drawn, in a discovery bounded."""
        if self.is_discovery:
            return volume_bound(days)
        return beyond_volume(days, family_n=self.family_n, rng=pair.draws("N1v"))


def _family(
    name: Scopes, frames: tuple[pl.LazyFrame, pl.LazyFrame, pl.LazyFrame], settings: Settings
) -> _Family:
    posts, accounts, sources = frames
    is_large = len(scope_accounts(accounts, settings, name)) > MAX_ACCOUNTS_UNDER_STUDY
    if is_large and name != NETWORK:
        return _Family([], 0, 0)
    scope = load_scope(posts, accounts, settings, name)
    calendar = scope_calendar(scope, collection_intervals(sources))
    window_s, seed = settings.timing.headline_window_s, settings.timing.seed
    if is_large:
        quiet = kept(scope, ~in_crowds(scope))
        living = lives(scope, calendar, tested=quiet)
        found = discover(living, quiet, calendar, window_s)
        listed = [
            Pair(living[i], living[j], calendar, window_s, name, seed) for i, j in found.pairs
        ]
        return _Family(listed, found.screened_n, found.family_n, is_discovery=True)
    controls = set(scope_accounts(accounts, settings, CONTROL)["account_key"].to_list())
    listed = [
        Pair(a, b, calendar, window_s, name, seed)
        for a, b in combinations(lives(scope, calendar), 2)
        if name != NETWORK_CONTROL or (a.account_key in controls) != (b.account_key in controls)
    ]
    testable_n = sum(pair.common.enough for pair in listed)
    return _Family(listed, testable_n, testable_n)


def _pair_rows(pair: Pair, windows_s: Ints, family: _Family) -> Iterator[Row]:
    """Yield the rows of a pair but for q and the rule, which follow from the whole family."""
    common = pair.common
    for window_s, expected in zip(windows_s.tolist(), _expected(pair, windows_s), strict=True):
        yield {
            "scope": pair.scope,
            "account_a": pair.a.account_key,
            "account_b": pair.b.account_key,
            "window_s": window_s,
            "common_days_n": common.days_n,
            **_observed(pair, window_s),
            **expected,
            **_tested(pair, window_s, family),
        }


def _observed(pair: Pair, window_s: int) -> Row:
    met = coincidences(pair.a.posts.time_s, pair.b.posts.time_s, window_s, pair.calendar)
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


def _expected(pair: Pair, windows_s: Ints) -> Iterator[Row]:
    """Yield how many hits the tests are of, and how many two days that meet by chance give."""
    hits = pair.windows(windows_s)
    observed = hits.observed.sum(axis=1).tolist()
    tested = [{"hits_tested_n": n, "tested_posts_n": hits.posts_n} for n in observed]
    if not len(hits.sizes):
        yield from tested
        return
    chance = hits.expected_parts
    low, high = ratio_interval(
        hits.by_block(hits.observed), hits.by_block(chance), PARTS, pair.draws("bootstrap")
    )
    for w, parts in enumerate(chance.sum(axis=1).tolist()):
        yield {
            **tested[w],
            "expected": parts / PARTS,
            "ratio": _ratio(observed[w], parts),
            "ratio_low": float(low[w]),
            "ratio_high": float(high[w]),
            "excess": observed[w] - parts / PARTS,
        }


def _ratio(observed: int, expected_parts: int) -> float | None:
    return observed * PARTS / expected_parts if expected_parts else None


def _tested(pair: Pair, window_s: int, family: _Family) -> Row:
    """Return the p-values of a pair that lives together long enough, at the headline window."""
    if window_s != pair.window_s:
        return {"p_method": "other_window"}
    if not pair.common.enough:
        return {"p_method": "untested"}
    days = pair.days()
    null, beyond = family.null(pair, days, "N1"), family.beyond(pair, days)
    rest = pair.days(without=days.busiest_day)
    p_jitter = jitter_p(pair.a.posts.time_s, pair.b.posts.time_s, pair.window_s)
    return {
        "excess_volume": beyond.excess,
        "p_value": null.p_value,
        "p_method": null.method,
        "p_volume": beyond.p_value,
        "p_jitter": p_jitter,
        "p_robust": max(null.p_value, beyond.p_value, p_jitter),
        "p_min_log10": log10_least_p(days),
        "ratio_without_day": _ratio(int(rest.observed.sum()), int(rest.expected_parts.sum())),
        "p_without_day": family.null(pair, rest, "N1 without day").p_value,
    }


def _table(family: _Family, settings: Settings) -> pl.DataFrame:
    """Return the rows of a scope: q over its family, numbers as stored, and who meets the rule.

    The rule is read from the numbers as they are stored, so that any reader finds it kept.
    """
    windows_s = np.array(settings.timing.all_windows_s, dtype=np.int64)
    rows = [row for pair in family.pairs for row in _pair_rows(pair, windows_s, family)]
    schema = empty(_TABLE).schema
    reals = [name for name, dtype in schema.items() if dtype == STORED]
    frame = pl.DataFrame(
        rows,
        schema={name: pl.Float64 if name in reals else dtype for name, dtype in schema.items()},
    )
    q_values = benjamini_hochberg(frame["p_robust"].to_list(), family.family_n)
    stored = as_stored(
        frame.with_columns(
            pl.Series("q", q_values, dtype=pl.Float64),
            pl.lit(family.screened_n, pl.Int64).alias("screened_n"),
            pl.lit(family.family_n, pl.Int64).alias("family_n"),
            pl.col("p_robust").is_not_null().sum().cast(pl.Int64).alias("enumerated_n"),
        ),
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
        & (pl.col("episodes_n") >= MIN_EPISODES)
        & (pl.col("days_n") >= MIN_DAYS)
        & (pl.col("ratio_without_day") >= Decimal(2))
        & (pl.col("p_without_day") <= Decimal("0.05"))
    )
