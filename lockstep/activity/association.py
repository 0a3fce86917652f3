"""How strongly two series of counts move together, and how likely that is by chance.

Autocorrelated or growing series correlate without any link: 29 to 94 % of independent pairs pass a
naive test at 5 %. So logarithms are detrended, the number of observations is reduced to its
effective number, and the same series shifted against each other serve as a second null.

References:
    METHODS §8.1; Pyper and Peterman 1998.
"""

from dataclasses import dataclass

import numpy as np

from lockstep.timing.scope import Floats, Ints

MIN_BINS = 26
"""Fewest bins of a test: below it the circular shifts cannot reach p = 0.05."""

DRAWS_N = 999
"""Bootstrap draws of an interval."""

_FLAT = 1e-20
_TIE = 1e-12
_NOISE = 1e-10


@dataclass(frozen=True, slots=True)
class Association:
    """How two detrended series move together; what is not defined is None.

    `lag_bins` is the lag of the largest cross-correlation, positive where the second series comes
    later; `n_eff` is the effective number of bins; both p are two-sided.
    """

    pearson: float
    pearson_low: float | None
    pearson_high: float | None
    spearman: float
    lag_bins: int
    pearson_at_lag: float
    n_eff: float
    p_pyper_peterman: float
    p_circular: float

    @property
    def p_value(self) -> float:
        """The larger of the two p."""
        return max(self.p_pyper_peterman, self.p_circular)


def associate(
    counts_a: Ints,
    counts_b: Ints,
    *,
    block_bins: int,
    max_lag_bins: int,
    rng: np.random.Generator,
) -> Association | None:
    """Compare log(1 + count) of two accounts after a quadratic trend is taken off each.

    Args:
        counts_a: Posts of one account in each of N consecutive bins, zeros kept.
        counts_b: The same bins of the other.
        block_bins: Length of a bootstrap block in bins.
        max_lag_bins: Furthest lag of the cross-correlation in bins.
        rng: Draws the blocks.

    Returns:
        None with fewer than `MIN_BINS` bins, or where a series does not vary beyond its trend.
    """
    if len(counts_a) < MIN_BINS:
        return None
    x, y = detrended_log1p(counts_a), detrended_log1p(counts_b)
    if _flat(x) or _flat(y):
        return None
    r = pearson(x, y)
    n_eff = effective_n(x, y)
    low, high = block_interval(x, y, block_bins=block_bins, rng=rng)
    lag, r_at_lag = best_lag(x, y, max_lag_bins)
    return Association(
        pearson=r,
        pearson_low=low,
        pearson_high=high,
        spearman=pearson(_ranks(x), _ranks(y)),
        lag_bins=lag,
        pearson_at_lag=r_at_lag,
        n_eff=n_eff,
        p_pyper_peterman=p_of_correlation(r, n_eff),
        p_circular=p_circular(x, y),
    )


def detrended_log1p(counts: Ints) -> Floats:
    """Return log(1 + count) minus its least-squares quadratic in time, rounded to 1e-12.

    The polynomials 1, t, t² - mean t² are orthogonal on evenly spaced bins, so each coefficient is
    one quotient of sums. Rounding keeps equal values equal for the ranks.
    """
    y = np.log1p(counts.astype(np.float64))
    t = np.linspace(-1.0, 1.0, len(y))
    residual = y - y.mean()
    for basis in (t, t**2 - (t**2).mean()):
        residual = residual - basis * (_dot(basis, residual) / _dot(basis, basis))
    return np.asarray(np.round(residual, 12))


def _dot(x: Floats, y: Floats) -> float:
    # Not BLAS: its sums depend on the number of threads.
    return float((x * y).sum())


def _flat(x: Floats) -> bool:
    return _dot(x, x) <= _FLAT * len(x)


def pearson(x: Floats, y: Floats) -> float:
    """Return the product-moment correlation of two series that vary."""
    x, y = x - x.mean(), y - y.mean()
    r = _dot(x, y) / np.sqrt(_dot(x, x) * _dot(y, y))
    return float(np.clip(r, -1.0, 1.0))


def _ranks(x: Floats) -> Floats:
    """Return ranks from 1; equal values share the mean of their ranks."""
    _, inverse, times = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    return np.asarray((last - (times - 1) / 2.0)[inverse])


def best_lag(x: Floats, y: Floats, max_lag_bins: int) -> tuple[int, float]:
    """Return the lag k of the largest cross-correlation, and that correlation.

    r(k) = Σ x(t) y(t+k) / √(Σ x² Σ y²) over the bins that both have, x and y centred. Of equal ones
    the lag nearest to 0 is taken, before its opposite the positive one.
    """
    n, x, y = len(x), x - x.mean(), y - y.mean()
    lags = sorted(range(-max_lag_bins, max_lag_bins + 1), key=lambda k: (abs(k), -k))
    sums = np.array(
        [_dot(x[max(-k, 0) : n - max(k, 0)], y[max(k, 0) : n + min(k, 0)]) for k in lags]
    )
    r = sums / np.sqrt(_dot(x, x) * _dot(y, y))
    best = int(np.argmax(r >= r.max() - _TIE))
    return lags[best], float(np.clip(r[best], -1.0, 1.0))


