"""Each critical rule is a blocking check of its own; what is kept are counts and keys."""

import json
import re
from dataclasses import replace
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

import data_contracts
from assets import checks
from assets.cases import Case
from assets.checks import WARNINGS, contract_checks, other_tables
from assets.partitions import CASES
from data_contracts import Contract, Rule
from lockstep.export import run_log
from lockstep.storage import empty, file_sha256
from tests.assets import toy_case
from tests.assets.toy_case import other_frame, toy_frame


def specs(table: str) -> dict[str, dg.AssetCheckSpec]:
    """Return the checks of a table by name."""
    return {spec.name: spec for spec in contract_checks(table).check_specs}


def evaluations(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetCheckEvaluation]:
    """Return what the checks of the toy table found, by name."""
    found = result.get_asset_check_evaluations()
    return {e.check_name: e for e in found if e.asset_key.to_user_string() == "toy"}


@pytest.mark.parametrize("table", data_contracts.names())
def test_every_contract_becomes_checks(table: str) -> None:
    """One blocking check a critical rule, one that does not block for all warnings."""
    rules = data_contracts.load(table).rules
    critical = {rule.id for rule in rules if rule.severity == "critical"}
    warnings = {WARNINGS for rule in rules if rule.severity == "warning"}

    found = specs(table)

    assert set(found) == critical | warnings
    assert {name for name, spec in found.items() if spec.blocking} == critical
    assert all(re.fullmatch(r"[A-Za-z0-9_]+", name) for name in found)
    assert all(spec.description for spec in found.values())
    assert all(spec.partitions_def == CASES for spec in found.values())


def test_a_check_waits_for_every_table_its_rules_read() -> None:
    """The other tables of a rule are its dependencies."""
    others = other_tables(data_contracts.load("finding_evidence"))
    waits = {
        dep.asset_key.to_user_string()
        for spec in specs("finding_evidence").values()
        for dep in spec.additional_deps
    }

    assert others == ("findings", "records")
    assert waits == set(others)


def test_good_tables_are_checked_and_published(case: Case) -> None:
    """Every result says how many rows were checked, and nothing is broken."""
    result = toy_case.run(case, toy_frame(2, 4, 6), other_frame(3))

    assert result.success
    found = evaluations(result)
    assert set(found) == {"filled", "known", WARNINGS}
    for evaluation in found.values():
        assert evaluation.passed
        assert evaluation.metadata["rows_checked_n"].value == 3
        assert evaluation.metadata["rows_failing_n"].value == 0
        assert evaluation.metadata["broken"].value == []
    assert case.database.is_file()
    assert case.manifest.is_file()


def test_a_broken_warning_is_told_and_blocks_nothing(case: Case) -> None:
    """The one check of all warnings names each that is broken, with counts and keys."""
    result = toy_case.run(case, toy_frame(1, 102, 103), other_frame(3))

    assert result.success
    warned = evaluations(result)[WARNINGS]
    assert not warned.passed
    assert (warned.partition, warned.description) == (
        "toy-case",
        "case toy-case breaks small, even",
    )
    assert warned.severity == dg.AssetCheckSeverity.WARN
    assert warned.metadata["rows_failing_n"].value == 4
    assert warned.metadata["broken"].value == [
        {"rule": "small", "rows_failing_n": 2, "sample_keys": ["1", "2"], "error": None},
        {"rule": "even", "rows_failing_n": 2, "sample_keys": ["0", "2"], "error": None},
    ]
    assert case.database.is_file()


def test_a_broken_critical_rule_stops_publication_and_every_result_is_kept(case: Case) -> None:
    """The other checks are recorded all the same; the last good database stays."""
    toy_case.run(case, toy_frame(2, 4), other_frame(2))
    before = case.database.read_bytes()

    result = toy_case.run(case, toy_frame(None, 3, 5), other_frame(2))

    assert not result.success
    found = evaluations(result)
    assert {name: e.passed for name, e in found.items()} == {
        "filled": False,
        "known": False,
        WARNINGS: False,
    }
    assert found["filled"].severity == dg.AssetCheckSeverity.ERROR
    assert found["filled"].blocking
    assert case.database.read_bytes() == before
    assert not [e for e in result.all_node_events if "publication" in str(e.step_key)]


def test_neither_dagster_nor_the_log_learns_a_value(case: Case) -> None:
    """Counts and row keys are kept, never what a row says."""
    result = toy_case.run(case, toy_frame(None, 103), other_frame(1))

    told = [
        json.dumps({n: m.value for n, m in e.metadata.items()})
        for e in evaluations(result).values()
    ]
    logged = case.checks_log.read_text("utf-8")
    assert "private" not in logged + "".join(told)
    assert '"1"' in logged


