"""The published database is complete, described, old enough for all, and swapped in whole."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

import data_contracts
from data_contracts import Contract
from lockstep import storage
from lockstep.errors import ContractError
from lockstep.export import database
from lockstep.export.database import build_database
from tests import toys

Known = Callable[[Contract], Contract]
HOSTILE = 'It\'s "quoted"; drop table toy; -- \\ \N{SNOWMAN} $x {y} %s\ttab\nline'


def toy(rows_n: int, known: Known, folder: Path, contract: Contract | None = None) -> Path:
    """Write a toy table of so many rows and return its file."""
    known(contract or toys.contract(columns={"k": "BIGINT", "role": "VARCHAR"}))
    rows = pl.DataFrame({"k": range(rows_n), "role": [f"r{i}" for i in range(rows_n)]})
    storage.write(rows.with_columns(pl.col("k").cast(pl.Int64)), "toy", folder / "toy.parquet")
    return folder / "toy.parquet"


def ask(path: Path, query: str) -> list[tuple[object, ...]]:
    """Ask a database that nobody has open in this process."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.sql(query).fetchall()


@pytest.fixture
def _no_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """Views read tables that a toy database does not have."""
    monkeypatch.setattr(database, "analyst_views", dict)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Return a database of every table that has a contract, all empty."""
    names = [n for n in data_contracts.names() if data_contracts.load(n).group != "lineage"]
    for name in names:
        storage.write(storage.empty(name), name, tmp_path / f"{name}.parquet")
    path = tmp_path / "out" / "lockstep.duckdb"
    build_database(
        path,
        tables={name: tmp_path / f"{name}.parquet" for name in names},
        lineage={name: storage.empty(name) for name in data_contracts.names("lineage")},
    )
    return path


def test_every_table_and_column_is_described(whole: Path) -> None:
    """Names, types, order, nullability and comments are those of the contracts."""
    columns = ask(
        whole,
        "select schema_name, table_name, column_name, data_type, is_nullable, comment "
        "from duckdb_columns() where not internal and database_name = 'lockstep' "
        "and table_name not in (select view_name from duckdb_views()) "
        "order by table_name, column_index",
    )
    tables = dict(ask(whole, "select table_name, comment from duckdb_tables()"))

    assert set(tables) == set(data_contracts.names())
    expected = []
    for name in sorted(data_contracts.names()):
        contract = data_contracts.load(name)
        assert contract.description in tables[name]
        assert f"One row per {contract.grain}." in tables[name]
        schema = "lineage" if contract.group == "lineage" else "main"
        expected += [
            (
                schema,
                name,
                c.name,
                c.type.replace("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"),
                not c.required,
                f"{c.description} Unit: {c.unit}." if c.unit else c.description,
            )
            for c in contract.columns
        ]
    assert columns == expected


def test_every_view_is_described_and_answers(whole: Path) -> None:
    """A view's comment is the first line of its file; it runs on tables without rows."""
    views = dict(ask(whole, "select view_name, comment from duckdb_views() where not internal"))

    assert set(views) == set(database.analyst_views())
    for view, comment in views.items():
        assert comment
        assert f"-- {comment}" == database.analyst_views()[view].splitlines()[0]
        assert ask(whole, f"select * from {view}") == []  # noqa: S608 - our own name


def test_old_clients_can_read_the_file(whole: Path) -> None:
    """The header names storage version 64, which every DuckDB from 1.0 on reads."""
    header = whole.read_bytes()[:24]

    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64
    assert database.STORAGE_VERSION == "v1.0.0"


