"""How often do random orders of a pair's days reach a sum?"""

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.scope import Floats, Ints

_CHUNK = 500
_PER_TEST = 40


def draws_needed(least_n: int, family_n: int) -> int:
    """Return how many orders to draw: at least so many, and 40 for each test of the family.

    The smallest p is then at most 1/40 of 1/family_n: q = 0.025 where one pair alone stands out.
    With fewer draws one pair among many could never be told, however clear it is.
    """
    return max(least_n, _PER_TEST * family_n - 1)


def chance_of_reaching(
    cells: Ints,
    sizes: Ints,
    at_least: int,
    *,
    draws_n: int,
    enough_n: int,
    rng: np.random.Generator,
) -> float:
    """Return the Monte Carlo p of Σ_k Σ_d cells_k[d, π_k(d)] ≥ at_least.

    Each stratum's π_k is an independent uniform permutation. p = (1 + number that reach)/(1 +
    draws_n). Drawing ends early at the `enough_n`-th that reaches; p is then their number over the
    orders drawn. Both are valid p-values; what is plainly no evidence costs little.

    Args:
        cells: Integers [stratum, place of i's day, place of j's day]; their sums know no order.
        sizes: Days of each stratum.
        at_least: The sum to reach.
        draws_n: Most orders to draw.
        enough_n: How many that reach it are enough: p is then known to 1/√enough_n of itself.
        rng: Stream of the pair.

    References:
        Phipson and Smyth 2010; Besag and Clifford 1991 for the early end.
    """
    reached_n = drawn_n = 0
    while drawn_n < draws_n and reached_n < enough_n:
        uniform = rng.random((min(_CHUNK, draws_n - drawn_n), len(sizes)))
        reached, drawn = _reached(cells, sizes, at_least, uniform, enough_n - reached_n)
        reached_n += reached
        drawn_n += drawn
    return reached_n / drawn_n if reached_n == enough_n else (reached_n + 1) / (draws_n + 1)


@compiled
def _reached(
    cells: Ints, sizes: Ints, at_least: int, uniform: Floats, enough_n: int
) -> tuple[int, int]:
    """Return how many orders reach the sum, and how many were drawn until enough did.

    One number in [0, 1) holds the whole order of a stratum: 10! orders are 2^22 of its 2^53 values,
    and the product with n is below n in double precision too.
    """
    order = np.empty((len(sizes), cells.shape[1]), dtype=np.int64)
    for k in range(len(sizes)):
        order[k] = np.arange(cells.shape[1])
    reached = 0
    for draw in range(len(uniform)):
        total = 0
        for k in range(len(sizes)):
            rest = uniform[draw, k]
            for place in range(sizes[k]):
                rest *= sizes[k] - place
                ahead = int(rest)
                rest -= ahead
                met = order[k, place + ahead]
                order[k, place + ahead] = order[k, place]
                order[k, place] = met
                total += cells[k, place, met]
        if total >= at_least:
            reached += 1
            if reached == enough_n:
                return reached, draw + 1
    return reached, len(uniform)
