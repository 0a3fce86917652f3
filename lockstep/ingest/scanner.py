"""Where each record and each field of a delimited file lies, to the byte.

One pass finds what RFC 4180 says: a field may be quoted, and then holds delimiters, line ends and
doubled quotes. A quote inside an unquoted field stands for itself. What follows a closing quote and
is no delimiter, and a quote that never closes, are not repaired but marked: nothing is guessed and
nothing is lost.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lockstep.timing.compiled import compiled

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

WELL_FORMED, STRAY, OPEN_QUOTE = 0, 1, 2
"""State of a record: as RFC 4180 has it; something behind a closing quote; a quote never closed."""

_QUOTE, _LF, _CR = 34, 10, 13


class Scan(NamedTuple):
    """Records and their fields. Record i has fields first_field[i] up to first_field[i + 1].

    `start` and `end` bound a record without its line end, `line` is the physical line on which it
    starts, from 1, and `newlines` how many line ends it holds. `field_start` and `field_end` bound
    a field without its quotes; `escaped` tells that quotes in it are doubled.
    """

    start: Ints
    end: Ints
    line: Ints
    newlines: Ints
    state: Ints
    first_field: Ints
    field_start: Ints
    field_end: Ints
    escaped: Flags

    @property
    def fields_n(self) -> Ints:
        """Fields of each record."""
        return np.diff(self.first_field)

    def between(self, first: int, last: int) -> "Scan":
        """Return records first up to, not including, last."""
        low, high = self.first_field[first], self.first_field[last]
        return Scan(
            start=self.start[first:last],
            end=self.end[first:last],
            line=self.line[first:last],
            newlines=self.newlines[first:last],
            state=self.state[first:last],
            first_field=self.first_field[first : last + 1] - low,
            field_start=self.field_start[low:high],
            field_end=self.field_end[low:high],
            escaped=self.escaped[low:high],
        )


@dataclass(frozen=True, slots=True)
class Probe:
    """One record: where it ends, how many fields it has, and its state."""

    end: int
    fields_n: int
    state: int


def scan(data: Bytes, *, begin: int, line: int, delimiter: int) -> Scan:
    """Find all records from a byte on; blank lines are none. A line ends with LF or CR LF.

    Args:
        data: The file.
        begin: Byte at which a record starts.
        line: Physical line of that byte, from 1.
        delimiter: Byte between fields.
    """
    records_n = int(np.count_nonzero(data[begin:] == _LF)) + 1
    fields_n = int(np.count_nonzero(data[begin:] == delimiter)) + records_n
    return Scan(*_scan(data, begin, line, delimiter, records_n, fields_n))


def probe(data: Bytes, *, begin: int, delimiter: int) -> Probe:
    """Look at the one record that would start at a byte."""
    return Probe(*_probe(data, begin, delimiter))


@compiled
def _field(  # noqa: C901 - one state machine
    data: Bytes, at: int, delimiter: int
) -> tuple[int, int, int, bool, int, int]:
    """Return start and end of the field at a byte, what follows it, and what is odd about it.

    The third is the position of the delimiter or line end behind it, or the size of the file; then
    whether quotes in it are doubled, its state, and the line ends it holds.
    """
    size = len(data)
    if at >= size or data[at] != _QUOTE:
        start = at
        while at < size and data[at] != delimiter and data[at] != _LF:
            at += 1
        ends_line = at > start and data[at - 1] == _CR and (at == size or data[at] == _LF)
        return start, at - 1 if ends_line else at, at, False, WELL_FORMED, 0
    at += 1
    start, escaped, newlines = at, False, 0
    while at < size and (data[at] != _QUOTE or (at + 1 < size and data[at + 1] == _QUOTE)):
        if data[at] == _QUOTE:
            escaped = True
            at += 1
        elif data[at] == _LF:
            newlines += 1
        at += 1
    if at >= size:
        return start, size, size, escaped, OPEN_QUOTE, newlines
    end = at
    at += 1
    state = WELL_FORMED
    while at < size and data[at] != delimiter and data[at] != _LF:
        if data[at] != _CR or (at + 1 < size and data[at + 1] != _LF):
            state = STRAY
        at += 1
    return start, end, at, escaped, state, newlines


@compiled
def _scan(  # noqa: PLR0917 - compiled functions take their arguments by position
    data: Bytes, at: int, line: int, delimiter: int, records_n: int, fields_n: int
) -> tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints, Ints, Flags]:
    records = np.zeros((5, records_n), dtype=np.int64)
    first_field = np.zeros(records_n + 1, dtype=np.int64)
    bounds = np.zeros((2, fields_n), dtype=np.int64)
    escaped = np.zeros(fields_n, dtype=np.bool_)
    record, field = 0, 0
    while at < len(data):
        if data[at] == _LF or (data[at] == _CR and at + 1 < len(data) and data[at + 1] == _LF):
            at += 1 if data[at] == _LF else 2
            line += 1
            continue
        begin, held, state, going = at, 0, WELL_FORMED, True
        while going:
            start, end, at, doubled, odd, newlines = _field(data, at, delimiter)
            bounds[0, field], bounds[1, field], escaped[field] = start, end, doubled
            state, held, field = max(state, odd), held + newlines, field + 1
            going = at < len(data) and data[at] == delimiter
            at += 1
        stop = min(at - 1, len(data))
        if stop > begin and data[stop - 1] == _CR:
            stop -= 1
        records[:, record] = begin, stop, line, held, state
        line += held + 1
        record += 1
        first_field[record] = field
    start, end, lines, newlines, states = records[:, :record]
    fields = bounds[:, :field]
    marked = escaped[:field]
    return (
        start,
        end,
        lines,
        newlines,
        states,
        first_field[: record + 1],
        fields[0],
        fields[1],
        marked,
    )


@compiled
def _probe(data: Bytes, at: int, delimiter: int) -> tuple[int, int, int]:
    fields_n, state, going = 0, WELL_FORMED, True
    while going:
        _, _, at, _, odd, _ = _field(data, at, delimiter)
        state, fields_n = max(state, odd), fields_n + 1
        going = at < len(data) and data[at] == delimiter
        at += 1
    return min(at - 1, len(data)), fields_n, state


@compiled
def column_bytes(data: Bytes, start: Ints, end: Ints, escaped: Flags) -> tuple[Ints, Bytes]:
    """Copy the fields of a column behind one another, doubled quotes made single.

    Returns:
        Offsets (one more than fields) and bytes, as an Arrow string array holds them.
    """
    offsets = np.zeros(len(start) + 1, dtype=np.int64)
    copied = np.empty(int((end - start).sum()), dtype=np.uint8)
    put = 0
    for i in range(len(start)):
        at = start[i]
        while at < end[i]:
            copied[put] = data[at]
            put += 1
            at += 2 if escaped[i] and data[at] == _QUOTE else 1
        offsets[i + 1] = put
    return offsets, copied[:put]
