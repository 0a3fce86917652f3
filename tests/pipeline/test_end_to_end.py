"""A case from raw exports to findings, run as a user runs it."""

import json
import re
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest

import data_contracts
from lockstep.export.database import STORAGE_VERSION, analyst_views
from tests.pipeline import small_case
from tests.pipeline.small_case import lockstep, lockstep_process


@dataclass(frozen=True)
class Finished:
    """A case after its first run."""

    root: Path

    @property
    def folder(self) -> Path:
        """The case."""
        return self.root / "cases" / "small"

    def said(self, stream: str) -> str:
        """What the run said on stdout or on stderr."""
        return (self.root / stream).read_text("utf-8")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database as any DuckDB client does."""
        with duckdb.connect(str(self.folder / "out" / "lockstep.duckdb"), read_only=True) as client:
            return client.execute(query).fetchall()


@pytest.fixture(scope="module")
def finished(finished_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Return the case, run once."""
    return Finished(shutil.copytree(finished_once, tmp_path_factory.mktemp("copy") / "workspace"))


def test_findings_go_to_stdout_and_progress_to_stderr(finished: Finished) -> None:
    """Every line of findings says SYNTHETIC; each table has a line of progress."""
    lines, told = finished.said("stdout").splitlines(), finished.said("stderr")

    assert all("SYNTHETIC" in line for line in lines)
    assert lines[0].startswith("[L1] SYNTHETIC. The 3 accounts under study posted within 60 s")
    for table in data_contracts.names():
        if data_contracts.load(table).group != "lineage":
            assert f"  {table} " in told
    assert "DEBUG" not in told


def test_only_the_pair_that_meets_is_synchronised(finished: Finished) -> None:
    """The planted pair is L1; pairs of accounts that do not meet claim nothing."""
    levels = finished.rows(
        "select subject_a[-1:] || subject_b[-1:], ladder_level from findings "
        "where claim_type = 'A1' and subject_kind = 'pair' order by 1"
    )
    assert levels[0] == ("12", "L1")
    assert {level for _, level in levels[1:]} <= {"L0", "LX"}


def test_every_table_is_published_with_its_meaning(finished: Finished) -> None:
    """Each table, column and view of the database is commented."""
    tables = dict(finished.rows("select table_name, comment from duckdb_tables()"))
    assert set(tables) == set(data_contracts.names())
    assert all(tables.values())
    columns = finished.rows("select comment from duckdb_columns() where not internal")
    views = finished.rows("select view_name, comment from duckdb_views() where not internal")
    commented = finished.rows(
        "select count(*) from duckdb_columns() where comment is null and table_name in "
        "(select table_name from duckdb_tables())"
    )
    assert columns
    assert commented == [(0,)]
    assert {name for name, comment in views if comment} == set(analyst_views())


def test_each_step_is_told_with_its_rows_and_bytes(finished: Finished) -> None:
    """Every table is made once and checked once, in so many seconds."""
    steps = finished.rows(
        "select step, table_name, rows_n, size_bytes from lineage.steps "
        "where outcome = 'made' and duration_s >= 0"
    )

    tables = {n for n in data_contracts.names() if data_contracts.load(n).group != "lineage"}
    checked = [table for step, table, *_ in steps if str(step).endswith("_contract")]
    made = [table for step, table, *_ in steps if not str(step).endswith("_contract")]
    assert sorted(map(str, made)) == sorted(map(str, checked)) == sorted(tables)
    rows = finished.rows("select 'posts', count(*) from posts")
    assert {(table, n) for _, table, n, _ in steps if table == "posts"} == set(rows)
    sizes = {
        path.stem: path.stat().st_size for path in (finished.folder / "out").rglob("*.parquet")
    }
    assert {table: size for _, table, _, size in steps} == sizes


def test_older_clients_can_open_the_database(finished: Finished) -> None:
    """It is written in the format of DuckDB 1.0."""
    tags = finished.rows("select tags from duckdb_databases() where not internal")
    assert STORAGE_VERSION[:2] in str(tags)


