"""Null N1 of a pair: the programme against every permutation, and against random ones."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.rounding import p_value
from lockstep.timing.pair_days import MOST_DAYS, PairDays
from lockstep.timing.pair_null import (
    MOST_ADDITIONS,
    MOST_SUMS,
    day_permutation_p,
    exact_tail,
    log10_least_p,
    permutation_law,
    programme_size,
    ways_of_most,
)
from lockstep.timing.permutations import chance_of_reaching
from lockstep.timing.scope import Ints
from tests.timing import reference


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def of_strata(strata: list[np.ndarray]) -> PairDays:
    """Return the common days that have these hits; volumes play no part."""
    shape = (len(strata), MOST_DAYS)
    hits = np.zeros((*shape, MOST_DAYS), dtype=np.int64)
    for k, matrix in enumerate(strata):
        hits[k, : len(matrix), : len(matrix)] = matrix
    return PairDays(
        block=np.arange(len(strata)),
        sizes=np.array([len(matrix) for matrix in strata], dtype=np.int64),
        day=np.arange(math.prod(shape)).reshape(shape),
        posts_i=np.zeros(shape, dtype=np.int64),
        posts_j=np.zeros(shape, dtype=np.int64),
        hits=hits,
    )


def random_strata(seed: int, *, days_n: int = 28) -> list[np.ndarray]:
    """Return two weeks of ten and four days, again and again, with few to many hits."""
    random = np.random.default_rng(seed)
    rate = random.choice([0.02, 0.2, 1.0, 4.0])
    busy = random.exponential(1.0, (2, days_n))
    strata = []
    for first in range(0, days_n, 14):
        for start, n in ((first, 10), (first + 10, 4)):
            volume = np.outer(busy[0, start : start + n], busy[1, start : start + n])
            strata.append(random.poisson(rate * volume))
    return strata


def matrices(largest: int = 5) -> st.SearchStrategy[np.ndarray]:
    return st.integers(2, largest).flatmap(
        lambda n: st.lists(
            st.lists(st.sampled_from([0, 0, 0, 1, 2, 7]), min_size=n, max_size=n),
            min_size=n,
            max_size=n,
        ).map(lambda rows: np.array(rows, dtype=np.int64))
    )


@given(matrices())
@settings(max_examples=200, deadline=None)
def test_the_law_of_a_stratum_is_every_permutation_counted(hits: np.ndarray) -> None:
    """Each sum comes up as often as in an enumeration of all n! permutations, the most as well."""
    base, ways = permutation_law(hits)
    sums = Counter(reference.permutation_sums(hits.tolist()))

    assert {base + s: n for s, n in enumerate(ways.tolist()) if n} == sums
    assert ways_of_most(hits) == sums[max(sums)]


@given(st.lists(matrices(4), min_size=1, max_size=2))
@settings(max_examples=150, deadline=None)
def test_exact_p_is_the_share_of_all_alignments(strata: list[np.ndarray]) -> None:
    """It equals the enumeration of every permutation of every stratum, and so does the least p."""
    days = of_strata(strata)
    found = day_permutation_p(days, family_n=1, rng=rng())
    laws = [Counter(reference.permutation_sums(hits.tolist())) for hits in strata]
    least = math.prod(law[max(law)] / law.total() for law in laws)

    assert found.method == "exact"
    brute = reference.permutation_tail([hits.tolist() for hits in strata])
    assert found.p_value == pytest.approx(float(brute), rel=1e-12)
    assert log10_least_p(days) == pytest.approx(math.log10(least), abs=1e-12)


def test_exact_p_agrees_with_random_permutations_on_200_pairs() -> None:
    """The share of 2,000 random alignments lies within its error of the exact p."""
    draws_n, wide_n = 2_000, 0
    for seed in range(200):
        strata = random_strata(seed)
        observed = sum(int(hits.trace()) for hits in strata)
        exact = day_permutation_p(of_strata(strata), family_n=1, rng=rng()).p_value
        drawn = reference.random_permutation_tail(
            strata, observed, draws_n, np.random.default_rng(1_000 + seed)
        )
        error = math.sqrt(exact * (1 - exact) / draws_n)
        assert abs(drawn - exact) <= 4.5 * error + 1e-12
        wide_n += abs(drawn - exact) > 2 * error + 1e-12

    assert wide_n <= 20


@pytest.mark.parametrize("rate", [0.02, 0.5, 3.0])
def test_law_of_ten_days_has_hoeffdings_mean_and_variance(rate: float) -> None:
    """Mean ΣM/n and variance Σd²/(n - 1), d the doubly centred M, in closed form."""
    hits = np.random.default_rng(5).poisson(rate, (10, 10)).astype(np.int64)
    base, ways = permutation_law(hits)
    sums, law = base + np.arange(len(ways)), ways / math.factorial(10)
    centred = hits - hits.mean(axis=0) - hits.mean(axis=1)[:, None] + hits.mean()
    mean = (sums * law).sum()

    assert ways.sum() == math.factorial(10)
    assert mean == pytest.approx(hits.sum() / 10)
    assert ((sums - mean) ** 2 * law).sum() == pytest.approx((centred**2).sum() / 9)


@given(st.integers(0, 10_000), st.integers(0, 50), st.permutations(range(10)))
@settings(max_examples=50, deadline=None)
def test_p_knows_no_names_no_order_and_no_constant(
    seed: int, constant: int, order: list[int]
) -> None:
    """Accounts exchanged, strata and days reordered, and hits common to a day leave p alone."""
    strata = random_strata(seed)
    p = day_permutation_p(of_strata(strata), family_n=1, rng=rng()).p_value
    moved = [hits.T for hits in reversed(strata)]
    moved[1] = moved[1][np.ix_(order, order)]
    moved[0] = moved[0] + constant * (np.arange(4) == 2)

    assert day_permutation_p(of_strata(moved), family_n=1, rng=rng()).p_value == pytest.approx(
        p, rel=1e-12
    )


def test_days_without_hits_have_nothing_to_say() -> None:
    """The p is 1 and could not have been less; so with hits that no permutation changes."""
    for hits in (np.zeros((5, 5)), np.full((5, 5), 3)):
        days = of_strata([hits.astype(np.int64)])
        assert day_permutation_p(days, family_n=1, rng=rng()).p_value == 1.0
        assert log10_least_p(days) == 0.0


def test_what_no_chance_explains_is_stored_as_the_smallest_p() -> None:
    """Sixty strata of ten days that meet only themselves: p < 1e-390, stored as 1e-9."""
    days = of_strata([np.diag(np.full(10, 4))] * 60)

    assert log10_least_p(days) == pytest.approx(-60 * math.log10(math.factorial(10)))
    assert str(p_value(day_permutation_p(days, family_n=1, rng=rng()).p_value)) == "1E-9"


def monte_carlo_agrees(days: PairDays) -> bool:
    """Return whether p is drawn, repeats itself, and lies within its error of the programme's."""
    found = day_permutation_p(days, family_n=1, rng=rng())
    exact = exact_tail(days.hits, days.sizes, int(days.observed.sum()))
    error = max(exact / math.sqrt(1_000), math.sqrt(exact / 99_999))
    again = day_permutation_p(days, family_n=1, rng=rng())
    return (
        found.method == "monte_carlo" and found == again and abs(found.p_value - exact) < 4 * error
    )


