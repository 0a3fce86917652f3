"""Which month a post or a day belongs to: that in which its scope's day begins."""

from dataclasses import dataclass

import numpy as np

from lockstep.timing.calendar import DAY_S, Calendar
from lockstep.timing.scope import Ints, Scope


@dataclass(frozen=True, slots=True)
class Months:
    """Months (UTC) without a gap from the first to the last that holds a post or a day.

    A scope's day belongs to the month in which it begins, and so do its posts.
    """

    first: int
    """Months since January 1970."""
    count: int
    day_starts_at_s: int
    """A moment at which a day begins, in s since 1970 UTC."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The months as `2021-03`."""
        return tuple(str(month) for month in self._months)

    @property
    def starts_s(self) -> Ints:
        """When the first day of each month begins, in s since 1970 UTC."""
        starts_s = self._months.astype("datetime64[s]").astype(np.int64)
        return np.asarray(starts_s + (self.day_starts_at_s - starts_s) % DAY_S, dtype=np.int64)

    @property
    def _months(self) -> np.ndarray:
        return (self.first + np.arange(self.count)).astype("datetime64[M]")

    def of(self, time_s: Ints) -> Ints:
        """Return the position of the month of each moment."""
        return _month(time_s, self.day_starts_at_s) - self.first


def _month(time_s: Ints, day_starts_at_s: int) -> Ints:
    day_s = time_s - (time_s - day_starts_at_s) % DAY_S
    months = day_s.astype("datetime64[s]").astype("datetime64[M]")
    return np.asarray(months.astype(np.int64))


def day_starts_s(calendar: Calendar) -> Ints:
    """Return when each day of a calendar begins, in s since 1970 UTC."""
    return np.asarray(calendar.first_day_s + DAY_S * np.arange(calendar.days_n), dtype=np.int64)


def scope_months(scope: Scope, calendar: Calendar) -> Months:
    """Return the months of a scope's event posts and of the days on which they are tested."""
    moments = np.concatenate([scope.time_s, day_starts_s(calendar)])
    held = _month(moments, calendar.first_day_s)
    if not len(held):
        return Months(0, 0, calendar.first_day_s)
    return Months(int(held.min()), int(held.max() - held.min()) + 1, calendar.first_day_s)