def test_every_rule_of_every_check_is_logged(case: Case) -> None:
    """With the run, the contract's version, and the file that was checked."""
    result = toy_case.run(case, toy_frame(1, 102), other_frame(2))

    events = [e for e in run_log.read(case.checks_log) if e["table_name"] == "toy"]
    assert [e["rule_id"] for e in events] == ["filled", "known", "small", "even"]
    assert [e["passed"] for e in events] == [True, True, False, False]
    assert [e["sample_keys"] for e in events] == [[], [], ["1"], ["0"]]
    for event in events:
        assert event["run_id"] == result.run_id
        assert event["contract_version"] == "1.0.0"
        assert event["data_version"] == file_sha256(case.table("toy"))
        assert event["rows_checked_n"] == 2
        assert event["error"] is None
    assert run_log.lineage_tables([], events)["checks"].height == 4


def test_a_rule_that_cannot_be_run_blocks(case: Case) -> None:
    """Its other table is gone: the check says so and nothing is published."""
    toy_case.run(case, toy_frame(2), other_frame(1), selection=["toy", "other"])

    outcomes = checks.check_table(case, toy_case.TOY, ("other",))
    assert all(outcome.passed for outcome in outcomes)
    outcomes = checks.check_table(case, toy_case.TOY, ())
    broken = [(o.rule.id, o.count.error) for o in outcomes if not o.passed]
    assert broken == [("known", "CatalogException")]


def test_files_that_were_checked_are_not_read_again(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found of these very files is told again; of others it is not known."""
    toy_case.run(case, toy_frame(None, 103), other_frame(1))
    first = [e for e in run_log.read(case.checks_log) if e["table_name"] == "toy"]
    versions = {name: file_sha256(case.table(name)) for name in ("toy", "other")}

    remembered = checks.known(case, toy_case.TOY, versions)
    assert remembered == checks.check_table(case, toy_case.TOY, ("other",))
    monkeypatch.setattr(checks, "check_table", lambda *_: pytest.fail("read again"))
    result = toy_case.run(case, toy_frame(None, 103), other_frame(1))

    again = [e for e in run_log.read(case.checks_log) if e["run_id"] == result.run_id]
    told = [{**e, "run_id": "", "checked_at": ""} for e in again if e["table_name"] == "toy"]
    assert told == [{**e, "run_id": "", "checked_at": ""} for e in first]
    assert not evaluations(result)["filled"].passed


@pytest.mark.parametrize(
    "changed",
    [
        replace(toy_case.TOY, version="2.0.0"),
        replace(toy_case.TOY, rules=(*toy_case.TOY.rules, Rule("new", "New.", "warning", "n > 5"))),
        replace(toy_case.TOY, rules=(replace(toy_case.TOY.rules[0], predicate="n = 0"),)),
    ],
)
def test_another_contract_is_checked_anew(case: Case, changed: Contract) -> None:
    """Another version, a rule more, a rule that asks for something else."""
    toy_case.run(case, toy_frame(2), other_frame(1))
    versions = {name: file_sha256(case.table(name)) for name in ("toy", "other")}

    assert checks.known(case, toy_case.TOY, versions) is not None
    assert checks.known(case, changed, versions) is None
    assert checks.known(case, toy_case.TOY, {**versions, "other": "another file"}) is None


def test_a_rule_that_could_not_be_run_is_asked_again(case: Case) -> None:
    """An error is no result."""
    toy_case.run(case, toy_frame(2), other_frame(1))
    versions = {name: file_sha256(case.table(name)) for name in ("toy", "other")}
    events = run_log.read(case.checks_log)
    run_log.append(case.checks_log, [{**events[-1], "error": "out of memory"}])

    assert events[-1]["table_name"] == "toy"
    assert checks.known(case, toy_case.TOY, versions) is None


def test_only_the_checks_that_were_asked_for_are_reported(case: Case) -> None:
    """One check can be run alone."""
    known = dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey("toy"), "known"))
    tables = dg.AssetSelection.assets("toy", "other").without_checks()

    result = toy_case.run(case, toy_frame(2), other_frame(1), selection=tables | known)

    assert set(evaluations(result)) == {"known"}


def test_a_gate_of_the_method_that_fails_is_a_warning(tmp_path: Path) -> None:
    """Told by its key; it blocks nothing, since the findings say what it forbids."""
    case = Case(tmp_path)
    row = {"gate": "span", "scope": "network", "subject": "network", "note": "Told."}
    rows = [{**row, "outcome": "fail"}, {**row, "gate": "zone", "outcome": "pass"}]
    gates = empty("gates")
    case.write(pl.concat([gates, pl.DataFrame(rows)], how="diagonal_relaxed"), "gates")
    contract = data_contracts.load("gates")

    found = {o.rule.id: o for o in checks.check_table(case, contract, other_tables(contract))}

    failing = found["no_gate_fails"]
    assert (failing.rule.severity, failing.passed, failing.count.failing_n) == ("warning", False, 1)
    assert "span" in failing.count.sample_keys[0]
