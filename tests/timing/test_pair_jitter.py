"""Null N2 of a pair: chances second by second, the tail against its definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lockstep.timing.pair_jitter import jitter_p, poisson_binomial_tail, seconds_near
from tests.timing import reference

TIMES = st.lists(st.integers(-4_000, 4_000), max_size=8).map(sorted)


def ints(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@given(TIMES, TIMES, st.sampled_from([1, 60, 300]))
@settings(max_examples=60, deadline=None)
def test_p_is_the_larger_of_two_directions(
    times_i: list[int], times_j: list[int], window_s: int
) -> None:
    """Each post drawn anew in its own half hour, before 1970 too; no post at all gives 1."""
    brute = max(
        reference.jitter_tail(times_i, times_j, window_s),
        reference.jitter_tail(times_j, times_i, window_s),
    )

    assert jitter_p(ints(times_i), ints(times_j), window_s) == pytest.approx(brute, rel=1e-9)


@given(TIMES, st.integers(-3, 3), st.sampled_from([1, 60, 300]))
@settings(max_examples=60, deadline=None)
def test_seconds_near_are_counted_one_by_one(
    held_s: list[int], interval: int, window_s: int
) -> None:
    """Overlapping windows count once, and only within the interval."""
    start_s = interval * 1_800
    found = seconds_near(ints([start_s]), ints(held_s), window_s)

    assert found.tolist() == [reference.seconds_near(start_s, held_s, window_s)]


def test_one_post_each_hits_with_the_share_of_seconds_near() -> None:
    """Two posts 30 s apart in mid-interval: 121 of 1,800 seconds; at its start 91 of them."""
    assert jitter_p(ints([900]), ints([930]), 60) == pytest.approx(121 / 1_800)
    assert jitter_p(ints([900]), ints([30]), 60) == 1.0
    assert jitter_p(ints([10]), ints([30]), 60) == pytest.approx(91 / 1_800)


@given(st.lists(st.integers(1, 1_800), max_size=30), st.integers(0, 31))
@settings(max_examples=200, deadline=None)
def test_the_tail_is_the_convolution_of_the_trials(near_s: list[int], at_least: int) -> None:
    """Certain trials included; more successes than trials have probability 0."""
    brute = reference.poisson_binomial_tail([s / 1_800 for s in near_s], at_least)

    assert poisson_binomial_tail(ints(near_s), 1_800, at_least) == pytest.approx(brute, abs=1e-14)


@pytest.mark.parametrize("sd", [-9, -3, 0, 1, 4, 8])
def test_the_tail_of_many_equal_trials_is_binomial(sd: int) -> None:
    """20,000 trials at 121/1,800: what is dropped on the way moves no stored digit."""
    n, chance = 20_000, 121 / 1_800
    at_least = round(n * chance + sd * (n * chance * (1 - chance)) ** 0.5)
    found = poisson_binomial_tail(np.full(n, 121), 1_800, at_least)

    assert found == pytest.approx(stats.binom.sf(at_least - 1, n, chance), rel=1e-9)
