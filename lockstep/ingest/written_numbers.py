"""How a file writes its numbers and their absence, told by all of them together."""

from dataclasses import dataclass

import polars as pl

from lockstep.ingest.numbers import Evidence, Locale
from lockstep.ingest.scores import decimal_sign

_MARKS = ("NA", "NaN", "nan", "None", "NULL", "null", "<NA>", "#N/A", r"\N")
"""What R, pandas, MySQL and others write where there is nothing."""


@dataclass(frozen=True, slots=True)
class WrittenNumbers:
    """What counts tell, and the signs that scores have before decimals; that of parts adds up.

    `marks` are words that stand in place of numbers. They mean that there is nothing, and so they
    do in the other columns of the file: a text `NA` is none there.
    """

    counts: Evidence
    signs: frozenset[str]
    marks: frozenset[str]

    def __add__(self, other: "WrittenNumbers") -> "WrittenNumbers":
        """Return what both tell."""
        return WrittenNumbers(
            self.counts + other.counts, self.signs | other.signs, self.marks | other.marks
        )

    @property
    def locale(self) -> Locale:
        """How thousands are written."""
        return self.counts.locale

    @property
    def decimal_sign(self) -> str | None:
        """What stands before decimals."""
        return decimal_sign(self.locale, self.signs)


def marks_in(numbers: pl.DataFrame) -> frozenset[str]:
    """Return the words that stand in place of numbers and mean that there is nothing."""
    found = (numbers[name].filter(numbers[name].is_in(_MARKS)) for name in numbers.columns)
    return frozenset(mark for marks in found for mark in marks.unique())
