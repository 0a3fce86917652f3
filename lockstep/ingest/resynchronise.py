"""Where records begin again behind a quote that was never closed.

A lost quotation mark makes one record swallow those after it, up to the next quote. Such a record
is cut before the first line inside it on which a whole record begins, and reading goes on there.
"""

from collections.abc import Sequence

import numpy as np

from lockstep.ingest.scanner import OPEN_QUOTE, WELL_FORMED, Bytes, Scan, probe, scan

_MAX_PROBED_BYTES = 1_048_576
"""Longest record that is looked for inside another."""
_MAX_SPENT = 64
"""Probes into one record read at most so many times `_MAX_PROBED_BYTES`, whatever it holds."""


def resynchronised(data: Bytes, found: Scan, *, delimiter: int, fields_n: int) -> Scan:
    """Return the records of a file, each lost quote costing one record.

    Args:
        data: The file.
        found: Its records as quotes divide them.
        delimiter: Byte between fields.
        fields_n: Fields of a whole record.
    """
    done: list[Scan] = []
    waiting = [found]
    while waiting:
        part = waiting.pop()
        cut = _first_cut(data, part, delimiter, fields_n)
        if cut is None:
            done.append(part)
            continue
        record, byte, line = cut
        done.append(_cut_short(part, record, byte, line))
        rest = part.between(record + 1, len(part.start))
        end = int(rest.start[0]) if len(rest.start) else len(data)
        again = scan(data[:end], begin=byte, line=line, delimiter=delimiter)
        if end < len(data) and again.state[-1] == OPEN_QUOTE:
            # From here on quotes open where they closed before: all that follows is read anew.
            waiting.append(scan(data, begin=byte, line=line, delimiter=delimiter))
        else:
            waiting += [rest, again]
    return _joined(done)


def _first_cut(
    data: Bytes, part: Scan, delimiter: int, fields_n: int
) -> tuple[int, int, int] | None:
    """Return the first record to be cut, and byte and line at which the next one begins."""
    odd = (part.state != WELL_FORMED) | (part.fields_n != fields_n)
    for record in np.flatnonzero(odd & (part.newlines > 0)).tolist():
        start, end = int(part.start[record]), int(part.end[record])
        breaks = start + np.flatnonzero(data[start:end] == ord("\n"))
        spent = 0
        for number, at in enumerate(breaks.tolist(), start=1):
            tried = probe(data[: at + 1 + _MAX_PROBED_BYTES], begin=at + 1, delimiter=delimiter)
            if tried.state == WELL_FORMED and tried.fields_n == fields_n:
                return record, at + 1, int(part.line[record]) + number
            spent += tried.end - at
            if spent > _MAX_SPENT * _MAX_PROBED_BYTES:
                break
    return None


def _cut_short(part: Scan, record: int, byte: int, line: int) -> Scan:
    """Return the records up to one, and that one ending before a byte."""
    kept = part.between(0, record + 1)
    end, newlines, state = kept.end.copy(), kept.newlines.copy(), kept.state.copy()
    end[record] = byte - 1
    newlines[record] = line - 1 - part.line[record]
    state[record] = OPEN_QUOTE
    return kept._replace(end=end, newlines=newlines, state=state)


def _joined(parts: Sequence[Scan]) -> Scan:
    before = np.cumsum([0, *(len(part.field_start) for part in parts)])
    first = [part.first_field[:-1] + n for part, n in zip(parts, before, strict=False)]
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Scan._fields
        if name != "first_field"
    }
    return Scan(first_field=np.concatenate([*first, before[-1:]]), **columns)
