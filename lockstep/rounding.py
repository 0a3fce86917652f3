"""How real numbers become what is stored: DECIMAL(18,9), the same on every machine.

A float is read as its shortest decimal text, so that 10/1000 is 0.01 and not a hair above it.
"""

import math
from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

import polars as pl

_UNIT = Decimal("0.000000001")
STORED = pl.Decimal(18, 9)
"""The Polars type of every stored real number."""


def real(value: float | None) -> Decimal | None:
    """Return a real number rounded half-even to 9 decimals; None for None, NaN and infinity."""
    if value is None or not math.isfinite(value):
        return None
    return Decimal(repr(float(value))).quantize(_UNIT, ROUND_HALF_EVEN) + 0  # no negative zero


def p_value(value: float | None) -> Decimal | None:
    """Return a p- or q-value rounded up to 9 decimals: never 0, never above 1; None for NaN."""
    if value is None or not math.isfinite(value):
        return None
    rounded = Decimal(repr(float(value))).quantize(_UNIT, ROUND_CEILING)
    return min(max(rounded, _UNIT), Decimal(1).quantize(_UNIT))


def as_stored(
    frame: pl.DataFrame, *, reals: Iterable[str] = (), p_values: Iterable[str] = ()
) -> pl.DataFrame:
    """Return the frame with the named float columns as DECIMAL(18,9), everything else as it was."""
    return frame.with_columns(
        *(_stored(frame[name], real) for name in reals),
        *(_stored(frame[name], p_value) for name in p_values),
    )


def _stored(column: pl.Series, rule: Callable[[float | None], Decimal | None]) -> pl.Series:
    return pl.Series(column.name, [rule(x) for x in column.to_list()], dtype=STORED)
