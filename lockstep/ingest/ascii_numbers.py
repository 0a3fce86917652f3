"""Numbers in the digits and signs of ASCII, whatever the script they are written in."""

import unicodedata

import polars as pl

UNSEEN = (
    *("\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}", "\N{ARABIC LETTER MARK}"),
    *("\N{ZERO WIDTH SPACE}", "\N{ZERO WIDTH NO-BREAK SPACE}"),
)
"""What stands beside numbers in scripts that run from right to left, or was brought along."""
_SIGNS = {
    "\N{ARABIC THOUSANDS SEPARATOR}": ",",
    "\N{ARABIC DECIMAL SEPARATOR}": ".",
    "\N{ARABIC PERCENT SIGN}": "%",
    "\N{MINUS SIGN}": "-",
    **dict.fromkeys(UNSEEN, ""),
}
_LAST = 0x10000
_DIGITS = {
    chr(code): str(unicodedata.decimal(chr(code)))
    for code in range(0x80, _LAST)
    if chr(code).isdecimal()
}
_MEANT = {**_SIGNS, **_DIGITS}


def in_ascii(numbers: pl.Series) -> pl.Series:
    r"""Return numbers with each digit and sign as ASCII has it.

    Spaces and apostrophes between groups of digits stay.

    Example:
        >>> in_ascii(pl.Series(["\u0661\u066c\u0662\u0663\u0664", "\u22122"])).to_list()
        ['1,234', '-2']
    """
    if is_ascii(numbers):
        return numbers
    return numbers.str.replace_many(list(_MEANT), list(_MEANT.values()))


def is_ascii(texts: pl.Series) -> bool:
    """Whether no text has any other character."""
    return bool((texts.str.len_bytes() == texts.str.len_chars()).all())