def test_lineage_leads_from_every_column_to_the_exports(finished: Finished) -> None:
    """Tables have versions and inputs, columns have sources, rules have results."""
    versions = finished.rows("select count(distinct table_name) from lineage.table_versions")
    tables_n = len([n for n in data_contracts.names() if data_contracts.load(n).group != "lineage"])
    assert versions == [(tables_n,)]
    columns = sum(len(data_contracts.load(n).columns) for n in data_contracts.names())
    assert finished.rows(
        "select count(*) from (select distinct table_name, column_name from lineage.column_lineage)"
    ) == [(columns,)]
    assert finished.rows(
        "select count(*) from lineage.checks where not passed and severity = 'critical'"
    ) == [(0,)]
    exports = finished.rows(
        "select input_name from lineage.table_inputs where table_name = 'posts' and "
        "input_version in (select source_id from sources)"
    )
    assert {name for (name,) in exports} == {"synthetic-a.csv", "synthetic-b.csv"}


def test_evidence_leads_to_the_bytes_of_the_raw_record(finished: Finished) -> None:
    """The bytes that a row of evidence names hold the post it names."""
    rows = finished.rows(
        "select file_name, source_byte_start, source_byte_len, permalink "
        "from finding_evidence join sources using (source_id) "
        "join records using (source_id, source_row)"
    )
    files = {p.name: p.read_bytes() for p in (finished.folder / "exports").iterdir()}

    assert len(rows) > 100
    for name, start, length, permalink in rows:
        assert str(permalink).encode() in files[str(name)][start : start + length]


def test_no_number_leaves_the_exports(finished: Finished) -> None:
    """Neither tables, nor the database, nor logs, nor Dagster's storage hold a contact in clear."""
    digits = small_case.NUMBER.replace(" ", "")
    needles = [small_case.NUMBER.encode(), digits.encode()]
    folders = [finished.folder / "out", finished.folder / "log", finished.root / ".lockstep"]
    for path in small_case.files_below(folders):
        assert not any(needle in path.read_bytes() for needle in needles), path
    for path in (finished.folder / "out" / "tables").glob("*.parquet"):
        texts = pl.read_parquet(path).select(pl.col(pl.String))
        for needle in needles:
            assert not texts.select(
                pl.any_horizontal(pl.all().str.contains(needle.decode(), literal=True).any())
            ).item(), path
    assert finished.rows("select count(*), min(last2) from post_contacts")[0] > (0, "88")
    assert finished.rows("select count(*) from posts where text like '%<tel:88>%'") > [(0,)]


def test_tables_are_the_same_bytes_on_one_processor_and_with_files_in_another_order(
    finished: Finished, tmp_path: Path
) -> None:
    """The order in which files were written, and the number of threads, change nothing."""
    again = small_case.make(tmp_path / "cases" / "another-name", backwards=True)
    said = lockstep_process("run", again, processors="0")

    assert said.returncode == 0, said.stderr
    assert small_case.table_hashes(again) == small_case.table_hashes(finished.folder)


def test_a_second_run_changes_no_table_and_leaves_every_asset_fresh(finished: Finished) -> None:
    """Nothing new means nothing stale: Dagster compares content and code. All is kept."""
    before = small_case.table_hashes(finished.folder)
    said = lockstep("run", finished.folder, "--json")

    assert said.returncode == 0, said.stderr
    steps = {(s["step"], s["table_name"]): s["outcome"] for s in json.loads(said.stdout)["steps"]}
    assert {key for key, outcome in steps.items() if outcome != "kept"} == {
        ("publication", "publication")
    }
    assert re.search(r"^  in all +1 +\d+ ", said.stderr, re.MULTILINE)
    assert small_case.table_hashes(finished.folder) == before
    assert _stale(finished) == {}
    assert finished.rows("select count(*) from lineage.runs") == [(2,)]


