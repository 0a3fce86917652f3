"""The tested posts of a scope laid on its days, and what they meet when days change places."""

from dataclasses import dataclass

import numpy as np

from lockstep.timing.calendar import DAY_S, Calendar
from lockstep.timing.counts import (
    ONE_BLOCK,
    count_across,
    count_near,
    count_own_pairs,
    count_pairs,
    count_within,
    gaps_after,
    gaps_before,
)
from lockstep.timing.exchangeable import ExchangeablePosts
from lockstep.timing.scope import Ints

TESTED = ("A1", "A3", "A5")
"""The definitions that decompose over posts, in the order of every array here."""

PARTS = 5_040
"""7!: twice any number of other days in a stratum (at most 9) divides it, so that means add up."""


@dataclass(frozen=True, slots=True)
class LaidDays:
    """A scope's tested posts on a line of days that lie further apart than any window."""

    posts: ExchangeablePosts
    accounts_n: int
    windows_s: Ints
    day_s: int
    stratum: Ints
    """Stratum of each day."""

    @property
    def days_n(self) -> int:
        """Days of the calendar, at least one."""
        return max(len(self.stratum), 1)

    @property
    def group(self) -> Ints:
        """Which account and stratum each post is of; such a group's days change places."""
        return np.asarray(
            np.searchsorted(self.posts.starts, self.posts.slot, side="right") - 1, dtype=np.int64
        )

    def keys(self, days: Ints) -> Ints:
        """Return the posts' ascending keys (time · accounts_n + account) on these days."""
        time_s = days[self.posts.slot] * self.day_s + self.posts.second
        return np.sort(time_s * self.accounts_n + self.posts.account)

    def totals(self, days: Ints, own_pairs: Ints) -> Ints:
        """Return counts[definition, window] with the groups' days in this order."""
        return self._counts(days, ONE_BLOCK, own_pairs)[..., 0]

    def by_day(self, days: Ints) -> Ints:
        """Return counts[definition, window, day] with the groups' days in this order."""
        starts_s = self.day_s * np.arange(self.days_n)
        return self._counts(days, starts_s, self.own_pairs(starts_s))

    def own_pairs(self, starts_s: Ints = ONE_BLOCK) -> Ints:
        """Return pairs[window, cell] of posts of one account, which no change of days undoes."""
        time_s = self.posts.slot_days[self.posts.slot] * self.day_s + self.posts.second
        return count_own_pairs(time_s, self.posts.account, self.windows_s, starts_s)

    def _counts(self, days: Ints, starts_s: Ints, own_pairs: Ints) -> Ints:
        keys = self.keys(days)
        near = count_near(keys, self.accounts_n, self.windows_s, starts_s)
        pairs = count_pairs(keys // self.accounts_n, self.windows_s, starts_s)
        return np.stack([near[0], pairs - own_pairs, near[1]])


def laid_days(
    posts: ExchangeablePosts, accounts_n: int, calendar: Calendar, windows_s: Ints
) -> LaidDays:
    """Return the tested posts on the days of their calendar."""
    return LaidDays(
        posts=posts,
        accounts_n=max(accounts_n, 1),
        windows_s=windows_s,
        day_s=DAY_S + int(windows_s[-1]) + 1,
        stratum=calendar.stratum,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """The tested posts in their own days: by time, with gaps to others; and by account."""

    keys: Ints
    time_s: Ints
    account: Ints
    before_s: Ints
    after_s: Ints
    by_account: Ints
    span_s: int
    """Longer than all days: account · span_s + time_s sets accounts apart."""


def line(laid: LaidDays) -> Line:
    """Return the posts as their days lie."""
    keys = laid.keys(laid.posts.slot_days)
    time_s = keys // laid.accounts_n
    account = keys - time_s * laid.accounts_n
    far_s = int(laid.windows_s[-1]) + 1
    span_s = (int(laid.posts.slot_days.max(initial=0)) + 1) * laid.day_s
    return Line(
        keys=keys,
        time_s=time_s,
        account=account,
        before_s=gaps_before(time_s, account, far_s),
        after_s=gaps_after(time_s, account, far_s),
        by_account=np.sort(account * span_s + time_s),
        span_s=span_s,
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """Posts that were laid on other days, ascending, and the gaps to other accounts' posts there.

    The other accounts' posts stay on their own days.
    """

    time_s: Ints
    account: Ints
    day: Ints
    near_s: Ints
    before_s: Ints

    def near(self, cell: Ints, windows_s: Ints, cells_n: int) -> Ints:
        """Return A1[window, cell]."""
        return count_within(self.near_s, cell, windows_s, cells_n)

    def after(self, cell: Ints, windows_s: Ints, cells_n: int) -> Ints:
        """Return A5[window, cell]: posts with another account's before them."""
        return count_within(self.before_s, cell, windows_s, cells_n)

    def pairs_by_day(self, laid: LaidDays, placed: Line) -> Ints:
        """Return the other accounts' posts near these as pairs[window, day]."""
        own = np.sort(self.account * placed.span_s + self.time_s)
        own_day = own % placed.span_s // laid.day_s
        every = count_across(placed.time_s, self.time_s, self.day, laid.windows_s, laid.days_n)
        return every - count_across(placed.by_account, own, own_day, laid.windows_s, laid.days_n)


def moved(laid: LaidDays, placed: Line, time_s: Ints, account: Ints) -> Moved:
    """Return posts laid at these times among the others, each account without its own."""
    keys = np.sort(time_s * laid.accounts_n + account)
    time_s = keys // laid.accounts_n
    account = keys - time_s * laid.accounts_n
    place = np.searchsorted(placed.keys, keys)
    far_s = int(laid.windows_s[-1]) + 1
    last, next_ = np.maximum(place - 1, 0), np.minimum(place, len(placed.keys) - 1)
    before_s = time_s - placed.time_s[last]
    before_s += placed.before_s[last] * (placed.account[last] == account)
    before_s = np.where(place > 0, before_s, far_s)
    after_s = placed.time_s[next_] - time_s
    after_s += placed.after_s[next_] * (placed.account[next_] == account)
    after_s = np.where(place < len(placed.keys), after_s, far_s)
    return Moved(time_s, account, time_s // laid.day_s, np.minimum(before_s, after_s), before_s)
