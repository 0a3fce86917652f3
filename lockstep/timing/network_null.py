"""How many co-timed posts of a network chance gives: null N1, stratified day permutation."""

from dataclasses import dataclass

import numpy as np

from lockstep.streams import derived_seed, generator, stream
from lockstep.timing.bootstrap import ratio_interval
from lockstep.timing.calendar import DAY_S, Calendar
from lockstep.timing.compiled import compiled
from lockstep.timing.counts import count_near, count_own_pairs, count_pairs, gaps_after, gaps_before
from lockstep.timing.exchangeable import ExchangeablePosts, exchangeable_posts, shuffled
from lockstep.timing.scope import Floats, Ints, Scope

TESTED = ("A1", "A3", "A5")
"""The definitions that decompose over posts, in the order of every array here."""

_PARTS = 5_040
"""7!: twice any number of other days in a stratum (at most 9) divides it, so that means add up."""


@dataclass(frozen=True, slots=True)
class NetworkNull:
    """What is observed, expected and drawn of the tested posts; arrays are [definition, window].

    `at_least` counts the surrogates that reach the observed count; None where nothing is drawn.
    """

    tested_posts_n: int
    days_tested_n: int
    strata_n: int
    observed: Ints
    expected: Floats
    ratio_low: Floats
    ratio_high: Floats
    at_least: Ints | None
    surrogates_n: int
    seed: int


