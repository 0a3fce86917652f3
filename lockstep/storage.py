"""Parquet files that obey their contract and come out byte for byte the same each time."""

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

import data_contracts
from data_contracts import Contract
from lockstep.errors import ContractError

_ROW_GROUP_ROWS = 131_072

_ARROW_TYPES: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
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


def conform(frame: pl.DataFrame, table: str) -> pa.Table:
    """Cast a frame to its contract and bring it into the order of its key.

    Raises:
        ContractError: A column is missing, extra, of another type, or null where it must not be.
    """
    contract = data_contracts.load(table)
    _refuse_other_columns(frame, contract)
    ordered = frame.select(contract.column_names).sort(contract.key, nulls_last=True)
    try:
        # Rebuilt in one chunk: Parquet bytes depend on chunking.
        arrow = ordered.rechunk().to_arrow().cast(arrow_schema(table)).combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise ContractError(f"{error}", where=f"table {table}") from error
    for column in contract.columns:
        if column.required and arrow[column.name].null_count:
            raise ContractError(
                f"{arrow[column.name].null_count} rows without a value",
                where=f"table {table}, column {column.name}",
                expected="a value in every row",
            )
    return arrow


def _refuse_other_columns(frame: pl.DataFrame, contract: Contract) -> None:
    missing = [c for c in contract.column_names if c not in frame.columns]
    extra = [c for c in frame.columns if c not in contract.column_names]
    if missing or extra:
        raise ContractError(
            f"columns missing: {missing or 'none'}; not in the contract: {extra or 'none'}",
            where=f"table {contract.name}",
            expected=f"exactly {', '.join(contract.column_names)}",
        )


def write(frame: pl.DataFrame, table: str, path: Path) -> str:
    """Write a table to its Parquet file atomically and return the SHA-256 of the file.

    The same rows give the same bytes whatever their order or chunking, within one lock file.

    Raises:
        ContractError: The frame does not obey the contract.
    """
    arrow = conform(frame, table)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{table}.", suffix=".tmp", delete=False
    ) as file:
        try:
            pq.write_table(
                arrow, file, compression="zstd", row_group_size=_ROW_GROUP_ROWS, version="2.6"
            )
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return file_sha256(path)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
