"""Null N2 of a network: each post keeps its half hour and nothing finer."""

from math import comb

import numpy as np
import pytest

from lockstep.timing.network_jitter import network_jitter
from tests.timing import reference

WINDOWS_S = np.array([0, 10, 60, 300, 600], dtype=np.int64)
INTERVAL_S = 1_800
SURROGATES_N = 4_000


def reach(posts: list[reference.Post], surrogates_n: int = SURROGATES_N) -> list[int]:
    scope = reference.make_scope(posts, 1 + max((a for _, a in posts), default=-1))
    found = network_jitter(scope, WINDOWS_S, surrogates_n=surrogates_n, seed=3)
    return [int(n) for n in found.at_least]


def chance_of_a_hit(intervals_apart: int, window_s: int) -> float:
    """Return the exact chance that two posts of such intervals fall within the window."""
    second = np.arange(INTERVAL_S)
    gap = second[:, None] - (second[None, :] + intervals_apart * INTERVAL_S)
    return float((np.abs(gap) <= window_s).mean())


@pytest.mark.parametrize("intervals_apart", [0, 1])
@pytest.mark.parametrize("pairs_n", [1, 3])
def test_the_law_is_that_of_all_redraws(intervals_apart: int, pairs_n: int) -> None:
    """Pairs far from each other hit independently, each with the enumerated chance."""
    first_s = 1_000 * INTERVAL_S
    posts = []
    for pair in range(pairs_n):
        start_s = first_s + pair * 10 * INTERVAL_S
        # Within 60 s of each other: at the end of one interval and the start of the next.
        posts += [
            (start_s + INTERVAL_S - 30, 0),
            (start_s + INTERVAL_S - 30 + intervals_apart * 31, 1),
        ]
    found = reach(posts)

    for window_s, at_least in zip(WINDOWS_S[:4].tolist(), found, strict=True):
        seen_n = pairs_n if window_s >= intervals_apart * 31 else 0
        chance = chance_of_a_hit(intervals_apart, window_s)
        law = sum(
            comb(pairs_n, k) * chance**k * (1 - chance) ** (pairs_n - k)
            for k in range(seen_n, pairs_n + 1)
        )
        assert (
            abs(at_least / SURROGATES_N - law) <= 4 * max(law * (1 - law) / SURROGATES_N, 0) ** 0.5
        )


def test_posts_of_distant_intervals_never_meet() -> None:
    """A post stays in its own interval: what lies further than a window away stays unreached."""
    posts = [(INTERVAL_S * 100, 0), (INTERVAL_S * 102 + 300, 1), (INTERVAL_S * 200, 0)]
    together = [*posts, (INTERVAL_S * 200, 1)]

    assert reach(posts) == [SURROGATES_N] * 4
    assert 0 < reach(together)[3] < SURROGATES_N


def test_wide_windows_have_no_count() -> None:
    """Above 300 s, a sixth of the interval, nothing is counted."""
    scope = reference.make_scope([(0, 0), (1, 1)], 2)
    wide_s = np.array([301, 1_800], dtype=np.int64)

    assert len(network_jitter(scope, wide_s, surrogates_n=9, seed=1).at_least) == 0
    assert len(network_jitter(scope, WINDOWS_S, surrogates_n=9, seed=1).at_least) == 4


def test_no_posts_reach_what_is_observed() -> None:
    """Nothing is observed of no posts, and every surrogate has as much."""
    assert reach([], 9) == [9] * 4


def test_independent_moments_are_rejected_no_more_often_than_stated() -> None:
    """Of 200 networks that post at any moment at most alpha + 2 s.e. have p ≤ alpha."""
    rng = np.random.default_rng(11)
    p = []
    for _ in range(200):
        times_s = rng.integers(0, 20 * 86_400, 300).tolist()
        posts = list(zip(times_s, rng.integers(0, 3, 300).tolist(), strict=True))
        p.append((1 + reach(posts, 99)[2]) / 100)

    assert np.mean(np.array(p) <= 0.05) <= 0.05 + 2 * (0.05 * 0.95 / 200) ** 0.5
    assert np.mean(np.array(p) <= 0.5) > 0.3