@dataclass(frozen=True, slots=True)
class _Layout:
    """A scope's tested posts on a line of days that lie further apart than any window."""

    posts: ExchangeablePosts
    accounts_n: int
    windows_s: Ints
    day_s: int
    block_starts_s: Ints
    own_pairs: Ints

    def keys(self, days: Ints) -> Ints:
        """Return the posts' ascending keys (time · accounts_n + account) on these days."""
        time_s = days[self.posts.slot] * self.day_s + self.posts.second
        return np.sort(time_s * self.accounts_n + self.posts.account)

    def counts(self, days: Ints) -> Ints:
        """Return counts[definition, window, block] with the groups' days in this order."""
        keys = self.keys(days)
        near = count_near(keys, self.accounts_n, self.windows_s, self.block_starts_s)
        pairs = count_pairs(keys // self.accounts_n, self.windows_s, self.block_starts_s)
        return np.stack([near[0], pairs - self.own_pairs, near[1]])


def network_null(
    scope: Scope, calendar: Calendar, windows_s: Ints, *, surrogates_n: int, seed: int
) -> NetworkNull:
    """Return A1, A3 and A5 of the tested posts, their expectation and their surrogates under N1.

    Null: in each stratum each account's whole living days take a uniformly random order, the
    identity allowed, independently of all others. Hits never cross a day boundary, which is where
    the scope is quietest. Expected: the mean over the non-zero cyclic shifts of one account's days
    with the others in place, summed over accounts: for each post the mean over the other living
    days of its account in the stratum of whether that second of the day has a post of another
    account within the window (A1), how many (A3, each pair being met from both sides), or one
    before it in the total order (A5). It is enumerated. All windows are of the same surrogates.

    Args:
        scope: Event posts and lives.
        calendar: The scope's calendar.
        windows_s: Windows in s, ascending, inclusive.
        surrogates_n: Surrogates to draw; 0 draws none.
        seed: The case's seed.

    References:
        METHODS §5, "N1 exactly"; Phipson and Smyth 2010 for the p-value made from `at_least`.
    """
    posts = exchangeable_posts(scope, calendar)
    layout = _layout(posts, scope.accounts_n, calendar, windows_s)
    observed = layout.counts(posts.slot_days)
    expected = _expected(layout)
    names = ("timing_statistics", "network", "N1")
    low, high = ratio_interval(
        observed[..., posts.blocks],
        expected[..., posts.blocks],
        _PARTS,
        stream(seed, *names, "bootstrap"),
    )
    drawn = derived_seed(seed, *names)
    return NetworkNull(
        tested_posts_n=len(posts.account),
        days_tested_n=posts.days_tested_n,
        strata_n=posts.strata_n,
        observed=observed.sum(axis=-1),
        expected=expected.sum(axis=-1) / _PARTS,
        ratio_low=low,
        ratio_high=high,
        at_least=_surrogates_at_least(layout, observed, surrogates_n, drawn),
        surrogates_n=surrogates_n,
        seed=drawn,
    )


def _layout(
    posts: ExchangeablePosts, accounts_n: int, calendar: Calendar, windows_s: Ints
) -> _Layout:
    day_s = DAY_S + int(windows_s[-1]) + 1
    first_days = np.searchsorted(calendar.block, np.arange(max(calendar.blocks_n, 1)))
    block_starts_s = (first_days * day_s).astype(np.int64)
    time_s = posts.slot_days[posts.slot] * day_s + posts.second
    return _Layout(
        posts=posts,
        accounts_n=max(accounts_n, 1),
        windows_s=windows_s,
        day_s=day_s,
        block_starts_s=block_starts_s,
        own_pairs=count_own_pairs(time_s, posts.account, windows_s, block_starts_s),
    )


def _surrogates_at_least(
    layout: _Layout, observed: Ints, surrogates_n: int, seed: int
) -> Ints | None:
    if not surrogates_n or not len(layout.posts.account):
        return None
    rng = generator(seed)
    total = observed.sum(axis=-1)
    at_least: Ints = np.zeros(total.shape, dtype=np.int64)
    for _ in range(surrogates_n):
        uniform = rng.random(len(layout.posts.slot_days))
        days = shuffled(layout.posts.slot_days, layout.posts.starts, uniform)
        at_least += layout.counts(days).sum(axis=-1) >= total
    return at_least


def _expected(layout: _Layout) -> Ints:
    """Return E[definition, window, block] in parts of 1/5,040, by the day left in place."""
    posts = layout.posts
    shape = (len(TESTED), len(layout.windows_s), len(layout.block_starts_s))
    expected = np.zeros(shape, dtype=np.int64)
    group = np.searchsorted(posts.starts, posts.slot, side="right") - 1
    first, size = posts.starts[group], np.diff(posts.starts)[group]
    line = _line(layout)
    for shift in range(1, int(size.max(initial=1))):
        met = size > shift
        slot = first[met] + (posts.slot - first + shift)[met] % size[met]
        time_s = posts.slot_days[slot] * layout.day_s + posts.second[met]
        hits = _hits(line, time_s, posts.account[met], layout.windows_s)
        weight = _PARTS // (size[met] - 1)
        block = np.searchsorted(layout.block_starts_s, time_s, side="right") - 1
        for definition, counted in enumerate(hits):
            for w, count in enumerate(counted):
                np.add.at(expected[definition, w], block, count * weight)
    # A pair is met by both its posts.
    expected[TESTED.index("A3")] //= 2
    return expected


@dataclass(frozen=True, slots=True)
class _Line:
    """The tested posts in their own days: by time, with gaps to others; and by account."""

    keys: Ints
    accounts_n: int
    time_s: Ints
    account: Ints
    before_s: Ints
    after_s: Ints
    by_account: Ints
    span_s: int


def _line(layout: _Layout) -> _Line:
    keys = layout.keys(layout.posts.slot_days)
    time_s = keys // layout.accounts_n
    account = keys - time_s * layout.accounts_n
    far_s = int(layout.windows_s[-1]) + 1
    span_s = int(time_s.max(initial=0)) + layout.day_s + far_s
    return _Line(
        keys=keys,
        accounts_n=layout.accounts_n,
        time_s=time_s,
        account=account,
        before_s=gaps_before(time_s, account, far_s),
        after_s=gaps_after(time_s, account, far_s),
        by_account=np.sort(account * span_s + time_s),
        span_s=span_s,
    )


def _hits(line: _Line, time_s: Ints, account: Ints, windows_s: Ints) -> tuple[Ints, Ints, Ints]:
    """Return hits[window, post] on other accounts of posts laid at these times.

    Whether there is one (A1), how many (A3), and whether there is one before (A5).
    """
    place = np.searchsorted(line.keys, time_s * line.accounts_n + account)
    far_s = int(windows_s[-1]) + 1
    last, next_ = np.maximum(place - 1, 0), np.minimum(place, len(line.keys) - 1)
    before_s = time_s - line.time_s[last] + line.before_s[last] * (line.account[last] == account)
    before_s = np.where(place > 0, before_s, far_s)
    after_s = line.time_s[next_] - time_s + line.after_s[next_] * (line.account[next_] == account)
    after_s = np.where(place < len(line.keys), after_s, far_s)
    near = np.minimum(before_s, after_s) <= windows_s[:, None]
    anyone = count_around(line.time_s, time_s, windows_s)
    itself = count_around(line.by_account, account * line.span_s + time_s, windows_s)
    follows = before_s <= windows_s[:, None]
    return near.astype(np.int64), anyone - itself, follows.astype(np.int64)


@compiled
def count_around(line: Ints, at: Ints, reaches: Ints) -> Ints:
    """Count the values of an ascending line at most each reach away from each place.

    Bounds are found outward from those of the reach before: what is near costs little.

    Args:
        line: Ascending values.
        at: Places on the line.
        reaches: Ascending, inclusive.

    Returns:
        counts[reach, place].
    """
    counts = np.zeros((len(reaches), len(at)), dtype=np.int64)
    for i in range(len(at)):
        low = np.searchsorted(line, at[i])
        high = low
        for r in range(len(reaches)):
            step = 1
            bottom = low
            while bottom > 0 and line[bottom - 1] >= at[i] - reaches[r]:
                bottom = max(bottom - step, 0)
                step *= 2
            low = bottom + np.searchsorted(line[bottom:low], at[i] - reaches[r])
            step = 1
            top = high
            while top < len(line) and line[top] <= at[i] + reaches[r]:
                top = min(top + step, len(line))
                step *= 2
            high += np.searchsorted(line[high:top], at[i] + reaches[r] + 1)
            counts[r, i] = high - low
    return counts
