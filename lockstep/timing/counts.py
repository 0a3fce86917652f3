"""How many posts are co-timed within each window: one pass over the stream for all windows."""

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.scope import Ints

ONE_BLOCK = np.zeros(1, dtype=np.int64)
"""Block starts of a stream that is not divided."""


@compiled
def gaps_before(time_s: Ints, account: Ints, far_s: int) -> Ints:
    """Return the time in s since the latest earlier post of another account, at most `far_s`.

    Posts stand in their total order. That post is the last of the run before: of the stretch of
    posts that ends where the account last changed.
    """
    gaps = np.full(len(time_s), far_s, dtype=np.int64)
    other = -1
    for i in range(1, len(time_s)):
        if account[i] != account[i - 1]:
            other = i - 1
        if other >= 0:
            gaps[i] = min(time_s[i] - time_s[other], far_s)
    return gaps


@compiled
def gaps_after(time_s: Ints, account: Ints, far_s: int) -> Ints:
    """Return the time in s until the earliest later post of another account, at most `far_s`."""
    gaps = np.full(len(time_s), far_s, dtype=np.int64)
    other = -1
    for i in range(len(time_s) - 2, -1, -1):
        if account[i] != account[i + 1]:
            other = i + 1
        if other >= 0:
            gaps[i] = min(time_s[other] - time_s[i], far_s)
    return gaps


@compiled
def count_near(keys: Ints, accounts_n: int, windows_s: Ints, block_starts_s: Ints) -> Ints:
    """Count the posts near another account's post (A1), and those that follow one (A5).

    Args:
        keys: time · accounts_n + account of each post, ascending: one number holds the total order.
        accounts_n: Accounts of the scope.
        windows_s: Windows in s, ascending, inclusive.
        block_starts_s: Time at which each block of days begins, the first at the first post or
            before it.

    Returns:
        counts[A1 or A5, window, block].
    """
    far_s = windows_s[-1] + 1
    narrowest = np.searchsorted(windows_s, np.arange(far_s + 1))
    counts = np.zeros((2, len(windows_s) + 1, len(block_starts_s)), dtype=np.int64)
    time_s = keys // accounts_n
    account = keys - time_s * accounts_n
    before_s = gaps_before(time_s, account, far_s)
    after_s = gaps_after(time_s, account, far_s)
    block = 0
    for i in range(len(keys)):
        while block + 1 < len(block_starts_s) and time_s[i] >= block_starts_s[block + 1]:
            block += 1
        counts[0, narrowest[min(before_s[i], after_s[i])], block] += 1
        counts[1, narrowest[before_s[i]], block] += 1
    for w in range(1, len(windows_s)):
        counts[:, w] += counts[:, w - 1]
    return counts[:, : len(windows_s)]


@compiled
def count_pairs(time_s: Ints, windows_s: Ints, block_starts_s: Ints) -> Ints:
    """Count unordered pairs of posts, of two accounts or of one, as pairs[window, block].

    Times ascending; the other arguments as for `count_near`.
    """
    counts = np.zeros((len(windows_s), len(block_starts_s)), dtype=np.int64)
    for w in range(len(windows_s)):
        earliest = 0
        block = 0
        for i in range(len(time_s)):
            while block + 1 < len(block_starts_s) and time_s[i] >= block_starts_s[block + 1]:
                block += 1
            while time_s[i] - time_s[earliest] > windows_s[w]:
                earliest += 1
            counts[w, block] += i - earliest
    return counts


def count_own_pairs(time_s: Ints, account: Ints, windows_s: Ints, block_starts_s: Ints) -> Ints:
    """Count unordered pairs of posts of one account, as pairs[window, block].

    Posts of one account keep their distances when its days change places, so that A3 of any
    surrogate is all its pairs less these.
    """
    pairs = np.zeros((len(windows_s), len(block_starts_s)), dtype=np.int64)
    if not len(time_s):
        return pairs
    order = np.lexsort((time_s, account))
    block = np.searchsorted(block_starts_s, time_s[order], side="right") - 1
    span_s = int(time_s.max() - time_s.min() + windows_s[-1]) + 1
    line = account[order] * span_s + (time_s[order] - time_s.min())
    for w, window_s in enumerate(windows_s):
        later = np.searchsorted(line, line + window_s, side="right") - np.arange(len(line)) - 1
        np.add.at(pairs[w], block, later)
    return pairs


