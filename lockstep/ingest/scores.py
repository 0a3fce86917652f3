"""Scores as exports print them: real numbers in the locale of the file."""

import polars as pl

from lockstep.ingest.numbers import Locale
from lockstep.rounding import STORED

_DECIMAL_SIGN: dict[Locale, str] = {"en": ".", "eu": ","}
_SPACED = "(?:[ \u00a0\u202f][0-9]{3})+"
_GROUPS = {
    # In India groups before the last hold two digits: 12,34,567.5.
    ".": rf"[0-9]{{1,3}}(?:(?:,[0-9]{{2,3}})*,[0-9]{{3}}|{_SPACED})",
    ",": rf"[0-9]{{1,3}}(?:(?:\.[0-9]{{3}})+|{_SPACED})",
}
"""Digits in groups, by the decimal sign that goes with them."""
_BETWEEN = {".": "[, \u00a0\u202f]", ",": "[. \u00a0\u202f]"}
_WHOLE = rf"^-?(?:[0-9]+|[0-9]{{1,3}}{_SPACED})$"


def read_scores(raw: pl.Series, locale: Locale) -> pl.Series:
    """Return scores as DECIMAL(18,9), null where one is missing, no number, or 1e9 or more in size.

    The decimal sign is that of the file's counts; where these show none, the one sign that some
    score has before other than three digits, or behind a leading zero. Where nothing tells it,
    whole numbers alone are read: 1,234 may be a thousand or one and some. A percent sign is left
    out.

    Args:
        raw: Scores as they are written, null where there is none.
        locale: How the file's counts write thousands.
    """
    sign = _DECIMAL_SIGN.get(locale) or _sign_shown(raw)
    number = _WHOLE if sign is None else rf"^-?(?:[0-9]+|{_GROUPS[sign]})(?:\{sign}[0-9]+)?$"
    text = raw.str.strip_suffix("%")
    plain = text.str.replace_all(_BETWEEN[sign or "."], "").str.replace(",", ".", literal=True)
    digits = pl.when(text.str.contains(number)).then(plain)
    return pl.select(digits.cast(STORED, strict=False)).to_series()


def _sign_shown(raw: pl.Series) -> str | None:
    """Return the sign that can stand before decimals only, if scores have one and no other."""
    shown = [sign for sign, grouped in _GROUPS.items() if _is_shown(raw, rf"\{sign}", grouped)]
    return shown[0] if len(shown) == 1 else None


def _is_shown(raw: pl.Series, sign: str, grouped: str) -> bool:
    behind_zero, after_groups = rf"0{sign}[0-9]+", rf"{grouped}{sign}[0-9]+"
    of_other_length = rf"[0-9]+{sign}(?:[0-9]{{1,2}}|[0-9]{{4,}})"
    decimal = rf"^-?(?:{behind_zero}|{after_groups}|{of_other_length})%?$"
    return bool(raw.str.contains(decimal).any())
