"""Who posts first, and whether that is more than chance: against enumeration."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.calendar import DAY_S
from lockstep.timing.leading import episode_firsts, leading, sign_flip_p
from tests.timing import reference

STREAM = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 1)), max_size=14)


@given(STREAM, st.sampled_from([1, 5, 60]))
@settings(max_examples=200, deadline=None)
def test_first_posts_are_those_of_a_walk(stream: list[tuple[int, int]], window_s: int) -> None:
    """Chains with both accounts; first is who has a post in its first second, or both."""
    stream = sorted(stream)
    chains: list[list[tuple[int, int]]] = []
    for post in stream:
        if chains and post[0] - chains[-1][-1][0] <= window_s:
            chains[-1].append(post)
        else:
            chains.append([post])
    both = [chain for chain in chains if {b for _, b in chain} == {0, 1}]
    at_start = [{b for t, b in chain if t == chain[0][0]} for chain in both]

    starts_s, first = episode_firsts(
        np.array([t for t, _ in stream], dtype=np.int64),
        np.array([b for _, b in stream], dtype=np.int64),
        window_s,
    )

    assert starts_s.tolist() == [chain[0][0] for chain in both]
    assert first.tolist() == [0 if len(s) == 2 else 1 if s == {1} else -1 for s in at_start]


@given(st.lists(st.integers(-4, 4), max_size=9))
@settings(max_examples=100, deadline=None)
def test_p_is_the_share_of_all_signs(balance: list[int]) -> None:
    """Every way to turn the days round is gone through."""
    signs = list(product([-1, 1], repeat=len(balance)))
    sums = [sum(s * d for s, d in zip(way, balance, strict=True)) for way in signs]
    share = np.mean([abs(total) >= abs(sum(balance)) for total in sums])

    assert sign_flip_p(np.array(balance, dtype=np.int64)) == pytest.approx(share)


def pair(days_n: int, *, a_leads: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return one episode a day; a leads on all days, or on every second."""
    posts = []
    for day in range(days_n):
        first = 0 if a_leads or day % 2 else 1
        posts += [(day * DAY_S + 50_000, first), (day * DAY_S + 50_010, 1 - first)]
    time_s, is_b = np.array(posts, dtype=np.int64).T
    return time_s, is_b


def test_one_who_always_leads_is_told_and_one_of_a_fair_coin_is_not() -> None:
    """Thirty days: p of all heads is 2 / 2^30; of fifteen each it is 1."""
    calendar = reference.make_calendar(reference.make_scope([(0, 0), (30 * DAY_S, 1)], 2), 30)
    always = leading(*pair(30, a_leads=True), 60, calendar)
    fair = leading(*pair(30, a_leads=False), 60, calendar)

    assert (always.a_first_n, always.b_first_n, always.ties_n) == (30, 0, 0)
    assert always.p_value == pytest.approx(2 / 2**30)
    assert (fair.a_first_n, fair.b_first_n, fair.p_value) == (15, 15, 1.0)


def test_few_episodes_tell_nothing() -> None:
    """Nineteen are too few, twenty enough."""
    calendar = reference.make_calendar(reference.make_scope([(0, 0), (30 * DAY_S, 1)], 2), 30)

    assert leading(*pair(19, a_leads=True), 60, calendar).p_value is None
    assert leading(*pair(20, a_leads=True), 60, calendar).p_value is not None


def test_many_episodes_of_one_day_are_one_toss() -> None:
    """A hundred episodes on a day say no more than that the day fell to one of them."""
    posts = [(43_200 + 200 * i + 5 * b, b) for i in range(100) for b in range(2)]
    time_s, is_b = np.array(posts, dtype=np.int64).T
    calendar = reference.make_calendar(reference.make_scope([(0, 0), (3 * DAY_S, 1)], 2), 3)

    found = leading(time_s, is_b, 60, calendar)

    assert found.a_first_n == 100
    assert found.p_value == 1.0