def count_within(gaps_s: Ints, block: Ints, windows_s: Ints, blocks_n: int) -> Ints:
    """Count the gaps that are at most each window, as counts[window, block]."""
    rungs_n = len(windows_s) + 1
    cells = np.bincount(
        block * rungs_n + np.searchsorted(windows_s, gaps_s), minlength=blocks_n * rungs_n
    )
    return np.asarray(cells.reshape(blocks_n, rungs_n)[:, :-1].cumsum(axis=1).T, dtype=np.int64)


@compiled
def count_across(line: Ints, at: Ints, block: Ints, windows_s: Ints, blocks_n: int) -> Ints:
    """Count pairs of a place and a value of a line at most each window apart.

    Args:
        line: Ascending values.
        at: Ascending places.
        block: Block of each place.
        windows_s: Windows in s, inclusive.
        blocks_n: Blocks.

    Returns:
        pairs[window, block].
    """
    counts = np.zeros((len(windows_s), blocks_n), dtype=np.int64)
    for w in range(len(windows_s)):
        low = 0
        high = 0
        for i in range(len(at)):
            while low < len(line) and line[low] < at[i] - windows_s[w]:
                low += 1
            while high < len(line) and line[high] <= at[i] + windows_s[w]:
                high += 1
            counts[w, block[i]] += high - low
    return counts


def co_timed(time_s: Ints, account: Ints, accounts_n: int, windows_s: Ints) -> Ints:
    """Return A1 of posts in any order, one count a window; arguments as for `observed_counts`."""
    keys = np.sort(time_s * max(accounts_n, 1) + account)
    near = count_near(keys, max(accounts_n, 1), windows_s, ONE_BLOCK)
    return np.asarray(near[0, :, 0], dtype=np.int64)


def observed_counts(
    time_s: Ints, account: Ints, accounts_n: int, windows_s: Ints
) -> dict[str, Ints]:
    """Return A1, A2a, A2b, A3, A5 and A6 of a stream for every window.

    Args:
        time_s: Time of each post, in the total order (posted_at_s, account_key, post_key).
        account: Its account.
        accounts_n: Accounts of the scope.
        windows_s: Windows in s, ascending, inclusive.

    Returns:
        One array a definition, one count a window. A2 and A5 depend on the order of ties, which
        the total order fixes; A1, A3 and A6 do not.

    References:
        METHODS §4.
    """
    if not len(time_s):
        return {d: np.zeros_like(windows_s) for d in ("A1", "A2a", "A2b", "A3", "A5", "A6")}
    line_s = time_s - time_s[0]
    near = count_near(line_s * accounts_n + account, accounts_n, windows_s, ONE_BLOCK)
    pairs = count_pairs(line_s, windows_s, ONE_BLOCK)
    own = count_own_pairs(line_s, account, windows_s, ONE_BLOCK)
    close = np.diff(time_s)[None, :] <= windows_s[:, None]
    crosses = np.diff(account) != 0
    return {
        "A1": near[0, :, 0],
        "A2a": close.sum(axis=1),
        "A2b": (close & crosses).sum(axis=1),
        "A3": (pairs - own)[:, 0],
        "A5": near[1, :, 0],
        "A6": np.array([_chains(steps, crosses) for steps in close], dtype=np.int64),
    }


def _chains(close: np.ndarray, crosses: np.ndarray) -> int:
    """Count chains of close steps in which at least one step goes to another account."""
    chain = np.cumsum(~close)
    return len(np.unique(chain[close & crosses]))
