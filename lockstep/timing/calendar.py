"""Which days of a scope are alike, so that they may change places under null N1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lockstep.timing.collection import Intervals, collected, outer
from lockstep.timing.scope import Ints, Scope

DAY_S = 86_400
_BLOCK_DAYS = 14
_BLOCK_DAYS_ONE_CLASS = 10
_SHORT_SPAN_DAYS = 28
_WEEKEND_DIFFERENCE = 0.1
MIN_COMMON_DAYS = 7
MIN_EXCHANGEABLE_DAYS = 3
UNCOLLECTED = -1
"""Stratum of a day that was not collected from start to end: it belongs to none."""
_THURSDAY = 3
"""Weekday of 1970-01-01, Monday being 0."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The whole days of a scope and the stratum (block by weekday class) each belongs to.

    Day d lasts from first_day_s + d · 86,400 s. `days` lists the collected days stratum by stratum,
    ascending within each; stratum k holds days[starts[k]:starts[k + 1]]. No stratum has more than
    10 days. A day that nobody collected from start to end is in no stratum: what was not posted on
    it is not known.
    """

    first_day_s: int
    stratum: Ints
    block: Ints
    days: Ints
    starts: Ints

    @property
    def days_n(self) -> int:
        """Days from the first to the last whole day of the scope, uncollected ones among them."""
        return len(self.stratum)

    @property
    def collected(self) -> NDArray[np.bool_]:
        """Which days were collected from start to end."""
        return np.asarray(self.stratum != UNCOLLECTED, dtype=np.bool_)

    @property
    def blocks_n(self) -> int:
        """Blocks of at most 14 days."""
        return int(self.block[-1]) + 1 if self.days_n else 0

    def day_of(self, time_s: Ints) -> Ints:
        """Return the day of each moment; negative or ≥ days_n outside the whole days."""
        day: Ints = (time_s - self.first_day_s) // DAY_S
        return day

    def first_living_day(self, alive_from_s: Ints) -> Ints:
        """Return the first day that lies wholly inside each life; days_n where there is none.

        A life lasts to the end of the collection, so that every later day is lived as well, and
        known where it was collected.
        """
        # Clipped first: "always" is the least integer, from which nothing can be subtracted.
        started_s = np.maximum(alive_from_s, self.first_day_s) - self.first_day_s
        first: Ints = np.minimum(-(-started_s // DAY_S), self.days_n)
        return first

    def lived(self, first_day: int) -> Ints:
        """Return the collected days that are lived by who lives from a day on, ascending."""
        return np.asarray(first_day + np.flatnonzero(self.collected[first_day:]), dtype=np.int64)

    def lived_days(self, first_day: int) -> Ints:
        """Return how many days of each stratum are lived by who lives from a day on."""
        lived = self.stratum[self.lived(first_day)]
        return np.bincount(lived, minlength=max(len(self.starts) - 1, 0)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class CommonDays:
    """How many whole days two accounts share, and whether that is enough to test (gate span)."""

    days_n: int
    largest_stratum_n: int

    @property
    def enough(self) -> bool:
        """At least 7 days in all, at least 3 in some stratum (METHODS §5)."""
        return self.days_n >= MIN_COMMON_DAYS and self.largest_stratum_n >= MIN_EXCHANGEABLE_DAYS


def common_days(calendar: Calendar, first_day: int) -> CommonDays:
    """Return how many days are shared from the first common day on."""
    lived = calendar.lived_days(first_day)
    return CommonDays(int(lived.sum()), int(lived.max(initial=0)))


def second_arrival(scope: Scope, calendar: Calendar) -> int:
    """Return the first day wholly lived by at least two accounts that have event posts."""
    first_days = calendar.first_living_day(scope.alive_from_s)[scope.posts_by_account > 0]
    return int(np.sort(first_days)[1]) if len(first_days) > 1 else calendar.days_n


def scope_calendar(scope: Scope, intervals: Intervals) -> Calendar:
    """Return the calendar of a scope, fixed before any test and used by all its pairs.

    The day begins with the quietest hour of the pooled posts (the earliest such hour of the UTC
    day). The weekend is the two consecutive weekdays of least mean volume; it is a class of its own
    below 28 whole days, and above where its mean differs from the other days' by more than 10 %.
    Blocks hold at most 14 days (10 where there is one class), equal to within a day, longer first,
    uncollected days counted. Volumes are of whole days that were collected.

    Args:
        scope: Event posts and lives.
        intervals: When posts were collected.

    References:
        METHODS §5, "N1 exactly".
    """
    start_s, end_s = outer(intervals)
    boundary_s = quietest_second(scope.time_s)
    first_day_s = boundary_s + -(-(start_s - boundary_s) // DAY_S) * DAY_S
    days_n = max((end_s + 1 - first_day_s) // DAY_S, 0)
    known = np.flatnonzero(collected(intervals, first_day_s + DAY_S * np.arange(days_n), DAY_S))
    day = (scope.time_s - first_day_s) // DAY_S
    volume = np.bincount(day[(day >= 0) & (day < days_n)], minlength=days_n).astype(np.int64)
    weekday = (np.arange(days_n) + first_day_s // DAY_S + _THURSDAY) % 7
    weekend = _weekend(volume[known], weekday[known])
    block = _blocks(days_n, _BLOCK_DAYS if weekend.any() else _BLOCK_DAYS_ONE_CLASS)
    _, stratum_of_known = np.unique(block[known] * 2 + weekend, return_inverse=True)
    stratum = np.full(days_n, UNCOLLECTED, dtype=np.int64)
    stratum[known] = stratum_of_known
    sizes = np.bincount(stratum_of_known) if len(known) else np.zeros(0, dtype=np.int64)
    return Calendar(
        first_day_s=int(first_day_s),
        stratum=stratum,
        block=block,
        days=known[np.argsort(stratum_of_known, kind="stable")].astype(np.int64),
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
    )


def quietest_second(time_s: Ints) -> int:
    """Return the second of the UTC day at which its quietest hour begins, the earliest of such."""
    return int(np.argmin(np.bincount(time_s % DAY_S // 3_600, minlength=24))) * 3_600


def _weekend(volume: Ints, weekday: Ints) -> Ints:
    days_of = np.bincount(weekday, minlength=7)
    # A weekday that does not occur is never part of a weekend.
    mean = np.where(days_of > 0, np.bincount(weekday, volume, 7) / np.maximum(days_of, 1), np.inf)
    both = mean + np.roll(mean, -1)
    first = int(np.argmin(both))
    chosen = np.isin(weekday, [first, (first + 1) % 7]) & np.isfinite(both[first])
    if len(volume) >= _SHORT_SPAN_DAYS:
        rest = volume[~chosen].mean()
        chosen &= abs(volume[chosen].mean() - rest) > _WEEKEND_DIFFERENCE * rest
    return np.asarray(chosen, dtype=np.int64)


def _blocks(days_n: int, longest: int) -> Ints:
    blocks_n = max(-(-days_n // longest), 1)
    shorter, longer_n = divmod(days_n, blocks_n)
    lengths = np.full(blocks_n, shorter)
    lengths[:longer_n] += 1
    return np.asarray(np.repeat(np.arange(blocks_n), lengths), dtype=np.int64)
