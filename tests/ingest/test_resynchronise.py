"""Damaged files: what a lost quote costs, that no byte is lost, and that nothing is read often."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.ingest import scanner
from lockstep.ingest.scanner import Scan, scan

FIELDS_N = 12
MOST_READS = 16
"""Reads of a byte, on average: each look at one (for a quote, for a delimiter ...) is a read, and
each at eight bytes at once."""

LINE_ENDS = st.sampled_from(["\n", "\r\n"])


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set('",\r\n') else text


# What nobody can tell from a whole record does not occur here: a field that starts or ends with a
# delimiter or line end, a line with eleven delimiters once a quote is lost (as a field of several
# lines near either end of a record leaves it), a last field of several lines.
WORDS = st.text('a é\n"', max_size=8).map(lambda text: f"a{text}a")
ROWS = st.tuples(
    st.lists(WORDS, min_size=FIELDS_N - 1, max_size=FIELDS_N - 1),
    st.integers(2, FIELDS_N - 4),
    st.sampled_from(["", ",b", ",b,\n,b"]),
    st.text('a "', max_size=3),
).map(lambda r: [*(text + r[2] * (at == r[1]) for at, text in enumerate(r[0])), r[3]])
LINES = st.lists(ROWS.map(lambda row: ",".join(map(quoted, row))), min_size=1, max_size=8)
ANYTHING = st.text('",\n\r a', max_size=80).map(str.encode)


def scanned(content: bytes, fields_n: int = FIELDS_N) -> Scan:
    data = np.frombuffer(content, dtype=np.uint8).copy()
    return scan(data, begin=0, line=1, delimiter=44, fields_n=fields_n, columns=[0])


def pieces(content: bytes, found: Scan) -> list[bytes]:
    return [content[a:b] for a, b in zip(found.start, found.end, strict=True)]


def whole(content: bytes, found: Scan) -> list[bytes]:
    is_whole = ~found.misquoted & (found.fields_n == FIELDS_N)
    return [piece for piece, ok in zip(pieces(content, found), is_whole, strict=True) if ok]


def without_quote(line: str, number: int) -> str:
    """Return a line without one of its quotes; the line itself where it has none."""
    quotes = [at for at, character in enumerate(line) if character == '"']
    if not quotes:
        return line
    at = quotes[number % len(quotes)]
    return line[:at] + line[at + 1 :]


def encoded(lines: Sequence[str]) -> list[bytes]:
    return [line.encode() for line in lines]


@given(LINES, LINE_ENDS, st.integers(0, 7), st.integers(0, 60), st.sampled_from([0, 1]))
@settings(max_examples=600, deadline=None)
def test_a_lost_quote_costs_one_record_wherever_it_is_lost(
    lines: list[str], line_end: str, record: int, quote: int, last_n: int
) -> None:
    """The record that lost it is kept apart, in two pieces at most; all others are as they were."""
    record %= len(lines)
    before, after = lines[:record], lines[record + 1 :]
    damaged = without_quote(lines[record], quote)
    content = (line_end.join([*before, damaged, *after]) + line_end * last_n).encode()
    found = scanned(content)
    apart = pieces(content, found)[record : len(found.start) - len(after)]
    others = [*before, *([damaged] if damaged == lines[record] else []), *after]

    assert encoded(others) == whole(content, found)
    assert apart == [damaged.encode()] or (",b" in damaged and len(apart) == 2)


@given(LINES, LINE_ENDS, st.lists(st.integers(0, 60), min_size=4, max_size=4))
@settings(max_examples=300, deadline=None)
def test_every_other_record_may_lose_a_quote(
    lines: list[str], line_end: str, quotes: list[int]
) -> None:
    """Each record between two that lost a quote comes out as it was."""
    damaged = [without_quote(a, q) for a, q in zip(lines[::2], quotes, strict=False)]
    intact = [line for at, line in enumerate(lines) if at % 2 or line == damaged[at // 2]]
    lines[::2] = damaged
    content = line_end.join(lines).encode()

    assert encoded(intact) == whole(content, scanned(content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        # A damaged record in between begins no whole one, so that both are one piece.
        (b'a,"b,c\nd,e,f"g\nh,i,j\n', [b'a,"b,c\nd,e,f"g', b"h,i,j"]),
        # Where the delimiters of a record are lacking, a line inside it is none.
        (b'"a\nb,c,d\n"e",f,g\n', [b'"a\nb,c,d', b'"e",f,g']),
        # Short records stand alone, unless a misplaced quote shows that they fell apart.
        (b"a,b,c\nd\ne,f\ng,h,i\n", [b"a,b,c", b"d", b"e,f", b"g,h,i"]),
        (b'a,b,c\nd,e\n\nf",g\nh,i,j\n', [b"a,b,c", b'd,e\n\nf",g', b"h,i,j"]),
        # A record with too many fields is complete, and nothing of the next.
        (b'a,b,c,d\ne"\nf,g,h\n', [b"a,b,c,d", b'e"', b"f,g,h"]),
        # Well-quoted line ends are no damage, nor reason to look for records.
        (b'a,"x\nb,c,d\ny",c,d\n', [b'a,"x\nb,c,d\ny",c,d']),
    ],
)
def test_pieces_are_as_described(content: bytes, expected: list[bytes]) -> None:
    """Cases that tell the rules apart."""
    assert pieces(content, scanned(content, 3)) == expected


@given(LINES, LINE_ENDS, st.integers(0, 400))
@settings(max_examples=300, deadline=None)
def test_a_truncated_file_loses_its_last_record_alone(
    lines: list[str], line_end: str, size: int
) -> None:
    """Wherever a file is cut off, the records before are as they were and the rest is one piece."""
    content = line_end.join(lines).encode()[:size]
    ends = np.cumsum([len((line + line_end).encode()) for line in lines]) - len(line_end)
    complete_n = int((ends <= size).sum())
    rest = content[int(ends[complete_n - 1]) if complete_n else 0 :].lstrip(b"\r\n")
    rest = rest.removesuffix(b"\n").removesuffix(b"\r")

    assert pieces(content, scanned(content)) == encoded(lines[:complete_n]) + [rest] * bool(rest)


@given(ANYTHING, st.integers(1, 4))
@settings(max_examples=1_000, deadline=None)
def test_no_byte_is_lost(content: bytes, fields_n: int) -> None:
    """Records of any bytes follow one another, and nothing but line ends stands between them."""
    found = scanned(content, fields_n)
    bounds = [0, *np.column_stack((found.start, found.end)).reshape(-1).tolist(), len(content)]
    is_whole = ~found.misquoted & (found.fields_n == fields_n)

    assert bounds == sorted(bounds)
    assert all(
        not content[a:b].strip(b"\r\n") for a, b in zip(bounds[::2], bounds[1::2], strict=True)
    )
    assert all(pieces(content, found))
    assert found.views.shape[1] == is_whole.sum()
    assert found.line.tolist() == [content[:a].count(b"\n") + 1 for a in found.start]
    assert found.line_end.tolist() == [content[:a].count(b"\n") + 1 for a in found.end]


class Counted:
    """Bytes, or words, that count how often one of them is read."""

    def __init__(self, content: Any) -> None:
        """Take them."""
        self.content, self.reads_n = content, 0

    def __len__(self) -> int:
        """Return their number."""
        return len(self.content)

    def __getitem__(self, at: int) -> Any:
        """Return one of them."""
        self.reads_n += 1
        return self.content[at]


@contextmanager
def interpreted() -> Iterator[None]:
    """Run the scanner's functions as Python, so that what they read can be counted."""
    with pytest.MonkeyPatch.context() as patch:
        for name, function in vars(scanner).copy().items():
            if hasattr(function, "py_func"):
                patch.setattr(scanner, name, function.py_func)
        yield


