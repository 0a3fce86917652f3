"""How likely are a pair's hits when its days change places: null N1, exactly."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.pair_days import MOST_DAYS, PairDays
from lockstep.timing.permutations import chance_of_reaching, draws_needed
from lockstep.timing.scope import Floats, Ints

MOST_ADDITIONS = 2_000_000_000
"""Above it the exact programme gives way to Monte Carlo: some 0.2 s of one core."""

MOST_SUMS = 10_000
"""Above it as well, for a single stratum: 1,024 subsets by 10,000 sums take 80 MB."""

DRAWS_N = 99_999
"""Permutations drawn where the exact programme would exceed its budget, at least."""

_ENOUGH_N = 1_000
"""Drawing ends when so many have reached the observed hits: p is then above 0.01."""

_NEGLIGIBLE = 1e-30
"""Sums less likely are dropped on the way: no stored digit of p, the ninth, knows of them."""

_FACTORIAL = np.array([math.factorial(n) for n in range(MOST_DAYS + 1)], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class PairNull:
    """P(hits ≥ observed) under N1, and how it was found."""

    p_value: float
    method: Literal["exact", "monte_carlo", "bound"]


def day_permutation_p(days: PairDays, *, family_n: int, rng: np.random.Generator) -> PairNull:
    """Return the chance of at least the observed hits when the days of each stratum change places.

    Null N1: j's days of each stratum take an independent uniform order π_k against i's, the
    identity included; T = Σ_k Σ_d M_k[d, π_k(d)], p = P(T ≥ T_obs).

    In each stratum a dynamic programme over the subsets of j's days already met counts the
    permutations of each sum in integers (at most 10! = 3,628,800), so exactly. The strata are
    convolved in double precision in a fixed order, term by term; all terms are positive, so that
    the relative error stays below 1e-12. Nothing in it depends on threads or on a library's order
    of summing. Where it would need more than 2 billion additions, or more than 10,000 sums in one
    stratum, a seeded Monte Carlo of 99,999 permutations takes its place.

    Args:
        days: The pair's common days.
        family_n: Pairs tested together; the Monte Carlo draws more for a large family.
        rng: Stream of the pair, used by the Monte Carlo only.

    References:
        METHODS §5.5.
    """
    p_value = exact_p(days)
    if p_value is not None:
        return PairNull(p_value, "exact")
    used = days.hits.any(axis=(1, 2))
    p_value = chance_of_reaching(
        days.hits[used],
        days.sizes[used],
        int(days.observed.sum()),
        draws_n=draws_needed(DRAWS_N, family_n),
        enough_n=_ENOUGH_N,
        rng=rng,
    )
    return PairNull(p_value, "monte_carlo")


def exact_p(days: PairDays, *, most_additions: int = MOST_ADDITIONS) -> float | None:
    """Return P(hits ≥ observed) under N1 exactly, None where that would need too much."""
    used = days.hits.any(axis=(1, 2))
    hits, sizes = days.hits[used], days.sizes[used]
    additions_n, sums_n = programme_size(hits, sizes)
    if additions_n > most_additions or sums_n > MOST_SUMS:
        return None
    return exact_tail(hits, sizes, int(days.observed.sum()))


def log10_least_p(days: PairDays) -> float:
    """Return log10 of the smallest p that the days could give: Π_k P(T_k = max T_k).

    References:
        METHODS §5.4 (Tarone 1990).
    """
    least = [
        math.log10(ways_of_most(hits[:n, :n]) / math.factorial(n))
        for hits, n in zip(days.hits, days.sizes.tolist(), strict=True)
        if hits.any()
    ]
    return math.fsum(least)


@compiled
def exact_tail(hits: Ints, sizes: Ints, at_least: int) -> float:
    """Return P(T ≥ at_least); 0 where it is below 1e-30 and so below any stored digit."""
    law = np.ones(1)
    least = 0
    for k in range(len(sizes)):
        base, ways = permutation_law(hits[k, : sizes[k], : sizes[k]])
        law = _convolved(law, ways / _FACTORIAL[sizes[k]])
        low = 0
        while law[low] < _NEGLIGIBLE:
            low += 1
        high = len(law)
        while law[high - 1] < _NEGLIGIBLE:
            high -= 1
        law = law[low:high]
        least += base + low
    p_value = 0.0
    for total in range(len(law) - 1, max(at_least - least, 0) - 1, -1):
        p_value += law[total]
    return min(p_value, 1.0)


@compiled
def permutation_law(hits: Ints) -> tuple[int, Ints]:
    """Return how many permutations of n days give each sum: `base`, and ways[sum - base].

    State: which of j's days the first rows have met. Value: how many ways lead there by each sum.
    """
    base, rows = _levelled(hits)
    days_n = rows.shape[1]
    reach = np.zeros(len(rows) + 1, dtype=np.int64)
    for d in range(len(rows)):
        reach[d + 1] = reach[d] + rows[d].max()
    ways = np.zeros((1 << days_n, reach[-1] + 1), dtype=np.int64)
    ways[0, 0] = 1
    met_n = np.zeros(1 << days_n, dtype=np.int64)
    law = np.zeros(reach[-1] + 1, dtype=np.int64)
    for met in range(1 << days_n):
        met_n[met] = met_n[met >> 1] + (met & 1)
        d = met_n[met]
        if d == len(rows):
            law += ways[met]
        if d >= len(rows):
            continue
        for e in range(days_n):
            if not (met >> e) & 1:
                then = met | (1 << e)
                for total in range(reach[d] + 1):
                    ways[then, total + rows[d, e]] += ways[met, total]
    # Rows that were levelled away go anywhere.
    return base, law * _FACTORIAL[days_n - len(rows)]


@compiled
def ways_of_most(hits: Ints) -> int:
    """Return how many permutations give the largest sum."""
    _, rows = _levelled(hits)
    days_n = rows.shape[1]
    most = np.full(1 << days_n, -1, dtype=np.int64)
    ways = np.zeros(1 << days_n, dtype=np.int64)
    most[0], ways[0] = 0, 1
    met_n = np.zeros(1 << days_n, dtype=np.int64)
    for met in range(1 << days_n):
        met_n[met] = met_n[met >> 1] + (met & 1)
        if met_n[met] >= len(rows):
            continue
        for e in range(days_n):
            if not (met >> e) & 1:
                then, total = met | (1 << e), most[met] + rows[met_n[met], e]
                if total > most[then]:
                    most[then], ways[then] = total, 0
                if total == most[then]:
                    ways[then] += ways[met]
    best = most[met_n == len(rows)].max()
    best_ways = ways[(met_n == len(rows)) & (most == best)].sum()
    return int(best_ways * _FACTORIAL[days_n - len(rows)])


@compiled
def _levelled(hits: Ints) -> tuple[int, Ints]:
    """Return what every permutation sums to at least, and the rows of what is left, if any is.

    Row and column minima are in every sum. Of M and its transpose, whose sums are the same, the one
    with fewer rows left is taken.
    """
    rest = hits.copy()
    base = _take_row_minima(rest) + _take_row_minima(rest.T)
    rows, columns = _rows_left(rest), _rows_left(rest.T)
    return (base, rows) if len(rows) <= len(columns) else (base, columns)


@compiled
def _take_row_minima(hits: Ints) -> int:
    """Take its least value off each row, in place, and return what was taken off."""
    taken = 0
    for row in hits:
        least = row[0]
        for value in row:
            least = min(least, value)
        for e in range(len(row)):
            row[e] -= least
        taken += least
    return taken


@compiled
def _rows_left(hits: Ints) -> Ints:
    """Return the rows that are not all zero."""
    rows = np.empty(hits.shape, dtype=np.int64)
    count = 0
    for row in hits:
        left = False
        for e in range(len(row)):
            rows[count, e] = row[e]
            left |= row[e] > 0
        count += left
    return rows[:count]


@compiled
def _convolved(law: Floats, other: Floats) -> Floats:
    total = np.zeros(len(law) + len(other) - 1)
    for shift in range(len(other)):
        if other[shift] > 0:
            for i in range(len(law)):
                total[shift + i] += law[i] * other[shift]
    return total


@compiled
def programme_size(hits: Ints, sizes: Ints) -> tuple[int, int]:
    """Return how many additions `exact_tail` needs at most, and the most sums of one stratum."""
    additions_n = sums_n = widest_n = 0
    for k in range(len(sizes)):
        _, rows = _levelled(hits[k, : sizes[k], : sizes[k]])
        days_n = rows.shape[1]
        own_n = 1
        for d in range(len(rows)):
            own_n += rows[d].max()
        states_n = 1
        for d in range(len(rows)):
            additions_n += states_n * (days_n - d) * own_n
            states_n = states_n * (days_n - d) // (d + 1)
        sums_n += own_n
        additions_n += min(own_n, int(_FACTORIAL[days_n])) * sums_n
        widest_n = max(widest_n, own_n)
    return additions_n, widest_n
