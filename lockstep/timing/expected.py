"""What chance gives: the mean over alignments in which an account does not meet its own day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lockstep.timing.laid_days import PARTS, TESTED, LaidDays, Line, Moved, line, moved
from lockstep.timing.scope import Floats, Ints

MOST_SHIFTS = 9
"""No stratum has more than 10 days."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Hits of the tested posts, added up three ways; expected ones in parts of 1/5,040.

    `by_day` is [definition, window, day], by the day that stays in place; `by_account` is
    [A1 or A5, window, account]; `by_month` A1 of each account at one window, [account, month].
    """

    by_day: Ints
    by_account: Ints
    by_month: Ints

    def add(self, other: "Hits", weight: int) -> None:
        """Add hits, so many times, to these."""
        self.by_day[:] += other.by_day * weight
        self.by_account[:] += other.by_account * weight
        self.by_month[:] += other.by_month * weight


@dataclass(frozen=True, slots=True)
class Grouping:
    """How hits are added up: the month of each day, and the window at which months are kept."""

    month: Ints
    headline: int

    @property
    def months_n(self) -> int:
        """Months, at least one."""
        return int(self.month.max(initial=0)) + 1


def observed_hits(laid: LaidDays, grouping: Grouping) -> Hits:
    """Return the hits of the tested posts as their days lie."""
    placed = line(laid)
    day = placed.time_s // laid.day_s
    near_s = np.minimum(placed.before_s, placed.after_s)
    there = Moved(placed.time_s, placed.account, day, near_s, placed.before_s)
    return Hits(
        by_day=laid.by_day(laid.posts.slot_days),
        by_account=_by_account(laid, there),
        by_month=_by_month(laid, there, grouping),
    )


def expected_hits(laid: LaidDays, grouping: Grouping) -> tuple[Hits, NDArray[np.int32]]:
    """Return what chance gives the tested posts, enumerated.

    Means over the non-zero cyclic shifts of one account's days with the others in place, summed
    over accounts. For each post: the mean, over the other living days of its account in the
    stratum, of whether that second of the day has a post of another account within the window (A1),
    how many (A3, each pair being met from both sides), or one before it in the total order (A5).

    Returns:
        The expected hits, and A1 of each group's posts, in whole hits, with its days shifted by
        k + 1: [k, group, window]. A shift that a group has not holds 0.

    References:
        METHODS §5, "Expected".
    """
    posts, windows_n = laid.posts, len(laid.windows_s)
    total = Hits(
        by_day=np.zeros((len(TESTED), windows_n, laid.days_n), dtype=np.int64),
        by_account=np.zeros((2, windows_n, laid.accounts_n), dtype=np.int64),
        by_month=np.zeros((laid.accounts_n, grouping.months_n), dtype=np.int64),
    )
    by_shift = np.zeros((MOST_SHIFTS, len(posts.starts) - 1, windows_n), dtype=np.int32)
    if not len(posts.account):
        return total, by_shift
    placed, group = line(laid), laid.group
    group_of = _group_of_account_and_stratum(laid, group)
    first, size = posts.starts[group], np.diff(posts.starts)[group]
    for days_n in np.unique(size).tolist():
        alike = size == days_n
        for shift in range(1, days_n):
            slot = first[alike] + (posts.slot - first + shift)[alike] % days_n
            time_s = posts.slot_days[slot] * laid.day_s + posts.second[alike]
            there = moved(laid, placed, time_s, posts.account[alike])
            total.add(_hits(laid, placed, there, grouping), PARTS // (days_n - 1))
            at = group_of[there.account * _strata_n(laid) + laid.stratum[there.day]]
            hits = there.near(at, laid.windows_s, len(posts.starts) - 1)
            by_shift[shift - 1] += hits.T.astype(np.int32)
    # A pair is met by both its posts.
    total.by_day[TESTED.index("A3")] //= 2
    return total, by_shift


def _hits(laid: LaidDays, placed: Line, there: Moved, grouping: Grouping) -> Hits:
    near = there.near(there.day, laid.windows_s, laid.days_n)
    after = there.after(there.day, laid.windows_s, laid.days_n)
    return Hits(
        by_day=np.stack([near, there.pairs_by_day(laid, placed), after]),
        by_account=_by_account(laid, there),
        by_month=_by_month(laid, there, grouping),
    )


def _by_account(laid: LaidDays, there: Moved) -> Ints:
    near = there.near(there.account, laid.windows_s, laid.accounts_n)
    return np.stack([near, there.after(there.account, laid.windows_s, laid.accounts_n)])


def _by_month(laid: LaidDays, there: Moved, grouping: Grouping) -> Ints:
    window_s = laid.windows_s[grouping.headline : grouping.headline + 1]
    cell = there.account * grouping.months_n + grouping.month[there.day]
    counts = there.near(cell, window_s, laid.accounts_n * grouping.months_n)
    return counts.reshape(laid.accounts_n, grouping.months_n)


def _strata_n(laid: LaidDays) -> int:
    return int(laid.stratum.max(initial=0)) + 1


def _group_of_account_and_stratum(laid: LaidDays, group: Ints) -> Ints:
    """Return the group of account · strata + stratum, -1 where there is none."""
    strata_n = _strata_n(laid)
    stratum = laid.stratum[laid.posts.slot_days[laid.posts.slot]]
    found = np.full(laid.accounts_n * strata_n, -1, dtype=np.int64)
    found[laid.posts.account * strata_n + stratum] = group
    return found


def chance_band(
    by_shift: NDArray[np.int32], sizes: Ints, draws_n: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return the 2.5 % and 97.5 % quantiles of A1 when each group takes a random non-zero shift.

    Each account in turn is shifted in each stratum while the others stay in place, and the hits of
    its posts are summed over accounts: the mean of that sum is the expectation. Joint shifts of all
    accounts would keep the coordination of those that draw the same one. But two accounts that meet
    are hit together, and here each is drawn for itself, which halves the variance: deviations from
    the mean are widened by the square root of 2, exact for two accounts (docs/decisions/0005).

    Args:
        by_shift: Hits[shift - 1, group, window].
        sizes: Days of each group.
        draws_n: Draws.
        rng: Stream of the draws.

    Returns:
        Lower and upper bound, one a window; the inverse of the empirical distribution.

    References:
        METHODS §5, "Chance band of curves".
    """
    groups = np.arange(len(sizes))
    sums = np.empty((draws_n, by_shift.shape[2]), dtype=np.int64)
    for draw in range(draws_n):
        shift = (rng.random(len(sizes)) * (sizes - 1)).astype(np.int64)
        sums[draw] = by_shift[shift, groups].sum(axis=0)
    mean = sums.mean(axis=0)
    widened = np.sort(mean + (sums - mean) * np.sqrt(2), axis=0)
    low, high = (widened[int(np.ceil(draws_n * q)) - 1] for q in (0.025, 0.975))
    return np.maximum(low, 0), high
