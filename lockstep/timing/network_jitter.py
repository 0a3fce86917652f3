"""How many co-timed posts chance gives when each keeps its half hour: null N2 of a network."""

import numpy as np

from lockstep.streams import stream
from lockstep.timing.counts import ONE_BLOCK, count_near
from lockstep.timing.scope import Ints, Scope

INTERVAL_S = 1_800
"""Each post is redrawn within its own interval; intervals begin at whole multiples of it."""
LARGEST_WINDOW_S = 300
"""Above it a window is too wide to tell structure finer than the interval."""


def network_jitter(scope: Scope, windows_s: Ints, *, surrogates_n: int, seed: int) -> Ints:
    """Count the surrogates of null N2 in which A1 is at least what is observed.

    Null: each post is redrawn independently and uniformly among the seconds of its own fixed
    interval of 1,800 s, ⌊t/1800⌋·1800 … + 1799. Every account keeps its number of posts in every
    interval, so that a common trigger slower than that is absorbed; round minutes and bursts are
    destroyed. Nothing is asked of whole days, so the null is of all event posts and its statistic
    is the observed count: days at the edge of the collection and hits across a day boundary are in
    it. All windows are of the same surrogates.

    Args:
        scope: Event posts.
        windows_s: Windows in s, ascending, inclusive.
        surrogates_n: Surrogates to draw.
        seed: The case's seed.

    Returns:
        One count a window of at most 300 s, the wider ones left out.

    References:
        METHODS §5 (N2, "Robust decision"); Amarasingham et al. 2012 and Platkiewicz et al. 2017 for
        intervals that are fixed and not centred on the post.
    """
    narrow_s = windows_s[windows_s <= LARGEST_WINDOW_S]
    at_least = np.zeros(len(narrow_s), dtype=np.int64)
    if not len(narrow_s):
        return at_least
    start_s = scope.time_s // INTERVAL_S * INTERVAL_S
    observed = _co_timed(scope.time_s, scope, narrow_s)
    rng = stream(seed, "timing_statistics", "network", "N2")
    for _ in range(surrogates_n):
        time_s = start_s + rng.integers(0, INTERVAL_S, size=len(start_s))
        at_least += _co_timed(time_s, scope, narrow_s) >= observed
    return at_least


def _co_timed(time_s: Ints, scope: Scope, windows_s: Ints) -> Ints:
    """Return A1 of the scope's posts moved to these times, one count a window."""
    accounts_n = max(scope.accounts_n, 1)
    keys = np.sort(time_s * accounts_n + scope.account)
    near = count_near(keys, accounts_n, windows_s, ONE_BLOCK)
    return np.asarray(near[0, :, 0], dtype=np.int64)
