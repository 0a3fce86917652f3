"""Numbers in the digits and signs of ASCII, whatever the script they are written in."""

import unicodedata

import polars as pl

_SIGNS = {
    "\N{ARABIC THOUSANDS SEPARATOR}": ",",
    "\N{ARABIC DECIMAL SEPARATOR}": ".",
    "\N{ARABIC PERCENT SIGN}": "%",
    "\N{MINUS SIGN}": "-",
    # Beside a minus in scripts that run from right to left; nothing of it is seen.
    **dict.fromkeys(("\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"), ""),
    "\N{ARABIC LETTER MARK}": "",
}
_LAST = 0x10000
_DIGITS = {
    chr(code): str(unicodedata.decimal(chr(code)))
    for code in range(0x80, _LAST)
    if chr(code).isdecimal()
}
_MEANT = {**_SIGNS, **_DIGITS}


def in_ascii(numbers: pl.DataFrame) -> pl.DataFrame:
    r"""Return columns of numbers with each digit and sign as ASCII has it.

    Spaces and apostrophes between groups of digits stay.

    Example:
        >>> written = pl.DataFrame({"likes": ["\u0661\u066c\u0662\u0663\u0664", "\u22122"]})
        >>> in_ascii(written)["likes"].to_list()
        ['1,234', '-2']
    """
    texts = [name for name in numbers.columns if _has_other_signs(numbers[name])]
    found, meant = list(_MEANT), list(_MEANT.values())
    return numbers.with_columns(pl.col(name).str.replace_many(found, meant) for name in texts)


def _has_other_signs(text: pl.Series) -> bool:
    return bool((text.str.len_bytes() != text.str.len_chars()).any())
