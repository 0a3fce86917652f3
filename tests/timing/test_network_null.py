"""Null N1 of a network: what is tested, what is expected, what is drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.calendar import Calendar
from lockstep.timing.exchangeable import exchangeable_posts, shuffled
from lockstep.timing.laid_days import TESTED
from lockstep.timing.network_null import network_null
from lockstep.timing.scope import Scope
from tests.timing import reference
from tests.timing.reference import DAY_S

WINDOWS_S = np.array([0, 5, 60, 1800], dtype=np.int64)
DAYS_N = 30


@st.composite
def networks(draw: st.DrawFn) -> tuple[Scope, Calendar]:
    """Return a month of a few accounts, born at various times, with days nobody collected."""
    second = st.sampled_from([0, 5, 30, 70, 80, 2_000, 3_000, DAY_S - 10, DAY_S - 1])
    post = st.tuples(st.integers(0, DAYS_N - 1), second, st.integers(0, 2))
    posts = draw(st.lists(post, min_size=1, max_size=40))
    alive = [draw(st.integers(0, 25)) * 40_000 for _ in range(3)]
    stream = [(d * DAY_S + s, a) for d, s, a in posts if d * DAY_S + s >= alive[a]]
    scope = reference.make_scope(stream, 3, alive)
    gap = draw(st.none() | st.tuples(st.integers(1, 12), st.integers(13, DAYS_N - 1)))
    if gap is None:
        return scope, reference.make_calendar(scope, DAYS_N)
    return scope, reference.make_calendar_with_gap(scope, DAYS_N, gap)


@given(networks())
@settings(max_examples=150, deadline=None)
def test_tested_posts_and_hits_are_those_of_the_definition(case: tuple[Scope, Calendar]) -> None:
    """Whole living days of at least two in the stratum, company, and no hit across a day."""
    tested = reference.tested(*case)
    null = network_null(*case, WINDOWS_S, surrogates_n=0, seed=1)
    brute = [reference.count_by_day(tested, int(w)) for w in WINDOWS_S]

    assert null.tested_posts_n == len(tested)
    assert null.observed.tolist() == [[c[name] for c in brute] for name in TESTED]


@given(networks())
@settings(max_examples=100, deadline=None)
def test_expected_is_the_mean_over_cyclic_shifts(case: tuple[Scope, Calendar]) -> None:
    """Each account's days are shifted in turn, the others stay, and the hits are counted."""
    brute = [reference.expected(*case, w) for w in WINDOWS_S.tolist()]
    found = network_null(*case, WINDOWS_S, surrogates_n=0, seed=1).expected

    for name, of_windows in zip(TESTED, found, strict=True):
        assert of_windows == pytest.approx([e[name] for e in brute], abs=1e-9)


def test_days_after_the_last_post_do_not_reach_the_next_account() -> None:
    """A post laid on an empty day at the end meets nobody, not the posts of the next account."""
    scope = reference.make_scope([(2 * DAY_S + 2_000, 1), (4 * DAY_S, 0)], 3)
    null = network_null(
        scope, reference.make_calendar(scope, DAYS_N), WINDOWS_S, surrogates_n=0, seed=1
    )

    assert not null.expected.any()


@given(networks(), st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_a_surrogate_keeps_seconds_and_days_within_each_group(
    case: tuple[Scope, Calendar], seed: int
) -> None:
    """Days change places within a group and take their posts along: volumes and seconds stay."""
    scope, calendar = case
    posts = exchangeable_posts(scope, calendar)
    uniform = np.random.default_rng(seed).random(len(posts.slot_days))
    days = shuffled(posts.slot_days, posts.starts, uniform)

    for first, last in zip(posts.starts[:-1], posts.starts[1:], strict=True):
        assert sorted(days[first:last]) == sorted(posts.slot_days[first:last])
        assert len(np.unique(calendar.stratum[days[first:last]])) == 1


@given(networks(), st.integers(1, 29), st.integers(1, 29))
@settings(max_examples=50, deadline=None)
def test_posts_of_uncollected_days_are_not_tested(
    case: tuple[Scope, Calendar], first: int, length: int
) -> None:
    """Whatever lies on days that nobody collected, the test is the same without it."""
    scope, _ = case
    last = min(first + length, DAYS_N - 1)
    calendar = reference.make_calendar_with_gap(scope, DAYS_N, (first, last))
    beside = [
        (t, a)
        for t, a in zip(scope.time_s.tolist(), scope.account.tolist(), strict=True)
        if calendar.collected[np.clip(calendar.day_of(t), 0, calendar.days_n - 1)]
    ]
    bare = reference.make_scope(beside, 3, scope.alive_from_s.tolist())
    lived_n = [len(np.unique(s.account)) for s in (scope, bare)]
    found, same = (
        network_null(s, calendar, WINDOWS_S, surrogates_n=0, seed=1) for s in (scope, bare)
    )

    if lived_n[0] == lived_n[1]:
        assert found.tested_posts_n == same.tested_posts_n
        assert found.observed.tolist() == same.observed.tolist()
        assert found.expected.tolist() == same.expected.tolist()


def test_shuffles_are_uniform() -> None:
    """All 6 orders of three days come up equally often."""
    rng = np.random.default_rng(5)
    days, starts = np.arange(3), np.array([0, 3])
    orders = [tuple(shuffled(days, starts, rng.random(3)).tolist()) for _ in range(6_000)]
    counts = np.unique(orders, axis=0, return_counts=True)[1]

    assert len(counts) == 6
    assert counts.min() > 1_000 - 5 * 29


def test_p_counts_surrogates_that_reach_the_observed() -> None:
    """Two accounts together on one day of a stratum of n: they meet in one surrogate of n."""
    scope = reference.make_scope([(DAY_S + 100, 0), (DAY_S + 105, 1)], 2)
    calendar = reference.make_calendar(scope, 14)
    size = int((calendar.stratum == calendar.stratum[1]).sum())
    null = network_null(scope, calendar, WINDOWS_S, surrogates_n=4_000, seed=7)

    assert null.observed[0].tolist() == [0, 2, 2, 2]
    assert null.expected[0].tolist() == [0, 0, 0, 0]
    assert null.at_least is not None
    share = null.at_least[0, 1] / 4_000
    assert abs(share - 1 / size) < 4 * (1 / size / 4_000) ** 0.5