def _stale(finished: Finished) -> dict[str, str]:
    import dagster as dg  # noqa: PLC0415 - costs seconds
    from dagster._core.definitions.data_version import CachingStaleStatusResolver  # noqa: PLC0415
    from dagster._core.loader import LoadingContextForTest  # noqa: PLC0415

    from pipeline.definitions import build_defs  # noqa: PLC0415

    defs = build_defs()
    graph, made = defs.resolve_asset_graph(), defs.resolve_job_def("case").asset_layer
    with dg.DagsterInstance.from_config(str(finished.root / ".lockstep")) as instance:
        loading = LoadingContextForTest(instance)
        resolver = CachingStaleStatusResolver(instance, graph, loading)
        status = {
            key.to_user_string(): resolver.get_status(key, finished.folder.name).value
            for key in graph.materializable_asset_keys & made.selected_asset_keys
        }
    return {name: value for name, value in status.items() if value != "FRESH"}


def test_explain_shows_statistics_and_raw_rows(finished: Finished) -> None:
    """A finding is found by how its id begins."""
    ((finding_id, observed),) = finished.rows(
        "select finding_id, observed from findings where subject_kind = 'network'"
    )
    said = lockstep("explain", finished.folder, str(finding_id)[:8])
    as_json = json.loads(lockstep("explain", finished.folder, str(finding_id), "--json").stdout)

    assert said.stdout.startswith("SYNTHETIC. The 3 accounts")
    assert "[1] synthetic-a.csv, sha256 " in said.stdout
    assert re.search(r"\d\d:\d\d:\d\d UTC  facebook:\d+  \[\d\] row \d+, bytes \d+", said.stdout)
    assert "…" not in said.stdout
    assert "https://www.facebook.com/100000000000001/posts/" in said.stdout
    assert len({row["post_key"] for row in as_json["evidence"]}) == observed


def test_explain_of_too_short_an_id_names_some(finished: Finished) -> None:
    """Every id begins with nothing."""
    ids = [row[0] for row in finished.rows("select finding_id from findings order by finding_id")]

    found = lockstep("explain", finished.folder, "")

    assert found.returncode == 2
    assert f"{len(ids)} findings have an id that begins with ''" in found.stderr
    assert str(ids[0]) in found.stderr


def test_sql_writes_csv_into_a_pipe_and_json_when_asked(finished: Finished) -> None:
    """And a wrong query is a usage error that says what DuckDB says."""
    query = "select definition, window_s from timing_statistics order by all limit 1"

    assert lockstep("sql", finished.folder, query).stdout == "definition,window_s\nA1,0\n"
    assert json.loads(lockstep("sql", finished.folder, query, "--json").stdout) == [
        {"definition": "A1", "window_s": 0}
    ]
    wrong = lockstep("sql", finished.folder, "from nowhere")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "nowhere" in wrong.stderr


def test_views_answer_what_analysts_ask(finished: Finished) -> None:
    """Pairs by name, the curve by window, both texts of each piece of evidence."""
    assert finished.rows("select name_a, name_b, meets_timing_rule from v_pair limit 1") == [
        ("SYN-1", "SYN-2", True)
    ]
    assert len(finished.rows("from v_curve")) == 15
    evidence = finished.rows("select count(*), count(text), count(other_text) from v_evidence")
    assert evidence[0][0] == evidence[0][1] > evidence[0][2] > 0


def test_a_broken_rule_publishes_nothing_and_keeps_the_last_database(finished_case: Path) -> None:
    """Exit code 4 names table, rule and figures; the database of the last good run stays."""
    database = finished_case / "out" / "lockstep.duckdb"
    before = database.read_bytes()
    with (finished_case / "exports" / "synthetic-a.csv").open("ab") as file:
        file.write(b"a record,that is,cut short\n" * 9)

    said = lockstep("run", finished_case)
    assert said.returncode == 4
    assert "synthetic-a.csv: 9 of" in said.stderr
    assert database.read_bytes() == before


def test_dagster_keeps_every_run_where_the_workspace_says(finished: Finished) -> None:
    """The command's runs lie in the workspace's own storage, telemetry off."""
    home = finished.root / ".lockstep"

    assert "enabled: false" in (home / "dagster.yaml").read_text()
    with sqlite3.connect(home / "history" / "runs.db") as storage:
        (runs_n,) = storage.execute("select count(*) from runs where status = 'SUCCESS'").fetchone()
    assert runs_n >= 1
