"""How many posts of a scope are co-timed within each window, and how many chance gives."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import polars as pl

from lockstep.rounding import real
from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, Settings
from lockstep.storage import empty
from lockstep.timing.calendar import common_days, scope_calendar, second_arrival
from lockstep.timing.collection import collection_intervals
from lockstep.timing.comparisons import comparison_rows
from lockstep.timing.counts import co_timed, observed_counts
from lockstep.timing.events import CONTROL, NETWORK, Scopes
from lockstep.timing.expected import Grouping
from lockstep.timing.headline import network_pairs
from lockstep.timing.laid_days import PARTS, TESTED
from lockstep.timing.measured import Measured, Row, p_of, tested_values
from lockstep.timing.month_statistics import account_rows, month_rows
from lockstep.timing.months import day_starts_s, scope_months
from lockstep.timing.network_jitter import network_jitter
from lockstep.timing.network_null import NetworkNull, network_null
from lockstep.timing.scope import Scope, load_scope
from lockstep.timing.variants import MECHANICAL, continues_burst, kept, on_lattice

_COUNT_POSTS = ("A1", "A2a", "A2b", "A5")
"""Definitions of which there is a share of posts."""


def timing_statistics(
    *,
    posts: pl.LazyFrame,
    accounts: pl.LazyFrame,
    sources: pl.LazyFrame,
    pair_timing: pl.LazyFrame,
    settings: Settings,
) -> pl.DataFrame:
    """Return how many posts are co-timed within every window, and what chance gives.

    Of the network and of the controls: A1, A2a, A2b, A3, A5 and A6, and A1 of three narrower sets
    of posts (off the lattice of full five minutes, first of a burst, without mechanical links).
    A1, A3 and A5 are tested against null N1: expectation, ratio with its interval, excess and p.
    A1 has besides its chance band, p_jitter (N2) and, of the network at the headline window,
    p_volume (N1v) and p_robust; and rows of other nulls, for comparison. Then A1, A3 and A5 by
    month, A1 and A5 by account, A1 by account and month: observed and expected, no p. There is no p
    where the span gate fails. A count of a thousand million pairs or more stands alone.

    Returns:
        Table `timing_statistics`: one row per definition, window, scope, subject, period and null.

    References:
        METHODS §4 (definitions), §5 (nulls, R, span, robust decision), §3 (G3, G5, G7: variants).
    """
    frames = _Frames(posts, accounts, sources, pair_timing, settings)
    rows = [row for scope in (NETWORK, CONTROL) for row in _scope_rows(scope, frames)]
    return pl.DataFrame(rows, schema=empty("timing_statistics").schema, orient="row")


def network_statistics(
    *,
    posts: pl.LazyFrame,
    accounts: pl.LazyFrame,
    sources: pl.LazyFrame,
    pair_timing: pl.LazyFrame,
    settings: Settings,
) -> pl.DataFrame:
    """Return the rows of `timing_statistics` that a claim rests on: the network beside N1."""
    frames = _Frames(posts, accounts, sources, pair_timing, settings)
    scope = load_scope(posts, accounts, settings)
    rows = list(_definition_rows(_measured(NETWORK, scope, frames), frames))
    return pl.DataFrame(rows, schema=empty("timing_statistics").schema, orient="row")


@dataclass(frozen=True, slots=True)
class _Frames:
    posts: pl.LazyFrame
    accounts: pl.LazyFrame
    sources: pl.LazyFrame
    pair_timing: pl.LazyFrame
    settings: Settings


def _scope_rows(name: Scopes, frames: _Frames) -> Iterator[Row]:
    """Yield every row of a scope; of the controls none where the case names none."""
    scope = load_scope(frames.posts, frames.accounts, frames.settings, name)
    if name == CONTROL and not scope.accounts_n:
        return
    measured = _measured(name, scope, frames)
    yield from _definition_rows(measured, frames)
    for variant, posts in _variants(name, measured, frames).items():
        yield from _variant_rows(variant, posts, measured, frames.settings)
    yield from comparison_rows(measured, frames.settings)
    yield from month_rows(measured)
    yield from account_rows(measured)


def _measured(name: Scopes, scope: Scope, frames: _Frames) -> Measured:
    calendar = scope_calendar(scope, collection_intervals(frames.sources))
    months = scope_months(scope, calendar)
    of_scope = pl.col("account_key").is_in(scope.account_keys)
    all_posts = frames.posts.filter(of_scope).select("account_key", "posted_at_s").collect()
    timing = frames.settings.timing
    windows_s = np.array(timing.all_windows_s, dtype=np.int64)
    headline = timing.all_windows_s.index(timing.headline_window_s)
    spans = common_days(calendar, second_arrival(scope, calendar)).enough
    return Measured(
        name=name,
        scope=scope,
        eligible_n=scope.eligible_n,
        calendar=calendar,
        months=months,
        windows_s=windows_s,
        headline=headline,
        surrogates_n=timing.surrogates if spans else 0,
        posts=all_posts,
        null=network_null(
            scope,
            calendar,
            windows_s,
            surrogates_n=timing.surrogates if spans else 0,
            seed=timing.seed,
            name=name,
            grouping=Grouping(months.of(day_starts_s(calendar)), headline),
        ),
        jittered=network_jitter(
            scope, windows_s, surrogates_n=timing.surrogates, seed=timing.seed, name=name
        )
        if spans
        else None,
    )


def _definition_rows(measured: Measured, frames: _Frames) -> Iterator[Row]:
    scope, null, settings = measured.scope, measured.null, frames.settings
    observed = observed_counts(scope.time_s, scope.account, scope.accounts_n, measured.windows_s)
    robust = _robust(measured, frames)
    for definition, counts in observed.items():
        for w in range(len(measured.windows_s)):
            row = measured.row(definition, w) | _counted(definition, int(counts[w]), scope)
            if definition in TESTED:
                row |= _tested(definition, w, null, settings)
            if definition == "A1":
                row |= robust[w] | {"p_any_window": measured.any_window_p}
            yield row


def _variants(name: Scopes, measured: Measured, frames: _Frames) -> dict[str, Scope]:
    """Return the event posts of each variant of A1, with the lives of the whole scope."""
    scope = measured.scope
    unlinked = load_scope(frames.posts.filter(~MECHANICAL), frames.accounts, frames.settings, name)
    return {
        "A1_off_lattice": kept(scope, ~on_lattice(scope)),
        "A1_collapsed": kept(scope, ~continues_burst(scope)),
        "A1_unlinked": replace(unlinked, alive_from_s=scope.alive_from_s),
    }


def _variant_rows(
    variant: str, scope: Scope, measured: Measured, settings: Settings
) -> Iterator[Row]:
    """Yield A1 of some of the posts: counted, expected and tested among themselves."""
    windows_s = measured.windows_s
    counts = co_timed(scope.time_s, scope.account, scope.accounts_n, windows_s)
    null = network_null(
        scope,
        measured.calendar,
        windows_s,
        surrogates_n=measured.surrogates_n,
        seed=settings.timing.seed,
        name=f"{measured.name}/{variant}",
    )
    for w in range(len(windows_s)):
        row = measured.row(variant, w) | {
            "event_posts_n": len(scope.time_s),
            "eligible_n": scope.eligible_n,
        }
        yield row | _counted("A1", int(counts[w]), scope) | _tested("A1", w, null, settings)


def _counted(definition: str, observed: int, scope: Scope) -> Row:
    if definition not in _COUNT_POSTS:
        return {"observed": observed}
    return {
        "observed": observed,
        "share": real(observed / len(scope.time_s)) if len(scope.time_s) else None,
        "eligible_share": real(observed / scope.eligible_n) if scope.eligible_n else None,
    }


def _tested(definition: str, w: int, null: NetworkNull, settings: Settings) -> Row:
    """Return the test of one definition; nothing where its numbers are too large to be stored."""
    at = TESTED.index(definition), w
    row = tested_values(
        int(null.observed[at]),
        float(null.expected[at]),
        null.tested_posts_n,
        of_posts=definition in _COUNT_POSTS,
    )
    if row.get("expected") is None:
        return row
    row |= {
        "ratio_low": real(float(null.ratio_low[at])),
        "ratio_high": real(float(null.ratio_high[at])),
        "ratio_without_day": _without_busiest_day(null, at),
    }
    if null.at_least is not None:
        row |= {
            "surrogates_n": null.surrogates_n,
            "seed": f"{null.seed:032x}",
            "p_value": p_of(int(null.at_least[at]), settings.timing.surrogates),
        }
    if definition == "A1" and null.band_low is not None and null.band_high is not None:
        row |= {"band_low": real(null.band_low[w]), "band_high": real(null.band_high[w])}
    return row


def _without_busiest_day(null: NetworkNull, at: tuple[int, int]) -> Decimal | None:
    """Return the ratio without the day of most tested hits, the earliest of such."""
    observed, parts = null.seen.by_day[at], null.chance.by_day[at]
    busiest = int(observed.argmax())
    rest = int(parts.sum() - parts[busiest])
    return real(PARTS * int(observed.sum() - observed[busiest]) / rest) if rest else None


def _robust(measured: Measured, frames: _Frames) -> list[Row]:
    """Return what the other nulls say of A1, window by window.

    p_robust, of the network at the headline window, needs all that are defined for the scope.
    """
    found: list[Row] = [{} for _ in measured.windows_s]
    if measured.jittered is None:
        return found
    for w, at_least in enumerate(measured.jittered.at_least.tolist()):
        found[w] = {"p_jitter": p_of(at_least, measured.surrogates_n)}
    if measured.name != NETWORK:
        return found
    headline = found[measured.headline]
    parts = [measured.headline_p, headline["p_jitter"]]
    if measured.scope.accounts_n <= MAX_ACCOUNTS_UNDER_STUDY:
        headline["p_volume"] = _p_volume(frames)
        parts.append(headline["p_volume"])
    known = [p for p in parts if p is not None]
    headline["p_robust"] = max(known) if len(known) == len(parts) else None
    return found


def _p_volume(frames: _Frames) -> Decimal | None:
    """Return min(1, m · the least p of N1v over the m tested pairs), None where there is none.

    Untested pairs are not of the m: whether a pair is tested depends on the days that both live,
    which no permutation changes, so that leaving it out selects nothing.
    """
    tested = frames.pair_timing.filter(network_pairs(frames.settings)).collect()
    pairs: list[Decimal] = tested["p_volume"].drop_nulls().to_list()
    return min(len(pairs) * min(pairs), Decimal(1)) if pairs else None
