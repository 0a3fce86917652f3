"""How often the nulls of a pair reject accounts that have nothing to do with each other."""

import numpy as np
import pytest

from lockstep.timing.pair_days import PARTS
from lockstep.timing.pair_null import day_permutation_p
from lockstep.timing.pair_volume import beyond_volume
from tests.timing.habits import independent_pair

PAIRS_N = 300


def measure(*, busy_share: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Return p of N1 and of N1v of many independent pairs, and the mean ratio."""
    rng = np.random.default_rng(20_220_217)
    habits, volumes, observed, expected = [], [], 0, 0
    for _ in range(PAIRS_N):
        days = independent_pair(rng, days_n=56, per_day=8, busy_share=busy_share)
        habits.append(day_permutation_p(days, family_n=1, rng=rng).p_value)
        volumes.append(beyond_volume(days, family_n=1, rng=rng).p_value)
        observed += int(days.observed.sum())
        expected += int(days.expected_parts.sum())
    return np.array(habits), np.array(volumes), observed * PARTS / expected


def within(p_values: np.ndarray, level: float) -> bool:
    """Return whether the share at or below a level exceeds it by at most 2 standard errors."""
    error = (level * (1 - level) / PAIRS_N) ** 0.5
    return bool((p_values <= level).mean() <= level + 2 * error)


def test_independent_pairs_are_rejected_no_more_often_than_stated() -> None:
    """Bursts, marks, shared slots, autocorrelated days: N1 and N1v hold their level, R is 1."""
    habits, volumes, ratio = measure(busy_share=0.0)

    assert all(within(habits, level) for level in (0.01, 0.05, 0.1))
    assert all(within(volumes, level) for level in (0.01, 0.05, 0.1))
    assert ratio == pytest.approx(1, abs=0.03)


def test_busy_days_in_common_are_no_evidence_beyond_volume() -> None:
    """Where one day in ten is three times as busy for both, N1v holds its level and N1 does not."""
    habits, volumes, ratio = measure(busy_share=0.1)

    assert all(within(volumes, level) for level in (0.01, 0.05))
    assert (habits <= 0.05).mean() > 0.2
    assert ratio > 1.03
