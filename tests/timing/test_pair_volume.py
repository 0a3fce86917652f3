"""Null N1v: the statistic in fractions, its p against every permutation."""

import math
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.pair_days import MOST_DAYS, PairDays
from lockstep.timing.pair_volume import beyond_volume, interaction_slope, volume_adjusted
from tests.timing import reference

Stratum = tuple[np.ndarray, list[int], list[int]]


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@st.composite
def a_stratum(draw: st.DrawFn) -> Stratum:
    """Return hits of a few days, and the posts of both accounts on each of them."""
    n = draw(st.integers(2, 4))
    cell, volume = st.sampled_from([0, 0, 1, 2, 5]), st.integers(0, 4)
    rows = draw(st.lists(st.lists(cell, min_size=n, max_size=n), min_size=n, max_size=n))
    posts_i, posts_j = (draw(st.lists(volume, min_size=n, max_size=n)) for _ in range(2))
    return np.array(rows, dtype=np.int64), posts_i, posts_j


STRATA = st.lists(a_stratum(), min_size=1, max_size=2)


def of_strata(strata: list[Stratum]) -> PairDays:
    shape = (len(strata), MOST_DAYS)
    posts = np.zeros((2, *shape), dtype=np.int64)
    hits = np.zeros((*shape, MOST_DAYS), dtype=np.int64)
    for k, (matrix, *volumes) in enumerate(strata):
        n = len(matrix)
        hits[k, :n, :n], posts[:, k, :n] = matrix, volumes
    return PairDays(
        block=np.arange(len(strata)),
        sizes=np.array([len(matrix) for matrix, _, _ in strata], dtype=np.int64),
        day=np.zeros(shape, dtype=np.int64),
        posts_i=posts[0],
        posts_j=posts[1],
        hits=hits,
    )


@given(STRATA)
@settings(max_examples=200, deadline=None)
def test_each_cell_is_hits_less_slope_times_volumes(strata: list[Stratum]) -> None:
    """M - κZ to half a unit of 1e-9, against fractions; nothing beyond a stratum's days."""
    days = of_strata(strata)
    cells = volume_adjusted(days.hits, days.posts_i, days.posts_j, days.sizes)

    for k, stratum in enumerate(strata):
        n = len(stratum[0])
        direct = np.array(reference.volume_adjusted(*stratum), dtype=np.float64)
        assert np.abs(cells[k, :n, :n] * 1e-9 - direct).max() <= 0.51e-9
        assert not cells[k, n:].any()
        assert not cells[k, :, n:].any()


@given(STRATA)
@settings(max_examples=100, deadline=None)
def test_excess_is_the_statistic_less_its_mean_over_all_permutations(
    strata: list[Stratum],
) -> None:
    """Against every permutation of every stratum, in fractions."""
    excess = Fraction(0)
    for stratum in strata:
        sums = reference.permutation_sums(reference.volume_adjusted(*stratum))
        excess += sums[0] - Fraction(sum(sums), len(sums))

    assert beyond_volume(of_strata(strata), family_n=1, rng=rng()).excess == pytest.approx(
        float(excess), abs=1e-7
    )


@given(STRATA)
@settings(max_examples=100, deadline=None)
def test_p_is_the_share_of_all_alignments_ties_included(strata: list[Stratum]) -> None:
    """Within the error of the draws, against every permutation in fractions; exactly 1 where 1."""
    brute = float(
        reference.permutation_tail([reference.volume_adjusted(*stratum) for stratum in strata])
    )
    found = beyond_volume(of_strata(strata), family_n=1, rng=rng()).p_value

    assert abs(found - brute) <= 4.5 * max(brute / 10, math.sqrt(brute / 9_999)) + 1e-4
    assert brute < 1 or found == 1


@given(a_stratum())
@settings(max_examples=50, deadline=None)
def test_the_slope_does_not_know_which_day_met_which(stratum: Stratum) -> None:
    """κ is the same, to the last bit, in every alignment: the permutation test stays valid."""
    hits, posts_i, posts_j = stratum
    n = len(hits)
    x = n * np.array(posts_i, dtype=np.int64) - sum(posts_i)
    y = n * np.array(posts_j, dtype=np.int64) - sum(posts_j)
    slope = interaction_slope(hits, x, y)

    for order in permutations(range(n)):
        moved = list(order)
        assert interaction_slope(np.ascontiguousarray(hits[:, moved]), x, y[moved]) == slope


def test_hits_that_the_volumes_give_are_no_evidence() -> None:
    """Hits in proportion to both volumes: N1 finds them on the diagonal, N1v finds nothing."""
    posts = [1, 1, 1, 1, 1, 1, 1, 1, 9, 9]
    days = of_strata([(np.outer(posts, posts).astype(np.int64), posts, posts)])
    beyond = beyond_volume(days, family_n=1, rng=rng())

    assert days.observed.sum() > 1.8 * days.mean_parts.sum() / 2_520
    assert beyond.excess == pytest.approx(0, abs=1e-6)
    assert beyond.p_value == 1.0


def test_hits_that_no_volume_gives_stand_out() -> None:
    """One hit on each of ten days and none across: the excess is 9, p the floor of the draws."""
    days = of_strata([(np.eye(10, dtype=np.int64), [1] * 10, [1] * 10)])

    assert beyond_volume(days, family_n=1, rng=rng()).excess == pytest.approx(9)
    assert beyond_volume(days, family_n=1, rng=rng()).p_value == 1 / 10_000
    assert beyond_volume(days, family_n=1_000, rng=rng()).p_value == 1 / 40_000
