"""How many co-timed posts of a network chance gives: null N1, stratified day permutation."""

from dataclasses import dataclass

import numpy as np

from lockstep.streams import derived_seed, generator, stream
from lockstep.timing.bootstrap import ratio_interval
from lockstep.timing.calendar import DAY_S, Calendar
from lockstep.timing.counts import (
    count_across,
    count_near,
    count_own_pairs,
    count_pairs,
    count_within,
    gaps_after,
    gaps_before,
)
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

    def block_of(self, time_s: Ints) -> Ints:
        """Return the block of each moment."""
        block = np.searchsorted(self.block_starts_s, time_s, side="right") - 1
        return np.asarray(block, dtype=np.int64)


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
    for days_n in np.unique(size).tolist():
        alike = size == days_n
        for shift in range(1, days_n):
            slot = first[alike] + (posts.slot - first + shift)[alike] % days_n
            time_s = posts.slot_days[slot] * layout.day_s + posts.second[alike]
            hits = _hits(layout, line, time_s, posts.account[alike])
            expected += hits * (_PARTS // (days_n - 1))
    # A pair is met by both its posts.
    expected[TESTED.index("A3")] //= 2
    return expected


@dataclass(frozen=True, slots=True)
class _Line:
    """The tested posts in their own days: by time, with gaps to others; and by account."""

    keys: Ints
    time_s: Ints
    account: Ints
    before_s: Ints
    after_s: Ints
    by_account: Ints
    span_s: int
    """Longer than all days: account · span_s + time_s sets accounts apart."""


def _line(layout: _Layout) -> _Line:
    keys = layout.keys(layout.posts.slot_days)
    time_s = keys // layout.accounts_n
    account = keys - time_s * layout.accounts_n
    far_s = int(layout.windows_s[-1]) + 1
    span_s = (int(layout.posts.slot_days.max(initial=0)) + 1) * layout.day_s
    return _Line(
        keys=keys,
        time_s=time_s,
        account=account,
        before_s=gaps_before(time_s, account, far_s),
        after_s=gaps_after(time_s, account, far_s),
        by_account=np.sort(account * span_s + time_s),
        span_s=span_s,
    )


def _hits(layout: _Layout, line: _Line, time_s: Ints, account: Ints) -> Ints:
    """Return hits[definition, window, block] on other accounts of posts laid at these times.

    Posts with another account's near (A1), such others (A3), posts with one before (A5).
    """
    laid = np.sort(time_s * layout.accounts_n + account)
    time_s = laid // layout.accounts_n
    account = laid - time_s * layout.accounts_n
    block = layout.block_of(time_s)
    place = np.searchsorted(line.keys, laid)
    far_s = int(layout.windows_s[-1]) + 1
    last, next_ = np.maximum(place - 1, 0), np.minimum(place, len(line.keys) - 1)
    before_s = time_s - line.time_s[last] + line.before_s[last] * (line.account[last] == account)
    before_s = np.where(place > 0, before_s, far_s)
    after_s = line.time_s[next_] - time_s + line.after_s[next_] * (line.account[next_] == account)
    after_s = np.where(place < len(line.keys), after_s, far_s)
    own = np.sort(account * line.span_s + time_s)
    own_block = layout.block_of(own % line.span_s)
    windows_s, blocks_n = layout.windows_s, len(layout.block_starts_s)
    return np.stack(
        [
            count_within(np.minimum(before_s, after_s), block, windows_s, blocks_n),
            count_across(line.time_s, time_s, block, windows_s, blocks_n)
            - count_across(line.by_account, own, own_block, windows_s, blocks_n),
            count_within(before_s, block, windows_s, blocks_n),
        ]
    )
