"""Nulls that are shown for comparison and carry no claim: N0, N3 and N1w."""

import numpy as np

from lockstep.streams import derived_seed, generator
from lockstep.timing.calendar import DAY_S, Calendar
from lockstep.timing.months import Months
from lockstep.timing.network_jitter import Surrogates, surrogate_counts
from lockstep.timing.scope import Floats, Ints, Scope
from lockstep.timing.variants import continues_burst

_HOUR_S = 3_600
_WEEK_HOURS = 168
_WEEK_S = _WEEK_HOURS * _HOUR_S
_WEEKS_OF_BLOCK = 13


def closed_form(scope: Scope, months: Months, windows_s: Ints) -> Floats:
    """Return E[A1] under null N0: accounts post at random by their monthly volume and their week.

    E = Σ_i [1 - Π_{q ≠ account of i} (1 - min(1, λ_q(t_i) · (2W + 1)))], where λ_q(t) is the rate a
    second of q's event posts: those of the month, times the share of all of q's posts in this hour
    of the week, over the seconds of such hours in the part of the month that q lives. Keeps the
    rhythm; knows no bursts and no round minutes, so that it is low where these are common. No p.

    Returns:
        One expectation a window.

    References:
        METHODS §5 (N0).
    """
    if not len(scope.time_s):
        return np.zeros(len(windows_s))
    hour = scope.time_s // _HOUR_S % _WEEK_HOURS
    cell = (scope.account * months.count + months.of(scope.time_s)) * _WEEK_HOURS + hour
    shape = (scope.accounts_n, months.count, _WEEK_HOURS)
    posts = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)
    of_week = posts.sum(axis=1, keepdims=True)
    share = of_week / np.maximum(of_week.sum(axis=2, keepdims=True), 1)
    rate = posts.sum(axis=2, keepdims=True) * share / (_lived_s(scope, months) / _WEEK_HOURS)
    reach_s = (2 * windows_s + 1).tolist()
    return np.array([_met(posts, np.minimum(1.0, rate * seconds)) for seconds in reach_s])


def _lived_s(scope: Scope, months: Months) -> Floats:
    """Return the seconds [account, month, 1] that each account lives of each month.

    At least a week: less does not tell how often an hour of the week came.
    """
    edges_s = np.append(months.starts_s, scope.time_s[-1] + 1)
    alive_s = np.maximum(scope.alive_from_s, scope.time_s[0])[:, None]
    lived_s = edges_s[1:] - np.maximum(edges_s[:-1], alive_s)
    return np.asarray(np.maximum(lived_s, _WEEK_S)[:, :, None], dtype=np.float64)


def _met(posts: Ints, chance: Floats) -> float:
    """Return Σ posts · (1 - Π of other accounts (1 - chance)), accounts along the first axis."""
    missed = 1.0 - chance
    by_others = np.ones_like(missed)
    np.cumprod(missed[:-1], axis=0, out=by_others[1:])
    by_others[:-1] *= np.cumprod(missed[:0:-1], axis=0)[::-1]
    return float((posts * (1.0 - by_others)).sum())


def hour_redraw(
    scope: Scope, windows_s: Ints, *, surrogates_n: int, seed: int, name: str
) -> Surrogates:
    """Return A1 under null N3: each burst keeps its day, minute and second and draws its hour.

    A burst is a chain of an account's posts with gaps of at most 120 s; its hour is drawn from the
    hours of the account's bursts. Day counts, round minutes and bursts stay; which hour meets which
    is lost, so that shared hours alone are not enough to explain a surplus.

    References:
        METHODS §5 (N3).
    """
    order = np.argsort(scope.account, kind="stable")
    starts = ~continues_burst(scope)[order]
    first = np.flatnonzero(starts)
    burst = np.cumsum(starts) - 1
    account = scope.account[order][first]
    hour = scope.time_s[order][first] % DAY_S // _HOUR_S
    own_first = np.searchsorted(account, account)
    own_n = np.bincount(account, minlength=scope.accounts_n)[account]
    drawn_by = derived_seed(seed, "timing_statistics", name, "N3")
    rng = generator(drawn_by)

    def drawn() -> Ints:
        other = own_first + (rng.random(len(first)) * own_n).astype(np.int64)
        time_s = np.empty_like(scope.time_s)
        time_s[order] = scope.time_s[order] + ((hour[other] - hour) * _HOUR_S)[burst]
        return time_s

    return surrogate_counts(scope, windows_s, (drawn() for _ in range(surrogates_n)), drawn_by)


def week_shift(
    scope: Scope,
    calendar: Calendar,
    windows_s: Ints,
    *,
    surrogates_n: int,
    seed: int,
    name: str,
) -> Surrogates:
    """Return A1 under null N1w: each account's weeks are turned in a circle, in blocks of 13.

    The weeks are those of the calendar, whole ones only; no turn at all is one of the draws. An
    account's life is not respected, and half a year is needed before p can be small: for
    comparison with other tools, never for a claim.

    References:
        METHODS §5, "Rejected, with reasons".
    """
    week = (scope.time_s - calendar.first_day_s) // _WEEK_S
    weeks_n = calendar.days_n // 7
    movable = (week >= 0) & (week < weeks_n)
    block = np.where(movable, week // _WEEKS_OF_BLOCK, 0)
    blocks_n = max(-(-weeks_n // _WEEKS_OF_BLOCK), 1)
    first = block * _WEEKS_OF_BLOCK
    size = np.maximum(np.minimum(weeks_n - first, _WEEKS_OF_BLOCK), 1)
    drawn_by = derived_seed(seed, "timing_statistics", name, "N1w")
    rng = generator(drawn_by)

    def drawn() -> Ints:
        turn = rng.integers(0, 2**31, size=(scope.accounts_n, blocks_n))[scope.account, block]
        turned = first + (week - first + turn) % size
        moved_s = np.where(movable, turned - week, 0) * _WEEK_S
        return np.asarray(scope.time_s + moved_s, dtype=np.int64)

    return surrogate_counts(scope, windows_s, (drawn() for _ in range(surrogates_n)), drawn_by)
