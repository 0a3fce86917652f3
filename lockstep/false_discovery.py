"""What share of the claims made from many tests is expected to be false?"""

from collections.abc import Sequence

import numpy as np


def benjamini_hochberg(
    p_values: Sequence[float | None], family_n: int | None = None
) -> list[float | None]:
    """Return the q-value of each p-value of a family; what was not tested (None) stays None.

    q of the i-th smallest of m p-values is the least of p(j) · m/j over j ≥ i. Of the claims with
    q at most a level, an expected share of at most that level is false.

    Args:
        p_values: The p-values.
        family_n: m, where the family is larger than what is given; the others have p = 1.

    References:
        Benjamini and Hochberg 1995.
    """
    tested = [i for i, p in enumerate(p_values) if p is not None]
    p = np.array([p_values[i] for i in tested], dtype=np.float64)
    order = np.argsort(p, kind="stable")
    # m/j is taken first: the largest q is then exactly its p, and none lies below its own.
    scaled = p[order] * ((family_n or len(p)) / np.arange(1, len(p) + 1))
    least = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    q_values: list[float | None] = [None] * len(p_values)
    for place, q in zip(order.tolist(), least.tolist(), strict=True):
        q_values[tested[place]] = q
    return q_values
