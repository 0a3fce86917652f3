"""What the place of the dashboard, a spreadsheet or pandas does to an export (FORMATS §1.3)."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl

from lockstep.streams import stream

Locale = Literal["en", "eu", "space", "plain", "indian"]

_SEPARATOR: dict[Locale, str] = {"en": ",", "eu": ".", "space": "\u00a0", "plain": ""}
_REWRITTEN = {
    "Post Created Date": ("%Y-%m-%d", "%-m/%-d/%y"),
    "Post Created Time": ("%H:%M:%S", "%-H:%M:%S"),
    "Page Created": ("%Y-%m-%d %H:%M:%S", "%-m/%-d/%y %-H:%M"),
}
_WITH_GAPS = ("Likes at Posting", "Followers at Posting")


def in_locale(numbers: Sequence[int], locale: Locale) -> list[str]:
    """Return numbers with the thousands of a place."""
    if locale == "indian":
        return [_indian(number) for number in numbers]
    return [f"{number:,}".replace(",", _SEPARATOR[locale]) for number in numbers]


def _indian(number: int) -> str:
    """Return groups of two digits before the last, which has three."""
    head, tail = str(number)[:-3], str(number)[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])


def with_newlines(rows: pl.DataFrame, share: float) -> pl.DataFrame:
    """Return rows in which descriptions, or else texts, hold a line end in about this share."""
    field = "Description" if "Description" in rows.columns else "Message"
    has_one = pl.int_range(pl.len()) % 100 < round(share * 100)
    broken = pl.format("{}\n", pl.col(field).fill_null("…"))
    return rows.with_columns(pl.when(has_one).then(broken).otherwise(field).alias(field))


def as_spreadsheets_write(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with ids rounded to three digits, and times rewritten that name no zone."""
    rounded = [f"{int(value):.2E}" for value in rows["Facebook Id"].to_list()]
    return rows.with_columns(
        pl.Series("Facebook Id", rounded, dtype=pl.String),
        *(
            pl.Series(name, _rewritten(rows[name], *forms), dtype=pl.String)
            for name, forms in _REWRITTEN.items()
            if name in rows.columns
        ),
    )


def _rewritten(times: pl.Series, written: str, as_written: str) -> pl.Series:
    if written.startswith("%H"):
        return times.str.to_time(written).dt.strftime(as_written)
    return times.str.to_datetime(written).dt.strftime(as_written)


def as_pandas_writes(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows in which counts of columns with gaps are real numbers, and N/A is nothing."""
    count = {name: pl.col(name) for name in _WITH_GAPS}
    return rows.with_columns(
        pl.when(column != "N/A").then(pl.format("{}.0", column)).alias(name)
        for name, column in count.items()
    )


def encoded_twice(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose header in UTF-8 was read as Windows-1252 and written again."""
    return rows.rename({name: name.encode().decode("cp1252") for name in rows.columns})


def shuffled(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Return rows with their columns in another order."""
    order = stream(seed, "columns").permutation(np.array(rows.columns)).tolist()
    return rows.select(order)
