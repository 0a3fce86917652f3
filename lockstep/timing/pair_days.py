"""How many posts of two accounts would be near each other if any day of one met any of the other.

That is all the nulls of a pair need: in each stratum of n common days an n × n matrix M of hits,
whose diagonal is what was observed.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.calendar import DAY_S, Calendar
from lockstep.timing.coincidences import near_n
from lockstep.timing.scope import Ints, Scope

PARTS = 2_520
"""lcm(1, …, 10): a stratum's days, and all but one of them, divide it, so that means add up."""

MOST_DAYS = 10
"""No stratum of a calendar holds more."""


@dataclass(frozen=True, slots=True)
class AccountPosts:
    """The event posts of one account, ascending: when, and at which second of the scope's day.

    The seconds of day d are second[starts[d]:starts[d + 1]]; of posts that are tested, all as a
    rule.
    """

    time_s: Ints
    second: Ints
    starts: Ints


@dataclass(frozen=True, slots=True)
class PairDays:
    """The common whole days of two accounts i and j, stratum by stratum.

    Arrays are [stratum], [stratum, place] or, `hits`, [stratum, place of i's day, place of j's
    day]; places beyond a stratum's size hold 0, and -1 as their day.
    """

    block: Ints
    sizes: Ints
    day: Ints
    posts_i: Ints
    posts_j: Ints
    hits: Ints

    @property
    def observed(self) -> Ints:
        """Hits of each stratum as its days lie: the trace of M."""
        return np.asarray(np.trace(self.hits, axis1=1, axis2=2), dtype=np.int64)

    @property
    def expected_parts(self) -> Ints:
        """Mean hits of each stratum when no day meets itself, (ΣM - trace M)/(n - 1), in PARTS."""
        elsewhere: Ints = self.hits.sum(axis=(1, 2)) - self.observed
        return elsewhere * (PARTS // (self.sizes - 1))

    @property
    def mean_parts(self) -> Ints:
        """Mean hits of each stratum over all permutations, ΣM/n (Hoeffding 1951), in PARTS."""
        return np.asarray(self.hits.sum(axis=(1, 2)) * (PARTS // self.sizes), dtype=np.int64)

    @property
    def busiest_day(self) -> int:
        """The day of most observed hits, the earliest of such; of at least one stratum."""
        hits = np.where(self.day < 0, -1, np.diagonal(self.hits, axis1=1, axis2=2))
        return int(self.day[hits == hits.max()].min())


@dataclass(frozen=True, slots=True)
class CommonStrata:
    """The strata of two accounts' common days that hold more than one, and their posts of each day.

    Arrays are as in `PairDays`.
    """

    block: Ints
    sizes: Ints
    day: Ints
    posts_i: Ints
    posts_j: Ints


def account_posts(scope: Scope, calendar: Calendar) -> tuple[AccountPosts, ...]:
    """Return the event posts of each account of the scope, by day."""
    day_starts_s = calendar.first_day_s + DAY_S * np.arange(calendar.days_n + 1)
    by_account = scope.time_s[np.argsort(scope.account, kind="stable")]
    bounds = np.concatenate([[0], np.cumsum(scope.posts_by_account)])
    return tuple(
        AccountPosts(
            time_s=by_account[first:last],
            second=(by_account[first:last] - calendar.first_day_s) % DAY_S,
            starts=np.searchsorted(by_account[first:last], day_starts_s).astype(np.int64),
        )
        for first, last in pairwise(bounds.tolist())
    )


def pair_days(
    i: AccountPosts, j: AccountPosts, calendar: Calendar, common: Ints, window_s: int
) -> PairDays:
    """Return the days that two accounts share, with the hits of any two of them laid together.

    M[d, e] = posts of i on day d with a post of j within the window when j's day e is laid on d,
    and the converse. Hits never cross a day boundary. A stratum with one common day is left out: it
    could not change place.

    Args:
        i: Posts of one account.
        j: Posts of the other.
        calendar: The scope's calendar.
        common: Days on which both live, ascending.
        window_s: Window in s, inclusive.

    References:
        METHODS §5.5.
    """
    strata = common_strata(i, j, calendar, common)
    return PairDays(
        block=strata.block,
        sizes=strata.sizes,
        day=strata.day,
        posts_i=strata.posts_i,
        posts_j=strata.posts_j,
        hits=_hits((i.second, i.starts), (j.second, j.starts), strata.day, strata.sizes, window_s),
    )


def common_strata(
    i: AccountPosts, j: AccountPosts, calendar: Calendar, common: Ints
) -> CommonStrata:
    """Return the common days of two accounts by stratum; one that stands alone is left out."""
    sizes = np.bincount(calendar.stratum[common], minlength=len(calendar.starts) - 1)
    common = common[sizes[calendar.stratum[common]] > 1]
    common = common[np.argsort(calendar.stratum[common], kind="stable")]
    sizes = sizes[sizes > 1].astype(np.int64)
    day = np.full((len(sizes), MOST_DAYS), -1, dtype=np.int64)
    lived = np.arange(MOST_DAYS) < sizes[:, None]
    day[lived] = common
    posts_i, posts_j = np.zeros_like(day), np.zeros_like(day)
    posts_i[lived], posts_j[lived] = np.diff(i.starts)[common], np.diff(j.starts)[common]
    return CommonStrata(calendar.block[day[:, 0]], sizes, day, posts_i, posts_j)


@compiled
def _hits(
    of_i: tuple[Ints, Ints], of_j: tuple[Ints, Ints], day: Ints, sizes: Ints, window_s: int
) -> Ints:
    second_i, starts_i = of_i
    second_j, starts_j = of_j
    hits = np.zeros((len(sizes), MOST_DAYS, MOST_DAYS), dtype=np.int64)
    for k in range(len(sizes)):
        for d in range(sizes[k]):
            on_d = second_i[starts_i[day[k, d]] : starts_i[day[k, d] + 1]]
            if not len(on_d):
                continue
            for e in range(sizes[k]):
                on_e = second_j[starts_j[day[k, e]] : starts_j[day[k, e] + 1]]
                if len(on_e):
                    hits[k, d, e] = near_n(on_d, on_e, window_s) + near_n(on_e, on_d, window_s)
    return hits
