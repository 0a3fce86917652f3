"""The exponential bound: never below the p it bounds, and near it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings

from lockstep.timing.pair_bound import hits_bound, reaching_bound, volume_bound
from lockstep.timing.pair_null import exact_tail
from lockstep.timing.pair_volume import beyond_volume
from tests.timing import reference
from tests.timing.test_pair_volume import STRATA, Stratum, of_strata, rng


@given(STRATA)
@settings(max_examples=300, deadline=None)
def test_the_bound_of_hits_is_never_below_p(strata: list[Stratum]) -> None:
    """Against every permutation; 1 where the hits are no more than their mean."""
    days = of_strata(strata)
    p = float(reference.permutation_tail([hits.tolist() for hits, _, _ in strata]))
    bound = hits_bound(days)

    assert p <= bound <= 1
    if days.observed.sum() * 2_520 <= days.mean_parts.sum():
        assert bound == 1


@given(STRATA)
@settings(max_examples=300, deadline=None)
def test_the_bound_beyond_volume_is_never_below_p(strata: list[Stratum]) -> None:
    """Against every permutation in fractions; the excess is that of the Monte Carlo."""
    days = of_strata(strata)
    p = float(reference.permutation_tail([reference.volume_adjusted(*s) for s in strata]))
    bound = volume_bound(days)

    assert p <= bound.p_value <= 1
    assert bound.excess == beyond_volume(days, family_n=1, rng=rng()).excess


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_is_near_the_exact_p_of_long_lives(seed: int) -> None:
    """26 strata of ten days: above p by no more than what an exponential bound gives away."""
    draw = np.random.default_rng(seed)
    hits = draw.poisson(0.2, (26, 10, 10))
    hits[:, range(10), range(10)] += draw.poisson(0.02 * (seed + 1), (26, 10))
    sizes = np.full(26, 10, dtype=np.int64)
    observed = int(np.trace(hits, axis1=1, axis2=2).sum())
    p = exact_tail(hits, sizes, observed)
    bound = reaching_bound(hits.astype(np.float64), sizes, float(observed))
    z = math.sqrt(max(-2 * math.log(p), 0))

    assert p <= bound <= min(1, (5 + 5 * z) * p)


def test_the_largest_sum_is_bounded_by_its_own_chance() -> None:
    """Where every hit lies on the diagonal, the bound comes down to p = 1/10! itself."""
    cells = np.eye(10)[None]

    bound = reaching_bound(cells, np.array([10]), 10.0)

    assert bound == pytest.approx(1 / math.factorial(10), rel=1e-4)
    assert bound >= 1 / math.factorial(10)


@pytest.mark.parametrize("at_least", [-5.0, 0.0, 3.0, 40.0, 1e6])
def test_what_never_varies_is_no_evidence(at_least: float) -> None:
    """No stratum, or cells that are all alike: 1, whatever is asked for."""
    assert reaching_bound(np.zeros((0, 10, 10)), np.zeros(0, dtype=np.int64), at_least) == 1
    assert reaching_bound(np.full((2, 10, 10), 3.0), np.array([10, 4]), at_least) == 1


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1.0, 1e4, 1e9])
def test_the_bound_knows_no_unit(scale: float) -> None:
    """Cells and sum in other units, however large or small: the same bound."""
    draw = np.random.default_rng(4)
    cells = draw.poisson(0.5, (6, 10, 10)) + 5 * np.eye(10) * (draw.random((6, 1, 1)) < 0.5)
    sizes = np.full(6, 10, dtype=np.int64)
    at_least = float(np.trace(cells, axis1=1, axis2=2).sum())

    bound = reaching_bound(cells, sizes, at_least)

    assert 0 < bound < 1e-3
    assert reaching_bound(cells * scale, sizes, at_least * scale) == pytest.approx(bound, rel=1e-6)
