"""Which posts null N1 is tested on, and among which days each may change place."""

from dataclasses import dataclass

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.calendar import DAY_S, Calendar, second_arrival
from lockstep.timing.scope import Floats, Ints, Scope


@dataclass(frozen=True, slots=True)
class ExchangeablePosts:
    """Posts on exchangeable whole days, and the days of each account that may change places.

    A post is tested where its account lives on at least 2 whole days of the post's stratum, and so
    does another account. The living days of one account in one stratum are a group; `slot_days`
    holds the days of all groups that have a post, `starts` where each group begins, `slot` which of
    these days a post is on. Posts stand in their total order; `at` is where they stand in that of
    the scope.
    """

    at: Ints
    account: Ints
    second: Ints
    slot: Ints
    slot_days: Ints
    starts: Ints
    days_tested_n: int
    strata_n: int
    blocks: Ints
    """Blocks that hold a tested day, ascending."""


def exchangeable_posts(scope: Scope, calendar: Calendar) -> ExchangeablePosts:
    """Return the posts of a scope that null N1 is tested on.

    First, last and creation days, and those not wholly collected, are not exchangeable; a stratum
    with fewer than two days on which two accounts live is left out; so is an account with one day
    in a stratum, which could not change place. Left-out posts are neither counted nor neighbours.

    References:
        METHODS §5, "N1 exactly".
    """
    first_day = calendar.first_living_day(scope.alive_from_s)
    common_n = calendar.lived_days(second_arrival(scope, calendar))
    usable = common_n >= 2  # noqa: PLR2004 - one day cannot change places
    day = calendar.day_of(scope.time_s)
    whole = (day >= 0) & (day < calendar.days_n)
    whole[whole] = calendar.collected[day[whole]]
    whole[whole] = (day >= first_day[scope.account])[whole] & usable[calendar.stratum[day[whole]]]
    account, day = scope.account[whole], day[whole]
    second = (scope.time_s[whole] - calendar.first_day_s) - day * DAY_S

    place = np.empty(calendar.days_n, dtype=np.int64)
    place[calendar.days] = np.arange(len(calendar.days))
    strata_n = len(usable)
    group_of, group = np.unique(account * strata_n + calendar.stratum[day], return_inverse=True)
    stratum = group_of % max(strata_n, 1)
    first_place = _first_places(calendar, stratum, first_day[group_of // max(strata_n, 1)])
    days_n = calendar.starts[stratum + 1] - first_place
    movable = days_n > 1
    sizes = np.where(movable, days_n, 0)
    group_start = np.cumsum(sizes) - sizes
    kept = movable[group]
    slots = np.repeat(first_place - group_start, sizes) + np.arange(sizes.sum())
    used = np.flatnonzero(usable)
    return ExchangeablePosts(
        at=np.flatnonzero(whole)[kept],
        account=account[kept],
        second=second[kept],
        slot=(group_start[group] + place[day] - first_place[group])[kept],
        slot_days=calendar.days[slots],
        starts=np.append(group_start[movable], sizes.sum()).astype(np.int64),
        days_tested_n=int(common_n[usable].sum()),
        strata_n=len(used),
        blocks=np.unique(calendar.block[np.isin(calendar.stratum, used)]),
    )


def _first_places(calendar: Calendar, stratum: Ints, first_day: Ints) -> Ints:
    """Return where in `calendar.days` the living days of each stratum begin."""
    step = calendar.days_n + 1
    line = calendar.stratum[calendar.days] * step + calendar.days
    return np.searchsorted(line, stratum * step + first_day).astype(np.int64)


@compiled
def shuffled(slot_days: Ints, starts: Ints, uniform: Floats) -> Ints:
    """Return the days with each group in a uniformly random order (Fisher and Yates).

    `uniform` holds one random number in [0, 1) a day.
    """
    days = slot_days.copy()
    for group in range(len(starts) - 1):
        first = starts[group]
        for i in range(starts[group + 1] - 1, first, -1):
            j = first + int(uniform[i] * (i - first + 1))
            days[i], days[j] = days[j], days[i]
    return days
