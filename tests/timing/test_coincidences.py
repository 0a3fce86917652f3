"""How two accounts' posts meet, against the definitions spelled out."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.calendar import scope_calendar
from lockstep.timing.coincidences import Coincidences, coincidences, episode_starts
from tests.timing import reference
from tests.timing.reference import DAY_S

TIMES = st.lists(st.integers(-50, 120), max_size=20).map(sorted)


def meet(times_i: list[int], times_j: list[int], window_s: int) -> Coincidences:
    posts = [(t, 0) for t in times_i] + [(t, 1) for t in times_j]
    calendar = reference.make_calendar(reference.make_scope(posts, 2), 10)
    i, j = np.array(times_i, dtype=np.int64), np.array(times_j, dtype=np.int64)
    return coincidences(i, j, window_s, calendar)


@given(TIMES, TIMES, st.integers(1, 30))
@settings(max_examples=300, deadline=None)
def test_every_count_equals_brute_force(
    times_i: list[int], times_j: list[int], window_s: int
) -> None:
    """Coincidences, hits, leads, ties, lower-median lag and episodes, ties and none included."""
    lags = [j - i for i in times_i for j in times_j if abs(j - i) <= window_s]
    posts = [(t, 0) for t in times_i] + [(t, 1) for t in times_j]
    brute = reference.count(posts, window_s)
    met = meet(times_i, times_j, window_s)

    assert (met.pairs_n, met.episodes_n) == (brute["A3"], brute["A6"])
    assert met.near_i_n == sum(any(abs(i - j) <= window_s for j in times_j) for i in times_i)
    assert met.near_i_n + met.near_j_n == brute["A1"]
    assert met.i_leads_n == sum(lag > 0 for lag in lags)
    assert met.j_leads_n == sum(lag < 0 for lag in lags)
    assert met.ties_n == lags.count(0)
    distances = sorted(map(abs, lags))
    assert met.lag_median_s == (distances[(len(lags) - 1) // 2] if lags else None)


def test_an_episode_starts_with_its_first_post_and_counts_on_that_day() -> None:
    """A chain over a day boundary is one episode, of the day on which it starts."""
    evening_s = DAY_S - 5
    i = np.array([100, evening_s, 3 * DAY_S], dtype=np.int64)
    j = np.array([101, evening_s + 10, 200_000, 3 * DAY_S + 7], dtype=np.int64)
    posts = [(t, 0) for t in [*i.tolist(), 5 * DAY_S + 1]] + [(t, 1) for t in j.tolist()]
    calendar = scope_calendar(reference.make_scope(posts, 2), ((0, 10 * DAY_S - 1),))

    assert episode_starts(i, j, 10).tolist() == [100, evening_s, 3 * DAY_S]
    assert calendar.first_day_s % DAY_S == 3_600
    assert coincidences(i, j, 10, calendar).days_n == 3


def test_a_hundred_million_coincidences_are_counted_not_listed() -> None:
    """Ten thousand posts of each account in one second are 10^8 ties and one episode."""
    met = meet([7] * 10_000, [7] * 10_000, 60)

    assert (met.pairs_n, met.ties_n, met.lag_median_s) == (10**8, 10**8, 0)
    assert (met.near_i_n, met.near_j_n, met.episodes_n, met.days_n) == (10_000, 10_000, 1, 1)
