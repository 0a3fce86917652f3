"""The kernels count what the definitions of METHODS §4 say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.counts import (
    count_across,
    count_near,
    count_own_pairs,
    count_pairs,
    count_within,
    observed_counts,
)
from tests.timing import reference

WINDOWS_S = np.array([0, 1, 2, 5, 10, 60], dtype=np.int64)
STREAMS = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 3)), max_size=25)


def counted(posts: list[reference.Post]) -> dict[str, list[int]]:
    scope = reference.make_scope(posts, 4)
    counts = observed_counts(scope.time_s, scope.account, 4, WINDOWS_S)
    return {name: counts[name].tolist() for name in counts}


@given(STREAMS)
@settings(max_examples=1_000, deadline=None)
def test_every_definition_equals_brute_force(posts: list[reference.Post]) -> None:
    """Ties, one account, no post and equal seconds on several accounts included."""
    brute = [reference.count(posts, int(w)) for w in WINDOWS_S]

    assert {name: [c[name] for c in brute] for name in brute[0]} == counted(posts)


@given(STREAMS)
@settings(max_examples=200, deadline=None)
def test_definitions_nest_and_grow_with_the_window(posts: list[reference.Post]) -> None:
    """A6 ≤ A5 ≤ A3, A2b ≤ A5, A2b ≤ A2a, A1 ≤ A5 + A5 of time reversed; monotone but for A6."""
    c = {name: np.array(values) for name, values in counted(posts).items()}
    back = {n: np.array(v) for n, v in counted([(-t, 3 - a) for t, a in posts]).items()}

    assert (c["A6"] <= c["A5"]).all()
    assert (c["A5"] <= c["A3"]).all()
    assert (c["A2b"] <= c["A5"]).all()
    assert (c["A2b"] <= c["A2a"]).all()
    assert (c["A1"] <= c["A5"] + back["A5"]).all()
    assert all((np.diff(c[name]) >= 0).all() for name in ("A1", "A2a", "A2b", "A3", "A5"))


@given(STREAMS, st.permutations(range(4)), st.integers(-5, 5))
@settings(max_examples=200, deadline=None)
def test_a1_and_a3_do_not_know_names_dates_or_direction(
    posts: list[reference.Post], names: list[int], days: int
) -> None:
    """Relabelled accounts, whole days added and time reversed leave A1, A3 and A6 as they are."""
    moved = [(-t + days * 86_400, names[a]) for t, a in posts]

    for name in ("A1", "A3", "A6"):
        assert counted(posts)[name] == counted(moved)[name]


@given(STREAMS)
@settings(max_examples=200, deadline=None)
def test_blocks_divide_the_whole(posts: list[reference.Post]) -> None:
    """Each hit is counted in the block of its (later) post, once."""
    scope = reference.make_scope(posts, 4)
    keys = scope.time_s * 4 + scope.account
    starts_s = np.array([0, 20, 50], dtype=np.int64)
    block = np.searchsorted(starts_s, scope.time_s, side="right") - 1
    near = count_near(keys, 4, WINDOWS_S, starts_s)
    pairs = count_pairs(scope.time_s, WINDOWS_S, starts_s)
    own = count_own_pairs(scope.time_s, scope.account, WINDOWS_S, starts_s)

    assert near[0].sum(axis=-1).tolist() == counted(posts)["A1"]
    assert (pairs - own).sum(axis=-1).tolist() == counted(posts)["A3"]
    for b in range(3):
        posts_in_block = int((block == b).sum())
        assert (near[:, :, b] <= posts_in_block).all()


def test_three_posts_of_one_account_before_another_are_four_hits_of_one_follower() -> None:
    """A1 counts all four posts, A5 the last one, and A1 ≤ 2·A5 does not hold."""
    c = counted([(0, 0), (1, 0), (2, 0), (3, 1)])

    assert (c["A1"][3], c["A5"][3], c["A3"][3], c["A6"][3]) == (4, 1, 3, 1)


@pytest.mark.parametrize("accounts_n", [0, 1])
def test_too_few_accounts_count_nothing(accounts_n: int) -> None:
    """No account and one account have no neighbours."""
    scope = reference.make_scope([(5, 0), (5, 0)] * accounts_n, accounts_n)
    counts = observed_counts(scope.time_s, scope.account, accounts_n, WINDOWS_S)

    assert all(not counts[name].any() for name in ("A1", "A2b", "A3", "A5", "A6"))


@given(
    st.lists(st.integers(0, 60), max_size=30),
    st.lists(st.tuples(st.integers(-40, 100), st.integers(0, 2)), max_size=10),
)
@settings(max_examples=200, deadline=None)
def test_pairs_across_equal_brute_force(line: list[int], places: list[tuple[int, int]]) -> None:
    """Each place counts the values of the line around it, in its own block."""
    places = sorted(places)
    found = count_across(
        np.array(sorted(line), dtype=np.int64),
        np.array([at for at, _ in places], dtype=np.int64),
        np.array([b for _, b in places], dtype=np.int64),
        WINDOWS_S,
        3,
    )

    for w, window_s in enumerate(WINDOWS_S.tolist()):
        for block in range(3):
            near = [x for at, b in places if b == block for x in line if abs(x - at) <= window_s]
            assert found[w, block] == len(near)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 2)), max_size=20))
@settings(max_examples=100, deadline=None)
def test_gaps_within_a_window_are_counted_by_block(gaps: list[tuple[int, int]]) -> None:
    """Windows are inclusive."""
    found = count_within(
        np.array([gap for gap, _ in gaps], dtype=np.int64),
        np.array([b for _, b in gaps], dtype=np.int64),
        WINDOWS_S,
        3,
    )
    brute = [
        [sum(gap <= w and b == block for gap, b in gaps) for block in range(3)]
        for w in WINDOWS_S.tolist()
    ]

    assert found.tolist() == brute
