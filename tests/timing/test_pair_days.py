"""The matrices of a pair: which days, which posts, which hits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.calendar import Calendar
from lockstep.timing.network_null import network_null
from lockstep.timing.pair_days import PARTS, account_posts, pair_days
from lockstep.timing.scope import Scope
from tests.timing import reference
from tests.timing.reference import DAY_S

DAYS_N = 30


@st.composite
def pairs(draw: st.DrawFn, *, born: bool = True) -> tuple[Scope, Calendar]:
    """Return a month of two accounts that are born at various times and post together."""
    second = st.sampled_from([0, 5, 30, 70, 80, 2_000, DAY_S - 10, DAY_S - 1])
    post = st.tuples(st.integers(0, DAYS_N - 1), second, st.integers(0, 1))
    posts = draw(st.lists(post, min_size=1, max_size=40))
    alive = [draw(st.integers(0, 45)) * 40_000 if born else 0 for _ in range(2)]
    stream = [(d * DAY_S + s, a) for d, s, a in posts if d * DAY_S + s >= alive[a]]
    scope = reference.make_scope(stream, 2, alive)
    return scope, reference.make_calendar(scope, DAYS_N)


def common_days(scope: Scope, calendar: Calendar) -> np.ndarray:
    starts = calendar.first_day_s + DAY_S * np.arange(calendar.days_n)
    return np.flatnonzero(starts >= scope.alive_from_s.max())


@given(pairs(), st.sampled_from([1, 5, 60, 300]))
@settings(max_examples=200, deadline=None)
def test_every_cell_equals_brute_force(case: tuple[Scope, Calendar], window_s: int) -> None:
    """Each of i's common days under each of j's of its stratum; one day alone is left out."""
    scope, calendar = case
    common = common_days(*case)
    days = pair_days(*account_posts(*case), calendar, common, window_s)

    def seconds(account: int, day: int) -> np.ndarray:
        of_day = (scope.account == account) & (calendar.day_of(scope.time_s) == day)
        return scope.time_s[of_day] - calendar.first_day_s - day * DAY_S

    by_stratum = [common[calendar.stratum[common] == k] for k in np.unique(calendar.stratum)]
    strata = [stratum for stratum in by_stratum if len(stratum) > 1]
    assert days.sizes.tolist() == [len(stratum) for stratum in strata]
    for k, stratum in enumerate(strata):
        n = len(stratum)
        assert days.block[k] == calendar.block[stratum[0]]
        assert days.day[k, :n].tolist() == stratum.tolist()
        assert days.posts_i[k, :n].tolist() == [len(seconds(0, d)) for d in stratum]
        assert days.posts_j[k, :n].tolist() == [len(seconds(1, d)) for d in stratum]
        brute = [
            [reference.hits_between(seconds(0, d), seconds(1, e), window_s) for e in stratum]
            for d in stratum
        ]
        assert days.hits[k, :n, :n].tolist() == brute
        assert days.hits[k].sum() == np.sum(brute)


@given(pairs(born=False))
@settings(max_examples=100, deadline=None)
def test_a_pair_alone_is_a_network_of_two(case: tuple[Scope, Calendar]) -> None:
    """Tested posts, tested hits and expected hits are those of A1 in a network of the two."""
    scope, calendar = case
    if len(np.unique(scope.account)) < 2:
        return
    windows_s = np.array([60], dtype=np.int64)
    null = network_null(scope, calendar, windows_s, surrogates_n=0, seed=1)
    days = pair_days(*account_posts(*case), calendar, common_days(*case), 60)

    assert days.observed.sum() == null.observed[0, 0]
    assert days.posts_i.sum() + days.posts_j.sum() == null.tested_posts_n
    assert days.expected_parts.sum() / PARTS == pytest.approx(null.expected[0, 0], abs=1e-9)


@given(pairs())
@settings(max_examples=100, deadline=None)
def test_the_busiest_day_has_most_hits_and_is_the_earliest_of_such(
    case: tuple[Scope, Calendar],
) -> None:
    """A tie goes to the earliest day, whatever its stratum."""
    days = pair_days(*account_posts(*case), case[1], common_days(*case), 60)
    hits = {
        int(days.day[k, d]): int(days.hits[k, d, d])
        for k, n in enumerate(days.sizes.tolist())
        for d in range(n)
    }

    if hits:
        assert days.busiest_day == min(hits, key=lambda day: (-hits[day], day))
