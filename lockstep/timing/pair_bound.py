"""How likely are a pair's hits at most: a bound where drawing could never reach the answer.

Among millions of pairs one that stands alone needs p below 1e-8, more than any number of draws can
show. The law of a sum over random permutations has a moment generating function that is found
exactly, and with it a p that is never too small.
"""

import math

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.pair_days import MOST_DAYS, PARTS, PairDays
from lockstep.timing.pair_null import PairNull, exact_p
from lockstep.timing.pair_volume import UNIT, BeyondVolume, volume_adjusted
from lockstep.timing.scope import Floats, Ints

_GOLDEN = (math.sqrt(5) - 1) / 2
_NARROWINGS = 14
"""Of the interval of θ, to 1/800: the bound is flat around its least."""
_LARGEST_EXPONENT = 60.0
"""Of a cell: the product of ten of them stays within what a double can hold."""
_ROUNDING = 1 + 1e-9
"""What sums of positive terms in double precision may fall short by, many times over."""
_SUBSETS = np.arange(1 << MOST_DAYS)
_HELD = (_SUBSETS[:, None] >> np.arange(MOST_DAYS)) & 1
_SUBSET, _DAY = np.nonzero(_HELD)
_Paths = tuple[Ints, Ints, Ints]
_PATHS: _Paths = (_HELD.sum(axis=1), _DAY, _SUBSET ^ (1 << _DAY))
"""Days of every subset; each day of each subset, subsets ascending; and what is left without it."""


_MOST_ADDITIONS = 100_000_000
"""Above it the bound takes the place of the exact programme: some 20 ms of one core."""


def exact_or_bound(days: PairDays) -> PairNull:
    """Return the p of a pair's hits under N1, exactly where that is quick, else its bound.

    Args:
        days: The pair's common days.
    """
    p_value = exact_p(days, most_additions=_MOST_ADDITIONS)
    if p_value is not None:
        return PairNull(p_value, "exact")
    return PairNull(hits_bound(days), "bound")


def volume_bound(days: PairDays) -> BeyondVolume:
    """Return the volume-adjusted excess of hits and an upper bound of its p under N1v.

    The statistic is that of `pair_volume.beyond_volume`, the p that of all permutations, by
    `reaching_bound`.

    Args:
        days: The pair's common days.
    """
    cells = volume_adjusted(days.hits, days.posts_i, days.posts_j, days.sizes)
    used = days.hits.any(axis=(1, 2))
    observed = int(np.trace(cells, axis1=1, axis2=2).sum())
    # Each cell is at most half a unit off its real value: what ties in truth must not fall short.
    tie = 2 * int(days.sizes.sum())
    adjusted = cells[used].astype(np.float64) * UNIT
    p_value = reaching_bound(adjusted, days.sizes[used], (observed - tie) * UNIT)
    return BeyondVolume(observed * UNIT - int(days.mean_parts.sum()) / PARTS, p_value)


def hits_bound(days: PairDays) -> float:
    """Return an upper bound of the p of a pair's hits under N1, by `reaching_bound`."""
    used = days.hits.any(axis=(1, 2))
    cells = days.hits[used].astype(np.float64)
    return reaching_bound(cells, days.sizes[used], float(days.observed.sum()))


def reaching_bound(cells: Floats, sizes: Ints, at_least: float) -> float:
    """Return a bound of P(Σ_k Σ_d cells_k[d, π_k(d)] ≥ at_least), π_k independent and uniform.

    For every θ ≥ 0, P(T ≥ t) ≤ e^(-θt) Π_k E e^(θT_k), and E e^(θT_k) = per(e^(θ cells_k))/n_k!, a
    permanent that a programme over subsets finds exactly. The least of these bounds is taken, by
    golden section over θ; each of them is valid. In the tail it exceeds p some z·√(2π) times: 15 at
    p = 1e-8.

    Args:
        cells: Real numbers [stratum, place of i's day, place of j's day].
        sizes: Days of each stratum.
        at_least: The sum to reach.

    Returns:
        The bound, at most 1.

    References:
        Chernoff 1952; Ryser 1963 (permanents).
    """
    beyond = at_least - _mean(cells, sizes)
    rest, rows_n, base = _levelled(cells, sizes)
    spread = _widest_row(rest, rows_n, sizes)
    if beyond <= 0 or spread == 0:
        return 1.0
    # Three times where a normal law has the least bound, and no further than doubles reach.
    furthest, variance = _LARGEST_EXPONENT / spread, _variance(cells, sizes)
    largest = min(3 * beyond, furthest * variance) / variance
    law = rest, rows_n, sizes
    log_bound = _least_log_bound(law, at_least - base, largest, _PATHS)
    return min(math.exp(min(log_bound, 0.0)) * _ROUNDING, 1.0)


