"""Parquet files that obey their contract and come out byte for byte the same each time."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

import data_contracts
from data_contracts import Column, Contract
from lockstep.errors import ContractError
from lockstep.files import whole_file

Frames = Iterable[pl.DataFrame]
"""The rows of a table, some at a time."""

_ROW_GROUP_ROWS = 32_768

# Large strings: the texts of a table may exceed the 2 GiB that a plain Arrow string column holds.
_ARROW_TYPES: dict[str, pa.DataType] = {
    "VARCHAR": pa.large_string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "BOOLEAN": pa.bool_(),
    "DECIMAL(18,9)": pa.decimal128(18, 9),
    "TIMESTAMPTZ": pa.timestamp("us", tz="UTC"),
}


@cache
def arrow_schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a table: types, nullability, descriptions, contract version."""
    contract = data_contracts.load(table)
    fields = [
        pa.field(
            column.name,
            _ARROW_TYPES[column.type],
            nullable=not column.required,
            metadata={"description": column.description},
        )
        for column in contract.columns
    ]
    described = {"description": contract.description, "contract_version": contract.version}
    return pa.schema(fields, metadata=described)


def empty(table: str) -> pl.DataFrame:
    """Return the table without rows, in its contract's columns and types."""
    return pl.DataFrame(arrow_schema(table).empty_table())


def key_of(table: str) -> tuple[str, ...]:
    """Return the columns that identify a row of a table and give its order."""
    return data_contracts.load(table).key


def conform(frame: pl.DataFrame, table: str) -> pa.Table:
    """Return a frame in its contract's types and in the order of its key; no value is changed.

    Rows that share a key, which is for the table's check to find, are ordered by all columns.

    Raises:
        ContractError: A column is missing, extra, of another type, or null where it must not be,
            or holds a value that its type cannot hold.
    """
    contract = data_contracts.load(table)
    _refuse_other_columns(frame, contract)
    for column in contract.columns:
        _refuse_other_type(frame[column.name], column, table)
        _refuse_missing(frame[column.name], column, table)
    # Rebuilt in one chunk: Parquet bytes depend on chunking.
    ordered = _ordered(frame.select(contract.column_names), contract.key).rechunk()
    arrays = [_as_arrow(ordered[column.name], column, table) for column in contract.columns]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))


def _ordered(frame: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    ordered = frame.sort(key, nulls_last=True)
    as_before = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift()) for name in key)
    repeats = ordered.select(as_before.slice(1).any()).item()
    return frame.sort([*key, *frame.columns], nulls_last=True) if repeats else ordered


def _as_arrow(values: pl.Series, column: Column, table: str) -> pa.Array:
    try:
        return values.to_arrow().cast(_ARROW_TYPES[column.type])
    except pa.ArrowInvalid as error:
        raise ContractError(
            f"a value does not fit: {error}",
            where=f"table {table}, column {column.name}",
            expected=column.type,
        ) from error


def _refuse_other_columns(frame: pl.DataFrame, contract: Contract) -> None:
    missing = [c for c in contract.column_names if c not in frame.columns]
    extra = [c for c in frame.columns if c not in contract.column_names]
    if missing or extra:
        raise ContractError(
            f"columns missing: {missing or 'none'}; not in the contract: {extra or 'none'}",
            where=f"table {contract.name}",
            expected=f"exactly {', '.join(contract.column_names)}",
        )


def _refuse_other_type(values: pl.Series, column: Column, table: str) -> None:
    if values.dtype != pl.Null and not _holds(column.type, values.dtype):
        raise ContractError(
            f"is {values.dtype}",
            where=f"table {table}, column {column.name}",
            expected=column.type,
            fix="round it with lockstep.rounding" if values.dtype.is_float() else "",
        )


def _holds(stored: str, dtype: pl.DataType) -> bool:
    """Whether values of a Polars type are of the same kind as what a column stores."""
    match stored:
        case "VARCHAR":
            return dtype == pl.String
        case "BOOLEAN":
            return dtype == pl.Boolean
        case "TIMESTAMPTZ":
            return isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
        case "DECIMAL(18,9)":
            return dtype.is_decimal()
    # DuckDB's sums of integers arrive as decimals without places.
    return dtype.is_integer() or (isinstance(dtype, pl.Decimal) and dtype.scale == 0)


def _refuse_missing(values: pl.Series, column: Column, table: str) -> None:
    if column.required and values.null_count():
        raise ContractError(
            f"{values.null_count()} rows without a value",
            where=f"table {table}, column {column.name}",
            expected="a value in every row",
        )


def write(rows: pl.DataFrame | Frames, table: str, path: Path) -> str:
    """Write a table to its Parquet file atomically and return the SHA-256 of the file.

    The same rows give the same bytes whatever their order or chunking, within one lock file.

    Args:
        rows: All rows, in any order; or slices of them, each of higher keys than those before.
        table: Its name.
        path: Where it lies.

    Raises:
        ContractError: The rows do not obey the contract.
    """
    slices = (rows,) if isinstance(rows, pl.DataFrame) else rows
    schema = arrow_schema(table)
    groups = _groups(conform(frame, table) for frame in slices)
    first = next(groups, schema.empty_table())
    with (
        whole_file(path) as file,
        pq.ParquetWriter(file, schema, compression="zstd", version="2.6") as writer,
    ):
        for group in chain((first,), groups):
            writer.write_table(group, row_group_size=_ROW_GROUP_ROWS)
    return file_sha256(path)


def _groups(slices: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield rows again, in one chunk and as many at once as make a row group."""
    left: list[pa.Table] = []
    rows_n = 0
    for rows in slices:
        begin = 0
        while rows_n + rows.num_rows - begin >= _ROW_GROUP_ROWS:
            end = begin + _ROW_GROUP_ROWS - rows_n
            yield pa.concat_tables([*left, rows.slice(begin, end - begin)]).combine_chunks()
            left, rows_n, begin = [], 0, end
        left.append(rows.slice(begin))
        rows_n += rows.num_rows - begin
    if rows_n:
        yield pa.concat_tables(left).combine_chunks()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
