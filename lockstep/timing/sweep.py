"""How do all pairs of thousands of accounts meet when any day of one may meet any of the other?

The nulls of a pair need its matrices of hits, n × n for each stratum (`pair_days`). Millions of
pairs are not looked at one by one: the posts of a stratum are laid on one day, each post sees those
around it, and of each pair only sums over its matrices are kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lockstep.timing.calendar import (
    DAY_S,
    MIN_COMMON_DAYS,
    MIN_EXCHANGEABLE_DAYS,
    UNCOLLECTED,
    Calendar,
)
from lockstep.timing.pair_days import MOST_DAYS
from lockstep.timing.scope import Floats, Ints, Scope
from lockstep.timing.sweep_kernel import Entries, Lives, Small, add_stratum

_PAIRS_AT_ONCE = 1_000_000
_NEVER = np.int32(-(10**6))
"""Second of the post before an account's first of a day: no window reaches it."""


@dataclass(frozen=True, slots=True)
class Met:
    """The pairs of some accounts i = first, first + 1, … with every account j > i.

    Arrays are [i - first, j]; entries of j ≤ i, of pairs that live together too little to be
    tested, and of pairs whose days never meet, all hold 0. `hits` is what N1 tests, `mean` and
    `variance` of it over all permutations; `hits_volume` is what N1v takes off of it, and
    `variance_volume` the variance of what is left. `log10_least` bounds the smallest p that N1 can
    give the pair from below: Σ_k log10 (n_k - r_k)!/n_k!, r_k the non-zero rows or columns of M_k,
    whichever are fewer.
    """

    first: int
    hits: Floats
    mean: Floats
    variance: Floats
    hits_volume: Floats
    variance_volume: Floats
    log10_least: Floats

    @property
    def z(self) -> Floats:
        """The smaller of the two standard scores, under N1 and N1v; 0 where nothing varies."""
        beyond = self.hits - self.mean
        plain = _over_root(beyond, self.variance)
        return np.minimum(plain, _over_root(beyond - self.hits_volume, self.variance_volume))


def _over_root(value: Floats, variance: Floats) -> Floats:
    score = np.zeros_like(value)
    # Below it, what is left of the variance is rounding.
    np.divide(value, np.sqrt(np.maximum(variance, 0)), out=score, where=variance > 1e-9)  # noqa: PLR2004
    return score


@dataclass(frozen=True, slots=True)
class _Stratum:
    """The tested posts of one stratum; posts of one account in one second are one entry."""

    days_n: int
    entries: Entries
    lives: Lives


def testable_accounts(first_days: Ints, calendar: Calendar) -> NDArray[np.bool_]:
    """Return which accounts live long enough to be tested with one that lives throughout.

    A pair lives from the later of two first days to the end, so that two accounts can be tested
    together exactly where both can (gate span).
    """
    lived = calendar.lived_days(0)
    if not len(lived):
        return np.zeros(len(first_days), dtype=np.bool_)
    enough = np.zeros(calendar.days_n + 1, dtype=np.bool_)
    for day in range(calendar.days_n):
        enough[day] = lived.sum() >= MIN_COMMON_DAYS and lived.max() >= MIN_EXCHANGEABLE_DAYS
        if calendar.stratum[day] != UNCOLLECTED:
            lived[calendar.stratum[day]] -= 1
    return np.asarray(enough[first_days], dtype=np.bool_)


def sweep(scope: Scope, first_days: Ints, calendar: Calendar, window_s: int) -> Iterator[Met]:
    """Yield how each pair of accounts meets, some accounts at a time, every pair once.

    In a stratum of n days M[d, e] holds the posts of i on day d with a post of j within the window
    when j's day e is laid on d, and the converse (`pair_days`). Kept are trace M, ΣM/n, the
    variance Σδ²/(n - 1) with δ the doubly centred M (Hoeffding 1951), and the same of M - κZ
    (`pair_volume`), summed over strata. Since κZ is M's projection on the doubly centred Z, its
    variance is that of M less κ²ΣZ²/(n - 1).

    Memory grows with posts and accounts, not with pairs; time with the pairs of posts that lie
    within the window when all days of a stratum are laid on one.

    Args:
        scope: Event posts.
        first_days: First day that each account lives from start to end; days_n where there is none.
        calendar: The scope's calendar.
        window_s: Window in s, inclusive.

    References:
        METHODS §5.4, §5.5.
    """
    kept = testable_accounts(first_days, calendar)
    strata = _strata(scope, np.where(kept, first_days, calendar.days_n), calendar)
    step = max(_PAIRS_AT_ONCE // max(scope.accounts_n, 1), 1)
    for first in range(0, scope.accounts_n, step):
        last = min(first + step, scope.accounts_n)
        sums = np.zeros((6, last - first, scope.accounts_n))
        for stratum in strata:
            block = first, last, window_s
            add_stratum(stratum.entries, stratum.lives, stratum.days_n, block, sums)
        yield Met(first, *sums)


def _strata(scope: Scope, first_days: Ints, calendar: Calendar) -> list[_Stratum]:
    """Return the posts on living days of every stratum that has two days at least."""
    line, second, place, posts = _entries(scope, first_days, calendar)
    same_day = np.zeros(len(line), dtype=np.bool_)
    same_day[1:] = (line[1:] == line[:-1]) & (place[1:] == place[:-1])
    before = np.where(same_day, np.roll(second, 1), _NEVER).astype(np.int32)
    accounts_n, found = scope.accounts_n, []
    for k, days_n in enumerate(np.diff(calendar.starts).tolist()):
        if days_n < 2:  # noqa: PLR2004 - one day cannot change places
            continue
        starts = np.searchsorted(line, k * accounts_n + np.arange(accounts_n + 1))
        own = slice(int(starts[0]), int(starts[-1]))
        account = (line[own] - k * accounts_n).astype(np.int32)
        volume = np.zeros((accounts_n, MOST_DAYS))
        np.add.at(volume, (account, place[own]), posts[own])
        days = calendar.days[calendar.starts[k] : calendar.starts[k + 1]]
        first_place = np.searchsorted(days, first_days)
        entries = (second[own], before[own], posts[own], place[own], account)
        lives = (starts - starts[0], first_place, volume)
        found.append(_Stratum(days_n, entries, lives))
    return found


def _entries(
    scope: Scope, first_days: Ints, calendar: Calendar
) -> tuple[Ints, Small, Small, Small]:
    """Return stratum · accounts + account, second, place and posts of each second with posts."""
    place_of_day = np.zeros(calendar.days_n, dtype=np.int32)
    place_of_day[calendar.days] = np.arange(len(calendar.days)) - np.repeat(
        calendar.starts[:-1], np.diff(calendar.starts)
    )
    day = calendar.day_of(scope.time_s)
    inside = (day >= first_days[scope.account]) & (day < calendar.days_n) & (day >= 0)
    inside[inside] = calendar.stratum[day[inside]] != UNCOLLECTED
    day, account = day[inside], scope.account[inside]
    line = calendar.stratum[day] * scope.accounts_n + account
    # Posts come in the order of time, so that days and seconds ascend within an account.
    order = np.argsort(line, kind="stable")
    line = line[order]
    second = ((scope.time_s[inside] - calendar.first_day_s) % DAY_S).astype(np.int32)[order]
    place = place_of_day[day][order]
    new = np.ones(len(line), dtype=np.bool_)
    new[1:] = (np.diff(line) != 0) | (np.diff(second) != 0) | (np.diff(place) != 0)
    at = np.flatnonzero(new)
    posts = np.diff(at, append=len(line)).astype(np.int32)
    return line[at], second[at], place[at], posts
