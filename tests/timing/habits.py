"""Posts of one independent account, with the habits that fool other nulls (METHODS §5.1)."""

import numpy as np

from lockstep.calibration import scenarios
from lockstep.timing.scope import Ints

_SLOTS = scenarios.SCENARIOS["slots"]


def account(rng: np.random.Generator, days_n: int, *, per_day: float) -> Ints:
    """Return the times of one account's posts: bursts, marks, daily slots, autocorrelated days."""
    shared = scenarios.world(rng, _SLOTS, days_n=days_n, per_day=per_day)
    return scenarios.account(rng, _SLOTS, shared, per_day=per_day)
