"""A table is stored as its contract says, the same bytes each time, whole or not at all."""

import hashlib
import os
import random
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts import Contract
from lockstep import storage
from lockstep.errors import ContractError
from tests import toys

AT = datetime(2022, 1, 3, 12, 30, 15, 250_000, tzinfo=UTC)
Known = Callable[[Contract], Contract]


def table(rows_n: int = 1_000) -> pl.DataFrame:
    """Return rows of the toy table, in the order of its key."""
    k = range(rows_n)
    return pl.DataFrame(
        {
            "k": k,
            "text": [None if i % 7 == 0 else f"é{i}" for i in k],
            "small": pl.Series([i % 100 for i in k], dtype=pl.Int32),
            "flag": [i % 2 == 0 for i in k],
            "ratio": pl.Series([Decimal(i) / 8 for i in k], dtype=pl.Decimal(18, 9)),
            "moment": [AT + timedelta(seconds=i) for i in k],
        },
        schema_overrides={"moment": pl.Datetime("us", "UTC")},
    )


def one(column: str, values: list[object], dtype: pl.DataType | None = None) -> pl.DataFrame:
    """Return toy rows in which one column holds these values and no other holds any."""
    frame = pl.DataFrame({"k": range(len(values))}).with_columns(
        pl.lit(None).alias(name) for name in toys.COLUMNS if name not in {"k", column}
    )
    return frame.with_columns(pl.Series(column, values, dtype=dtype, strict=False))


@pytest.fixture(autouse=True)
def _toy(known: Known) -> None:
    known(toys.contract())


@given(st.randoms(use_true_random=False), st.lists(st.integers(1, 999), max_size=5))
@settings(max_examples=25, deadline=None)
def test_rows_in_any_order_and_chunking_give_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, shuffled: random.Random, cuts: list[int]
) -> None:
    """Shuffled rows in any chunks are written as the ordered table is."""
    folder = tmp_path_factory.mktemp("bytes")
    order = list(range(1_000))
    shuffled.shuffle(order)
    bounds = [0, *sorted(cuts), 1_000]
    mixed = table()[order]
    pieces = [mixed[a:b] for a, b in pairwise(bounds)]

    written = storage.write(pl.concat(pieces, rechunk=False), "toy", folder / "mixed.parquet")

    assert storage.write(table(), "toy", folder / "ordered.parquet") == written


def test_rows_that_share_a_key_give_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    """A broken key is for the check to find; until then the bytes stay the same."""
    rows = table(6).with_columns(k=pl.lit(1, pl.Int64))

    hashes = {
        storage.write(rows.sample(6, shuffle=True, seed=s), "toy", tmp_path / "t.parquet")
        for s in range(20)
    }

    assert len(hashes) == 1


