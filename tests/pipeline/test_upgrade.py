"""A case that an earlier version made is run by this one without a word from anybody."""

import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from assets.cases import Case
from lockstep.export import run_log
from lockstep.storage import file_sha256
from tests.pipeline import small_case
from tests.pipeline.small_case import lockstep
from tests.pipeline.test_workspace import WITHOUT_FRESHNESS


def make_older(case: Case) -> None:
    """Bring a case back to the layout of an earlier version.

    Its posts have another column, its log tells of no step, its tables are of other code, its
    database has no table of steps, and Dagster's file says nothing of freshness.
    """
    posts = pq.read_table(case.table("posts"))
    renamed = ["older" if name == "is_back_dated" else name for name in posts.column_names]
    pq.write_table(posts.rename_columns(renamed), case.table("posts"))
    events = [e for e in run_log.read(case.runs_log) if e["event"] != "step"]
    for event in events:
        if event["event"] == "made":
            event["code_version"] = "older"
            event["data_version"] = file_sha256(case.table(event["table_name"]))
        if event["event"] == "published":
            event["lockstep_version"] = "0.0.1"
    case.runs_log.write_text("".join(json.dumps(event) + "\n" for event in events))
    with duckdb.connect(str(case.database)) as connection:
        connection.execute("drop table lineage.steps")
        connection.execute("alter table posts rename is_back_dated to older")
    config = case.folder.parents[1] / ".lockstep" / "dagster.yaml"
    config.write_text(WITHOUT_FRESHNESS)


def told(case: Case) -> dict[str, str]:
    """Return what the doctor finds of the case and of Dagster's file."""
    rows = json.loads(lockstep("--root", case.folder.parents[1], "doctor", "--json").stdout)
    return {row["subject"]: row["found"] for row in rows}


def test_the_next_run_brings_an_older_case_to_the_layout_of_today(finished_case: Path) -> None:
    """The doctor says so before; what is published can be read meanwhile; every table is as new."""
    case = Case(finished_case)
    as_new = small_case.table_hashes(case.folder)
    make_older(case)

    before = told(case)
    assert before["case small"].startswith("published by lockstep 0.0.1")
    assert before["dagster.yaml"] == "as an earlier version wrote it"
    asked = lockstep("sql", case.folder, "select count(*) > 0 as n from findings")
    assert asked.stdout == "n\ntrue\n"

    said = lockstep("run", case.folder)

    assert said.returncode == 0, said.stderr
    assert small_case.table_hashes(case.folder) == as_new
    assert told(case)["case small"] == "published"
    assert "dagster.yaml" not in told(case)
    query = "select run_id, count(*) from lineage.steps group by run_id"
    with duckdb.connect(str(case.database), read_only=True) as client:
        ((run_id, steps_n),) = client.execute(query).fetchall()
        assert client.execute("select count(is_back_dated) > 0 from posts").fetchall() == [(True,)]
    assert steps_n > len(as_new)
    assert run_id == run_log.read(case.runs_log)[-1]["run_id"]
