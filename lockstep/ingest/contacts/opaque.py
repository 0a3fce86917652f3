"""Parts of a text that are settled: addresses and contacts, covered by a sign a character."""

import re
from collections.abc import Iterable

OPAQUE = "\ufffc"
"""Covers what says nothing of a number beside it."""
NUMBER = "\ufffa"
"""Covers a telephone number or a link to one."""

PLACEHOLDER = r"<(?:tel:\d\d|email|iban)>"
_PLACEHOLDER = re.compile(PLACEHOLDER)


def cover(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Return the text with each span covered by its sign; spans are in order and disjoint."""
    parts, done = [], 0
    for start, end, sign in spans:
        parts += [text[done:start], sign * (end - start)]
        done = end
    return "".join([*parts, text[done:]])


def cover_placeholders(text: str) -> str:
    """Return the text with covered placeholders, so that they count as what they stand for."""
    return _PLACEHOLDER.sub(
        lambda m: (NUMBER if ":" in m.group() else OPAQUE) * len(m.group()), text
    )
