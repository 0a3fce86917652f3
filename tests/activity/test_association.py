"""Each statistic of two series against its definition, computed another way."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from lockstep.activity.association import (
    DRAWS_N,
    MIN_BINS,
    Association,
    associate,
    best_lag,
    block_interval,
    detrended_log1p,
    effective_n,
    p_circular,
    p_of_correlation,
)
from lockstep.streams import stream
from lockstep.timing.scope import Floats, Ints

MODERATE = settings(max_examples=60, deadline=None)


@st.composite
def two_series(draw: st.DrawFn, *, largest: int = 60) -> tuple[Ints, Ints]:
    """Return counts of two accounts on the same bins, neither of them constant."""
    n = draw(st.integers(MIN_BINS, 90))
    counts = st.lists(st.integers(0, largest), min_size=n, max_size=n)
    a, b = np.array(draw(counts)), np.array(draw(counts))
    assume(np.ptp(a) and np.ptp(b))
    return a, b


def associated(a: Ints, b: Ints, *, seed: int = 1, block_bins: int = 8) -> Association | None:
    rng = stream(seed, "test")
    return associate(a, b, block_bins=block_bins, max_lag_bins=8, rng=rng)


def walk(seed: int, n: int) -> Floats:
    """Return a series whose neighbours are alike."""
    return np.cumsum(np.random.default_rng(seed).standard_normal(n))


@given(two_series())
@MODERATE
def test_detrending_is_a_least_squares_quadratic(series: tuple[Ints, Ints]) -> None:
    """What is left is the residual of numpy's own polynomial fit."""
    y = np.log1p(series[0])
    t = np.arange(len(y)) / len(y)

    assert detrended_log1p(series[0]) == pytest.approx(
        y - np.polyval(np.polyfit(t, y, 2), t), abs=1e-9
    )


def test_a_quadratic_trend_leaves_nothing() -> None:
    """Counts whose logarithm is a quadratic in time do not vary beyond it."""
    t = np.arange(40)
    counts = np.expm1(1 + 0.1 * t - 0.002 * t**2)

    assert np.abs(detrended_log1p(counts)).max() < 1e-9


@given(two_series())
@MODERATE
def test_correlations_are_those_of_scipy(series: tuple[Ints, Ints]) -> None:
    """Pearson and Spearman of the detrended logarithms; the t test with all bins counted."""
    x, y = map(detrended_log1p, series)
    found = associated(*series)
    r, p = stats.pearsonr(x, y)

    assert found is not None
    assert found.pearson == pytest.approx(r, abs=1e-12)
    assert found.spearman == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)
    assert p_of_correlation(found.pearson, len(x)) == pytest.approx(p, rel=1e-6)


