"""Where several exports were joined into one file: which of its records are a header again?"""

import csv
from collections.abc import Sequence

import polars as pl

from lockstep.errors import InputError
from lockstep.ingest.headers import Header, clean
from lockstep.ingest.scanner import Bytes

_BOM = "\ufeff"


def headers_again(
    data: Bytes, records: pl.DataFrame, values: pl.DataFrame, header: Header, where: str
) -> list[int]:
    """Return the rows that are the header again, though not byte for byte.

    Where a value that each record needs is the name of a column, the record is looked at.

    Args:
        data: The file.
        records: Records of it, with their places.
        values: What those hold that can be split.
        header: What their columns are.
        where: The file, for messages.

    Raises:
        InputError: One has other columns, or the same in another order: what follows would be
            misread.
    """
    needed = [name for name in header.format.detect.required if name in values.columns]
    names = pl.Series(sorted({*header.names.values()}), dtype=pl.String)
    is_name = [pl.col(name).str.strip_chars().is_in(names.implode()) for name in needed]
    rows = values.filter(pl.any_horizontal(pl.lit(value=False), *is_name))["source_row"]
    found = []
    for place in records.filter(pl.col("source_row").is_in(rows.implode())).iter_rows(named=True):
        begin, size = place["source_byte_start"], place["source_byte_len"]
        fields = _fields(data[begin : begin + size].tobytes(), header.delimiter)
        if not _is_header(fields, header):
            continue
        if not _is_same(fields, header):
            raise InputError(
                "another header, with other columns or in another order",
                where=f"{where}, line {place['source_line']:,}",
                expected="one header, in the first line",
                fix="split the file before that line: several exports were joined to it",
            )
        found.append(place["source_row"])
    return found


def _fields(content: bytes, delimiter: str) -> list[str]:
    text = content.decode("utf-8").removeprefix(_BOM)
    try:
        return [clean(name) for name in next(csv.reader([text], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _is_header(fields: Sequence[str], header: Header) -> bool:
    """Whether most of the columns that are read stand there by name."""
    own = {*header.names.values()}
    return 2 * len(own.intersection(fields)) > len(own)


def _is_same(fields: Sequence[str], header: Header) -> bool:
    """Whether each value that is read would be read from the same column.

    `Group Name` may stand for `Page Name`, and the weights of a score may be others.
    """
    columns = header.format.headers
    return all(
        fields[at] in {header.names[value], *columns[value]}
        for value, at in header.positions.items()
        if value in columns
    )
