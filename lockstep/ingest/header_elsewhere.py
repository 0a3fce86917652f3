"""Where a header stands that is not in the first line, or is split in no known way."""

import csv
from collections.abc import Iterator, Sequence

from lockstep.errors import UnknownExportError
from lockstep.ingest.formats import Format
from lockstep.ingest.headers import fits

_LINES_N = 30
"""So many lines are looked at: titles and notes above a table are shorter."""
_DELIMITERS = (",", ";", "\t", "|")
_EXPECTED = (
    "the header of an export in the first line, its fields separated by , or ; or tabulators"
)


def header_elsewhere(
    head: bytes, allowed: Sequence[Format], where: str
) -> UnknownExportError | None:
    """Return where the header of a known format stands in a file that begins with none.

    Args:
        head: The beginning of the file.
        allowed: Formats to choose from.
        where: The file, for messages.
    """
    lines = head.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()[:_LINES_N]
    for n, line in enumerate(lines, start=1):
        for delimiter, fields in _split(line):
            fitting = [fmt for fmt in allowed if fits(fields, fmt)]
            if not fitting:
                continue
            if n == 1 and any(delimiter in fmt.delimiters for fmt in fitting):
                return None
            return _told(n, delimiter, fitting[0], where)
    return None if not lines else _in_one_field(lines[0], allowed, where)


def _split(line: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the fields of a line as each delimiter splits it."""
    for delimiter in _DELIMITERS:
        try:
            yield delimiter, next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue


def _told(n: int, delimiter: str, fmt: Format, where: str) -> UnknownExportError:
    if n > 1:
        return UnknownExportError(
            f"no known format: the header of {fmt.id} stands in line {n}",
            where=where,
            expected=_EXPECTED,
            fix="in a copy of the file, delete the lines above it",
        )
    return UnknownExportError(
        f"no known format: the fields of {fmt.id} are separated by {delimiter}",
        where=where,
        expected=_EXPECTED,
        fix=f"in a copy of the file, write the line sep={delimiter} above the header",
    )


def _in_one_field(line: str, allowed: Sequence[Format], where: str) -> UnknownExportError | None:
    """Return that each line is one field, as where a spreadsheet did not split an export."""
    for _, fields in _split(line):
        inner = (split for _, split in _split(fields[0])) if fields else iter(())
        if any(fits(split, fmt) for split in inner for fmt in allowed):
            return UnknownExportError(
                "no known format: each line is one field, with all columns in it",
                where=where,
                expected=_EXPECTED,
                fix="take the export as it was downloaded: a spreadsheet put it into one column",
            )
    return None