@pytest.mark.usefixtures("_no_views")
def test_what_is_stored_is_what_the_files_hold(tmp_path: Path, known: Known) -> None:
    """Every type and missing value comes through, rows in the order of the key."""
    known(toys.contract())
    frame = pl.DataFrame(
        {
            "k": [2, 1],
            "text": ["it's", None],
            "small": pl.Series([None, 2], dtype=pl.Int32),
            "flag": [True, None],
            "ratio": pl.Series(["0.000000001", None]).cast(pl.Decimal(18, 9)),
            "moment": pl.Series([1_641_168_000_000_001, None]).cast(pl.Datetime("us", "UTC")),
        }
    )
    storage.write(frame, "toy", tmp_path / "toy.parquet")

    build_database(tmp_path / "x.duckdb", tables={"toy": tmp_path / "toy.parquet"}, lineage={})

    with duckdb.connect(str(tmp_path / "x.duckdb"), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        stored = pl.DataFrame(connection.sql("select * from toy").to_arrow_table())
    assert stored.equals(frame.sort("k"))


@pytest.mark.usefixtures("_no_views")
def test_hostile_words_in_a_description_stay_words(tmp_path: Path, known: Known) -> None:
    """Quotes, comments and semicolons of a contract are no SQL."""
    contract = toys.contract(columns={"k": "BIGINT", "role": "VARCHAR"})
    hostile = replace(
        contract,
        description=HOSTILE,
        grain=HOSTILE,
        columns=tuple(replace(c, description=HOSTILE, unit=HOSTILE) for c in contract.columns),
    )
    path = tmp_path / 'it\'s [a] "folder"' / "x.duckdb"

    build_database(path, tables={"toy": toy(3, known, tmp_path, hostile)}, lineage={})

    assert ask(path, "select count(*) from toy") == [(3,)]
    comments = ask(path, "select comment from duckdb_columns() where table_name = 'toy'")
    assert comments == [(f"{HOSTILE} Unit: {HOSTILE}.",)] * 2
    ((about,),) = ask(path, "select comment from duckdb_tables()")
    assert str(about).startswith(f"{HOSTILE} One row per {HOSTILE}.")


@pytest.mark.usefixtures("_no_views")
def test_a_lineage_table_that_breaks_its_contract_publishes_nothing(
    tmp_path: Path, known: Known
) -> None:
    """The former database stays."""
    path = tmp_path / "out" / "x.duckdb"
    build_database(path, tables={"toy": toy(3, known, tmp_path)}, lineage={})

    with pytest.raises(ContractError):
        build_database(path, tables={}, lineage={"runs": pl.DataFrame({"run_id": ["r"]})})

    assert ask(path, "select count(*) from toy") == [(3,)]
    assert list(path.parent.iterdir()) == [path]


_READER = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print(connection.execute("select count(*) from toy").fetchone()[0], flush=True)
    sys.stdin.readline()
    print(connection.execute("select count(*), max(k) from toy").fetchone(), flush=True)
"""


@pytest.mark.usefixtures("_no_views")
def test_a_reader_keeps_what_it_opened_and_the_next_sees_the_new(
    tmp_path: Path, known: Known
) -> None:
    """Publishing neither waits for a reader nor disturbs it."""
    path = tmp_path / "out" / "x.duckdb"
    build_database(path, tables={"toy": toy(3, known, tmp_path)}, lineage={})
    with subprocess.Popen(
        [sys.executable, "-c", _READER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout
        assert reader.stdout.readline() == "3\n"

        build_database(path, tables={"toy": toy(200_000, known, tmp_path)}, lineage={})

        new = subprocess.run(
            [sys.executable, "-c", _READER, str(path)],
            input="\n",
            capture_output=True,
            check=True,
            text=True,
        )
        rest, _ = reader.communicate("\n", timeout=60)
    assert rest == "(3, 2)\n"
    assert new.stdout == "200000\n(200000, 199999)\n"
    assert list(path.parent.iterdir()) == [path]


_KILLED = """
import os, signal, sys
from pathlib import Path
from lockstep.export import database
database.analyst_views = dict
def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)
database.sync = killed
database.build_database(Path(sys.argv[1]), tables={}, lineage={})
"""


@pytest.mark.usefixtures("_no_views")
def test_a_crash_leaves_the_former_database(tmp_path: Path, known: Known) -> None:
    """A process killed before the swap has changed nothing that anybody opens."""
    path = tmp_path / "out" / "x.duckdb"
    build_database(path, tables={"toy": toy(3, known, tmp_path)}, lineage={})
    before = path.read_bytes()

    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(path)],
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    build_database(path, tables={"toy": toy(4, known, tmp_path)}, lineage={})
    assert ask(path, "select count(*) from toy") == [(4,)]


_WRITER = """
import os, signal, sys, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("create table mine (a integer)")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.usefixtures("_no_views")
def test_what_others_wrote_does_not_come_into_the_new_database(tmp_path: Path) -> None:
    """A log left by a writer that crashed goes with the database it was of."""
    path = tmp_path / "out" / "x.duckdb"
    build_database(path, tables={}, lineage={})
    subprocess.run([sys.executable, "-c", _WRITER, str(path)], check=False)
    assert path.with_name("x.duckdb.wal").exists()

    build_database(path, tables={}, lineage={})

    assert ask(path, "select table_name from duckdb_tables()") == []
    assert list(path.parent.iterdir()) == [path]
