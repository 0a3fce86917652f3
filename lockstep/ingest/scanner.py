"""Where each record of a delimited file lies, to the byte, and what stands in its fields.

A field may be quoted, and then holds delimiters, line ends and doubled quotes (RFC 4180). A record
in which a quote is missing or misplaced is not repaired but marked, and costs no other: it ends
before the next whole record, and takes in the lines into which it fell apart. The file is read
once, and each byte of a damaged record a few times at most, whatever it holds.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lockstep.compiled import compiled

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

WINDOW_BITS = 30
"""A view points into windows of the file that start every 2^30 bytes."""

_QUOTE, _LF, _CR = 34, 10, 13
_INLINE_BYTES = 12
_USUAL_BYTES = 400
"""Size of a record, for a first guess at how many there are."""


class Scan(NamedTuple):
    """Records in the order of the file, and fields of the whole ones.

    `start` and `end` bound a record without its line end; `line` and `line_end` are the physical
    lines on which it starts and ends, from 1. `fields_n` means nothing where `misquoted`: where a
    quote is missing or stands elsewhere than RFC 4180 has it.

    `views` holds, by column and whole record, a field without its quotes as an Arrow string view;
    `doubled` tells of each column whether quotes in it are still doubled.
    """

    start: Ints
    end: Ints
    line: Ints
    line_end: Ints
    fields_n: Ints
    misquoted: Flags
    views: Ints
    doubled: Flags


def scan(
    data: Bytes,
    *,
    begin: int,
    line: int,
    delimiter: int,
    fields_n: int | None = None,
    columns: Sequence[int] = (),
) -> Scan:
    """Find all records from a byte on; a blank line is none.

    A line ends with LF, and CR right before belong to its end: one, or two where a file was written
    as text twice.

    A record is whole if it is well quoted and has as many fields as the header. One that is not,
    and holds line ends, ends before the first line on which a whole record begins; what comes
    before that line has at least the delimiters of a whole record. A misquoted record takes in the
    records with fewer right before it: a field that lost its opening quote falls apart into lines.

    Args:
        data: The file.
        begin: Byte at which a record starts.
        line: Physical line of that byte, from 1.
        delimiter: Byte between fields.
        fields_n: Fields of a whole record; None takes records as quotes divide them, all as whole.
        columns: Positions, from 0, of the fields that are wanted, each once.
    """
    slots = np.full(max(columns, default=-1) + 1, -1, dtype=np.int64)
    slots[list(columns)] = np.arange(len(columns))
    lines_n = int(np.count_nonzero(data[begin:] == _LF)) + 1
    views = np.empty((len(columns), len(data) // _USUAL_BYTES + 1, 2), dtype=np.int64)
    return Scan(*_scan(data, begin, line, delimiter, fields_n or 0, slots, views, lines_n))


@compiled
def _field(data: Bytes, at: int, delimiter: int) -> tuple[int, int, int, int, bool, bool]:
    """Return the field at a byte: start, end, what follows, LFs in it, doubled, misquoted.

    What follows is the position of a delimiter or LF, or the size of the file. Behind a misplaced
    quote no other counts: from there the field runs to the end of its line.
    """
    size, start, newlines, doubled = len(data), at, 0, False
    if at < size and data[at] == _QUOTE:
        start = at = at + 1
        while at < size and (data[at] != _QUOTE or (at + 1 < size and data[at + 1] == _QUOTE)):
            newlines += 1 if data[at] == _LF else 0
            doubled = doubled or data[at] == _QUOTE
            at += 2 if data[at] == _QUOTE else 1
        end, at = at, _behind_cr(data, at + 1)
        if end < size and (at == size or data[at] == _LF or data[end + 1] == delimiter):
            return start, end, at, newlines, doubled, False
        return start, end, _line_end(data, at), newlines, doubled, True
    while at < size and data[at] != delimiter and data[at] != _LF and data[at] != _QUOTE:
        at += 1
    misquoted = at < size and data[at] == _QUOTE
    at = _line_end(data, at) if misquoted else at
    ends_line = at == size or data[at] == _LF
    return start, _before_cr(data, start, at) if ends_line else at, at, 0, False, misquoted


@compiled
def _line_end(data: Bytes, at: int) -> int:
    """Return the position of the next LF, or the size of the file."""
    while at < len(data) and data[at] != _LF:
        at += 1
    return at


@compiled
def _behind_cr(data: Bytes, at: int) -> int:
    """Return the position of what follows any CR at a byte, or the size of the file."""
    at = min(at, len(data))
    while at < len(data) and data[at] == _CR:
        at += 1
    return at


@compiled
def _before_cr(data: Bytes, start: int, end: int) -> int:
    """Return the end of a stretch without any CR that it ends with."""
    while end > start and data[end - 1] == _CR:
        end -= 1
    return end


@compiled
def _view(data: Bytes, start: int, end: int) -> tuple[np.int64, np.int64]:
    """Return the two halves of an Arrow string view of a field, least byte first.

    They hold its length and first four bytes; then, if it is short, the others, else the window in
    which it starts and its place there.
    """
    size = end - start
    low, high = np.int64(size), np.int64(0)
    for i in range(min(size, 4)):
        low |= np.int64(data[start + i]) << (32 + 8 * i)
    if size > _INLINE_BYTES:
        return low, np.int64(start >> WINDOW_BITS | (start & ((1 << WINDOW_BITS) - 1)) << 32)
    for i in range(4, size):
        high |= np.int64(data[start + i]) << (8 * (i - 4))
    return low, high


@compiled
def _record(  # noqa: PLR0917 - compiled functions take positions
    data: Bytes,
    at: int,
    delimiter: int,
    slots: Ints,
    row: int,
    views: Ints,
    doubled: Flags,
) -> tuple[int, int, int, bool]:
    """Write the wanted fields of the record at a byte into a row of views.

    Returns:
        What follows it, its fields, line ends in it, misquoted.
    """
    fields_n, newlines, misquoted = 0, 0, False
    while True:
        start, end, at, held, is_doubled, misplaced = _field(data, at, delimiter)
        if fields_n < len(slots) and slots[fields_n] >= 0:
            slot = slots[fields_n]
            views[slot, row, 0], views[slot, row, 1] = _view(data, start, end)
            doubled[slot] = doubled[slot] or is_doubled
        fields_n, newlines, misquoted = fields_n + 1, newlines + held, misquoted or misplaced
        if at == len(data) and data[at - 1] == _LF:  # swallowed by a quote that is never closed
            return at - 1, fields_n, newlines - 1, misquoted
        if at == len(data) or data[at] == _LF:
            return at, fields_n, newlines, misquoted
        at += 1


@compiled
def _is_whole(data: Bytes, at: int, delimiter: int, fields_n: int) -> bool:
    """Whether a whole record starts at a byte; reads no further than it takes to tell."""
    for number in range(1, fields_n + 1):
        _, _, at, _, _, misquoted = _field(data, at, delimiter)
        if misquoted:
            return False
        if at == len(data) or data[at] == _LF:
            return number == fields_n
        at += 1
    return False


@compiled
def _cut(  # noqa: PLR0917 - compiled functions take positions
    data: Bytes, start: int, end: int, delimiter: int, fields_n: int, lacking: int
) -> int:
    """Return the LF before the first whole record that starts between two bytes, or the second.

    Before it stand at least as many delimiters as are lacking.
    """
    for at in range(start, end):
        if data[at] == delimiter:
            lacking -= 1
        elif data[at] == _LF and lacking <= 0 and _is_whole(data, at + 1, delimiter, fields_n):
            return at
    return end


@compiled
def _count(data: Bytes, start: int, end: int, byte: int) -> int:
    found_n = 0
    for at in range(start, end):
        found_n += 1 if data[at] == byte else 0
    return found_n


@compiled
def _damaged(  # noqa: PLR0917 - compiled functions take positions
    data: Bytes, start: int, end: int, delimiter: int, fields_n: int, held_n: int, newlines: int
) -> tuple[int, int, int]:
    """Return where a record that is not whole ends, line ends in it and its delimiters.

    `held_n` is how many delimiters the short records right before it hold.
    """
    if newlines:
        cut = _cut(data, start, end, delimiter, fields_n, fields_n - 1 - held_n)
        newlines = newlines if cut == end else _count(data, start, cut, _LF)
        end = cut
    return end, newlines, _count(data, start, end, delimiter)


@compiled
def _scan(  # noqa: PLR0917 - one state machine; compiled functions take positions
    data: Bytes,
    at: int,
    line: int,
    delimiter: int,
    fields_n: int,
    slots: Ints,
    views: Ints,
    lines_n: int,
) -> tuple[Ints, Ints, Ints, Ints, Ints, Flags, Ints, Flags]:
    places = np.zeros((5, lines_n), dtype=np.int64)
    marked = np.zeros(lines_n, dtype=np.bool_)
    doubled = np.zeros(len(views), dtype=np.bool_)
    found, row = 0, 0
    run, held_n = 0, 0  # first of the short records right before this one; their delimiters
    while at < len(data):
        begin = _behind_cr(data, at)
        if begin == len(data) or data[begin] == _LF:
            at, line = begin + 1, line + 1
            continue
        if row == views.shape[1]:
            views = np.concatenate((views, np.empty_like(views)), axis=1)
        start, first_line = at, line
        end, seen_n, newlines, misquoted = _record(data, at, delimiter, slots, row, views, doubled)
        at, is_done = end, True
        if misquoted or (fields_n > 0 and seen_n != fields_n):
            at, newlines, delimiters_n = _damaged(
                data, start, end, delimiter, fields_n, held_n, newlines
            )
            misquoted = misquoted or at < end
            held_n += delimiters_n
            is_done = max(delimiters_n, held_n if misquoted else 0) >= fields_n - 1
            if misquoted and run < found:
                found, start, first_line = run, places[0, run], places[2, run]
        else:
            row += 1
        line += newlines
        places[:, found] = start, _before_cr(data, start, at), first_line, line, seen_n
        marked[found] = misquoted
        found += 1
        run, held_n = (found, 0) if is_done else (run, held_n)
        at, line = at + 1, line + 1
    start_, end_, line_, line_end, seen = places[:, :found]
    return start_, end_, line_, line_end, seen, marked[:found], views[:, :row], doubled
