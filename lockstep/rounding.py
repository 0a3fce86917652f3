"""How real numbers become what is stored: DECIMAL(18,9), the same on every machine.

A float is read as its shortest decimal text, so that 10/1000 is 0.01 and not a hair above it.
"""

import math
from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal

import polars as pl

from lockstep.errors import MethodError

_UNIT = Decimal("0.000000001")
_ONE = Decimal("1.000000000")
_LIMIT = 1_000_000_000
_ENOUGH = Context(prec=38)  # the caller's context may have fewer digits
_SLACK = 1e-9  # what sums of floats may overshoot by
STORED = pl.Decimal(18, 9)
"""The Polars type of every stored real number."""


def real(value: float | None) -> Decimal | None:
    """Return a real number rounded half-even to 9 decimals; None for None, NaN and infinity.

    Raises:
        MethodError: The number is too large for DECIMAL(18,9).
    """
    if value is None or not math.isfinite(value):
        return None
    if abs(value) >= _LIMIT:
        raise MethodError(f"{value} cannot be stored", expected=f"less than {_LIMIT:,} in size")
    rounded = Decimal(repr(float(value))).quantize(_UNIT, ROUND_HALF_EVEN, _ENOUGH)
    return _ENOUGH.add(rounded, Decimal(0))  # no negative zero


def p_value(value: float | None) -> Decimal | None:
    """Return a p- or q-value rounded up to 9 decimals: never 0, never above 1; None for NaN.

    Raises:
        MethodError: It lies outside [0, 1] by more than floating point explains.
    """
    if value is None or math.isnan(value):
        return None
    if not -_SLACK <= value <= 1 + _SLACK:
        raise MethodError(f"a p-value of {value}", expected="between 0 and 1")
    rounded = Decimal(repr(float(value))).quantize(_UNIT, ROUND_CEILING, _ENOUGH)
    return min(max(rounded, _UNIT), _ONE)


def as_stored(
    frame: pl.DataFrame, *, reals: Iterable[str] = (), p_values: Iterable[str] = ()
) -> pl.DataFrame:
    """Return the frame with the named float columns as DECIMAL(18,9), everything else as it was.

    Raises:
        MethodError: A value cannot be stored; the message names its column.
    """
    return frame.with_columns(
        *(_stored(frame[name], real) for name in reals),
        *(_stored(frame[name], p_value) for name in p_values),
    )


def _stored(column: pl.Series, rule: Callable[[float | None], Decimal | None]) -> pl.Series:
    try:
        return pl.Series(column.name, [rule(x) for x in column.to_list()], dtype=STORED)
    except MethodError as error:
        raise MethodError(str(error), where=f"column {column.name}") from None
