"""How many posts of two accounts are near each other within every window, and how many by chance.

One pass over the nearest gaps serves all windows; only sums are kept, of which the closed form of
the expectation is made.
"""

from dataclasses import dataclass

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.calendar import Calendar
from lockstep.timing.pair_days import PARTS, AccountPosts, common_strata
from lockstep.timing.scope import Ints


@dataclass(frozen=True, slots=True)
class PairWindows:
    """Hits of two accounts on their common whole days, [window, stratum]; `posts_n` of both there.

    `observed` as the days lie, `laid` with each day of one laid on each day of the other.
    """

    posts_n: int
    block: Ints
    sizes: Ints
    observed: Ints
    laid: Ints

    @property
    def expected_parts(self) -> Ints:
        """Mean hits when no day meets itself, (laid - observed)/(n - 1), in PARTS."""
        elsewhere: Ints = self.laid - self.observed
        return elsewhere * (PARTS // (self.sizes - 1))

    def by_block(self, of_strata: Ints) -> Ints:
        """Add up [window, stratum] to [window, block]; strata stand block by block."""
        _, first = np.unique(self.block, return_index=True)
        return np.asarray(np.add.reduceat(of_strata, first, axis=1), dtype=np.int64)


def pair_windows(
    i: AccountPosts, j: AccountPosts, calendar: Calendar, common: Ints, windows_s: Ints
) -> PairWindows:
    """Return the hits of two accounts within each window, of each stratum of common days.

    A hit is as in `pair_days`: a post with one of the other account within the window, on the same
    day as it lies, or when one day is laid on another; never across a day boundary.

    Args:
        i: Posts of one account.
        j: Posts of the other.
        calendar: The scope's calendar.
        common: Days on which both live, ascending.
        windows_s: Windows in s, inclusive, ascending.

    References:
        METHODS §5.5 ("Expected"), §5 ("Windows").
    """
    strata = common_strata(i, j, calendar, common)
    observed, laid = _within(
        (i.second, i.starts), (j.second, j.starts), strata.day, strata.sizes, windows_s
    )
    return PairWindows(
        posts_n=int((strata.posts_i + strata.posts_j).sum()),
        block=strata.block,
        sizes=strata.sizes,
        observed=np.cumsum(observed, axis=0),
        laid=np.cumsum(laid, axis=0),
    )


@compiled
def _within(
    of_i: tuple[Ints, Ints], of_j: tuple[Ints, Ints], day: Ints, sizes: Ints, windows_s: Ints
) -> tuple[Ints, Ints]:
    """Count posts by the first window that their nearest gap lies in: as days lie, and laid."""
    second_i, starts_i = of_i
    second_j, starts_j = of_j
    observed = np.zeros((len(windows_s), len(sizes)), dtype=np.int64)
    laid = np.zeros((len(windows_s), len(sizes)), dtype=np.int64)
    for k in range(len(sizes)):
        for d in range(sizes[k]):
            on_d = second_i[starts_i[day[k, d]] : starts_i[day[k, d] + 1]]
            if not len(on_d):
                continue
            for e in range(sizes[k]):
                on_e = second_j[starts_j[day[k, e]] : starts_j[day[k, e] + 1]]
                near_n = _by_window(on_d, on_e, windows_s) + _by_window(on_e, on_d, windows_s)
                laid[:, k] += near_n
                if d == e:
                    observed[:, k] += near_n
    return observed, laid


@compiled
def _by_window(second_i: Ints, second_j: Ints, windows_s: Ints) -> Ints:
    """Count the posts of i by the first window that holds their nearest post of j."""
    near_n = np.zeros(len(windows_s), dtype=np.int64)
    later = 0
    for second in second_i:
        while later < len(second_j) and second_j[later] < second:
            later += 1
        gap_s = windows_s[-1] + 1
        if later < len(second_j):
            gap_s = second_j[later] - second
        if later > 0:
            gap_s = min(gap_s, second - second_j[later - 1])
        w = np.searchsorted(windows_s, gap_s)
        if w < len(windows_s):
            near_n[w] += 1
    return near_n
