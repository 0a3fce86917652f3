"""Asset checks made from the contracts: each rule of a table, over every row of it.

Each critical rule is a blocking check of its own; the warnings of a table share one. What was
found is kept in the case's `log/checks.jsonl`: counts and row keys, never post text. Files that
were checked already, as they lie on disk, are not read again.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

import data_contracts
from assets.cases import Case
from assets.metadata import rows_n
from assets.partitions import CASES, checks_of_a_case
from assets.resources import Workspace
from assets.steps import step
from assets.versions import code_version
from data_contracts import Contract, Rule
from lockstep.export import run_log
from lockstep.lineage import tables_named
from lockstep.rule_profile import RuleCount, rule_profile
from lockstep.storage import file_sha256

WARNINGS = "warnings"
"""Name of the check that holds all warnings of a table."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rule, what was counted, and what Great Expectations said of it."""

    rule: Rule
    count: RuleCount
    passed: bool
    error: str | None


def contract_checks(table: str) -> dg.AssetChecksDefinition:
    """Return the checks of a table: `<table>_contract`."""
    contract = data_contracts.load(table)
    others = other_tables(contract)
    with checks_of_a_case():
        specs = _specs(contract, others)

    name = f"{table}_contract"

    @dg.multi_asset_check(name=name, specs=specs, can_subset=True)
    def checked(
        context: dg.AssetCheckExecutionContext, workspace: Workspace
    ) -> Iterable[dg.AssetCheckResult]:
        case, run_id = workspace.case(context.partition_key), context.run.run_id
        with step(case, name, run_id, {table: _code_version()}) as under_way:
            # Before the rows are read: what changes meanwhile counts as not checked.
            versions = {name: file_sha256(case.table(name)) for name in (table, *others)}
            outcomes = None if workspace.anew else known(case, contract, versions)
            if outcomes is not None:
                under_way.kept.add(table)
            else:
                outcomes = check_table(case, contract, others)
            _keep(case, contract, outcomes, run_id=run_id, versions=versions)
        selected = {key.name for key in context.selected_asset_check_keys}
        results = _results(context.partition_key, contract, outcomes)
        yield from (result for result in results if result.check_name in selected)

    return checked


def other_tables(contract: Contract) -> tuple[str, ...]:
    """Return the tables that a contract's rules read beside its own."""
    read = {name for rule in contract.rules for name in read_by(rule, contract)}
    return tuple(sorted(read - {contract.name}))


def read_by(rule: Rule, contract: Contract) -> tuple[str, ...]:
    """Return the tables that a rule reads, that of its contract first."""
    named = tables_named(rule.query.replace("{table}", contract.name)) if rule.query else ()
    return (contract.name, *(name for name in named if name != contract.name))


def check_table(case: Case, contract: Contract, others: Sequence[str]) -> list[Outcome]:
    """Count and judge every rule of one table of a case."""
    # Costs seconds: only a check may pay for it.
    from assets.expectations import judge

    paths = {name: case.table(name) for name in (contract.name, *others)}
    counts = rule_profile(contract, paths)
    verdicts = judge(contract, counts, rows_n=rows_n(case, contract.name))
    return [
        Outcome(rule, count, verdict.passed, verdict.error)
        for rule, count, verdict in zip(contract.rules, counts, verdicts, strict=True)
    ]


def known(case: Case, contract: Contract, versions: dict[str, str]) -> list[Outcome] | None:
    """Return what the last check of these very files by this very code found; None without one.

    A rule that could not be run is none that was checked.

    Args:
        case: The case.
        contract: The table's contract.
        versions: SHA-256 of the file of each table that the rules read.
    """
    last = {e["rule_id"]: e for e in run_log.read(case.checks_log, table_name=contract.name)}
    for rule in contract.rules:
        event = last.get(rule.id, {"error": "never checked"})
        asked = _asked(rule, contract, versions)
        if event["error"] or {name: event.get(name) for name in asked} != asked:
            return None
    return [_remembered(rule, last[rule.id]) for rule in contract.rules]


