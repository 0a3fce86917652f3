"""Everything lockstep says: data to stdout, messages to stderr, nothing that steers a terminal.

Posts are hostile input. Every line printed passes through `plain`, here and nowhere else.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

# C0 and C1 controls but tab and newline, DEL, what changes the direction of text, and the halves of
# pairs that stand for bytes of a file name that is no UTF-8.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# What begins a formula in a spreadsheet; the last four are the wide forms of the first.
_FORMULA = ("=", "+", "-", "@", "\t", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_CELL_WIDTH = 60
_WRITTEN_NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


def plain(text: str) -> str:
    r"""Return a text in which characters that steer a terminal are written as `\uXXXX`."""
    return _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def out(text: str = "") -> None:
    """Write a line of data."""
    sys.stdout.write(plain(text) + "\n")


def say(text: str = "") -> None:
    """Write a line of progress or a message."""
    sys.stderr.write(plain(text) + "\n")
    sys.stderr.flush()


def out_json(value: object) -> None:
    """Write a value as JSON."""
    out(json.dumps(value, indent=2, ensure_ascii=False, default=_as_json))


def out_rows(names: Sequence[str], rows: Iterable[Sequence[Any]], *, as_json: bool) -> None:
    """Write rows as JSON, as an aligned table on a terminal, or else as CSV."""
    if as_json:
        out_json([dict(zip(names, row, strict=True)) for row in rows])
    elif sys.stdout.isatty():
        out(aligned(names, rows))
    else:
        out(as_csv(names, rows).removesuffix("\n"))


def as_csv(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV with a header, safe to open in a spreadsheet.

    Nothing stands for what is missing. A text that a spreadsheet would run as a formula begins
    with an apostrophe, and what steers a terminal is written out; numbers stay numbers. JSON holds
    every text as it is.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_csv_cell, names))
    writer.writerows(map(_csv_cell, row) for row in rows)
    return text.getvalue()


def _csv_cell(value: object) -> str:
    text = plain(as_text(value))
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text


def aligned(names: Sequence[str], rows: Iterable[Sequence[Any]], *, cut: bool = True) -> str:
    """Return rows as a table of aligned columns, numbers to the right; long cells cut, if so."""
    body = [list(row) for row in rows]
    cells = [list(names), *([_cell(value, cut=cut) for value in row] for row in body)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(names))]
    right = [bool(body) and all(_is_number(row[i]) for row in body) for i in range(len(names))]
    lines = [
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _cell(value: object, *, cut: bool) -> str:
    text = plain(as_text(value)).replace("\n", "\\n").replace("\t", "\\t")
    return text if not cut or len(text) <= _CELL_WIDTH else text[: _CELL_WIDTH - 1] + "…"


def as_text(value: object) -> str:
    """Return one value as text; nothing for what is missing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bool):
        return str(value).lower()
    return short_number(value) if isinstance(value, Decimal) else str(value)


def short_number(value: Decimal) -> str:
    """Return a decimal without the zeros it is stored with."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_number(value: object) -> bool:
    written = isinstance(value, str) and _WRITTEN_NUMBER.fullmatch(value) is not None
    return value is None or written or isinstance(value, int | float | Decimal)


def _as_json(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else str(value)
