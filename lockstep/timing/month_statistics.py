"""A1, A3 and A5 of a scope by month, and A1 and A5 of its accounts."""

from collections.abc import Iterator

import numpy as np

from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY
from lockstep.timing.counts import (
    count_own_pairs,
    count_pairs,
    count_within,
    gaps_after,
    gaps_before,
)
from lockstep.timing.laid_days import TESTED
from lockstep.timing.measured import Cell, Cells, Measured, PostsIn, Row, posts_in
from lockstep.timing.months import day_starts_s
from lockstep.timing.scope import Ints


def month_rows(measured: Measured) -> Iterator[Row]:
    """Yield A1, A3 and A5 of each month within each window, without a p.

    A hit is of the month of its post, a pair of that of its later post, what is expected of that of
    the day that stays in place. Months add up to the whole.

    References:
        METHODS §5, "Rows by month".
    """
    months = measured.months
    if not months.count:
        return
    posts = posts_in(measured, Cells(1, months.count))
    observed = _observed_by_month(measured)
    day_month = months.of(day_starts_s(measured.calendar))
    tested = _by_month(measured.null.seen.by_day, day_month, months.count)
    chance = _by_month(measured.null.chance.by_day, day_month, months.count)
    for d, definition in enumerate(TESTED):
        for w in range(len(measured.windows_s)):
            for m, label in enumerate(months.labels):
                at = d, w, m
                cell = _cell(posts, m, observed[at], tested[at], chance[at])
                of_posts = definition != "A3"
                row = cell.row(of_posts=of_posts)
                yield measured.row(definition, w) | {"period": label} | row


def account_rows(measured: Measured) -> Iterator[Row]:
    """Yield A1 and A5 of each account within each window, and A1 by month at the headline window.

    Expected by what N1 gives the account's own posts, the others in place; no p. Months only up to
    200 accounts, and where the account has posts.
    """
    scope, null = measured.scope, measured.null
    if not scope.accounts_n:
        return
    posts = posts_in(measured, Cells(scope.accounts_n, 1))
    near_s, before_s = _gaps(measured)
    windows_s = measured.windows_s
    for d, (definition, gaps_s) in enumerate((("A1", near_s), ("A5", before_s))):
        observed = count_within(gaps_s, scope.account, windows_s, scope.accounts_n)
        for w in range(len(windows_s)):
            for a, key in enumerate(scope.account_keys):
                at = d, w, a
                seen, chance = null.seen.by_account[at], null.chance.by_account[at]
                cell = _cell(posts, a, observed[w, a], seen, chance)
                whose = {"subject": key, "subject_kind": "account"}
                yield measured.row(definition, w) | whose | cell.row(of_posts=True)
    if scope.accounts_n <= MAX_ACCOUNTS_UNDER_STUDY and measured.months.count:
        yield from _account_months(measured, near_s)


def _account_months(measured: Measured, near_s: Ints) -> Iterator[Row]:
    scope, null, months = measured.scope, measured.null, measured.months
    cells = Cells(scope.accounts_n, months.count)
    posts = posts_in(measured, cells)
    window_s = measured.windows_s[measured.headline : measured.headline + 1]
    at = cells.of(scope.account, months.of(scope.time_s))
    observed = count_within(near_s, at, window_s, cells.cells_n)[0]
    seen, chance = null.seen.by_month.ravel(), null.chance.by_month.ravel()
    for c in np.flatnonzero(posts.posts).tolist():
        account, month = divmod(c, months.count)
        whose = {
            "subject": scope.account_keys[account],
            "subject_kind": "account",
            "period": months.labels[month],
        }
        cell = _cell(posts, c, observed[c], seen[c], chance[c])
        yield measured.row("A1", measured.headline) | whose | cell.row(of_posts=True)


def _cell(posts: PostsIn, c: int, observed: np.int64, tested: np.int64, parts: np.int64) -> Cell:
    return Cell(
        posts_n=int(posts.posts[c]),
        event_posts_n=int(posts.event[c]),
        eligible_n=int(posts.eligible[c]),
        tested_posts_n=int(posts.tested[c]),
        observed=int(observed),
        observed_tested=int(tested),
        expected_parts=int(parts),
    )


def _gaps(measured: Measured) -> tuple[Ints, Ints]:
    """Return how far the nearest other post is, and the nearest before, of each event post."""
    scope, far_s = measured.scope, int(measured.windows_s[-1]) + 1
    before_s = gaps_before(scope.time_s, scope.account, far_s)
    after_s = gaps_after(scope.time_s, scope.account, far_s)
    return np.minimum(before_s, after_s), before_s


def _observed_by_month(measured: Measured) -> Ints:
    """Return counts[definition, window, month] of all event posts."""
    scope, windows_s, months = measured.scope, measured.windows_s, measured.months
    near_s, before_s = _gaps(measured)
    month = months.of(scope.time_s)
    starts_s = months.starts_s
    pairs = count_pairs(scope.time_s, windows_s, starts_s)
    own = count_own_pairs(scope.time_s, scope.account, windows_s, starts_s)
    return np.stack(
        [
            count_within(near_s, month, windows_s, months.count),
            pairs - own,
            count_within(before_s, month, windows_s, months.count),
        ]
    )


def _by_month(by_day: Ints, month: Ints, months_n: int) -> Ints:
    """Add up [definition, window, day] to months."""
    total = np.zeros((*by_day.shape[:2], months_n), dtype=np.int64)
    for m in range(months_n):
        total[..., m] = by_day[..., : len(month)][..., month == m].sum(axis=-1)
    return total