def n_eff_by_the_formula(x: Floats, y: Floats) -> float:
    """Return the effective number by the sums as Pyper and Peterman write them."""
    n = len(x)
    x, y = x - x.mean(), y - y.mean()

    def r(z: Floats, k: int) -> float:
        return n / (n - k) * sum(z[t] * z[t + k] for t in range(n - k)) / sum(z * z)

    inverse = 1 / n + 2 / n * sum((n - k) / n * r(x, k) * r(y, k) for k in range(1, n // 5 + 1))
    return n if inverse <= 1 / n else max(1 / inverse, 3)


@given(two_series())
@MODERATE
def test_effective_number_is_its_formula(series: tuple[Ints, Ints]) -> None:
    """The effective number of bins follows the published formula, clipped to [3, N]."""
    x, y = map(detrended_log1p, series)

    assert effective_n(x, y) == pytest.approx(n_eff_by_the_formula(x, y), rel=1e-9)


def test_effective_number_stays_within_its_bounds() -> None:
    """Series that repeat themselves count as 3 bins, opposed rhythms as N and no more."""
    slow = np.linspace(-1, 1, 60)
    quick = np.where(np.arange(60) % 2, 1.0, -1.0)

    assert n_eff_by_the_formula(quick, quick) == effective_n(quick, quick) == 3
    assert effective_n(slow, slow) == pytest.approx(4.332372839)
    assert effective_n(slow, quick) == 60


@given(two_series(largest=3))
@MODERATE
def test_circular_p_is_the_count_over_all_shifts(series: tuple[Ints, Ints]) -> None:
    """Brute force in whole numbers, where ties are ties."""
    x, y = ([len(s) * int(v) - int(s.sum()) for v in s] for s in series)
    n = len(x)
    product = [sum(x[t] * y[(t + s) % n] for t in range(n)) for s in range(n)]
    shifts = [s for s in range(n) if min(s, n - s) >= 4 and 20 * min(s, n - s) >= n]
    reached = sum(abs(product[s]) >= abs(product[0]) for s in shifts)

    assert p_circular(*(s.astype(np.float64) for s in series)) == (1 + reached) / (1 + len(shifts))


def test_fewest_bins_can_just_reach_five_per_cent() -> None:
    """With 26 bins 19 shifts remain, so that p can be 0.05; with one less it cannot."""
    spike = np.zeros(MIN_BINS)
    spike[3] = 1

    assert p_circular(spike, spike) == 0.05
    assert p_circular(spike[:-1], spike[:-1]) > 0.05


@given(two_series(), st.integers(0, 12))
@MODERATE
def test_lag_is_where_the_cross_correlation_is_largest(
    series: tuple[Ints, Ints], furthest: int
) -> None:
    """Every lag is tried; none correlates more, and none nearer to 0 as much."""
    x, y = (s - s.mean() for s in series)
    n, scale = len(x), np.sqrt((x * x).sum() * (y * y).sum())
    r = {
        k: sum(x[t] * y[t + k] for t in range(n) if 0 <= t + k < n) / scale
        for k in range(-furthest, furthest + 1)
    }
    lag, r_at_lag = best_lag(x, y, furthest)

    assert r_at_lag == pytest.approx(max(r.values()), abs=1e-9)
    assert r[lag] == pytest.approx(r_at_lag, abs=1e-9)
    assert all(r[k] < r_at_lag + 1e-9 for k in r)
    assert all(r[k] < r_at_lag - 1e-13 for k in r if abs(k) < abs(lag))


def test_lag_is_positive_where_the_second_series_comes_later() -> None:
    """The same series three bins later has its largest cross-correlation at +3."""
    x = np.random.default_rng(5).standard_normal(80)

    assert best_lag(x[3:], x[:-3], 8)[0] == 3
    assert best_lag(x[:-3], x[3:], 8)[0] == -3
    assert best_lag(x, x, 8) == (0, 1.0)


@pytest.mark.parametrize(("n", "block"), [(60, 8), (64, 8), (104, 8), (56, 28), (95, 28)])
def test_interval_is_the_quantiles_of_strung_blocks(n: int, block: int) -> None:
    """Drawing blocks, cutting to N and correlating draw by draw gives the same bounds."""
    x, y = walk(n, n), walk(n + 1, n) + walk(n, n)
    starts = stream(7, "blocks").integers(0, n - block + 1, (DRAWS_N, -(-n // block)))
    drawn = []
    for draw in starts:
        bins = np.concatenate([np.arange(start, start + block) for start in draw])[:n]
        drawn.append(np.corrcoef(x[bins], y[bins])[0, 1])
    found = block_interval(x, y, block_bins=block, rng=stream(7, "blocks"))

    assert found == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=1e-9)


def test_interval_needs_two_blocks() -> None:
    """Below two blocks there is nothing to resample."""
    x = walk(1, 55)

    assert block_interval(x, x, block_bins=28, rng=stream(1)) == (None, None)


def test_a_draw_without_variation_shows_no_association() -> None:
    """Where most draws miss the only bin that differs, the interval reaches to 0, not to noise."""
    x = np.zeros(200)
    x[100] = 1.0
    low, high = block_interval(x, x, block_bins=8, rng=stream(1))

    assert low == 0.0
    assert high == pytest.approx(1.0)


@given(two_series())
@MODERATE
def test_association_is_symmetric(series: tuple[Ints, Ints]) -> None:
    """Which account comes first changes the sign of the lag and nothing else."""
    one, other = associated(*series), associated(*series[::-1])

    assert one is not None
    assert other is not None
    assert one.pearson == pytest.approx(other.pearson, abs=1e-12)
    assert one.n_eff == pytest.approx(other.n_eff, rel=1e-9)
    assert one.p_value == pytest.approx(other.p_value, rel=1e-6)
    assert one.pearson_at_lag == pytest.approx(other.pearson_at_lag, abs=1e-12)


def test_the_larger_p_is_reported() -> None:
    """Two lone bursts in the same bin are certain to a t test, and one shift in many."""
    counts = np.zeros(104, dtype=np.int64)
    counts[50] = 40
    found = associated(counts, counts)

    assert found is not None
    assert found.pearson == 1.0
    assert found.p_pyper_peterman < 1e-9
    assert found.p_value == found.p_circular == 1 / (104 - 2 * 6 + 2)


@pytest.mark.parametrize(
    "counts",
    [np.zeros(60, dtype=np.int64), np.full(60, 7), np.arange(MIN_BINS - 1), np.array([], int)],
    ids=["no post", "flat", "too few bins", "no bin"],
)
def test_what_cannot_be_tested_has_no_association(counts: Ints) -> None:
    """Few bins or a series that does not vary give None, on either side."""
    other = np.arange(len(counts)) % 7

    assert associated(counts, other) is None
    assert associated(other, counts) is None


def test_same_stream_same_association() -> None:
    """All numbers come back; another stream moves the interval alone."""
    a, b = np.random.default_rng(3).poisson(8, (2, 104))
    first, again, other = (associated(a, b, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first is not None
    assert other is not None
    assert first.pearson_low != other.pearson_low
    assert first.p_value == other.p_value


def test_golden_numbers() -> None:
    """The second account keeps a weekly rhythm that the first follows a bin later, as recorded."""
    t = np.arange(52)
    found = associated(5 + t % 7 + t % 5, 3 + (t + 1) % 7)

    assert found is not None
    assert found.lag_bins == -1
    assert (round(found.pearson, 9), round(found.spearman, 9)) == (0.170292321, 0.240672757)
    assert (round(found.n_eff, 9), round(found.pearson_at_lag, 9)) == (18.765561197, 0.755928506)
    assert found.p_circular == 25 / 46
