"""Real numbers are stored half-even, p-values up, and never as something else than they are."""

import math
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lockstep.errors import MethodError
from lockstep.rounding import STORED, as_stored, p_value, real

UNIT = Decimal("0.000000001")
STORABLE = st.floats(-999_999_999, 999_999_999)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (0.01, "0.010000000"),
        (10 / 1000, "0.010000000"),
        (1.5e-9, "2E-9"),
        (2.5e-9, "2E-9"),
        (-2.5e-9, "-2E-9"),
        (0.0, "0E-9"),
        (-0.0, "0E-9"),
        (-1e-12, "0E-9"),
        (999_999_999.0, "999999999.000000000"),
        (7, "7.000000000"),
        (np.float64(0.1), "0.100000000"),
    ],
)
def test_a_real_is_rounded_half_even(value: float, stored: str) -> None:
    """Ties go to the even digit, and zero has no sign."""
    assert str(real(value)) == stored


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_stored_as_missing(value: float | None) -> None:
    """NaN and infinity are not numbers that a table can hold."""
    assert real(value) is None


@given(STORABLE)
@example(999_999_999.0)
@example(5e-324)
def test_a_real_is_the_nearest_storable_number(value: float) -> None:
    """Half a unit at most lies between a number's shortest text and what is stored of it."""
    stored = real(value)

    assert stored is not None
    assert abs(Fraction(repr(value)) - Fraction(stored)) <= Fraction(UNIT) / 2
    assert stored == Decimal(repr(value)).quantize(UNIT, ROUND_HALF_EVEN)
    assert str(stored) == str(real(float(stored)))


@given(st.lists(STORABLE, min_size=2))
def test_rounding_keeps_the_order(values: list[float]) -> None:
    """A larger number is never stored as a smaller one."""
    ordered = sorted(values)

    assert [real(v) for v in ordered] == sorted(Decimal(str(real(v))) for v in ordered)


@pytest.mark.parametrize("value", [1e9, -1e9, 1e19, 1e300])
def test_a_real_too_large_to_store_is_refused(value: float) -> None:
    """DECIMAL(18,9) ends below 10^9; the message says so."""
    with pytest.raises(MethodError, match="1,000,000,000"):
        real(value)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (0.0, "1E-9"),
        (1e-300, "1E-9"),
        (1e-9, "1E-9"),
        (1.000_000_1e-9, "2E-9"),
        (0.01, "0.010000000"),
        (0.3, "0.300000000"),
        (0.05 + 1e-12, "0.050000001"),
        (1 - 1e-12, "1.000000000"),
        (1.0, "1.000000000"),
        (1.0 + 2**-52, "1.000000000"),
        (-1e-17, "1E-9"),
        (np.float64(0.5), "0.500000000"),
    ],
)
def test_a_p_value_is_rounded_up(value: float, stored: str) -> None:
    """No p-value is stored as 0, and none as less than it is."""
    assert str(p_value(value)) == stored


@given(st.floats(0, 1))
@example(5e-324)
def test_a_p_value_is_never_understated(value: float) -> None:
    """It is at most a unit too large, never 0, never above 1."""
    stored = p_value(value)

    assert stored is not None
    assert UNIT <= stored <= 1
    assert stored >= Decimal(repr(value))
    assert stored == max(Decimal(repr(value)).quantize(UNIT, ROUND_CEILING), UNIT)


@pytest.mark.parametrize("value", [None, math.nan])
def test_no_p_value_is_stored_as_missing(value: float | None) -> None:
    """A test that was not made has no p-value."""
    assert p_value(value) is None


@pytest.mark.parametrize("value", [-0.1, -1e-6, 1.001, 2.0, math.inf, -math.inf])
def test_what_is_no_probability_is_refused(value: float) -> None:
    """A p-value outside [0, 1] is a mistake of the method, not something to cut off."""
    with pytest.raises(MethodError, match="between 0 and 1"):
        p_value(value)


def test_rounding_does_not_know_the_callers_decimal_context() -> None:
    """A context of few digits changes nothing."""
    with localcontext() as context:
        context.prec = 3
        assert str(real(123_456.123_456_789)) == "123456.123456789"
        assert str(p_value(0.123_456_789)) == "0.123456789"


def test_as_stored_rounds_the_named_columns_only() -> None:
    """Each column by its own rule; missing values stay missing, other columns stay as they are."""
    frame = pl.DataFrame({"p": [0.0, None], "r": [1 / 3, math.nan], "n": [1, 2], "x": [0.1, 0.2]})

    stored = as_stored(frame, reals=["r"], p_values=["p"])

    assert stored.schema == {"p": STORED, "r": STORED, "n": pl.Int64, "x": pl.Float64}
    assert stored["p"].to_list() == [UNIT, None]
    assert stored["r"].to_list() == [Decimal("0.333333333"), None]
    assert stored.select("n", "x").equals(frame.select("n", "x"))


def test_as_stored_names_the_column_that_does_not_fit() -> None:
    """Whoever reads the message can find the number."""
    with pytest.raises(MethodError, match="column r"):
        as_stored(pl.DataFrame({"r": [1e12]}), reals=["r"])


def test_a_column_without_values_is_stored() -> None:
    """No row, or nothing but missing values, gives the stored type all the same."""
    empty = as_stored(pl.DataFrame(schema={"r": pl.Float64}), reals=["r"])
    nothing = as_stored(pl.DataFrame({"r": [None, None]}), reals=["r"])

    assert empty.schema == nothing.schema == {"r": STORED}
