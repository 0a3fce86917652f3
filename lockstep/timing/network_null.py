"""How many co-timed posts of a network chance gives: null N1, stratified day permutation."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lockstep.streams import derived_seed, generator, stream
from lockstep.timing.bootstrap import ratio_interval
from lockstep.timing.calendar import Calendar
from lockstep.timing.exchangeable import exchangeable_posts, shuffled
from lockstep.timing.expected import Grouping, Hits, chance_band, expected_hits, observed_hits
from lockstep.timing.laid_days import PARTS, TESTED, LaidDays, laid_days
from lockstep.timing.scope import Floats, Ints, Scope


@dataclass(frozen=True, slots=True)
class NetworkNull:
    """What is observed, expected and drawn of the tested posts; arrays are [definition, window].

    `at_least` counts the surrogates that reach the observed count. Of A1 alone: `band_low` and
    `band_high`, the chance band of each window; `any_window_p`, how likely chance gives so small a
    p at any of the windows. All are None where nothing is drawn. `seen` and `chance` hold what is
    observed and expected by day, account and month; `tested_account` and `tested_day` are of each
    tested post.
    """

    tested_posts_n: int
    tested_account: Ints
    tested_day: Ints
    days_tested_n: int
    strata_n: int
    observed: Ints
    expected: Floats
    ratio_low: Floats
    ratio_high: Floats
    surrogates_n: int
    seed: int
    seen: Hits
    chance: Hits
    at_least: Ints | None = None
    band_low: Floats | None = None
    band_high: Floats | None = None
    any_window_p: float | None = None


def network_null(
    scope: Scope,
    calendar: Calendar,
    windows_s: Ints,
    *,
    surrogates_n: int,
    seed: int,
    name: str = "network",
    grouping: Grouping | None = None,
) -> NetworkNull:
    """Return A1, A3 and A5 of the tested posts, their expectation and their surrogates under N1.

    Null: in each stratum each account's whole living days take a uniformly random order, the
    identity allowed, independently of all others. Hits never cross a day boundary, which is where
    the scope is quietest. Expected: the mean over the non-zero cyclic shifts of one account's days
    with the others in place, summed over accounts (`lockstep.timing.expected`). All windows are of
    the same surrogates.

    Args:
        scope: Event posts and lives.
        calendar: The scope's calendar.
        windows_s: Windows in s, ascending, inclusive.
        surrogates_n: Surrogates to draw; 0 draws none.
        seed: The case's seed.
        name: Whose posts these are; each has its own stream of random numbers.
        grouping: Months of the days; none makes one month of all.

    References:
        METHODS §5, "N1 exactly"; Phipson and Smyth 2010 for the p-value made from `at_least`.
    """
    posts = exchangeable_posts(scope, calendar)
    laid = laid_days(posts, scope.accounts_n, calendar, windows_s)
    months = grouping or Grouping(np.zeros(laid.days_n, dtype=np.int64), 0)
    seen = observed_hits(laid, months)
    chance, by_shift = expected_hits(laid, months)
    names = ("timing_statistics", name, "N1")
    low, high = ratio_interval(
        _by_block(seen.by_day, calendar)[..., posts.blocks],
        _by_block(chance.by_day, calendar)[..., posts.blocks],
        PARTS,
        stream(seed, *names, "bootstrap"),
    )
    null = NetworkNull(
        tested_posts_n=len(posts.account),
        tested_account=posts.account,
        tested_day=posts.slot_days[posts.slot],
        days_tested_n=posts.days_tested_n,
        strata_n=posts.strata_n,
        observed=seen.by_day.sum(axis=-1),
        expected=chance.by_day.sum(axis=-1) / PARTS,
        ratio_low=low,
        ratio_high=high,
        surrogates_n=surrogates_n,
        seed=derived_seed(seed, *names),
        seen=seen,
        chance=chance,
    )
    if not surrogates_n or not len(posts.account):
        return null
    return _with_draws(null, laid, by_shift, stream(seed, *names, "band"))


def _with_draws(
    null: NetworkNull, laid: LaidDays, by_shift: NDArray[np.int32], rng: np.random.Generator
) -> NetworkNull:
    """Return the null with what is drawn: surrogates from its own seed, the band from `rng`."""
    surrogates = _surrogates(laid, null.surrogates_n, null.seed)
    band = chance_band(by_shift, np.diff(laid.posts.starts), null.surrogates_n, rng)
    return replace(
        null,
        at_least=(surrogates >= null.observed).sum(axis=0),
        band_low=band[0],
        band_high=band[1],
        any_window_p=_any_window(null.observed[0], surrogates[:, 0]),
    )


def _by_block(by_day: Ints, calendar: Calendar) -> Ints:
    """Add up days to the calendar's blocks."""
    blocks_n = max(calendar.blocks_n, 1)
    firsts = np.searchsorted(calendar.block, np.arange(blocks_n))
    return np.add.reduceat(by_day, np.minimum(firsts, by_day.shape[-1] - 1), axis=-1)


def _surrogates(laid: LaidDays, surrogates_n: int, seed: int) -> Ints:
    """Return counts[surrogate, definition, window]."""
    rng = generator(seed)
    own_pairs = laid.own_pairs()
    counts = np.empty((surrogates_n, len(TESTED), len(laid.windows_s)), dtype=np.int64)
    for surrogate in range(surrogates_n):
        uniform = rng.random(len(laid.posts.slot_days))
        days = shuffled(laid.posts.slot_days, laid.posts.starts, uniform)
        counts[surrogate] = laid.totals(days, own_pairs)
    return counts


def _any_window(observed: Ints, surrogates: Ints) -> float:
    """Return the chance of so small a p at any window: Westfall and Young's min-P, one step.

    Each of the observed and drawn timelines has a p at each window, by its rank among all of them;
    what is compared is the smallest of them.
    """
    every = np.vstack([observed, surrogates])
    ordered = np.sort(every, axis=0)
    below = np.stack(
        [np.searchsorted(ordered[:, w], every[:, w]) for w in range(every.shape[1])], axis=1
    )
    smallest = (len(every) - below).min(axis=1)
    return float(np.count_nonzero(smallest <= smallest[0]) / len(every))
