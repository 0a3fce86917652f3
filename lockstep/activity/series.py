"""Post counts as series: consecutive bins of equal width, with the living span of each account."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

Bin = Literal["hour", "day", "week"]

WIDTH_S: dict[Bin, int] = {"hour": 3_600, "day": 86_400, "week": 604_800}
"""Width of each bin in s."""

_MONDAY_S = 345_600
"""The first Monday after 1970-01-01, in s."""


def bin_start(column: str, width: Bin) -> pl.Expr:
    """Return the start of the bin in s that a moment in s falls into; a week starts on Monday."""
    origin_s = _MONDAY_S if width == "week" else 0
    moment = pl.col(column)
    return moment - (moment - origin_s) % WIDTH_S[width]


@dataclass(frozen=True, slots=True)
class Span:
    """The time in which an account could post: [from_s, until_s) in s since 1970 UTC."""

    from_s: int
    until_s: int


def living_spans(accounts: pl.DataFrame, window: Span) -> dict[str, Span]:
    """Return each account's living span inside the collection window, by account_key.

    An account lives from its creation, or from the start of the window where that is unknown, to
    the end of the window.
    """
    return {
        key: Span(max(window.from_s, created_s or window.from_s), window.until_s)
        for key, created_s in accounts.select("account_key", "created_at_s").iter_rows()
    }


@dataclass(frozen=True, slots=True)
class Series:
    """Counts of several accounts on one grid of bins; `rows[account_key]` is one account's."""

    width: Bin
    first_start_s: int
    rows: dict[str, NDArray[np.int64]]

    def whole_bins(self, span: Span) -> slice:
        """Return the positions of the bins that lie wholly inside a span."""
        width_s = WIDTH_S[self.width]
        first = -(-(span.from_s - self.first_start_s) // width_s)
        last = (span.until_s - self.first_start_s) // width_s
        return slice(max(first, 0), max(first, last, 0))


def make_series(counts: pl.DataFrame, *, width: Bin, window: Span, keys: list[str]) -> Series:
    """Lay counts out on every bin of the window, zero where nothing was posted.

    Args:
        counts: `account_key`, `bin_start_s`, `posts_n`, one row per account and bin.
        width: Width of the bins.
        window: The collection window.
        keys: The accounts wanted.
    """
    edges = pl.DataFrame({"s": [window.from_s, window.until_s - 1]}).select(bin_start("s", width))
    first, last = (int(value) for value in edges["s"])
    bins_n = (last - first) // WIDTH_S[width] + 1
    rows = {key: np.zeros(bins_n, dtype=np.int64) for key in keys}
    for key, start, posts_n in counts.select("account_key", "bin_start_s", "posts_n").iter_rows():
        if key in rows:
            rows[key][(start - first) // WIDTH_S[width]] += posts_n
    return Series(width=width, first_start_s=first, rows=rows)
