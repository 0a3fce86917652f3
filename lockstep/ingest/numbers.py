"""Counts as exports print them, and the sum that proves how thousands are written."""

import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

from lockstep.ingest.formats import Checksum

Locale = Literal["en", "eu", "plain"]

_SEPARATOR: dict[Locale, str] = {"en": ",", "eu": ".", "plain": ""}


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one file: the frame of whole numbers, with `checksum_ok`, and how they are written.

    `bad` names for each row the first column that is no count, null where all are.
    """

    frame: pl.DataFrame
    locale: Locale
    bad: pl.Series


def read_counts(raw: pl.DataFrame, checksum: Checksum) -> Counts:
    """Read counts in the locale in which they add up best; plain where no number shows one.

    `checksum_ok` is whether the parts add up to the total; null where one of them is missing.

    Args:
        raw: One text column a count, null where the export gives none.
        checksum: Which count is the sum of which others.
    """
    locales = [name for name in _SEPARATOR if name == "plain" or _shown(raw, _SEPARATOR[name])]
    tried = [_in_locale(raw, name, checksum) for name in reversed(locales)]
    return min(tried, key=_faults)


def _shown(raw: pl.DataFrame, separator: str) -> bool:
    held = raw.select(pl.any_horizontal(pl.all().str.contains(separator, literal=True).any()))
    return bool(held.item())


def _in_locale(raw: pl.DataFrame, locale: Locale, checksum: Checksum) -> Counts:
    frame = raw.select(_count(name, _SEPARATOR[locale]) for name in raw.columns)
    bad = [
        pl.when(raw[name].is_not_null() & frame[name].is_null()).then(pl.lit(name))
        for name in raw.columns
    ]
    # A null among the parts makes the sum null, and with it the answer.
    total = pl.sum_horizontal(checksum.parts, ignore_nulls=False)
    summed = frame.with_columns(checksum_ok=total == pl.col(checksum.total))
    return Counts(summed, locale, pl.select(bad=pl.coalesce(bad)).to_series())


def _count(name: str, separator: str) -> pl.Expr:
    """Return a column as whole numbers, null where it is neither digits nor groups of three."""
    text = pl.col(name)
    groups = rf"^\d{{1,3}}(?:{re.escape(separator)}\d{{3}})+$" if separator else r"^\d+$"
    is_count = text.str.contains(r"^\d+$") | text.str.contains(groups)
    digits = text.str.replace_all(separator, "", literal=True) if separator else text
    return pl.when(is_count).then(digits).cast(pl.Int64, strict=False).alias(name)


def _faults(counts: Counts) -> int:
    unequal = counts.frame.select((~pl.col("checksum_ok")).sum()).item()
    return int(unequal) + len(counts.bad) - counts.bad.null_count()