def test_random_permutations_take_over_where_a_stratum_has_too_many_sums() -> None:
    """Days of thousands of hits: the programme would fill the memory."""
    hits = np.random.default_rng(8).integers(0, 9_000, (6, 6))
    hits[np.diag_indices(6)] += 2_000
    days = of_strata([hits])

    assert programme_size(days.hits, days.sizes)[1] > MOST_SUMS
    assert monte_carlo_agrees(days)


def test_random_permutations_take_over_where_additions_are_too_many() -> None:
    """Years of hundreds of hits a day: the programme would fill the day."""
    days = of_strata(list(np.random.default_rng(8).poisson(60, (280, 10, 10))))
    additions_n, sums_n = programme_size(days.hits, days.sizes)

    assert additions_n > MOST_ADDITIONS
    assert sums_n <= MOST_SUMS
    assert monte_carlo_agrees(days)


def test_the_size_of_the_programme() -> None:
    """Ten days that all differ by up to one hit: 5,120 steps over 11 sums, and one convolution."""
    hits = (1 - np.eye(10, dtype=np.int64))[None]

    assert programme_size(hits, np.array([10])) == (5_120 * 11 + 11 * 11, 11)


def drawn(strata: list[np.ndarray], at_least: int, draws_n: int) -> float:
    days = of_strata(strata)
    return chance_of_reaching(
        days.hits, days.sizes, at_least, draws_n=draws_n, enough_n=draws_n // 100 + 1, rng=rng()
    )


def test_random_orders_are_uniform() -> None:
    """Each of the 24 orders of four days comes up in one draw of 24: none more, none less."""
    positional = np.array([[4**d * e for e in range(4)] for d in range(4)], dtype=np.int64)
    codes = sorted(reference.permutation_sums(positional.tolist()))
    tails = [drawn([positional], code, 99_999) for code in codes]

    assert tails == sorted(tails, reverse=True)
    for rank, tail in enumerate(tails):
        exact = (24 - rank) / 24
        assert abs(tail - exact) <= 4 * exact / math.sqrt(1_000)


def test_drawing_ends_early_only_above_one_in_a_hundred() -> None:
    """A p of at most 0.01 is (1 + reached)/(1 + draws); a larger one is reached/drawn."""
    rare: list[Ints] = [np.diag(np.ones(6, dtype=np.int64))]
    common: list[Ints] = [np.diag([1, 0])]
    p = drawn(rare, 6, 9_999)

    assert (p * 10_000) == pytest.approx(round(p * 10_000))
    assert p <= 0.01
    assert abs(p - 1 / 720) <= 4 * math.sqrt(1 / 720 / 9_999) + 1e-4
    assert drawn(common, 0, 9_999) == 1.0
    assert (100 / drawn(common, 1, 9_999)) == pytest.approx(round(100 / drawn(common, 1, 9_999)))
    assert 100 / drawn(common, 1, 9_999) < 300
