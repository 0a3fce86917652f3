"""How many co-timed posts chance gives when each keeps its interval: null N2 of a network."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from lockstep.streams import derived_seed, generator
from lockstep.timing.counts import co_timed
from lockstep.timing.scope import Floats, Ints, Scope

INTERVAL_S = 1_800
"""Each post is redrawn within its own interval; intervals begin at whole multiples of it."""
WINDOWS_PER_INTERVAL = 6
"""A window above a sixth of the interval is too wide to tell structure finer than it."""


@dataclass(frozen=True, slots=True)
class Surrogates:
    """A1 in surrogates, window by window: how many reach what is observed, and their mean.

    `seed` is that of the generator that drew them.
    """

    at_least: Ints
    mean: Floats
    seed: int


def network_jitter(
    scope: Scope,
    windows_s: Ints,
    *,
    surrogates_n: int,
    seed: int,
    name: str = "network",
    interval_s: int = INTERVAL_S,
) -> Surrogates:
    """Return A1 under null N2 beside what is observed.

    Null: each post is redrawn independently and uniformly among the seconds of its own fixed
    interval, ⌊t/Δ⌋·Δ … + Δ - 1, by default of 1,800 s. Every account keeps its number of posts in
    every interval, so that a common trigger slower than that is absorbed; round minutes and bursts
    are destroyed. Nothing is asked of whole days, so the null is of all event posts and its
    statistic is the observed count: days at the edge of the collection and hits across a day
    boundary are in it. All windows are of the same surrogates.

    Args:
        scope: Event posts.
        windows_s: Windows in s, ascending, inclusive.
        surrogates_n: Surrogates to draw.
        seed: The case's seed.
        name: Whose posts these are; each has its own stream of random numbers.
        interval_s: Δ.

    Returns:
        Of the windows of at most a sixth of the interval; the wider ones are left out, since the
        interval tells nothing of them.

    References:
        METHODS §5 (N2, "Robust decision"); Amarasingham et al. 2012 and Platkiewicz et al. 2017 for
        intervals that are fixed and not centred on the post.
    """
    narrow_s = windows_s[windows_s <= interval_s // WINDOWS_PER_INTERVAL]
    start_s = scope.time_s // interval_s * interval_s
    streams = ("N2",) if interval_s == INTERVAL_S else ("N2", str(interval_s))
    drawn_by = derived_seed(seed, "timing_statistics", name, *streams)
    rng = generator(drawn_by)
    timelines = (
        start_s + rng.integers(0, interval_s, size=len(start_s)) for _ in range(surrogates_n)
    )
    return surrogate_counts(scope, narrow_s, timelines, drawn_by)


def surrogate_counts(
    scope: Scope, windows_s: Ints, timelines: Iterable[Ints], seed: int
) -> Surrogates:
    """Return A1 of timelines of the scope's posts beside that of their own times."""
    at_least = np.zeros(len(windows_s), dtype=np.int64)
    total, drawn_n = np.zeros(len(windows_s), dtype=np.int64), 0
    if not len(windows_s):
        return Surrogates(at_least, np.zeros(0), seed)
    observed = co_timed(scope.time_s, scope.account, scope.accounts_n, windows_s)
    for time_s in timelines:
        counts = co_timed(time_s, scope.account, scope.accounts_n, windows_s)
        at_least += counts >= observed
        total += counts
        drawn_n += 1
    return Surrogates(at_least, total / max(drawn_n, 1), seed)
