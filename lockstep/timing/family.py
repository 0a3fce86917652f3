"""Which of millions of pairs could be told from chance at all?

A pair whose days allow no p below the level cannot be a false claim, so it need not be paid for.
"""

import math

import numpy as np

from lockstep.timing.scope import Floats, Ints

LEVEL = 0.05
"""The share of false claims that is accepted."""
_STEPS = 1_000
"""Steps in which the smallest p is kept for each power of ten, rounded down."""
_MOST_POWERS = 15
"""No family is so large that a p of 1e-15 is told from a smaller one."""
STEPS_N = _MOST_POWERS * _STEPS + 1
"""Steps there are, that of p = 1 among them."""


def least_p_step(log10_least: Floats) -> Ints:
    """Return -log10 of the smallest p in thousandths, rounded up: a p rounded down."""
    steps: Ints = np.ceil(np.minimum(-log10_least, _MOST_POWERS) * _STEPS).astype(np.int64)
    return steps


def family_step(pairs_by_step: Ints) -> int:
    """Return the step from which on pairs are of the family.

    With m(k) the pairs whose smallest p is at most LEVEL/k, K is the least k that has m(k) ≤ k
    (Tarone 1990); the family are the m(K) pairs, within which false discoveries are controlled
    (Gilbert 2005). The smallest p depends on nothing that the null changes, so that choosing by it
    selects nothing.

    Args:
        pairs_by_step: How many pairs have each smallest p, by `least_p_step`.
    """
    reaching_n = np.cumsum(pairs_by_step[::-1])[::-1]
    low, high = 1, max(int(pairs_by_step.sum()), 1)
    while low < high:
        middle = (low + high) // 2
        if reaching_n[_step_at(middle)] <= middle:
            high = middle
        else:
            low = middle + 1
    return _step_at(low)


def _step_at(k: int) -> int:
    """Return the least step whose p is at most LEVEL/k."""
    return min(math.ceil(_STEPS * math.log10(k / LEVEL)), STEPS_N - 1)