def _asked(rule: Rule, contract: Contract, versions: dict[str, str]) -> run_log.Event:
    """Return all that a result depends on: rule, contract, code, and the files it read."""
    written = json.dumps([rule.predicate, rule.query, rule.severity])
    return {
        "contract_version": contract.version,
        "rule_sha256": hashlib.sha256(written.encode()).hexdigest(),
        "code_version": _code_version(),
        "versions": {name: versions[name] for name in read_by(rule, contract)},
    }


def _code_version() -> str:
    return code_version("assets.expectations", "checks", ())


def _remembered(rule: Rule, event: run_log.Event) -> Outcome:
    count = RuleCount(
        rule.id,
        rule.severity,
        test=str(rule.predicate or rule.query),
        checked_n=event["rows_checked_n"],
        failing_n=event["rows_failing_n"],
        sample_keys=tuple(event["sample_keys"]),
    )
    return Outcome(rule, count, passed=event["passed"], error=None)


def _specs(contract: Contract, others: tuple[str, ...]) -> list[dg.AssetCheckSpec]:
    critical = [rule for rule in contract.rules if rule.severity == "critical"]
    warnings = [rule for rule in contract.rules if rule.severity == "warning"]
    specs = [_spec(contract, others, r.id, r.description, blocking=True) for r in critical]
    if warnings:
        about = " ".join(rule.description for rule in warnings)
        specs.append(_spec(contract, others, WARNINGS, about, blocking=False))
    return specs


def _spec(
    contract: Contract, others: tuple[str, ...], name: str, description: str, *, blocking: bool
) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name,
        asset=contract.name,
        description=description,
        blocking=blocking,
        additional_deps=_made_before(contract, others),
        partitions_def=CASES,
    )


def _made_before(contract: Contract, others: tuple[str, ...]) -> list[str]:
    """Return the other tables that another step makes.

    Staged tables come out of one step and may name each other; as dependencies they would make a
    circle of their blocking checks.
    """
    together = data_contracts.names("staged") if contract.group == "staged" else ()
    return [name for name in others if name not in together]


def _results(
    key: str, contract: Contract, outcomes: list[Outcome]
) -> Iterator[dg.AssetCheckResult]:
    for outcome in outcomes:
        if outcome.rule.severity == "critical":
            yield _result(key, contract, outcome.rule.id, [outcome], dg.AssetCheckSeverity.ERROR)
    warnings = [outcome for outcome in outcomes if outcome.rule.severity == "warning"]
    if warnings:
        yield _result(key, contract, WARNINGS, warnings, dg.AssetCheckSeverity.WARN)


def _result(
    key: str,
    contract: Contract,
    name: str,
    outcomes: list[Outcome],
    severity: dg.AssetCheckSeverity,
) -> dg.AssetCheckResult:
    broken = [outcome for outcome in outcomes if not outcome.passed]
    rules = ", ".join(outcome.rule.id for outcome in broken)
    return dg.AssetCheckResult(
        asset_key=contract.name,
        check_name=name,
        passed=not broken,
        severity=severity,
        description=f"case {key} breaks {rules}" if rules else f"case {key} is in order",
        metadata={
            "rows_checked_n": max(outcome.count.checked_n for outcome in outcomes),
            "rows_failing_n": sum(outcome.count.failing_n for outcome in outcomes),
            "broken": [_broken(outcome) for outcome in broken],
        },
    )


def _broken(outcome: Outcome) -> dict[str, object]:
    return {
        "rule": outcome.rule.id,
        "rows_failing_n": outcome.count.failing_n,
        "sample_keys": list(outcome.count.sample_keys),
        "error": outcome.count.error or outcome.error,
    }


def _keep(
    case: Case,
    contract: Contract,
    outcomes: list[Outcome],
    *,
    run_id: str,
    versions: dict[str, str],
) -> None:
    now = datetime.now(UTC).isoformat()
    run_log.append(
        case.checks_log,
        [
            {
                "run_id": run_id,
                "table_name": contract.name,
                "rule_id": outcome.rule.id,
                "severity": outcome.rule.severity,
                "passed": outcome.passed,
                "rows_checked_n": outcome.count.checked_n,
                "rows_failing_n": outcome.count.failing_n,
                "sample_keys": list(outcome.count.sample_keys),
                "error": outcome.count.error or outcome.error,
                "data_version": versions[contract.name],
                **_asked(outcome.rule, contract, versions),
                "checked_at": now,
            }
            for outcome in outcomes
        ],
    )