_WRITE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import polars as pl
from lockstep import storage
n = 50_000
rows = pl.DataFrame(
    {"account_key": [f"a{i % 97}" for i in range(n)], "bin": ["hour"] * n,
     "bin_start_s": [i * 3600 for i in range(n)], "posts_n": [i % 13 for i in range(n)]}
).sample(fraction=1, shuffle=True, seed=int(sys.argv[2]))
print(storage.write(rows, "post_counts", Path(sys.argv[1])))
"""


def test_one_and_two_threads_give_the_same_bytes(tmp_path: Path) -> None:
    """POLARS_MAX_THREADS changes nothing in the file."""
    hashes = {
        subprocess.run(
            [sys.executable, "-c", _WRITE, str(tmp_path / "t.parquet"), str(threads)],
            env={**os.environ, "POLARS_MAX_THREADS": str(threads), "PYTHONPATH": "."},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for threads in (1, 2)
    }

    assert len(hashes) == 1


def test_the_returned_hash_is_that_of_the_file(tmp_path: Path) -> None:
    """The data version can be computed anew from the file."""
    path = tmp_path / "new" / "t.parquet"
    written = storage.write(table(), "toy", path)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == written


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    """Polars, Arrow and DuckDB read the values that were written, in the order of the key."""
    path = tmp_path / "t.parquet"
    storage.write(table()[::-1], "toy", path)

    assert pl.read_parquet(path).equals(table())
    assert pq.read_table(path).schema.equals(storage.arrow_schema("toy"), check_metadata=True)
    with duckdb.connect() as connection:
        described = connection.execute("describe from read_parquet(?)", [str(path)]).fetchall()
    kinds = {name: kind for name, kind, *_ in described}
    assert kinds == {**toys.COLUMNS, "moment": "TIMESTAMP WITH TIME ZONE"}


def test_a_table_without_rows_is_written_and_read(tmp_path: Path) -> None:
    """An empty table has its columns and types."""
    path = tmp_path / "t.parquet"
    storage.write(storage.empty("toy"), "toy", path)

    assert pl.read_parquet(path).equals(table(0))


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        (table(3).drop("flag"), "flag"),
        (table(3).with_columns(extra=pl.lit(1)), "extra"),
        (table(3).rename({"flag": "Flag"}), "Flag"),
    ],
)
def test_other_columns_are_refused(frame: pl.DataFrame, named: str) -> None:
    """A missing, an extra and a renamed column are named."""
    with pytest.raises(ContractError, match=named):
        storage.conform(frame, "toy")


def test_a_required_column_without_a_value_is_refused() -> None:
    """The column and the number of empty rows are named."""
    rows = table(4).with_columns(k=pl.when(pl.col("k") > 1).then("k"))

    with pytest.raises(ContractError, match=r"column k: 2 rows without a value"):
        storage.conform(rows, "toy")


@pytest.mark.parametrize(
    ("column", "values", "dtype"),
    [
        ("ratio", [0.1], pl.Float64),
        ("ratio", [1 / 3], pl.Float32),
        ("ratio", ["0.5"], pl.String),
        ("ratio", [Decimal("0.1234567891")], pl.Decimal(18, 10)),
        ("ratio", [Decimal("12345678901.5")], pl.Decimal(20, 1)),
        ("ratio", [1], pl.Int64),
        ("small", [2**31], pl.Int64),
        ("small", [1.0], pl.Float64),
        ("small", ["1"], pl.String),
        ("small", [True], pl.Boolean),
        ("small", [2**70], pl.Int128),
        ("small", [Decimal("1.5")], pl.Decimal(9, 1)),
        ("small", [Decimal("1.0")], pl.Decimal(9, 1)),
        ("small", [date(2022, 1, 1)], pl.Date),
        ("small", [timedelta(seconds=1)], pl.Duration("us")),
        ("small", [AT], pl.Datetime("us", "UTC")),
        ("flag", [1], pl.Int64),
        ("flag", ["true"], pl.String),
        ("text", [1], pl.Int64),
        ("text", [True], pl.Boolean),
        ("text", [date(2022, 1, 1)], pl.Date),
        ("text", [b"x"], pl.Binary),
        ("text", ["x"], pl.Categorical),
        ("text", ["x"], pl.Enum(["x"])),
        ("text", [["x"]], pl.List(pl.String)),
        ("moment", [AT.replace(tzinfo=None)], pl.Datetime("us")),
        ("moment", [1], pl.Int64),
        ("moment", ["2022-01-01T00:00:00Z"], pl.String),
        ("moment", [date(2022, 1, 1)], pl.Date),
        ("moment", [1], pl.Datetime("ns", "UTC")),
    ],
)
def test_no_value_is_changed_to_fit(column: str, values: list[object], dtype: pl.DataType) -> None:
    """What cannot be stored as it is, is refused, and the column is named; never rounded."""
    with pytest.raises(ContractError, match=f"column {column}"):
        storage.conform(one(column, values, dtype), "toy")


@pytest.mark.parametrize(
    ("column", "values", "dtype", "stored"),
    [
        ("ratio", [Decimal("0.5")], pl.Decimal(4, 1), Decimal("0.500000000")),
        ("small", [7], pl.UInt64, 7),
        ("small", [7], pl.UInt8, 7),
        ("small", [Decimal(7)], pl.Decimal(38, 0), 7),
        ("moment", [AT], pl.Datetime("ms", "Africa/Bamako"), AT),
        ("moment", [None], pl.Null, None),
    ],
)
def test_the_same_value_in_another_type_is_taken(
    column: str, values: list[object], dtype: pl.DataType, stored: object
) -> None:
    """Whole numbers, decimals and moments are what they are, however they are held."""
    arrow = storage.conform(one(column, values, dtype), "toy")

    assert arrow[column].to_pylist() == [stored]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    """Whatever stops the write after its first bytes, nothing has happened."""
    path = tmp_path / "t.parquet"
    storage.write(table(10), "toy", path)
    before = path.read_bytes()

    def broken(*_: object, **__: object) -> None:  # the magic bytes are written before
        raise failure

    monkeypatch.setattr(pq.ParquetWriter, "write_table", broken)
    with pytest.raises(failure):
        storage.write(table(20), "toy", path)

    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_texts_of_a_table_may_exceed_two_gibibytes() -> None:
    """The offsets of a text column are 64 bits wide."""
    assert storage.conform(table(3), "toy")["text"].type == pa.large_string()


def test_a_frame_that_is_refused_writes_nothing(tmp_path: Path) -> None:
    """No file and no folder appears."""
    with pytest.raises(ContractError):
        storage.write(table().drop("flag"), "toy", tmp_path / "tables" / "t.parquet")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_files_are_as_private_as_the_user_asks(tmp_path: Path, mask: int, mode: int) -> None:
    """The umask decides who may read a new table; what the user changed stays."""
    former = os.umask(mask)
    try:
        storage.write(table(3), "toy", tmp_path / "t.parquet")
    finally:
        os.umask(former)

    assert stat.S_IMODE((tmp_path / "t.parquet").stat().st_mode) == mode
    (tmp_path / "t.parquet").chmod(0o640)
    storage.write(table(4), "toy", tmp_path / "t.parquet")
    assert stat.S_IMODE((tmp_path / "t.parquet").stat().st_mode) == 0o640
