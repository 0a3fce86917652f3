"""Post counts as series: consecutive bins of equal width, zero where nothing was posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from lockstep.timing.scope import Ints

Bin = Literal["day", "week"]

WIDTH_S: dict[Bin, int] = {"day": 86_400, "week": 604_800}
"""Width of each bin in s."""

_ORIGIN_S: dict[Bin, int] = {"day": 0, "week": 345_600}
"""A start of a bin in s since 1970: that day was a Thursday, weeks start on Monday."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The bins that lie wholly inside a collection window, in order.

    Bin b lasts from first_start_s + b · width_s, for width_s.
    """

    width_s: int
    first_start_s: int
    bins_n: int

    def first_living_bin(self, alive_from_s: Ints) -> Ints:
        """Return the first bin that lies wholly inside each life; bins_n where there is none.

        A life lasts to the end of the collection, so that every later bin is lived as well.
        """
        # Clipped first: "always" is the least integer, from which nothing can be subtracted.
        started_s = np.maximum(alive_from_s, self.first_start_s) - self.first_start_s
        first: Ints = np.minimum(-(-started_s // self.width_s), self.bins_n)
        return first

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


def grid(width: Bin, window: tuple[int, int]) -> Grid:
    """Return the bins of a width inside a window of its first and last second, both inclusive."""
    width_s, origin_s = WIDTH_S[width], _ORIGIN_S[width]
    first = -(-(window[0] - origin_s) // width_s)
    after_last = (window[1] + 1 - origin_s) // width_s
    return Grid(width_s, origin_s + first * width_s, max(after_last - first, 0))
