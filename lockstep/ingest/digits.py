"""All values of some columns at once: digits alone are read as they are, the others are few."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from lockstep.ingest.ascii_numbers import in_ascii


@dataclass(frozen=True, slots=True)
class Digits:
    """Values of columns of text, one column behind the other.

    `numbers` are whole numbers where a value is digits alone; `odd` are all other values that are
    there, in ASCII, and `odd_at` their places.
    """

    names: tuple[str, ...]
    numbers: pl.Series
    odd: pl.Series
    odd_at: pl.Series

    def with_odd(self, count: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
        """Return all columns as whole numbers, the odd values as an expression reads them."""
        odd = pl.select(count(pl.lit(self.odd))).to_series()
        numbers = self.numbers.clone().scatter(self.odd_at, odd)
        rows_n = len(numbers) // len(self.names)
        # Each column is a copy: a slice would keep all others in memory as long as it is kept.
        return pl.DataFrame(
            {
                name: numbers.gather(pl.int_range(at * rows_n, (at + 1) * rows_n, eager=True))
                for at, name in enumerate(self.names)
            }
        )

    def shows(self, pattern: str) -> bool:
        """Whether any value has a pattern, which takes more than digits."""
        return bool(self.odd.str.contains(pattern).any())


def digits(raw: pl.DataFrame) -> Digits:
    """Return the values of columns of text, null where there is none."""
    text = pl.concat(raw.get_columns()).alias("text")
    # The engine takes signs for a part of a number; here they are none.
    is_signed = pl.col("text").str.starts_with("+") | pl.col("text").str.starts_with("-")
    number = pl.col("text").cast(pl.Int64, strict=False)
    read = text.to_frame().select("text", number=pl.when(~is_signed).then(number))
    is_odd = pl.col("text").is_not_null() & pl.col("number").is_null()
    odd = read.select(at=is_odd.arg_true())["at"]
    return Digits(tuple(raw.columns), read["number"], in_ascii(text.gather(odd)), odd)
