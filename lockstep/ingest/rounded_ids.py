"""Long ids of a file: were they rounded by a program that holds them as numbers?"""

from dataclasses import dataclass
from typing import Self

import polars as pl

EXACT_DIGITS = 15
"""As many digits of a number a spreadsheet keeps; it puts zeros in place of the others."""
_KEPT_DIGITS = (EXACT_DIGITS, 17)
"""The same, and as many as a real number shows at most."""
_LOST_DIGITS = 2
"""Fewer prove nothing: ids that are counted in tens, or made of times, end with a zero too."""
_ENOUGH = 9
"""So many zeros stand there by chance once in a thousand million files."""


@dataclass(frozen=True, slots=True)
class LongIds:
    """What a file's ids of more digits than a program keeps tell; that of parts adds up.

    `rounded` are those that have zeros in place of all others, as many as it takes to be sure;
    `has_exact` tells of one that has not.
    """

    kept_n: int
    rounded: frozenset[str] = frozenset()
    has_exact: bool = False

    @classmethod
    def of(cls, ids: pl.Series, kept_n: int) -> Self:
        """Return what some ids tell of a program that keeps so many digits."""
        long = ids.filter(ids.str.contains(f"^[0-9]{{{kept_n + _LOST_DIGITS},}}$"))
        rounded = long.filter(long.str.contains(f"^[0-9]{{{kept_n}}}0+$"))
        found = rounded.unique().sort()[:_ENOUGH]
        return cls(kept_n, frozenset(found), has_exact=len(rounded) < len(long))

    def __add__(self, other: "LongIds") -> "LongIds":
        """Return what both tell."""
        both = sorted(self.rounded | other.rounded)[:_ENOUGH]
        return LongIds(self.kept_n, frozenset(both), self.has_exact or other.has_exact)

    @property
    def example(self) -> str | None:
        """An id that was rounded, as all were; None where that is not sure."""
        zeros_n = sum(len(found) - self.kept_n for found in self.rounded)
        return min(self.rounded) if zeros_n >= _ENOUGH and not self.has_exact else None


def long_ids(ids: pl.Series) -> tuple[LongIds, ...]:
    """Return what ids tell of each program that may have rounded them."""
    return tuple(LongIds.of(ids, kept_n) for kept_n in _KEPT_DIGITS)