def effective_n(x: Floats, y: Floats) -> float:
    """Return the effective number of bins N* of two autocorrelated series.

    1/N* = 1/N + (2/N) Σ ((N-k)/N) r_xx(k) r_yy(k) over lags k = 1 … ⌊N/5⌋, each r(k) scaled by
    N/(N-k); N* is clipped to [3, N] (Pyper & Peterman 1998).
    """
    n = len(x)
    lags = np.arange(1, n // 5 + 1)
    shared = _autocorrelation(x, lags) * _autocorrelation(y, lags)
    inverse = 1.0 / n + 2.0 / n * float(((n - lags) / n * shared).sum())
    return float(np.clip(1.0 / max(inverse, 1.0 / n), 3.0, n))


def _autocorrelation(x: Floats, lags: Ints) -> Floats:
    n, x = len(x), x - x.mean()
    # As many zeros behind the series keep its end from meeting its start.
    sums = np.fft.irfft(np.abs(np.fft.rfft(x, 2 * n)) ** 2, 2 * n)[lags]
    return np.asarray(sums / _dot(x, x) * n / (n - lags))


def p_of_correlation(r: float, n_eff: float) -> float:
    """Return the two-sided p of a correlation: t with N* - 2 degrees of freedom."""
    from scipy.special import stdtr  # noqa: PLC0415 - scipy is slow to import

    freedom = n_eff - 2.0
    unexplained = max(1.0 - r * r, float(np.finfo(np.float64).eps))
    return float(2.0 * stdtr(freedom, -abs(r) * np.sqrt(freedom / unexplained)))


def p_circular(x: Floats, y: Floats) -> float:
    """Return (1 + shifts with |r_s| ≥ |r|) / (1 + shifts), over all shifts s ≥ max(4, N/20).

    One series is moved round against the other; shifts are counted in either direction.
    """
    n = len(x)
    nearest = max(4, -(-n // 20))
    x, y = x - x.mean(), y - y.mean()
    products = np.fft.irfft(np.conj(np.fft.rfft(x)) * np.fft.rfft(y), n)
    r = np.abs(products) / np.sqrt(_dot(x, x) * _dot(y, y))
    shifted = r[nearest : n - nearest + 1]
    return (1 + int((shifted >= r[0] - _TIE).sum())) / (1 + len(shifted))


def block_interval(
    x: Floats, y: Floats, *, block_bins: int, rng: np.random.Generator
) -> tuple[float | None, float | None]:
    """Return the 2.5 and 97.5 % points of r over moving-block bootstrap draws.

    Each draw strings together blocks of `block_bins` consecutive bins of both series, cut to N
    bins. None below two blocks. Few blocks make a short interval: of independent pairs with 13 to
    25 blocks 84 to 92 % held 0.
    """
    n = len(x)
    if n < 2 * block_bins:
        return None, None
    blocks_n = -(-n // block_bins)
    starts = rng.integers(0, n - block_bins + 1, (DRAWS_N, blocks_n))
    x, y = x / np.sqrt(_dot(x, x)), y / np.sqrt(_dot(y, y))
    rest = n - (blocks_n - 1) * block_bins
    sums = _window_sums(x, y, block_bins)[:, starts[:, :-1]].sum(axis=2)
    sums = sums + _window_sums(x, y, rest)[:, starts[:, -1]]
    low, high = np.quantile(_correlation_of_sums(sums, n), [0.025, 0.975])
    return float(low), float(high)


def _window_sums(x: Floats, y: Floats, length: int) -> Floats:
    """Return the sums of x, y, x², y², xy over each window, by its start."""
    powers = np.stack([x, y, x * x, y * y, x * y])
    running = np.concatenate([np.zeros((5, 1)), np.cumsum(powers, axis=1)], axis=1)
    return np.asarray(running[:, length:] - running[:, :-length])


def _correlation_of_sums(sums: Floats, n: int) -> Floats:
    """Return r of each draw; a draw in which a series does not vary shows no association: 0."""
    sx, sy, sxx, syy, sxy = sums
    xx, yy = sxx - sx * sx / n, syy - sy * sy / n
    # Of series scaled to a sum of squares of 1, what is left below this is rounding.
    varies = np.minimum(xx, yy) > _NOISE
    r = (sxy - sx * sy / n) / np.sqrt(np.where(varies, xx * yy, 1.0))
    return np.where(varies, np.clip(r, -1.0, 1.0), 0.0)
