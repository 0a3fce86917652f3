"""Do two accounts meet more than the volumes of their days give: null N1v."""

from dataclasses import dataclass

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.pair_days import PARTS, PairDays
from lockstep.timing.permutations import chance_of_reaching, draws_needed
from lockstep.timing.scope import Ints

DRAWS_N = 9_999
"""Permutations drawn, at least (S)."""

_ENOUGH_N = 100
"""Drawing ends when so many have reached the observed: within 9,999 only where p is above 0.01."""

UNIT = 1e-9
"""Of the adjusted hits: they are summed and compared as integers, in which ties stay ties."""


@dataclass(frozen=True, slots=True)
class BeyondVolume:
    """Hits beyond what the volumes of the days give, and the chance of at least so many."""

    excess: float
    p_value: float


def beyond_volume(days: PairDays, *, family_n: int, rng: np.random.Generator) -> BeyondVolume:
    """Return the volume-adjusted excess of hits and its Monte Carlo p.

    T^v = Σ_k Σ_d (M_k[d, d] - κ_k Z_k[d, d]), Z_k[d, e] = (x_d - x̄_k)(y_e - ȳ_k), x and y the posts
    of i and j on the day, means over the stratum; κ_k = ΣM_k Z_k/ΣZ_k² over all cells, 0 where that
    is 0/0: the interaction slope of hits on the two volumes. κ knows no alignment, so the same
    permutations as in N1 give a valid p. Excess = T^v less its mean over all permutations, which is
    Σ_k ΣM_k/n_k since Z_k is centred.

    Args:
        days: The pair's common days.
        family_n: Pairs tested together; more is drawn for a large family.
        rng: Stream of the pair.

    References:
        METHODS §5, "N1v".
    """
    cells = volume_adjusted(days.hits, days.posts_i, days.posts_j, days.sizes)
    observed = int(np.trace(cells, axis1=1, axis2=2).sum())
    used = days.hits.any(axis=(1, 2))
    # Each cell is at most half a unit off its real value: what ties in truth must not fall short.
    tie = 2 * int(days.sizes.sum())
    p_value = chance_of_reaching(
        cells[used],
        days.sizes[used],
        observed - tie,
        draws_n=draws_needed(DRAWS_N, family_n),
        enough_n=_ENOUGH_N,
        rng=rng,
    )
    return BeyondVolume(observed * UNIT - int(days.mean_parts.sum()) / PARTS, p_value)


@compiled
def volume_adjusted(hits: Ints, posts_i: Ints, posts_j: Ints, sizes: Ints) -> Ints:
    """Return M - κZ of each cell of each stratum, in units of 1e-9.

    Volumes are centred as n·x - Σx, a whole number: the factors n cancel in κZ.
    """
    cells = np.zeros_like(hits)
    for k in range(len(sizes)):
        days_n = sizes[k]
        x = days_n * posts_i[k, :days_n] - posts_i[k, :days_n].sum()
        y = days_n * posts_j[k, :days_n] - posts_j[k, :days_n].sum()
        slope = interaction_slope(hits[k, :days_n, :days_n], x, y)
        for d in range(days_n):
            for e in range(days_n):
                cells[k, d, e] = round((hits[k, d, e] - slope * x[d] * y[e]) / UNIT)
    return cells


@compiled
def interaction_slope(hits: Ints, x: Ints, y: Ints) -> float:
    """Return ΣMxy/Σx²y² over all cells, x and y centred; 0 where either does not vary."""
    crossed = squares_x = squares_y = 0.0
    for d in range(len(x)):
        squares_x += float(x[d]) * x[d]
        squares_y += float(y[d]) * y[d]
        for e in range(len(y)):
            crossed += float(hits[d, e]) * x[d] * y[e]
    squares = squares_x * squares_y
    return crossed / squares if squares > 0 else 0.0
