"""Two accounts of a scope: their posts, and the days on which both live."""

from dataclasses import dataclass, replace

import numpy as np

from lockstep.streams import stream
from lockstep.timing.calendar import Calendar, CommonDays, common_days
from lockstep.timing.events import Scopes
from lockstep.timing.pair_days import AccountPosts, PairDays, account_posts, pair_days
from lockstep.timing.pair_windows import PairWindows, pair_windows
from lockstep.timing.scope import Ints, Scope

_NO_DAY = -1


@dataclass(frozen=True, slots=True)
class Life:
    """One account: its posts, and the first day on which it lives from start to end."""

    account_key: str
    posts: AccountPosts
    first_day: int


def lives(scope: Scope, calendar: Calendar, tested: Scope | None = None) -> list[Life]:
    """Return the lives of a scope's accounts, by key; without event posts none has a day.

    Where only some posts are `tested`, those of a day are theirs alone.
    """
    posts = account_posts(scope, calendar)
    if tested is not None:
        of_days = account_posts(tested, calendar)
        posts = tuple(
            replace(every, second=some.second, starts=some.starts)
            for every, some in zip(posts, of_days, strict=True)
        )
    first_days = calendar.first_living_day(scope.alive_from_s)
    first_days = np.where(scope.posts_by_account > 0, first_days, calendar.days_n)
    parts = zip(scope.account_keys, posts, first_days.tolist(), strict=True)
    return [Life(*life) for life in parts]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts, that whose key comes first being `a`, and the window their test is at."""

    a: Life
    b: Life
    calendar: Calendar
    window_s: int
    scope: Scopes
    seed: int

    @property
    def first_day(self) -> int:
        """First day that both live from start to end."""
        return max(self.a.first_day, self.b.first_day)

    @property
    def common(self) -> CommonDays:
        """How many whole days both live."""
        return common_days(self.calendar, self.first_day)

    def days(self, *, without: int = _NO_DAY) -> PairDays:
        """Return the common days with the hits of any two laid together, one day left out."""
        common = self.calendar.lived(self.first_day)
        common = common[common != without]
        return pair_days(self.a.posts, self.b.posts, self.calendar, common, self.window_s)

    def windows(self, windows_s: Ints) -> PairWindows:
        """Return the hits within every window on the common days."""
        common = self.calendar.lived(self.first_day)
        return pair_windows(self.a.posts, self.b.posts, self.calendar, common, windows_s)

    def draws(self, null: str) -> np.random.Generator:
        """Return the pair's own stream of random numbers for a null."""
        names = (self.a.account_key, self.b.account_key, null, str(self.window_s))
        return stream(self.seed, "pair_timing", self.scope, *names)
