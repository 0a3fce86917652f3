"""Scores as exports print them: real numbers in the locale of the file."""

import polars as pl

from lockstep.ingest.numbers import SPACE, Locale
from lockstep.rounding import STORED

_DECIMAL_SIGN: dict[Locale, str] = {"en": ".", "eu": ","}
_SPACED = f"(?:{SPACE}[0-9]{{3}})+"
_PERCENT = f"{SPACE}?%$"
_GROUPS = {
    # In India groups before the last hold two digits: 12,34,567.5.
    ".": rf"[0-9]{{1,3}}(?:(?:,[0-9]{{2,3}})*,[0-9]{{3}}|{_SPACED})",
    ",": rf"[0-9]{{1,3}}(?:(?:\.[0-9]{{3}})+|{_SPACED})",
}
"""Digits in groups, by the decimal sign that goes with them."""
_BETWEEN = {".": f",|{SPACE}", ",": rf"\.|{SPACE}"}
_WHOLE = rf"^-?(?:[0-9]+|[0-9]{{1,3}}{_SPACED})$"


def read_scores(raw: pl.Series, sign: str | None) -> pl.Series:
    """Return scores as DECIMAL(18,9), null where one is missing, no number, or 1e9 or more in size.

    A percent sign is left out.

    Args:
        raw: Scores as they are written, null where there is none.
        sign: What stands before decimals. Where nothing tells it, whole numbers alone are read:
            1,234 may be a thousand or one and some.
    """
    number = _WHOLE if sign is None else rf"^-?(?:[0-9]+|{_GROUPS[sign]})(?:\{sign}[0-9]+)?$"
    text = raw.str.replace(_PERCENT, "")
    plain = text.str.replace_all(_BETWEEN[sign or "."], "").str.replace(",", ".", literal=True)
    digits = pl.when(text.str.contains(number)).then(plain)
    return pl.select(digits.cast(STORED, strict=False)).to_series()


def decimal_sign(locale: Locale, signs: frozenset[str]) -> str | None:
    """Return what stands before decimals: as counts tell it, or else the one sign that is shown."""
    if locale in _DECIMAL_SIGN:
        return _DECIMAL_SIGN[locale]
    return next(iter(signs)) if len(signs) == 1 else None


def signs_shown(raw: pl.Series) -> frozenset[str]:
    """Return the signs that some score has where only decimals can follow.

    That is before other than three digits, behind a leading zero, or behind digits in groups.
    """
    return frozenset(s for s, grouped in _GROUPS.items() if _is_shown(raw, rf"\{s}", grouped))


def _is_shown(raw: pl.Series, sign: str, grouped: str) -> bool:
    behind_zero, after_groups = rf"0{sign}[0-9]+", rf"{grouped}{sign}[0-9]+"
    of_other_length = rf"[0-9]+{sign}(?:[0-9]{{1,2}}|[0-9]{{4,}})"
    decimal = rf"^-?(?:{behind_zero}|{after_groups}|{of_other_length})$"
    return bool(raw.str.replace(_PERCENT, "").str.contains(decimal).any())
