"""What is measured of a scope, and how a row of `timing_statistics` is filled from it."""

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from lockstep.rounding import p_value, real
from lockstep.timing.calendar import Calendar
from lockstep.timing.laid_days import PARTS
from lockstep.timing.months import Months, day_starts_s
from lockstep.timing.network_jitter import Surrogates
from lockstep.timing.network_null import NetworkNull
from lockstep.timing.scope import Ints, Scope

Row = dict[str, Any]

_UNSTORABLE = 10**9
"""DECIMAL(18,9) holds what is below it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A scope, its calendar and months, its tests under N1, and all its posts.

    `eligible_n` is kept because every row says it, and counting it looks at every post.
    `headline` is the position of the headline window. `surrogates_n` is 0 where the span allows no
    test, and nothing is `jittered` (N2). `posts` holds account_key and posted_at_s of every post,
    event post or not.
    """

    name: str
    scope: Scope
    eligible_n: int
    calendar: Calendar
    months: Months
    windows_s: Ints
    headline: int
    surrogates_n: int
    posts: pl.DataFrame
    null: NetworkNull
    jittered: Surrogates | None

    def row(self, definition: str, w: int) -> Row:
        """Return what every row of the whole scope says."""
        return {
            "definition": definition,
            "window_s": int(self.windows_s[w]),
            "scope": self.name,
            "subject": self.name,
            "subject_kind": "scope",
            "period": "all",
            "null_id": "N1",
            "posts_n": len(self.posts),
            "event_posts_n": len(self.scope.time_s),
            "eligible_n": self.eligible_n,
            "days_tested_n": self.null.days_tested_n,
            "strata_n": self.null.strata_n,
        }

    @property
    def headline_p(self) -> Decimal | None:
        """P of A1 at the headline window, None where nothing is drawn."""
        if self.null.at_least is None:
            return None
        return p_of(int(self.null.at_least[0, self.headline]), self.surrogates_n)

    @property
    def any_window_p(self) -> Decimal | None:
        """P of the smallest p over all windows, None where nothing is drawn."""
        return p_value(self.null.any_window_p)


def p_of(at_least: int, surrogates_n: int) -> Decimal | None:
    """Return (1 + surrogates that reach the observed) / (1 + all), never 0 (Phipson and Smyth)."""
    return p_value((1 + at_least) / (1 + surrogates_n))


def tested_values(observed: int, expected: float, tested_posts_n: int, *, of_posts: bool) -> Row:
    """Return what is said of tested hits and their expectation.

    Nothing where the numbers are too large to be stored; shares only of posts; no ratio where
    nothing is expected.
    """
    if not tested_posts_n:
        return {"observed_tested": 0, "tested_posts_n": 0}
    ratio = observed / expected if expected else math.nan
    found = {"expected": expected, "ratio": ratio, "excess": observed - expected}
    if any(abs(x) >= _UNSTORABLE for x in found.values() if math.isfinite(x)):
        return {}
    return {
        "observed_tested": observed,
        "tested_posts_n": tested_posts_n,
        "tested_share": real(observed / tested_posts_n) if of_posts else None,
        "expected_share": real(expected / tested_posts_n) if of_posts else None,
        **{name: real(x) for name, x in found.items()},
    }


@dataclass(frozen=True, slots=True)
class Cell:
    """Posts and hits of an account, a month or both; expected hits in parts of 1/5,040."""

    posts_n: int
    event_posts_n: int
    eligible_n: int
    tested_posts_n: int
    observed: int
    observed_tested: int
    expected_parts: int

    def row(self, *, of_posts: bool) -> Row:
        """Return what a row says of it; days and strata are of the whole scope alone."""
        return {
            "posts_n": self.posts_n,
            "event_posts_n": self.event_posts_n,
            "eligible_n": self.eligible_n,
            "days_tested_n": None,
            "strata_n": None,
            "observed": self.observed,
            "share": _share(self.observed, self.event_posts_n) if of_posts else None,
            "eligible_share": _share(self.observed, self.eligible_n) if of_posts else None,
            **tested_values(
                self.observed_tested,
                self.expected_parts / PARTS,
                self.tested_posts_n,
                of_posts=of_posts,
            ),
        }


def _share(part: int, whole: int) -> Decimal | None:
    return real(part / whole) if whole else None


@dataclass(frozen=True, slots=True)
class PostsIn:
    """How many posts lie in each cell: all, event posts, eligible and tested ones."""

    posts: Ints
    event: Ints
    eligible: Ints
    tested: Ints


def posts_in(measured: Measured, cells: "Cells") -> PostsIn:
    """Count the posts of each cell."""
    scope, null = measured.scope, measured.null
    every = measured.posts
    keys = pl.Series(scope.account_keys, dtype=pl.String)
    account = keys.search_sorted(every["account_key"]).to_numpy().astype(np.int64)
    time_s = every["posted_at_s"].to_numpy().astype(np.int64)
    event = cells.of(scope.account, measured.months.of(scope.time_s))
    tested_month = measured.months.of(day_starts_s(measured.calendar))[null.tested_day]
    return PostsIn(
        posts=cells.count(cells.of(account, measured.months.of(time_s))),
        event=cells.count(event),
        eligible=cells.count(event[scope.is_eligible]),
        tested=cells.count(cells.of(null.tested_account, tested_month)),
    )


@dataclass(frozen=True, slots=True)
class Cells:
    """A way to sort posts: by account, by month, or by both (account · months + month)."""

    accounts_n: int
    """1 where accounts are not told apart, or there is one."""
    months_n: int
    """1 where months are not told apart, or there is one."""

    @property
    def cells_n(self) -> int:
        """Cells."""
        return self.accounts_n * self.months_n

    def of(self, account: Ints, month: Ints) -> Ints:
        """Return the cell of posts; of those outside the months none is asked."""
        own = account if self.accounts_n > 1 else np.zeros_like(account)
        inside = np.clip(month, 0, self.months_n - 1)
        return own * self.months_n + (inside if self.months_n > 1 else 0)

    def count(self, cell: Ints) -> Ints:
        """Count posts a cell."""
        return np.bincount(cell, minlength=self.cells_n).astype(np.int64)
