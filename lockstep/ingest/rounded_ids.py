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
_REAL_BITS = 53
"""As many binary digits a real number keeps; from 2^59 on seven or more are lost."""
_LEAST = 1 << 59
_COUNTED_IN = 1 << 12
"""Ids of tweets count posts of one millisecond in their last 12 bits: most of them are none."""


@dataclass(frozen=True, slots=True)
class LongIds:
    """What a file's ids of more digits than a program keeps tell; that of parts adds up.

    `rounded` are those that have zeros in place of all others, as many as it takes to be sure;
    `has_exact` tells of one that has not. Where `kept_n` is None the digits are binary.
    """

    kept_n: int | None
    rounded: frozenset[str] = frozenset()
    has_exact: bool = False

    @classmethod
    def of(cls, ids: pl.Series, kept_n: int) -> Self:
        """Return what some ids tell of a program that keeps so many digits."""
        long = ids.filter(ids.str.contains(f"^[0-9]{{{kept_n + _LOST_DIGITS},}}$"))
        rounded = long.filter(long.str.contains(f"^[0-9]{{{kept_n}}}0+$"))
        found = rounded.unique().sort()[:_ENOUGH]
        return cls(kept_n, frozenset(found), has_exact=len(rounded) < len(long))

    @classmethod
    def of_reals(cls, ids: pl.Series) -> Self:
        """Return what some ids tell of a program that holds them as real numbers of 64 bits.

        It may write all digits of those, which end with no zeros: what was lost is binary.
        """
        numbers = ids.filter(ids.str.contains("^[0-9]{18,19}$")).cast(pl.Int64, strict=False)
        long = numbers.filter(numbers >= _LEAST)
        spacing = pl.lit(0, dtype=pl.Int64)
        for bits in (60, 61, 62, 63):
            here = pl.lit(long) >= 1 << (bits - 1)
            spacing = pl.when(here).then(1 << (bits - _REAL_BITS)).otherwise(spacing)
        is_rounded = pl.select(pl.lit(long) % spacing == 0).to_series()
        told = long.filter(is_rounded & (long % _COUNTED_IN != 0))
        found = told.cast(pl.String).unique().sort()[:_ENOUGH]
        return cls(None, frozenset(found), has_exact=not is_rounded.all())

    def __add__(self, other: "LongIds") -> "LongIds":
        """Return what both tell."""
        both = sorted(self.rounded | other.rounded)[:_ENOUGH]
        return LongIds(self.kept_n, frozenset(both), self.has_exact or other.has_exact)

    @property
    def example(self) -> str | None:
        """An id that was rounded, as all were; None where that is not sure."""
        kept_n = self.kept_n
        zeros_n = sum(1 if kept_n is None else len(found) - kept_n for found in self.rounded)
        return min(self.rounded) if zeros_n >= _ENOUGH and not self.has_exact else None


def long_ids(ids: pl.Series) -> tuple[LongIds, ...]:
    """Return what ids tell of each program that may have rounded them."""
    return (*(LongIds.of(ids, kept_n) for kept_n in _KEPT_DIGITS), LongIds.of_reals(ids))
