"""How often do posts meet at lags of whole quarters of an hour?"""

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.counts import count_across
from lockstep.timing.scope import Ints, Scope

STEP_S = 900
LAGS = 56
"""Lags reach this many quarters of an hour, 14 hours, either way: further no time zones differ."""
NEAR_S = 60


def pair_scan(scope: Scope) -> Ints:
    """Count the coincidences of each pair of accounts at every lag, as counts[pair, LAGS + k].

    Of accounts a < b: pairs of posts with |t_b - t_a - 900 k| at most 60 s. Pairs stand in the
    order of combinations. O(posts · lags · posts within 2 minutes).

    References:
        METHODS §3 (G4).
    """
    accounts_n = scope.accounts_n
    pair_of = np.zeros((accounts_n, accounts_n), dtype=np.int64)
    pair_of[np.triu_indices(accounts_n, 1)] = np.arange(accounts_n * (accounts_n - 1) // 2)
    # Posts of one account in one second are counted together: hundreds of them cost as one.
    line = (scope.time_s - scope.time_s.min(initial=0)) * max(accounts_n, 1) + scope.account
    keys, times_n = np.unique(line, return_counts=True)
    return _pair_scan(
        keys // max(accounts_n, 1), keys % max(accounts_n, 1), times_n.astype(np.int64), pair_of
    )


@compiled
def _pair_scan(time_s: Ints, account: Ints, times_n: Ints, pair_of: Ints) -> Ints:
    pairs_n = len(pair_of) * (len(pair_of) - 1) // 2
    counts = np.zeros((pairs_n, 2 * LAGS + 1), dtype=np.int64)
    for k in range(LAGS + 1):
        low = 0
        high = 0
        for i in range(len(time_s)):
            while low < len(time_s) and time_s[low] < time_s[i] + k * STEP_S - NEAR_S:
                low += 1
            while high < len(time_s) and time_s[high] <= time_s[i] + k * STEP_S + NEAR_S:
                high += 1
            # At lag 0 each two posts are met once, from the earlier in the stream.
            for j in range(low if k else i + 1, high):
                both_n = times_n[i] * times_n[j]
                if account[i] < account[j]:
                    counts[pair_of[account[i], account[j]], LAGS + k] += both_n
                elif account[i] > account[j]:
                    counts[pair_of[account[j], account[i]], LAGS - k] += both_n
    return counts


def source_scan(time_s: Ints, account: Ints, source: Ints, sources_n: int) -> Ints:
    """Count the coincidences of each source with all others, as counts[source, LAGS + k].

    Pairs of a post of the source and a post of another source and account that lies k quarters of
    an hour after it, to within 60 s. By inclusion and exclusion of four lines, each O(n) a lag.
    """
    counts = np.zeros((sources_n, 2 * LAGS + 1), dtype=np.int64)
    if not len(time_s):
        return counts
    accounts_n = int(account.max()) + 1
    groups = (np.zeros_like(source), source, account, source * accounts_n + account)
    for group, sign in zip(groups, (1, -1, -1, 1), strict=True):
        counts += sign * _within_groups(time_s - time_s.min(), group, source, sources_n)
    return counts


def _within_groups(time_s: Ints, group: Ints, source: Ints, sources_n: int) -> Ints:
    """Count, at every lag, the pairs of posts of one group, by the source of the first."""
    # Groups lie further apart than any lag.
    span_s = int(time_s.max()) + 2 * (LAGS * STEP_S + NEAR_S) + 1
    line = group * span_s + time_s
    order = np.argsort(line, kind="stable")
    line, block = line[order], source[order]
    windows_s = np.array([NEAR_S], dtype=np.int64)
    lags = range(-LAGS, LAGS + 1)
    met = [count_across(line, line + k * STEP_S, block, windows_s, sources_n)[0] for k in lags]
    return np.stack(met, axis=1)


def near_at_lag(first_s: Ints, second_s: Ints, lag_s: int) -> Ints:
    """Return of each of some times how many others lie the lag after it, to within 60 s."""
    low = np.searchsorted(second_s, first_s + lag_s - NEAR_S, side="left")
    high = np.searchsorted(second_s, first_s + lag_s + NEAR_S, side="right")
    return np.asarray(high - low, dtype=np.int64)
