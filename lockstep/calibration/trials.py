"""The whole test of one pair or network, by the functions that test a case."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lockstep.streams import stream
from lockstep.timing.calendar import Calendar
from lockstep.timing.laid_days import TESTED
from lockstep.timing.network_jitter import network_jitter
from lockstep.timing.network_null import network_null
from lockstep.timing.pair_days import PARTS, PairDays, account_posts, pair_days
from lockstep.timing.pair_jitter import jitter_p
from lockstep.timing.pair_null import day_permutation_p
from lockstep.timing.pair_volume import beyond_volume
from lockstep.timing.scope import Scope

WINDOW_S = 60
"""The headline window of the case study, in which everything here is tested."""

NULLS = ("N1", "N1v", "N2", "robust")
"""In the order of the published table; robust is the largest p of the other three."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One test: p by null, and what was observed and expected under N1."""

    p_values: dict[str, float]
    observed: int
    expected: float


def pair_trial(scope: Scope, calendar: Calendar, *, seed: int) -> Trial:
    """Return the test of the first two accounts of a scope, all days in common."""
    days = _pair_days(scope, calendar)[0, 1]
    i_s, j_s = (scope.time_s[scope.account == number] for number in (0, 1))
    habits = day_permutation_p(days, family_n=1, rng=stream(seed, "pair", "N1"))
    volume = beyond_volume(days, family_n=1, rng=stream(seed, "pair", "N1v"))
    return Trial(
        p_values=_with_robust(habits.p_value, volume.p_value, jitter_p(i_s, j_s, WINDOW_S)),
        observed=int(days.observed.sum()),
        expected=int(days.expected_parts.sum()) / PARTS,
    )


def network_trial(scope: Scope, calendar: Calendar, *, surrogates_n: int, seed: int) -> Trial:
    """Return the test of A1 of a scope; p of N1v is the least of its pairs, by Bonferroni."""
    windows_s = np.array([WINDOW_S], dtype=np.int64)
    null = network_null(scope, calendar, windows_s, surrogates_n=surrogates_n, seed=seed)
    jittered = network_jitter(scope, windows_s, surrogates_n=surrogates_n, seed=seed)
    at = TESTED.index("A1"), 0
    reached = surrogates_n if null.at_least is None else null.at_least[at]
    return Trial(
        p_values=_with_robust(
            (1 + int(reached)) / (1 + surrogates_n),
            _least_volume_p(scope, calendar, seed),
            (1 + int(jittered.at_least[0])) / (1 + surrogates_n),
        ),
        observed=int(null.observed[at]),
        expected=float(null.expected[at]),
    )


def _least_volume_p(scope: Scope, calendar: Calendar, seed: int) -> float:
    pairs = _pair_days(scope, calendar)
    p_values = [
        beyond_volume(
            days, family_n=len(pairs), rng=stream(seed, "network", "N1v", str(i), str(j))
        ).p_value
        for (i, j), days in pairs.items()
    ]
    return min(1.0, len(pairs) * min(p_values))


def _pair_days(scope: Scope, calendar: Calendar) -> dict[tuple[int, int], PairDays]:
    posts = account_posts(scope, calendar)
    first_days = calendar.first_living_day(scope.alive_from_s).tolist()
    return {
        (i, j): pair_days(
            posts[i],
            posts[j],
            calendar,
            calendar.lived(max(first_days[i], first_days[j])),
            WINDOW_S,
        )
        for i, j in combinations(range(scope.accounts_n), 2)
    }


def _with_robust(habits: float, volume: float, jitter: float) -> dict[str, float]:
    p_values = (habits, volume, jitter)
    return dict(zip(NULLS, (*p_values, max(p_values)), strict=True))
