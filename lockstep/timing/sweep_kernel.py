"""The sums of all pairs of some accounts in one stratum: the inner loops of the sweep."""

import numpy as np
from numpy.typing import NDArray

from lockstep.compiled import compiled
from lockstep.timing.calendar import DAY_S
from lockstep.timing.pair_days import MOST_DAYS
from lockstep.timing.scope import Floats, Ints

Small = NDArray[np.int32]
Entries = tuple[Small, Small, Small, Small, Small]
"""Second, second of the entry before, posts, place of the day, account; account by account."""
Lives = tuple[Ints, Ints, Floats]
"""Where the entries of each account start, its first place, its posts on each place."""

_Laid = tuple[Ints, Small]
_Rows = tuple[Small, Ints, NDArray[np.bool_]]
_Pairs = tuple[Floats, Floats, Ints]

_MOMENTS_N = 7
_TOTAL, _SQUARES, _ROW_SQUARES, _TRACE, _ROWS_N, _BY_X, _BY_XY = range(_MOMENTS_N)
"""ΣM, ΣM², Σ(row sums)², trace M, non-zero rows, ΣMx, ΣMxy: x and y posts of i and j that day."""
_LOG10_FACTORIAL = np.concatenate([[0.0], np.cumsum(np.log10(np.arange(1, MOST_DAYS + 1)))])
_SMALLEST = 1e-9
"""Σ(x - mean x)²Σ(y - mean y)² of whole numbers is 0 or at least 1/4; what is less is rounding."""


@compiled
def add_stratum(
    entries: Entries, lives: Lives, days_n: int, block: tuple[int, int, int], sums: Floats
) -> None:
    """Add a stratum of so many days to the sums of the pairs (i, j), first ≤ i < last, j > i.

    `block` holds first, last and the window in s; `sums` are [which, i - first, j], in the order of
    the fields of `sweep.Met`.
    """
    first, last, window_s = block
    place, starts = entries[3], lives[0]
    accounts_n = len(starts) - 1
    laid = _laid_on_one_day(entries, starts[first])
    rows = (
        np.zeros((accounts_n, MOST_DAYS), dtype=np.int32),
        np.empty(accounts_n, dtype=np.int64),
        np.zeros(accounts_n, dtype=np.bool_),
    )
    pairs = (
        np.zeros((accounts_n, _MOMENTS_N)),
        np.zeros((accounts_n, MOST_DAYS)),
        np.empty(accounts_n, dtype=np.int64),
    )
    for i in range(first, last):
        met_n = 0
        post = starts[i]
        while post < starts[i + 1]:
            d = place[post]
            beside_n = 0
            while post < starts[i + 1] and place[post] == d:
                beside_n = _look_around(entries, laid, (post, window_s), rows, beside_n)
                post += 1
            met_n = _close_rows((i, d, days_n), lives, rows, pairs, (beside_n, met_n))
        _close_pairs((i, days_n), lives, pairs, met_n, sums[:, i - first])


@compiled
def _laid_on_one_day(entries: Entries, start: int) -> _Laid:
    """Return where each second begins, and the entries from `start` on by second.

    Of each: account, place, second, second of the one before, posts.
    """
    second, before, posts, place, account = entries
    first_at = np.zeros(DAY_S + 1, dtype=np.int64)
    for entry in range(start, len(second)):
        first_at[second[entry] + 1] += 1
    for s in range(DAY_S):
        first_at[s + 1] += first_at[s]
    free = first_at.copy()
    laid = np.empty((len(second) - start, 5), dtype=np.int32)
    for entry in range(start, len(second)):
        at = free[second[entry]]
        free[second[entry]] += 1
        laid[at, 0] = account[entry]
        laid[at, 1] = place[entry]
        laid[at, 2] = second[entry]
        laid[at, 3] = before[entry]
        laid[at, 4] = posts[entry]
    return first_at, laid


@compiled
def _look_around(
    entries: Entries, laid: _Laid, which: tuple[int, int], rows: _Rows, beside_n: int
) -> int:
    """Add the hits of an entry with later accounts to their rows; return how many rows there are.

    `which` holds the entry and the window in s. Each post counts once, at the first entry of the
    other's day that is near it.
    """
    post, window_s = which
    second, before, posts, _, account = entries
    first_at, others = laid
    row, beside, is_beside = rows
    low_s, high_s = second[post] - window_s, second[post] + window_s
    for y in range(first_at[max(low_s, 0)], first_at[min(high_s, DAY_S - 1) + 1]):
        j = others[y, 0]
        if j <= account[post]:
            continue
        if not is_beside[j]:
            is_beside[j] = True
            beside[beside_n] = j
            beside_n += 1
        hits = 0
        if others[y, 3] < low_s:
            hits += posts[post]
        if before[post] < others[y, 2] - window_s:
            hits += others[y, 4]
        row[j, others[y, 1]] += hits
    return beside_n


