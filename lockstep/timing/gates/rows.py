"""What a row of `gates` is made of."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np

from lockstep.rounding import real
from lockstep.timing.counts import co_timed
from lockstep.timing.scope import Ints, Scope

Row = dict[str, Any]

MIN_POSTS = 200
"""Fewer posts of an account do not tell a habit from chance (as METHODS §3 G2)."""
_LISTED_N = 5


def counted(n: int, what: str) -> str:
    """Return a number of things in words."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def listed(subjects: Iterable[str]) -> str:
    """Return the first few of some subjects, and how many more there are."""
    names = list(subjects)
    more = len(names) - _LISTED_N
    return ", ".join(names[:_LISTED_N]) + (f" and {more:,} more" if more > 0 else "")


def count_by_account(scope: Scope, chosen: np.ndarray) -> Ints:
    """Return how many of the chosen event posts each account has."""
    return np.bincount(scope.account[chosen], minlength=scope.accounts_n).astype(np.int64)


def a1(scope: Scope, window_s: int, chosen: np.ndarray | None = None) -> int:
    """Return A1 of the chosen event posts, or of all: those with another account's near."""
    kept = slice(None) if chosen is None else chosen
    windows_s = np.array([window_s], dtype=np.int64)
    return int(co_timed(scope.time_s[kept], scope.account[kept], scope.accounts_n, windows_s)[0])


def share_of(part: int, whole: int, times: int = 1) -> Decimal:
    """Return times · part / whole as it is stored; 0 of nothing."""
    stored = real(times * part / whole) if whole else None
    return Decimal(0) if stored is None else stored
