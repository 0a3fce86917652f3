"""Between which bounds a ratio of sums lies, by resampling whole blocks of days."""

import numpy as np

from lockstep.timing.scope import Floats, Ints

_DRAWS = 500
_MIN_BLOCKS = 6
_TAIL = 0.025


def ratio_interval(
    observed: Ints,
    expected: Ints,
    unit: int,
    rng: np.random.Generator,
    *,
    least_n: int = _MIN_BLOCKS,
) -> tuple[Floats, Floats]:
    """Return the 2.5 % and 97.5 % quantiles of ΣT/ΣE over 500 draws of whole blocks.

    Args:
        observed: T[…, block].
        expected: E[…, block] as integers, in units of 1/`unit`, so that sums are exact.
        unit: Parts of one.
        rng: Stream of the draws.
        least_n: Fewer blocks than this give no interval.

    Returns:
        Lower and upper bound, one per leading index; NaN with too few blocks or E = 0. A draw that
        expects nothing counts as infinite, and an infinite bound is not stored.

    References:
        METHODS §5, "R".
    """
    blocks_n = observed.shape[-1]
    shape = observed.shape[:-1]
    if blocks_n < least_n:
        return np.full(shape, np.nan), np.full(shape, np.nan)
    draws = rng.integers(0, blocks_n, size=(_DRAWS, blocks_n))
    times = np.zeros((blocks_n, _DRAWS), dtype=np.int64)
    np.add.at(times, (draws, np.arange(_DRAWS)[:, None]), 1)
    observed_sums = observed @ times
    expected_sums = expected @ times
    ratios = np.where(
        expected_sums > 0, unit * observed_sums / np.maximum(expected_sums, 1), np.inf
    )
    ratios.sort(axis=-1)
    low = ratios[..., int(np.ceil(_DRAWS * _TAIL)) - 1]
    high = ratios[..., int(np.ceil(_DRAWS * (1 - _TAIL))) - 1]
    some = expected.sum(axis=-1) > 0
    return np.where(some, low, np.nan), np.where(some, high, np.nan)