def reads_n(content: bytes, fields_n: int) -> int:
    """Return how many bytes are read in all."""
    counted = Counted(content)
    views, slots = np.empty((1, 1, 2), dtype=np.int64), np.zeros(1, dtype=np.int64)
    words = Counted(np.frombuffer(content[: len(content) // 8 * 8], dtype=np.uint64))
    with interpreted(), np.errstate(over="ignore"):
        scanner._scan(counted, words, 0, len(counted), 1, 44, fields_n, slots, views)
    return counted.reads_n + words.reads_n


N = 1_000
HOSTILE = {
    "every line opens a quote": b'a,"b\n' * N,
    "every other line opens one": b'a,"b\n,"",\n' * N,
    "one quote, never closed": b'a,"b\n' + b'a,"",c\n' * N,
    "whole lines inside, delimiters lacking": b'"\n' + b"a,b,c\n" * N,
    "quoted delimiters": b'",","\n' * N,
    "line ends in all fields of one record": b'"\na",' * N,
    "line ends that look like fields": b'"\n","\n",\n' * N,
    "records that never fit": b'"\n",\n' * N,
    "quotes hidden behind misplaced ones": b'a,"x\n"y"z"\n,"",\n' * N,
    "short lines, then a quote": b"a\n" * N + b'a"b,c,d\n' * N,
    "no line ends": b'a"' * N,
    "no delimiters": b"a\n" * N,
    "doubled quotes": b'a,""\n""\n' * N,
    "three quotes": b'"""\n' * N,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_no_byte_is_read_often(content: bytes) -> None:
    """Whatever thousands of damaged records hold, work grows with the size of the file alone."""
    small = reads_n(content[: len(content) // 4], 3) / (len(content) // 4)
    large = reads_n(content, 3) / len(content)

    assert large <= MOST_READS
    assert large <= 1.1 * small + 1


@given(ANYTHING, st.integers(1, 4))
@settings(max_examples=500, deadline=None)
def test_work_is_bounded_for_any_bytes(content: bytes, fields_n: int) -> None:
    """No bytes are read more than a fixed number of times each."""
    assert reads_n(content, fields_n) <= MOST_READS * (len(content) + 2)