def _mean(cells: Floats, sizes: Ints) -> float:
    """Return the mean of T over all permutations; places beyond a stratum's days hold 0."""
    return float((cells.sum(axis=(1, 2)) / sizes).sum())


@compiled
def _variance(cells: Floats, sizes: Ints) -> float:
    """Return the variance of T over all permutations, in closed form (Hoeffding 1951)."""
    variance = 0.0
    for k in range(len(sizes)):
        n = sizes[k]
        own = cells[k, :n, :n]
        level = own.sum() / (n * n)
        rows, columns = own.sum(axis=1) / n, own.sum(axis=0) / n
        for d in range(n):
            for e in range(n):
                variance += (own[d, e] - rows[d] - columns[e] + level) ** 2 / (n - 1)
    return variance


@compiled
def _levelled(cells: Floats, sizes: Ints) -> tuple[Floats, Ints, float]:
    """Return the rows of each stratum that differ, how many, and what all permutations sum to.

    A row that is subtracted from all adds its own sum to each permutation's. The commonest is: days
    without posts are all alike, and go anywhere. Of a stratum and its transpose, whose sums are the
    same, the one with fewer rows left is taken.
    """
    rest = np.zeros_like(cells)
    rows_n = np.zeros(len(sizes), dtype=np.int64)
    base = 0.0
    for k in range(len(sizes)):
        n = sizes[k]
        of_i, of_j = np.zeros((n, n)), np.zeros((n, n))
        rows, columns = cells[k, :n, :n], cells[k, :n, :n].T
        left_i, base_i = _less_the_commonest(rows, of_i)
        left_j, base_j = _less_the_commonest(columns, of_j)
        rows_n[k] = min(left_i, left_j)
        rest[k, :n, :n] = of_i if left_i <= left_j else of_j
        base += base_i if left_i <= left_j else base_j
    return rest, rows_n, base


@compiled
def _less_the_commonest(rows: Floats, rest: Floats) -> tuple[int, float]:
    """Write the rows that differ from the commonest one, less it; return how many, and its sum."""
    commonest, alike_most_n = 0, 0
    for d in range(len(rows)):
        alike_n = 0
        for other in range(len(rows)):
            alike_n += (rows[d] == rows[other]).all()
        if alike_n > alike_most_n:
            commonest, alike_most_n = d, alike_n
    left = 0
    for d in range(len(rows)):
        if not (rows[d] == rows[commonest]).all():
            rest[left] = rows[d] - rows[commonest]
            left += 1
    return left, rows[commonest].sum()


@compiled
def _widest_row(rest: Floats, rows_n: Ints, sizes: Ints) -> float:
    widest = 0.0
    for k in range(len(sizes)):
        for d in range(rows_n[k]):
            row = rest[k, d, : sizes[k]]
            widest = max(widest, row.max() - row.min())
    return widest


_Law = tuple[Floats, Ints, Ints]
"""Rows that differ [stratum, row, place], how many of each stratum, and its days."""


@compiled
def _least_log_bound(law: _Law, at_least: float, largest: float, paths: _Paths) -> float:
    """Return the least of log e^(-θt) E e^(θT), convex in θ, over 0 ≤ θ ≤ largest."""
    low, high = 0.0, largest
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left = _log_bound(law, at_least, left, paths)
    at_right = _log_bound(law, at_least, right, paths)
    for _ in range(_NARROWINGS):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = _log_bound(law, at_least, left, paths)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = _log_bound(law, at_least, right, paths)
    return min(at_left, at_right)


@compiled
def _log_bound(law: _Law, at_least: float, theta: float, paths: _Paths) -> float:
    rest, rows_n, sizes = law
    total = -theta * at_least
    for k in range(len(sizes)):
        total += _log_mean_exponential(rest[k, : rows_n[k], : sizes[k]], theta, paths)
    return total


@compiled
def _log_mean_exponential(rows: Floats, theta: float, paths: _Paths) -> float:
    """Return log E e^(θT) of one stratum: T the sum of r rows along a uniform choice of places.

    State: which places the first rows have taken. Each step is a mean over the places left, so that
    values stay near those of the cells. Rows are scaled by their largest value.
    """
    size_of, place, without = paths
    rows_n, days_n = rows.shape
    mean = np.zeros(1 << days_n)
    mean[0] = 1.0
    scaled = np.empty((rows_n, days_n))
    log_scale = 0.0
    for d in range(rows_n):
        most = rows[d].max()
        log_scale += theta * most
        for e in range(days_n):
            scaled[d, e] = math.exp(theta * (rows[d, e] - most)) / (days_n - d)
    step = 0
    whole = 0.0
    for taken in range(1 << days_n):
        size = size_of[taken]
        if 0 < size <= rows_n:
            total = 0.0
            for at in range(step, step + size):
                total += mean[without[at]] * scaled[size - 1, place[at]]
            mean[taken] = total
        if size == rows_n:
            whole += mean[taken]
        step += size
    return log_scale + math.log(whole)
