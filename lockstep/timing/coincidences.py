"""Which posts of two accounts lie near each other, who is first, and in how many episodes."""

from dataclasses import dataclass

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.calendar import Calendar
from lockstep.timing.scope import Ints

MIN_EPISODES = 5
"""Accounts that meet in fewer episodes carry no claim (METHODS §5.4)."""
MIN_DAYS = 3
"""Nor do those that meet on fewer days."""


@dataclass(frozen=True, slots=True)
class Coincidences:
    """What two accounts' posts have in common within a window, in `near_i` hits of i's posts.

    `lag_median_s` is the lower median of the absolute lags; None where there is no coincidence.
    """

    pairs_n: int
    near_i_n: int
    near_j_n: int
    i_leads_n: int
    j_leads_n: int
    ties_n: int
    lag_median_s: int | None
    episodes_n: int
    days_n: int


def coincidences(time_i_s: Ints, time_j_s: Ints, window_s: int, calendar: Calendar) -> Coincidences:
    """Return how the posts of two accounts meet within a window.

    A coincidence is a pair of posts, one of each account, at most `window_s` apart (A3). An episode
    is a chain of the two accounts' posts with gaps of at most `window_s` that holds both (A6); its
    day is the scope's day on which it starts. Coincidences are counted lag by lag, never listed:
    10,000 posts of each account in one second are 100 million.

    Args:
        time_i_s: Times of one account's posts, ascending.
        time_j_s: Times of the other's, ascending.
        window_s: Window in s, inclusive.
        calendar: The scope's calendar, which says where days begin.

    References:
        METHODS §4 (A3, A6), §5.4.
    """
    by_lag = lag_counts(time_i_s, time_j_s, window_s)
    before, ties, after = by_lag[:window_s], by_lag[window_s], by_lag[window_s + 1 :]
    by_distance = np.concatenate([[ties], after + before[::-1]])
    pairs_n = int(by_lag.sum())
    middle = np.searchsorted(np.cumsum(by_distance), (pairs_n + 1) // 2)
    starts_s = episode_starts(time_i_s, time_j_s, window_s)
    return Coincidences(
        pairs_n=pairs_n,
        near_i_n=near_n(time_i_s, time_j_s, window_s),
        near_j_n=near_n(time_j_s, time_i_s, window_s),
        i_leads_n=int(after.sum()),
        j_leads_n=int(before.sum()),
        ties_n=int(ties),
        lag_median_s=int(middle) if pairs_n else None,
        episodes_n=len(starts_s),
        days_n=len(np.unique(calendar.day_of(starts_s))),
    )


@compiled
def near_n(time_i_s: Ints, time_j_s: Ints, window_s: int) -> int:
    """Count the posts of i that have a post of j within the window; both ascending."""
    count = 0
    first = 0
    for time_s in time_i_s:
        while first < len(time_j_s) and time_j_s[first] < time_s - window_s:
            first += 1
        if first < len(time_j_s) and time_j_s[first] <= time_s + window_s:
            count += 1
    return count


@compiled
def lag_counts(time_i_s: Ints, time_j_s: Ints, window_s: int) -> Ints:
    """Count the coincidences of each lag t_j - t_i from -window_s to window_s; times ascending."""
    counts = np.zeros(2 * window_s + 1, dtype=np.int64)
    first = 0
    posts_i = 0
    for i in range(len(time_i_s)):
        posts_i += 1
        # Posts of one second are counted together, at the last of them.
        if i + 1 < len(time_i_s) and time_i_s[i + 1] == time_i_s[i]:
            continue
        while first < len(time_j_s) and time_j_s[first] < time_i_s[i] - window_s:
            first += 1
        for j in range(first, len(time_j_s)):
            lag_s = time_j_s[j] - time_i_s[i]
            if lag_s > window_s:
                break
            counts[lag_s + window_s] += posts_i
        posts_i = 0
    return counts


@compiled
def episode_starts(time_i_s: Ints, time_j_s: Ints, window_s: int) -> Ints:
    """Return when each chain of posts of both accounts starts, gaps at most the window."""
    starts_s = np.empty(min(len(time_i_s), len(time_j_s)), dtype=np.int64)
    count = i = j = 0
    start_s = last_s = np.int64(0)
    in_chain_i = in_chain_j = False
    while i < len(time_i_s) or j < len(time_j_s):
        of_i = j == len(time_j_s) or (i < len(time_i_s) and time_i_s[i] <= time_j_s[j])
        time_s = time_i_s[i] if of_i else time_j_s[j]
        if i + j == 0 or time_s - last_s > window_s:
            start_s, in_chain_i, in_chain_j = time_s, False, False
        has_both = in_chain_i and in_chain_j
        in_chain_i, in_chain_j = in_chain_i or of_i, in_chain_j or not of_i
        if in_chain_i and in_chain_j and not has_both:
            starts_s[count] = start_s
            count += 1
        last_s = time_s
        i, j = i + of_i, j + (not of_i)
    return starts_s[:count]
