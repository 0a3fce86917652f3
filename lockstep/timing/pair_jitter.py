"""Do two accounts meet within seconds more than within half an hour: null N2, exactly."""

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.coincidences import near_n
from lockstep.timing.scope import Ints

INTERVAL_S = 1_800
"""Δ: each post is drawn anew within its own interval of this length, counted from 1970 UTC."""

_NEGLIGIBLE = 1e-30
"""Counts less likely are dropped on the way: no stored digit of p, the ninth, knows of them."""


def jitter_p(time_i_s: Ints, time_j_s: Ints, window_s: int) -> float:
    """Return the chance of at least the observed hits when posts move within their half hours.

    Null N2: j is held, each post of i is drawn independently and uniformly in its own interval of
    Δ = 1,800 s. It then hits with probability c = (seconds of the interval within the window of a
    post of j)/Δ, so that the hits of i's posts are Poisson-binomial exactly. The same with i and j
    exchanged; the larger p holds (in the sum of both each coincidence would count twice).

    Args:
        time_i_s: Times of one account's event posts, ascending.
        time_j_s: Times of the other's, ascending.
        window_s: Window in s, inclusive; at most 300, above which Δ is no longer wide beside it.

    References:
        METHODS §5.4; Amarasingham et al. 2012 (interval jitter).
    """
    return max(
        _one_direction(time_i_s, time_j_s, window_s), _one_direction(time_j_s, time_i_s, window_s)
    )


def _one_direction(moved_s: Ints, held_s: Ints, window_s: int) -> float:
    near_s = seconds_near(moved_s // INTERVAL_S * INTERVAL_S, held_s, window_s)
    return poisson_binomial_tail(near_s[near_s > 0], INTERVAL_S, near_n(moved_s, held_s, window_s))


def seconds_near(start_s: Ints, held_s: Ints, window_s: int) -> Ints:
    """Return how many seconds of each interval lie within the window of a post that is held.

    Args:
        start_s: First second of each interval of 1,800 s.
        held_s: Times of the posts held, ascending.
        window_s: Window in s, inclusive.
    """
    if not len(held_s):
        return np.zeros_like(start_s)
    # Each post covers the seconds that the one before it does not.
    new_s = np.minimum(np.diff(held_s, prepend=held_s[0] - 2 * window_s - 1), 2 * window_s + 1)
    covered_s = np.concatenate([[0], np.cumsum(new_s)])

    def covered_before(moment_s: Ints) -> Ints:
        begun_n = np.searchsorted(held_s - window_s, moment_s)
        ends_s = held_s[np.maximum(begun_n - 1, 0)] + window_s + 1
        beyond_s = np.where(begun_n > 0, np.maximum(ends_s - moment_s, 0), 0)
        return np.asarray(covered_s[begun_n] - beyond_s, dtype=np.int64)

    return covered_before(start_s + INTERVAL_S) - covered_before(start_s)


@compiled
def poisson_binomial_tail(successes: Ints, parts: int, at_least: int) -> float:
    """Return P(at least so many successes) of independent trials with chances successes/parts.

    The law of the count is built trial by trial, in double precision and in the order of the
    trials; all terms are positive. 0 where the tail is below 1e-30, and so below any stored digit.
    """
    law = np.zeros(len(successes) + 1)
    law[0] = 1.0
    low, high = 0, 0
    for trial in range(len(successes)):
        hit = successes[trial] / parts
        miss = (parts - successes[trial]) / parts
        high += 1
        for count in range(high, low, -1):
            law[count] = law[count] * miss + law[count - 1] * hit
        law[low] *= miss
        while law[low] < _NEGLIGIBLE:
            law[low] = 0.0
            low += 1
        while law[high] < _NEGLIGIBLE:
            law[high] = 0.0
            high -= 1
    tail = 0.0
    for count in range(high, max(at_least, low) - 1, -1):
        tail += law[count]
    return min(tail, 1.0)
