"""Only what was checked as it lies on disk is published, whole and named by its content."""

import json
from dataclasses import replace

import dagster as dg
import duckdb
import polars as pl
import pytest

from assets import publication
from assets.cases import Case
from assets.publication import publish, refuse_other_questions, refuse_unchecked
from lockstep.errors import ContractError
from lockstep.export import run_log
from lockstep.storage import file_sha256
from tests import toys
from tests.assets import toy_case
from tests.assets.toy_case import Known, other_frame, toy_frame


def checked(case: Case) -> list[run_log.Event]:
    """Return what publication asks of: each table and the version of its file."""
    names = ("toy", "other")
    return [{"table_name": n, "data_version": file_sha256(case.table(n))} for n in names]


def publications(case: Case) -> list[run_log.Event]:
    """Return what the case's log says of its publications."""
    return [event for event in run_log.read(case.runs_log) if event["event"] == "published"]


def test_checked_tables_may_be_published(case: Case) -> None:
    """Warnings do not matter."""
    toy_case.run(case, toy_frame(1, 103), other_frame(2))

    refuse_unchecked(case, checked(case))


def test_a_table_made_under_another_case_file_is_refused(case: Case) -> None:
    """A single asset made again after an edit would mix two questions."""
    toy_case.run(case, toy_frame(2), other_frame(1))
    refuse_other_questions(case, checked(case))
    with case.config.open("a", encoding="utf-8") as file:
        file.write("[timing]\nheadline_window_s = 30\n")

    with pytest.raises(ContractError, match=r"table toy: was not made under the case\.toml"):
        refuse_other_questions(case, checked(case))


def test_a_table_that_no_run_made_is_refused(case: Case) -> None:
    """Put there by hand."""
    toy_case.run(case, toy_frame(2), other_frame(1))
    case.write(toy_frame(4), "toy")

    with pytest.raises(ContractError, match=r"table toy: was not made under"):
        refuse_other_questions(case, checked(case))


def test_tables_that_were_never_checked_are_refused(case: Case) -> None:
    """Made, and nothing more."""
    toy_case.run(case, toy_frame(2), other_frame(1))
    case.checks_log.unlink()

    with pytest.raises(ContractError, match="table toy: rule filled was not checked"):
        refuse_unchecked(case, checked(case))


def test_a_table_changed_after_its_check_is_refused(case: Case) -> None:
    """By another run or by hand."""
    toy_case.run(case, toy_frame(2), other_frame(1))
    case.write(toy_frame(4), "toy")

    with pytest.raises(ContractError, match="table toy: rule filled was not checked"):
        refuse_unchecked(case, checked(case))


def test_a_table_whose_rule_does_not_hold_is_refused(case: Case) -> None:
    """The last check counts, also where an earlier one passed."""
    toy_case.run(case, toy_frame(2, 4), other_frame(2))
    toy_case.run(case, toy_frame(2, 4, 6), other_frame(2))

    with pytest.raises(ContractError, match="table toy: rule known does not hold"):
        refuse_unchecked(case, checked(case))


def test_a_rule_that_read_another_table_is_not_checked_once_that_changed(case: Case) -> None:
    """What held against the other table as it was says nothing of it as it is."""
    toy_case.run(case, toy_frame(2, 4), other_frame(2))
    toy_case.run(case, toy_frame(), other_frame(1), selection=["other"])

    with pytest.raises(ContractError, match="table toy: rule known was not checked"):
        refuse_unchecked(case, checked(case))


def test_a_check_by_another_contract_is_none(case: Case, known: Known) -> None:
    """A new version of the contract asks for new checks."""
    toy_case.run(case, toy_frame(2), other_frame(1))
    known(replace(toy_case.TOY, version="2.0.0"))

    with pytest.raises(ContractError, match="table toy: rule filled was not checked"):
        refuse_unchecked(case, checked(case))


def test_what_is_published_says_where_it_comes_from(case: Case) -> None:
    """Database, manifest and log name the run, the versions and the inputs alike."""
    result = toy_case.run(case, toy_frame(1, 4), other_frame(2))

    manifest = json.loads(case.manifest.read_text("utf-8"))
    (event,) = publications(case)
    with duckdb.connect(str(case.database), read_only=True) as connection:
        inputs = connection.sql(
            "select table_name, input_name from lineage.table_inputs"
        ).fetchall()
        versions = connection.sql(
            "select table_name, data_version, rows_n from lineage.table_versions order by all"
        ).fetchall()
        broken = connection.sql("select rule_id from lineage.checks where not passed").fetchall()
        rows = connection.sql("select k, n from toy").fetchall()

    assert manifest["run_id"] == event["run_id"] == result.run_id
    assert manifest["case"] == "toy-case"
    assert manifest["config_sha256"] == file_sha256(case.config)
    assert {n: t["sha256"] for n, t in manifest["tables"].items()} == {
        n: file_sha256(case.table(n)) for n in ("toy", "other")
    }
    assert versions == [(n, file_sha256(case.table(n)), 2) for n in ("other", "toy")]
    assert set(inputs) == {("toy", "case.toml"), ("other", "case.toml")}
    assert broken == [("even",)]
    assert rows == [(0, 1), (1, 4)]


def test_the_same_tables_are_the_same_publication(case: Case) -> None:
    """Its data version knows neither clock nor run."""

    def version() -> str:
        result = toy_case.run(case, toy_frame(2), other_frame(1))
        (made,) = result.asset_materializations_for_node("publication")
        return str((made.tags or {})["dagster/data_version"])

    first = version()

    assert version() == first
    assert len(publications(case)) == 2


@pytest.fixture
def findings(case: Case, known: Known) -> Case:
    """Return the toy case with a table of findings."""
    known(replace(toys.contract(columns={"k": "BIGINT"}), name="findings", group="findings"))
    case.write(pl.DataFrame({"k": [1]}), "findings")
    return case


def published(case: Case) -> run_log.Event:
    """Publish the findings and return what the log says of it."""
    specs = {"findings": dg.AssetSpec("findings", code_version="1")}
    event = publication._published(case, specs, "r1")
    publish(case, event)
    return event


def test_each_published_findings_is_kept_by_its_hash(findings: Case) -> None:
    """The log names the file, and its content is its name."""
    first = published(findings)["findings_sha256"]
    findings.write(pl.DataFrame({"k": [1, 2]}), "findings")
    second = published(findings)["findings_sha256"]
    published(findings)

    kept = {path.stem: file_sha256(path) for path in findings.history.iterdir()}
    assert kept == {first: first, second: second}
    assert [e["findings_sha256"] for e in run_log.read(findings.runs_log)] == [
        first,
        second,
        second,
    ]


def test_a_copy_that_was_cut_short_is_made_good(findings: Case) -> None:
    """What lies under the right name with other content is replaced."""
    version = file_sha256(findings.table("findings"))
    findings.history.mkdir(parents=True)
    (findings.history / f"{version}.parquet").write_bytes(b"PAR1")

    published(findings)

    assert file_sha256(findings.history / f"{version}.parquet") == version
