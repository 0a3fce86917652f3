"""Text as the recogniser reads it: digits, spaces and signs of all scripts as their ASCII twins."""

import re
from dataclasses import dataclass
from itertools import chain

_ZEROS = (
    "0660 06F0 07C0 0966 09E6 0A66 0AE6 0B66 0BE6 0C66 0CE6 0D66 0DE6 0E50 0ED0 0F20 1040 1090 "
    "17E0 1810 1946 19D0 1A80 1A90 1B50 1BB0 1C40 1C50 A620 A8D0 A900 A9D0 A9F0 AA50 ABF0 FF10 "
    "104A0 10D30 10D40 11066 110F0 11136 111D0 112F0 11450 114D0 11650 116C0 116D0 116DA 11730 "
    "118E0 11950 11BF0 11C50 11D50 11DA0 11F50 16130 16A60 16AC0 16B50 16D70 1CCF0 1D7CE 1D7D8 "
    "1D7E2 1D7EC 1D7F6 1E140 1E2F0 1E4F0 1E5F1 1E950 1FBF0"
)
"""Zero of every script with decimal digits (Unicode 16, category Nd); the other nine follow it."""

_SIGNS = {
    " ": "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
    "\u205f\u3000",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d",
    ".": "\u00b7\u2024\uff0e",
    "/": "\u2022\u2044\u2215\u2219\u22c5\uff0f",
    "+": "\u2795\ufe62\uff0b",
    "(": "\u207d\uff08",
    ")": "\u207e\uff09",
    "@": "\ufe6b\uff20",
    ":": "\uff1a\ufe55",
    "#": "\ufe5f\uff03",
}

UNSEEN = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
    "\u20e3"
)
"""Characters without a width of their own (and the keycap around a digit), as a regex class."""

_TABLE = {int(zero, 16) + digit: str(digit) for zero in _ZEROS.split() for digit in range(10)} | {
    ord(sign): plain for plain, signs in _SIGNS.items() for sign in signs
}
_UNSEEN = re.compile(f"[{UNSEEN}]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text with ASCII digits and signs and without unseen characters.

    `positions[i]` is where character i stands in the original; None where nothing was left out.
    """

    plain: str
    positions: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the original of the non-empty span [start, end) of `plain`."""
        if self.positions is None:
            return start, end
        return self.positions[start], self.positions[end - 1] + 1


def twins(signs: str) -> str:
    """Return signs and all that fold to them, as a regex class; "-" must come last."""
    others = "".join(_SIGNS.get(sign, "") for sign in signs)
    return others + signs


def fold(text: str) -> Folded:
    """Return the text as the recogniser reads it."""
    if text.isascii():
        return Folded(text.replace("\t", " "), None)
    plain = text.translate(_TABLE)
    unseen = [match.start() for match in _UNSEEN.finditer(plain)]
    if not unseen:
        return Folded(plain, None)
    bounds = zip([-1, *unseen], [*unseen, len(plain)], strict=True)
    kept = chain.from_iterable(range(a + 1, b) for a, b in bounds)
    return Folded(_UNSEEN.sub("", plain), tuple(kept))
