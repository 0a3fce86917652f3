"""Digits that stand together, and every way to take successive groups of them as one number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lockstep.ingest.contacts.kept import kept
from lockstep.ingest.contacts.shapes import Shape, wide

MIN_DIGITS = 6
"""Fewer digits are no number that leads to a person."""
MAX_DIGITS = 17
"""15 of E.164, and two zeros before them."""
_TABLE_GROUPS_N = 16

CHAIN = re.compile(rf"\d(?:[ .\-/()_~*]{{0,5}}\d){{{MIN_DIGITS - 1},}}")
"""Six digits or more with gaps of at most five signs."""
_GROUP = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Window:
    """Successive groups of a chain, from `first` to before `until`, taken as one number."""

    shape: Shape
    first: int
    until: int
    start: int
    end: int
    has_plus: bool
    opens_bracket: bool
    """A bracket stands before its first digit, and is closed within it."""
    follows_letter: bool
    """A letter touches its first digit."""
    precedes_letter: bool
    """A letter touches its last digit."""
    is_whole: bool
    """Nothing narrow joins it to a group before or behind."""
    in_table: bool
    """Its groups stand in a row of more than 16."""
    chain: "Chain"

    @property
    def kept(self) -> int:
        """0, or how firmly a part of it is known to be a date, an amount, an id ..."""
        return max(self.chain.kept[self.first : self.until])


class Chain:
    """Groups of digits with short gaps between them."""

    def __init__(self, text: str, start: int, end: int, *, plus: int) -> None:
        """Take the chain [start, end) of a text.

        Args:
            text: The text.
            start: Where the chain starts.
            end: Where it ends.
            plus: Where the plus before it is, or -1.
        """
        self._text, self._start, self._end, self._plus = text, start, end, plus
        self._spans = [match.span() for match in _GROUP.finditer(text, start, end)]
        neighbours = zip(self._spans, self._spans[1:], strict=False)
        self._gaps = [text[a[1] : b[0]] for a, b in neighbours]
        self._row_n = self._rows(text)

    @cached_property
    def kept(self) -> list[int]:
        """How firmly each group is kept (see `kept`), looked up when it matters to someone."""
        mask = kept(self._text, self._start, self._end)
        return [max(mask[a - self._start : b - self._start]) for a, b in self._spans]

    def __len__(self) -> int:
        """Groups of the chain."""
        return len(self._spans)

    def in_table(self, group: int) -> bool:
        """Tell whether a group stands in a row of more than 16 that narrow gaps join."""
        return self._row_n[group] > _TABLE_GROUPS_N

    def windows(self, first: int) -> Iterator[Window]:
        """Yield the windows of 6 to 17 digits that begin with a group."""
        digits_n = 0
        for last in range(first, len(self)):
            start, end = self._spans[last]
            digits_n += end - start
            if digits_n > MAX_DIGITS:
                return
            if digits_n >= MIN_DIGITS:
                yield self._window(first, last)

    def _rows(self, text: str) -> list[int]:
        """Return how many groups the row of each has; zeros before a calling code begin one."""
        rows: list[int] = []
        row_n = 0
        for (start, end), gap in zip(self._spans, ["", *self._gaps], strict=True):
            if wide(gap) or (text.startswith("00", start) and end - start > len("00")):
                rows += [row_n] * row_n
                row_n = 0
            row_n += 1
        return rows + [row_n] * row_n

    def _window(self, first: int, last: int) -> Window:
        text, gaps = self._text, tuple(self._gaps[first:last])
        start, end = self._spans[first][0], self._spans[last][1]
        has_plus = first == 0 and self._plus >= 0
        begin = self._plus if has_plus else start
        opened = text[begin - 1 : begin] == "(" and ")" in "".join(gaps)
        before = self._gaps[first - 1] if first else "/"
        behind = self._gaps[last] if last < len(self._gaps) else "/"
        return Window(
            shape=Shape(tuple(text[a:b] for a, b in self._spans[first : last + 1]), gaps),
            first=first,
            until=last + 1,
            start=begin - 1 if opened else begin,
            end=end,
            has_plus=has_plus,
            opens_bracket=opened,
            follows_letter=_is_letter(text[start - 1 : start]),
            precedes_letter=_is_letter(text[end : end + 1]),
            is_whole=wide(before) and wide(behind),
            in_table=self.in_table(first),
            chain=self,
        )


def _is_letter(character: str) -> bool:
    return character.isalpha() or character == "_"
