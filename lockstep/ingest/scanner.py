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
Words = NDArray[np.uint64]

WINDOW_BITS = 30
"""A view points into windows of the file that start every 2^30 bytes."""

_QUOTE, _LF, _CR = 34, 10, 13
_INLINE_BYTES = 12
_ONES = np.uint64(0x0101010101010101)
_LOW_BITS = np.uint64(0x7F7F7F7F7F7F7F7F)
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
"""For a word: the first bytes of it, none to eight."""
_LOOK_BACK_BYTES = 1 << 20
"""Short records further back are no part of a record in which a quote is missing."""
_USUAL_BYTES = 400
"""Size of a record, for a first guess at how many there are."""


class Scan(NamedTuple):
    """Records in the order of the file, and fields of the whole ones.

    `start` and `end` bound a record without its line end; `line` and `line_end` are the physical
    lines on which it starts and ends, from 1. `fields_n` means nothing where `misquoted`: where a
    quote is missing or stands elsewhere than RFC 4180 has it.

    `next_start` and `next_line` are where the next record may start: behind the last one.

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
    next_start: int
    next_line: int


def scan(
    data: Bytes,
    *,
    begin: int,
    line: int,
    delimiter: int,
    fields_n: int | None = None,
    columns: Sequence[int] = (),
    block_bytes: int | None = None,
) -> Scan:
    """Find the records from a byte on, all of them or those of a block; a blank line is none.

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
        block_bytes: After how many bytes to stop: where the next record starts that is no part of
            any before. What is found so, block after block, is what one scan finds.
    """
    slots = np.full(max(columns, default=-1) + 1, -1, dtype=np.int64)
    slots[list(columns)] = np.arange(len(columns))
    until = len(data) if block_bytes is None else min(begin + block_bytes, len(data))
    views = np.empty((len(columns), (until - begin) // _USUAL_BYTES + 1, 2), dtype=np.int64)
    words = data[: len(data) // 8 * 8].view(np.uint64)
    found = _scan(data, words, begin, until, line, delimiter, fields_n or 0, slots, views)
    return Scan(*found)


@compiled
def _joined(word: np.uint64, following: np.uint64, at: int) -> np.uint64:
    """Return the eight bytes from a byte on: of the word in which it stands, and of the next."""
    shift = np.uint64((at & 7) << 3)
    # In two steps, because a shift by 64 means nothing.
    return (word >> shift) | ((following << np.uint64(1)) << (np.uint64(63) - shift))


@compiled
def _same(word: np.uint64, byte: int) -> np.uint64:
    """Return a word with 1 in each byte that is this one, and 0 in the others."""
    other = word ^ (np.uint64(byte) * _ONES)
    return (~(((other & _LOW_BITS) + _LOW_BITS) | other) & ~_LOW_BITS) >> np.uint64(7)


@compiled
def _count_same(same: np.uint64) -> int:
    """Return how many bytes of what `_same` returns are 1."""
    return int(np.int64((same * _ONES) >> np.uint64(56)))


@compiled
def _first(same: np.uint64) -> int:
    """Return how many bytes stand before the first that is 1; 8 where none is."""
    return _count_same(((same & (~same + np.uint64(1))) - np.uint64(1)) & _ONES)


@compiled
def _field(
    data: Bytes, words: Words, at: int, delimiter: int
) -> tuple[int, int, int, int, bool, bool]:
    """Return the field at a byte: start, end, what follows, LFs in it, doubled, misquoted.

    What follows is the position of a delimiter or LF, or the size of the file. Behind a misplaced
    quote no other counts: from there the field runs to the end of its line.
    """
    size, start, newlines, doubled = len(data), at, 0, False
    if at < size and data[at] == _QUOTE:
        start = at = at + 1
        index = at >> 3
        while index + 1 < len(words):
            word = _joined(words[index], words[index + 1], at)
            if _same(word, _QUOTE):
                break
            newlines += _count_same(_same(word, _LF))
            at, index = at + 8, index + 1
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
        return low, _place(start)
    for i in range(4, size):
        high |= np.int64(data[start + i]) << (8 * (i - 4))
    return low, high


@compiled
def _view_of(
    word: np.uint64, second: np.uint64, third: np.uint64, start: int, end: int
) -> tuple[np.int64, np.int64]:
    """Return what `_view` does, given the word in which the field starts and the next two."""
    size, half = end - start, np.uint64(32)
    text = _joined(word, second, start) & _MASKS[min(size, 8)]
    low = np.int64(np.uint64(size) | text << half)
    if size > _INLINE_BYTES:
        return low, _place(start)
    rest = _joined(second, third, start) & _MASKS[max(size - 8, 0)]
    return low, np.int64(text >> half | rest << half)


@compiled
def _place(start: int) -> np.int64:
    """Return the window in which a field starts, and its place there."""
    return np.int64(start >> WINDOW_BITS | (start & ((1 << WINDOW_BITS) - 1)) << 32)


@compiled
def _record(  # noqa: PLR0917 - compiled functions take positions
    data: Bytes,
    words: Words,
    at: int,
    delimiter: int,
    slots: Ints,
    row: int,
    views: Ints,
    doubled: Flags,
) -> tuple[int, int, int, bool]:
    """Write the wanted fields of the record at a byte into a row of views.

    Most fields have no quotes and a delimiter behind them. These are read eight bytes at once, and
    in this function itself: each call that hands on the arrays would take longer than the field.

    Returns:
        What follows it, its fields, line ends in it, misquoted.
    """
    fields_n, newlines, misquoted = 0, 0, False
    while True:
        start, index, stops = at, at >> 3, np.uint64(0)
        while index + 3 < len(words):
            word = _joined(words[index], words[index + 1], at)
            stops = _same(word, delimiter) | _same(word, _LF) | _same(word, _QUOTE)
            if stops:
                break
            at, index = at + 8, index + 1
        end = at = at + _first(stops)
        held, is_doubled, misplaced = 0, False, False
        if stops and data[at] == delimiter:
            index = start >> 3
            low, high = _view_of(words[index], words[index + 1], words[index + 2], start, end)
        else:
            start, end, at, held, is_doubled, misplaced = _field(data, words, start, delimiter)
            low, high = _view(data, start, end)
        if fields_n < len(slots) and slots[fields_n] >= 0:
            slot = slots[fields_n]
            views[slot, row, 0], views[slot, row, 1] = low, high
            doubled[slot] = doubled[slot] or is_doubled
        fields_n, newlines, misquoted = fields_n + 1, newlines + held, misquoted or misplaced
        if at == len(data) and data[at - 1] == _LF:  # swallowed by a quote that is never closed
            return at - 1, fields_n, newlines - 1, misquoted
        if at == len(data) or data[at] == _LF:
            return at, fields_n, newlines, misquoted
        at += 1


@compiled
def _is_whole(data: Bytes, words: Words, at: int, delimiter: int, fields_n: int) -> bool:
    """Whether a whole record starts at a byte; reads no further than it takes to tell."""
    for number in range(1, fields_n + 1):
        _, _, at, _, _, misquoted = _field(data, words, at, delimiter)
        if misquoted:
            return False
        if at == len(data) or data[at] == _LF:
            return number == fields_n
        at += 1
    return False


@compiled
def _cut(  # noqa: PLR0917 - compiled functions take positions
    data: Bytes,
    words: Words,
    start: int,
    end: int,
    delimiter: int,
    fields_n: int,
    lacking: int,
) -> int:
    """Return the LF before the first whole record that starts between two bytes, or the second.

    Before it stand at least as many delimiters as are lacking.
    """
    for at in range(start, end):
        if data[at] == delimiter:
            lacking -= 1
        elif (
            data[at] == _LF and lacking <= 0 and _is_whole(data, words, at + 1, delimiter, fields_n)
        ):
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
    data: Bytes,
    words: Words,
    start: int,
    end: int,
    delimiter: int,
    fields_n: int,
    held_n: int,
    newlines: int,
) -> tuple[int, int, int]:
    """Return where a record that is not whole ends, line ends in it and its delimiters.

    `held_n` is how many delimiters the short records right before it hold.
    """
    if newlines:
        lacking = fields_n - 1 - held_n
        cut = _cut(data, words, start, end, delimiter, fields_n, lacking)
        newlines = newlines if cut == end else _count(data, start, cut, _LF)
        end = cut
    return end, newlines, _count(data, start, end, delimiter)


@compiled
def _scan(  # noqa: PLR0917 - one state machine; compiled functions take positions
    data: Bytes,
    words: Words,
    at: int,
    until: int,
    line: int,
    delimiter: int,
    fields_n: int,
    slots: Ints,
    views: Ints,
) -> tuple[Ints, Ints, Ints, Ints, Ints, Flags, Ints, Flags, int, int]:
    places = np.empty((6, views.shape[1]), dtype=np.int64)
    doubled = np.zeros(len(views), dtype=np.bool_)
    found, row = 0, 0
    run, held_n = 0, 0  # first of the short records right before this one; their delimiters
    while at < until or (at < len(data) and run < found):
        begin = _behind_cr(data, at)
        if begin == len(data) or data[begin] == _LF:
            at, line = begin + 1, line + 1
            continue
        if row == views.shape[1]:
            views = np.concatenate((views, np.empty_like(views)), axis=1)
        start, first_line = at, line
        end, seen_n, newlines, misquoted = _record(
            data, words, at, delimiter, slots, row, views, doubled
        )
        at, is_done = end, True
        if misquoted or (fields_n > 0 and seen_n != fields_n):
            at, newlines, delimiters_n = _damaged(
                data, words, start, end, delimiter, fields_n, held_n, newlines
            )
            misquoted = misquoted or at < end
            held_n += delimiters_n
            is_done = max(delimiters_n, held_n if misquoted else 0) >= fields_n - 1
            if misquoted and run < found:
                found, start, first_line = run, places[0, run], places[2, run]
        else:
            row += 1
        line += newlines
        if found == places.shape[1]:
            places = np.concatenate((places, np.empty_like(places)), axis=1)
        places[:5, found] = start, _before_cr(data, start, at), first_line, line, seen_n
        places[5, found] = misquoted
        found += 1
        if is_done or at - places[0, run] > _LOOK_BACK_BYTES:
            run, held_n = found, 0
        at, line = at + 1, line + 1
    start_, end_, line_, line_end, seen, marked = places[:, :found]
    of_all = start_, end_, line_, line_end, seen, marked != 0, views[:, :row], doubled
    return *of_all, at, line