@compiled
def _close_rows(
    which: tuple[int, int, int], lives: Lives, rows: _Rows, pairs: _Pairs, so_far: tuple[int, int]
) -> int:
    """Add the rows of i's day d to their pairs, empty them, and return how many pairs have met."""
    i, d, days_n = which
    beside_n, met_n = so_far
    _, first_place, volume = lives
    row, beside, is_beside = rows
    moments, columns, met = pairs
    for n in range(beside_n):
        j = beside[n]
        is_beside[j] = False
        start = max(first_place[i], first_place[j])
        if start <= min(d, days_n - 2):
            is_new = moments[j, _TOTAL] == 0.0
            volumes = volume[i, d], volume[j, start:days_n]
            _add_row(row[j, start:days_n], d - start, volumes, columns[j], moments[j])
            if is_new and moments[j, _TOTAL] > 0.0:
                met[met_n] = j
                met_n += 1
        row[j] = 0
    return met_n


@compiled
def _add_row(
    row: Small, d: int, volumes: tuple[float, Floats], columns: Floats, moments: Floats
) -> None:
    """Add row d of a pair's M to its moments and to the sums of its columns."""
    x, y = volumes
    total = squares = by_y = 0.0
    for e in range(len(row)):
        hits = float(row[e])
        total += hits
        squares += hits * hits
        by_y += hits * y[e]
        columns[e] += hits
    moments[_TOTAL] += total
    moments[_SQUARES] += squares
    moments[_ROW_SQUARES] += total * total
    moments[_TRACE] += row[d]
    moments[_ROWS_N] += total > 0
    moments[_BY_X] += total * x
    moments[_BY_XY] += by_y * x


@compiled
def _close_pairs(
    which: tuple[int, int], lives: Lives, pairs: _Pairs, met_n: int, sums: Floats
) -> None:
    """Add what is known of i's pairs in this stratum to their sums, and forget it."""
    i, days_n = which
    _, first_place, volume = lives
    moments, columns, met = pairs
    for n in range(met_n):
        j = met[n]
        start = max(first_place[i], first_place[j])
        volumes = volume[i, start:days_n], volume[j, start:days_n]
        _add_pair(moments[j], columns[j, : days_n - start], volumes, sums[:, j])
        moments[j] = 0.0
        columns[j] = 0.0


@compiled
def _add_pair(
    moments: Floats, columns: Floats, volumes: tuple[Floats, Floats], sums: Floats
) -> None:
    """Add a pair's closed form in one stratum to its sums, in the order of the fields of `Met`."""
    x, y = volumes
    n = len(columns)
    column_squares = by_y = sum_x = sum_y = square_x = square_y = crossed = 0.0
    columns_n = 0
    for d in range(n):
        column_squares += columns[d] * columns[d]
        columns_n += columns[d] > 0
        by_y += columns[d] * y[d]
        sum_x += x[d]
        sum_y += y[d]
        square_x += x[d] * x[d]
        square_y += y[d] * y[d]
        crossed += x[d] * y[d]
    total = moments[_TOTAL]
    deviation = moments[_SQUARES] - (moments[_ROW_SQUARES] + column_squares) / n
    deviation += total * total / (n * n)
    # Z = (x - mean x)(y - mean y), on and off the diagonal.
    squares_z = (square_x - sum_x * sum_x / n) * (square_y - sum_y * sum_y / n)
    hits_z = moments[_BY_XY] - (sum_x * by_y + sum_y * moments[_BY_X]) / n
    hits_z += sum_x * sum_y * total / (n * n)
    slope = hits_z / squares_z if squares_z > _SMALLEST else 0.0
    sums[0] += moments[_TRACE]
    sums[1] += total / n
    sums[2] += deviation / (n - 1)
    sums[3] += slope * (crossed - sum_x * sum_y / n)
    sums[4] += (deviation - slope * hits_z) / (n - 1)
    fewest = min(int(moments[_ROWS_N]), columns_n)
    sums[5] += _LOG10_FACTORIAL[n - fewest] - _LOG10_FACTORIAL[n]
