"""Which of millions of pairs are worth an exact test, and over how many are they corrected?"""

from dataclasses import dataclass

import numpy as np

from lockstep.timing.calendar import Calendar
from lockstep.timing.coincidences import MIN_DAYS, MIN_EPISODES, episode_starts
from lockstep.timing.family import LEVEL, STEPS_N, family_step, least_p_step
from lockstep.timing.pair import Life
from lockstep.timing.scope import Floats, Ints, Scope
from lockstep.timing.sweep import Met, sweep, testable_accounts

MIN_Z = 2.0
"""Pairs that are no more standard deviations above their mean are not enumerated."""
LISTED_N = 1_000
"""So many candidates are enumerated in any case: they are the screening list."""
MOST_N = 20_000
"""No more than so many."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """How many pairs were looked at, how many of them are the family, and which are enumerated.

    `pairs` are positions of accounts, the first below the second, ascending.
    """

    screened_n: int
    family_n: int
    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Scored:
    """Pairs with the smallest p that they allow (`family`), and z."""

    i: Ints
    j: Ints
    step: Ints
    z: Floats


def discover(lives: list[Life], scope: Scope, calendar: Calendar, window_s: int) -> Discovery:
    """Return which pairs of a scope are to be tested one by one.

    Looked at are all pairs that live together long enough (gate span). The family are those that
    could be told at all (`family`). Its candidates have z above 2, under N1 and under N1v in closed
    form, and at least 5 episodes on at least 3 days. They are enumerated by falling z: the first
    1,000, and on as long as the correction would leave them were z normal, up to 20,000. Pairs of
    the family that are not enumerated have p = 1, so that this choice, which does look at the
    timing, makes no claim more likely. Where there is no candidate one pair is enumerated
    nevertheless: the table then says how large the family is.

    Args:
        lives: The accounts of the scope.
        scope: Their event posts.
        calendar: The scope's calendar.
        window_s: Window in s, inclusive.

    References:
        METHODS §5.4 (discovery), §5.5 (mean and variance).
    """
    first_days = np.array([life.first_day for life in lives], dtype=np.int64)
    testable_n = int(testable_accounts(first_days, calendar).sum())
    pairs_by_step = np.zeros(STEPS_N, dtype=np.int64)
    scored = []
    for met in sweep(scope, first_days, calendar, window_s):
        steps = least_p_step(met.log10_least)
        # What is no pair of the block lies at step 0, as do pairs whose days never meet.
        pairs_by_step += np.bincount(steps.ravel(), minlength=STEPS_N)
        scored.append(_outstanding(met, steps))
    least = family_step(pairs_by_step)
    family_n = int(pairs_by_step[least:].sum())
    family = _ranked(scored, least)
    chosen = _candidates(family, lives, calendar, window_s, family_n) or _first(family)
    return Discovery(testable_n * (testable_n - 1) // 2, family_n, tuple(sorted(chosen)))


def _outstanding(met: Met, steps: Ints) -> _Scored:
    """Return the pairs of great z, and that of the greatest among those of the smallest least p."""
    z = met.z
    chosen = z > MIN_Z
    chosen.flat[np.argmax(np.where(steps == steps.max(), z, -np.inf))] = True
    i, j = np.nonzero(chosen & (steps > 0))
    return _Scored(met.first + i, j, steps[i, j], z[i, j])


def _ranked(scored: list[_Scored], least: int) -> _Scored:
    """Return the pairs of the family, by falling z."""
    i, j, step, z = (
        np.concatenate([getattr(one, name) for one in scored] or [np.zeros(0, dtype=np.int64)])
        for name in _Scored.__slots__
    )
    order = np.lexsort((j, i, -z))
    order = order[step[order] >= least]
    return _Scored(i[order], j[order], step[order], z[order])


def _candidates(
    family: _Scored, lives: list[Life], calendar: Calendar, window_s: int, family_n: int
) -> list[tuple[int, int]]:
    promising_n = _promising_n(family.z, family_n)
    chosen: list[tuple[int, int]] = []
    for rank, (i, j) in enumerate(zip(family.i.tolist(), family.j.tolist(), strict=True)):
        enough_n = MOST_N if rank < promising_n else LISTED_N
        if family.z[rank] <= MIN_Z or len(chosen) >= enough_n:
            break
        if _meet_often(lives[i], lives[j], calendar, window_s):
            chosen.append((i, j))
    return chosen


def _promising_n(z: Floats, family_n: int) -> int:
    """Return up to which rank Benjamini and Hochberg would reject if z were normal.

    Laws of hits lean to the right, so that p is mostly larger than a normal law has it.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - scipy is slow to import

    ranks = np.arange(1, len(z) + 1)
    passing = ndtr(-z) * family_n <= LEVEL * ranks
    return int(ranks[passing].max(initial=0))


def _meet_often(a: Life, b: Life, calendar: Calendar, window_s: int) -> bool:
    starts_s = episode_starts(a.posts.time_s, b.posts.time_s, window_s)
    if len(starts_s) < MIN_EPISODES:
        return False
    return len(np.unique(calendar.day_of(starts_s))) >= MIN_DAYS


def _first(family: _Scored) -> list[tuple[int, int]]:
    return [(int(family.i[0]), int(family.j[0]))] if len(family.z) else []
