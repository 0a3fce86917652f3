"""Records and fields of well-formed text, against Python's own reader; places, lines and marks."""

import csv
import io
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.ingest.arrow_text import texts
from lockstep.ingest.scanner import Bytes, Scan, scan

FIELDS_N = 3
FIELDS = st.text(
    st.one_of(st.sampled_from('",;\n\r\t ab\ufeff'), st.characters(codec="utf-8")), max_size=20
)
CELLS = st.tuples(FIELDS, st.booleans())
"""A field, and whether it is quoted though it need not be."""
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r\r\n"])
TABLES = st.lists(st.tuples(*[CELLS] * FIELDS_N), max_size=8)


def as_bytes(content: bytes) -> Bytes:
    return np.frombuffer(content, dtype=np.uint8).copy()


def scanned(content: bytes, *, begin: int = 0, delimiter: str = ",") -> Scan:
    return scan(
        as_bytes(content),
        begin=begin,
        line=1,
        delimiter=ord(delimiter),
        fields_n=FIELDS_N,
        columns=range(FIELDS_N),
    )


def fields(content: bytes, found: Scan) -> list[tuple[str, ...]]:
    """Return the fields of all whole records."""
    data = as_bytes(content)
    columns = [
        texts(data, views, doubled=bool(doubled))
        for views, doubled in zip(found.views, found.doubled, strict=True)
    ]
    return list(zip(*columns, strict=True))


def cell(text: str, delimiter: str, *, quoted: bool) -> str:
    needed = any(c in text for c in f'"\r\n{delimiter}')
    return '"' + text.replace('"', '""') + '"' if quoted or needed else text


def places(content: bytes, found: Scan) -> list[bytes]:
    """Return the bytes of each record."""
    return [content[a:b] for a, b in zip(found.start, found.end, strict=True)]


@given(
    table=TABLES,
    line_end=LINE_ENDS,
    delimiter=st.sampled_from(",;\t"),
    blank_n=st.integers(0, 2),
    last=st.booleans(),
    bom=st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_reads_what_python_reads(
    *,
    table: Sequence[Sequence[tuple[str, bool]]],
    line_end: str,
    delimiter: str,
    blank_n: int,
    last: bool,
    bom: bool,
) -> None:
    """Every table comes back, with any delimiter, quoting, line end, blank lines and last line."""
    lines = [delimiter.join(cell(t, delimiter, quoted=q) for t, q in row) for row in table]
    text = "".join(line_end * blank_n + line + line_end for line in lines)
    text = text if last else text.removesuffix(line_end)
    content = ("\ufeff" * bom + text).encode()
    found = scanned(content, begin=3 * bom, delimiter=delimiter)
    python = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)

    assert [tuple(row) for row in python if row] == fields(content, found)
    assert [line.encode() for line in lines] == places(content, found)
    assert [tuple(t for t, _ in row) for row in table] == fields(content, found)
    assert not found.misquoted.any()
    assert found.fields_n.tolist() == [FIELDS_N] * len(table)


@given(TABLES, LINE_ENDS, st.integers(0, 2))
@settings(max_examples=200, deadline=None)
def test_lines_are_counted_as_an_editor_counts_them(
    table: Sequence[Sequence[tuple[str, bool]]], line_end: str, blank_n: int
) -> None:
    """A record starts one line after as many line feeds as stand before it."""
    lines = [",".join(cell(t, ",", quoted=q) for t, q in row) for row in table]
    content = "".join(line_end * blank_n + line + line_end for line in lines).encode()
    found = scanned(content)

    assert [content[:at].count(b"\n") + 1 for at in found.start] == found.line.tolist()
    assert [content[:at].count(b"\n") + 1 for at in found.end] == found.line_end.tolist()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b,c", [(b"a,b,c", 3, False)]),
        (b"a,b,c\r", [(b"a,b,c", 3, False)]),
        (b'a,b,"c"\r', [(b'a,b,"c"', 3, False)]),
        (b",,\n", [(b",,", 3, False)]),
        (b'"","",""\n', [(b'"","",""', 3, False)]),
        (b"\n\r\n\n", []),
        (b"\r", []),
        (b"a,b,c\r\r\n\r\r\n\r\r", [(b"a,b,c", 3, False)]),
        (b'"a",b,"c"\r\r\n', [(b'"a",b,"c"', 3, False)]),
        (b"\r\na,b,c\r\n\r", [(b"a,b,c", 3, False)]),
        (b"", []),
        (b"a,b\nc,d,e,f\n", [(b"a,b", 2, False), (b"c,d,e,f", 4, False)]),
        (b"a\rb,c,d\n", [(b"a\rb,c,d", 3, False)]),
        (b'a,"b"x,c\nd,e,f\n', [(b'a,"b"x,c', 0, True), (b"d,e,f", 3, False)]),
        (b'a,b"c,d\ne,f,g\n', [(b'a,b"c,d', 0, True), (b"e,f,g", 3, False)]),
        (b'a,"b" ,c\n', [(b'a,"b" ,c', 0, True)]),
        (b'a,"b"\r,c\n', [(b'a,"b"\r,c', 0, True)]),
        (b'a,b,"c', [(b'a,b,"c', 0, True)]),
        (b'a,b,"c\n', [(b'a,b,"c', 0, True)]),
        (b'a,b,"c\r\n', [(b'a,b,"c', 0, True)]),
        (b'a,b,"', [(b'a,b,"', 0, True)]),
        (b'a,b,"c""', [(b'a,b,"c""', 0, True)]),
    ],
)
def test_records_are_marked(content: bytes, expected: list[tuple[bytes, int, bool]]) -> None:
    """Bytes, number of fields (of well-quoted records) and mark of each record."""
    found = scanned(content)
    fields_n = np.where(found.misquoted, 0, found.fields_n).tolist()

    assert list(zip(places(content, found), fields_n, found.misquoted, strict=True)) == expected


def test_only_wanted_columns_are_read_in_the_order_asked() -> None:
    """Columns come as they are asked for, the others are passed over."""
    content = b'1,"a""b",x\n2,c,y\n'
    data = as_bytes(content)
    found = scan(data, begin=0, line=1, delimiter=44, fields_n=3, columns=[2, 1])

    assert [
        texts(data, views, doubled=bool(doubled)).to_list()
        for views, doubled in zip(found.views, found.doubled, strict=True)
    ] == [["x", "y"], ['a"b', "c"]]


def test_without_a_header_records_are_as_quotes_divide_them() -> None:
    """Where no number of fields is right, none is wrong."""
    found = scan(as_bytes(b'a\n"b\nc",d\ne,f,g'), begin=0, line=1, delimiter=44)

    assert found.fields_n.tolist() == [1, 2, 3]


def test_more_records_than_expected_are_read() -> None:
    """Views grow with the file: many short records are all there."""
    content = b"a,b,c\n" * 5_000
    found = scanned(content)

    assert fields(content, found) == [("a", "b", "c")] * 5_000


def test_texts_of_all_lengths_are_taken_over() -> None:
    """Short views hold the text itself, longer ones point at it."""
    rows = [("é" * n, "x" * n, f"{n}") for n in range(40)]
    content = "\n".join(",".join(row) for row in rows).encode()

    assert fields(content, scanned(content)) == rows
