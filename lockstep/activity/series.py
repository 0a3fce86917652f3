"""Post counts as series: consecutive bins of equal width, zero where nothing was posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lockstep.timing.collection import Intervals, collected, outer
from lockstep.timing.scope import Ints

Bin = Literal["day", "week"]

WIDTH_S: dict[Bin, int] = {"day": 86_400, "week": 604_800}
"""Width of each bin in s."""

_ORIGIN_S: dict[Bin, int] = {"day": 0, "week": 345_600}
"""A start of a bin in s since 1970: that day was a Thursday, weeks start on Monday."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The bins from the first to the last that was collected, in order.

    Bin b lasts from first_start_s + b · width_s, for width_s. `collected` says which of them were
    collected from start to end: of the others no count is known.
    """

    width_s: int
    first_start_s: int
    collected: NDArray[np.bool_]

    @property
    def bins_n(self) -> int:
        """Bins, uncollected ones among them."""
        return len(self.collected)

    def first_living_bin(self, alive_from_s: Ints) -> Ints:
        """Return the first bin that lies wholly inside each life; bins_n where there is none.

        A life lasts to the end of the collection, so that every later bin is lived as well.
        """
        # Clipped first: "always" is the least integer, from which nothing can be subtracted.
        started_s = np.maximum(alive_from_s, self.first_start_s) - self.first_start_s
        first: Ints = np.minimum(-(-started_s // self.width_s), self.bins_n)
        return first

    def lived(self, first_bin: int) -> Ints:
        """Return the collected bins that are lived by who lives from a bin on, ascending."""
        return np.asarray(first_bin + np.flatnonzero(self.collected[first_bin:]), dtype=np.int64)

    def counts(self, posts: pl.DataFrame, account_keys: Sequence[str]) -> Ints:
        """Return counts[account, bin]; what lies on other bins or accounts is left out.

        Args:
            posts: `account_key`, `at_s` (any moment of a bin) and `posts_n`.
            account_keys: The accounts wanted, ascending.
        """
        place = pl.DataFrame({"account_key": account_keys}, schema={"account_key": pl.String})
        placed = posts.join(place.with_row_index("account"), on="account_key").select(
            pl.col("account").cast(pl.Int64),
            ((pl.col("at_s") - self.first_start_s) // self.width_s).alias("bin"),
            pl.col("posts_n").cast(pl.Int64),
        )
        on_grid = placed.filter(pl.col("bin").is_between(0, self.bins_n - 1))
        account, position, posts_n = (column.to_numpy() for column in on_grid.get_columns())
        counted = np.zeros((len(account_keys), self.bins_n), dtype=np.int64)
        np.add.at(counted, (account, position), posts_n)
        return counted


def grid(width: Bin, intervals: Intervals) -> Grid:
    """Return the bins of a width inside the time from the first to the last that was collected."""
    width_s, origin_s = WIDTH_S[width], _ORIGIN_S[width]
    start_s, end_s = outer(intervals)
    first = -(-(start_s - origin_s) // width_s)
    bins_n = max((end_s + 1 - origin_s) // width_s - first, 0)
    first_start_s = origin_s + first * width_s
    starts_s = first_start_s + width_s * np.arange(bins_n)
    return Grid(width_s, first_start_s, collected(intervals, starts_s, width_s))
