"""Which days of a scope are alike, so that they may change places under null N1."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from lockstep.timing.scope import Ints, Scope

DAY_S = 86_400
_BLOCK_DAYS = 14
_BLOCK_DAYS_ONE_CLASS = 10
_SHORT_SPAN_DAYS = 28
_WEEKEND_DIFFERENCE = 0.1
MIN_COMMON_DAYS = 7
MIN_EXCHANGEABLE_DAYS = 3
_THURSDAY = 3
"""Weekday of 1970-01-01, Monday being 0."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The whole days of a scope and the stratum (block by weekday class) each belongs to.

    Day d lasts from first_day_s + d · 86,400 s. `days` lists the days stratum by stratum, ascending
    within each; stratum k holds days[starts[k]:starts[k + 1]]. No stratum has more than 10 days.
    """

    first_day_s: int
    stratum: Ints
    block: Ints
    days: Ints
    starts: Ints

    @property
    def days_n(self) -> int:
        """Whole days of the scope."""
        return len(self.stratum)

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

        A life lasts to the end of the collection, so that every later day is lived as well.
        """
        # Clipped first: "always" is the least integer, from which nothing can be subtracted.
        started_s = np.maximum(alive_from_s, self.first_day_s) - self.first_day_s
        first: Ints = np.minimum(-(-started_s // DAY_S), self.days_n)
        return first

    def lived_days(self, first_day: int) -> Ints:
        """Return the number of days of each stratum that are lived by who lives from a day on."""
        return np.bincount(self.stratum[first_day:], minlength=max(len(self.starts) - 1, 0)).astype(
            np.int64
        )


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


def collection_window(posts: pl.LazyFrame, sources: pl.LazyFrame) -> tuple[int, int]:
    """Return the first and last second that the exports cover, both inclusive.

    A source covers what its file name states, else from its first to its last post; a case covers
    from the earliest to the latest of these, else from its first to its last post. (0, -1) where
    there is no post at all.
    """
    stated = sources.select(
        pl.coalesce("collection_start_s", "first_posted_s").min().alias("start_s"),
        # The end that a file's name states is exclusive.
        pl.coalesce(pl.col("collection_end_s") - 1, "last_posted_s").max().alias("end_s"),
    )
    seen = posts.select(
        pl.col("posted_at_s").min().alias("start_s"), pl.col("posted_at_s").max().alias("end_s")
    )
    start_s, end_s = pl.concat([stated, seen]).collect().get_columns()
    first = start_s[0] if start_s[0] is not None else start_s[1]
    last = end_s[0] if end_s[0] is not None else end_s[1]
    return (0, -1) if first is None or last is None else (int(first), int(last))


def scope_calendar(scope: Scope, window: tuple[int, int]) -> Calendar:
    """Return the calendar of a scope, fixed before any test and used by all its pairs.

    The day begins with the quietest hour of the pooled posts (the earliest such hour of the UTC
    day). The weekend is the two consecutive weekdays of least mean volume; it is a class of its own
    below 28 whole days, and above where its mean differs from the other days' by more than 10 %.
    Blocks hold at most 14 days (10 where there is one class), equal to within a day, longer first.
    Volumes are of whole days.

    References:
        METHODS §5, "N1 exactly".
    """
    start_s, end_s = window
    boundary_s = _quietest_hour(scope.time_s) * 3_600
    first_day_s = boundary_s + -(-(start_s - boundary_s) // DAY_S) * DAY_S
    days_n = max((end_s + 1 - first_day_s) // DAY_S, 0)
    day = (scope.time_s - first_day_s) // DAY_S
    volume = np.bincount(day[(day >= 0) & (day < days_n)], minlength=days_n).astype(np.int64)
    weekday = (np.arange(days_n) + first_day_s // DAY_S + _THURSDAY) % 7
    weekend = _weekend(volume, weekday)
    block = _blocks(days_n, _BLOCK_DAYS if weekend.any() else _BLOCK_DAYS_ONE_CLASS)
    _, stratum = np.unique(block * 2 + weekend, return_inverse=True)
    stratum = stratum.astype(np.int64)
    sizes = np.bincount(stratum) if days_n else np.zeros(0, dtype=np.int64)
    return Calendar(
        first_day_s=int(first_day_s),
        stratum=stratum,
        block=block,
        days=np.argsort(stratum, kind="stable").astype(np.int64),
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
    )


def _quietest_hour(time_s: Ints) -> int:
    return int(np.argmin(np.bincount(time_s % DAY_S // 3_600, minlength=24)))


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
