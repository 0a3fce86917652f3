"""Numbers whose shape says that they are no telephone numbers: dates, times, amounts, ids."""

import re

SOFTLY, FIRMLY = 1, 2
_AROUND = 48
"""Characters around digits in which a shape is looked for."""

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_HOUR = r"(?:[01]?\d|2[0-4])"
_AMOUNT = r"(?:\d{1,3}(?:[ .,'’]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?)"
_CURRENCY = r"(?:US\$|R\$|[$€£₦₹¥₽]|USD|EUR|F\ ?CFA|CFA|XOF|XAF|GNF|NGN|MAD|Rs\.?)"
_UNIT = r"""
(?: (?:de\ |d')?(?: F\ ?CFA | CFA | XOF | XAF | GNF | frs? | francs? | euros? | dollars? )
  | [$€£₦₹¥₽%‰] | USD | EUR | MAD | reais | kz | naira
  | km[²23]? | km/h | m[²23] | [cm]m | kg | litres? | tonnes? | hectares?
  | ans | anos | years? | mil | mille | millions? | milliards?
  | habitants? | personnes? | people | persons? | pessoas | votos? | votes? | voix | voters?
  | abonn\w{1,4} | followers? | fans? | seguidores | likes? | j'aime | vues? | views? | partages?
  | shares? | posts? | publications? | signatures? | membres? | members? | morts? | mortes | deaths?
  | cas | casos? | cases? | emplois | jobs | logements | dossiers | exemplaires | tests? | doses?
  | vacin\w{1,4} | visites? )
"""

_DOTTED_NUMBER = r"\d\d\.\d{2,3}\.\d\d\.\d\d(?!\d)"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"

_FIRM = (
    # dates; with two digits of a year only where nothing goes on in the same manner
    rf"(?<!\d){_YEAR}(?P<a>[-./]){_MONTH}(?P=a){_DAY}(?!\d)",
    rf"(?<!\d){_DAY}\ ?(?P<b>[-./])\ ?{_MONTH}\ ?(?P=b)\ ?{_YEAR}(?!\d)",
    rf"(?<!\d){_MONTH}\ ?(?P<c>[-./])\ ?{_DAY}\ ?(?P=c)\ ?{_YEAR}(?!\d)",
    rf"(?<!\d)(?<!\d[-./]){_DAY}(?P<d>[-./]){_MONTH}(?P=d)\d\d(?!\d|(?P=d)\d)",
    # times of day
    rf"(?<![\d:]){_HOUR}:[0-5]\d(?::[0-5]\d)?(?![\d:])",
    rf"(?<!\d)(?<!\d[ .-]){_HOUR}\ ?h\ ?[0-5]\d(?!\d)",
    rf"(?<![\d.]){_HOUR}\.[0-5]\d\ ?-\ ?{_HOUR}\.[0-5]\d(?![\d.])",
    # amounts, none of whose digits go on
    rf"(?<![^\W_])(?<!\d\ ){_CURRENCY}\ ?{_AMOUNT}(?!\d|[ .-]\d)",
    rf"(?<![\d.,])(?<!\d[ -]){_AMOUNT}\ ?{_UNIT}(?![^\W_])",
    # addresses of machines, unless grouped like a number; tags of Facebook; books
    rf"(?<![\d.])(?!{_DOTTED_NUMBER})(?:{_OCTET}\.){{3}}{_OCTET}(?!\d|\.\d)",
    r"@\ ?\[\d{1,20}",
    r"(?<!\d)97[89](?:[-\ ]?\d){9}[-\ ]?\d(?!\d)",
)
_SOFT = (
    # dates with spaces, years in a row, spans of years, seasons, numbers of documents
    rf"(?<!\d){_YEAR}\ {_MONTH}\ {_DAY}(?!\d)",
    rf"(?<!\d){_DAY}\ {_MONTH}\ {_YEAR}(?!\d)",
    rf"(?<!\d){_YEAR}(?:[-/.\ ]{{1,3}}{_YEAR}){{1,40}}(?!\d)",
    r"(?<!\d)(?<!\d[-/])1\d\d\d\ ?-\ ?(?:1\d|20)\d\d(?!\d|[-/]\d)",
    rf"(?<!\d){_YEAR}[-/]\d{{1,6}}(?!\d|[-/]\d)",
    rf"(?<!\d)(?<!\d[-/ .])\d{{1,6}}[-/]{_YEAR}(?!\d)",
    # amounts in F, which may be an initial, and with two signs for thousands
    rf"(?<![\d.,])(?<!\d[ -]){_AMOUNT}\ ?F\.?(?![^\W_])",
    r"(?<![\d.])\d{1,3}\.\d{3}(?:\ \d{3}){1,3}(?!\d)",
    # cards and accounts, coordinates, postal codes, hashtags
    r"(?<!\d)\d{4}(?P<e>[ -])\d{4}(?P=e)\d{4}(?:(?P=e)\d{1,4}){0,4}(?!\d)",
    r"(?<![\d.])[-+]?\d{1,3}\.\d{3,12}\ ?[,;]\ ?[-+]?\d{1,3}\.\d{3,12}(?!\d)",
    r"(?<!\d)(?<!\d-)(?:\d{4}\ ?-\ ?\d{3}|\d{5}-\d{3})(?![\d-])",
    r"\#(?:\d{6,20}|\w{0,40}[^\W\d]\w{0,40})",
)
_SHAPES = [
    (re.compile(pattern, re.VERBOSE | re.IGNORECASE), firmness)
    for firmness, patterns in ((SOFTLY, _SOFT), (FIRMLY, _FIRM))
    for pattern in patterns
]


def kept(text: str, start: int, end: int) -> bytes:
    """Return how firmly each character of [start, end) is part of such a number.

    FIRMLY: it is one whatever stands around. SOFTLY: it is one unless a cue stands directly
    before it and it is a valid telephone number. 0: it is none.
    """
    mask = bytearray(end - start)
    for shape, firmness in _SHAPES:
        for match in shape.finditer(text, max(start - _AROUND, 0), end + _AROUND):
            first, last = max(match.start(), start) - start, min(match.end(), end) - start
            if first < last:
                mask[first:last] = bytes([firmness]) * (last - first)
    return bytes(mask)
