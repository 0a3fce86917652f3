"""Great Expectations judges the rule profile of a table.

Imported only inside a check: Great Expectations costs seconds. One custom expectation turns each
row of the profile into one result; the metric has no value keys, so it is computed once a suite.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import great_expectations as gx
import pandas as pd
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from data_contracts import Contract
from lockstep.rule_profile import RuleCount


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Great Expectations says of one rule; `error` when it could not judge."""

    rule_id: str
    passed: bool
    error: str | None


class RuleProfile(TableMetricProvider):
    """The profile as a mapping from rule to its counts."""

    metric_name = "rule_profile"

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805 - the decorator makes a class method of it
        execution_engine: PandasExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        **_: object,
    ) -> dict[str, dict[str, Any]]:
        frame, _, _ = execution_engine.get_compute_domain(
            metric_domain_kwargs, domain_type=MetricDomainTypes.TABLE
        )
        return {row["rule_id"]: row for row in frame.to_dict("records")}


class ExpectRuleToHold(BatchExpectation):
    """Expect no row of the whole table to break a rule.

    A rule that is missing from the profile, could not be run, or was counted with another
    predicate or over another number of rows than the table has, fails.
    """

    rule_id: str
    test_sha256: str
    rows_n: int
    metric_dependencies: ClassVar[tuple[str, ...]] = ("rule_profile",)
    success_keys: ClassVar[tuple[str, ...]] = ("rule_id", "test_sha256", "rows_n")
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id", "table")

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - GX names it
        execution_engine: object = None,  # noqa: ARG002 - GX names it
    ) -> dict[str, Any]:
        row = metrics["rule_profile"].get(self.rule_id)
        if row is None:
            return {"success": False, "result": {"details": "not in the rule profile"}}
        same = row["test_sha256"] == self.test_sha256 and row["checked_n"] == self.rows_n
        failing, checked = int(row["failing_n"]), int(row["checked_n"])
        return {
            "success": bool(same and failing == 0 and not row["error"]),
            "result": {
                "observed_value": failing,
                "element_count": checked,
                "unexpected_count": failing,
                # A query may count more failures than the table has rows.
                "unexpected_percent": min(100.0 * failing / checked, 100.0) if checked else 0.0,
                "partial_unexpected_list": list(row["sample_keys"]),
                "details": row["error"] or ("" if same else "stale or partial rule profile"),
            },
        }


def judge(contract: Contract, counts: Sequence[RuleCount], *, rows_n: int) -> tuple[Verdict, ...]:
    """Let Great Expectations judge each rule of a contract.

    Args:
        contract: The table's contract; a suite is built from it each time.
        counts: The table's rule profile.
        rows_n: Rows of the table, read from its file.

    Returns:
        One verdict a rule, in the contract's order.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas(contract.name)
    asset = source.add_dataframe_asset(contract.name)
    batch = asset.add_batch_definition_whole_dataframe("rule_profile").get_batch(
        {"dataframe": _profile_frame(counts)}
    )
    suite = gx.ExpectationSuite(contract.name, expectations=_expectations(contract, rows_n))
    judged = batch.validate(suite, result_format="SUMMARY")
    # Where rules share a name, the verdict that fails is the last and holds for all of them.
    ordered = sorted(map(_verdict, judged.results), key=lambda v: not v.passed)
    verdicts = {verdict.rule_id: verdict for verdict in ordered}
    return tuple(
        verdicts.get(rule.id, Verdict(rule.id, passed=False, error="not judged"))
        for rule in contract.rules
    )


def _profile_frame(counts: Iterable[RuleCount]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "rule_id": count.rule_id,
                "test_sha256": _sha256(count.test),
                "checked_n": count.checked_n,
                "failing_n": count.failing_n,
                "sample_keys": count.sample_keys,
                "error": count.error or "",
            }
            for count in counts
        ]
    )


def _expectations(contract: Contract, rows_n: int) -> list[ExpectRuleToHold]:
    return [
        ExpectRuleToHold(
            rule_id=rule.id,
            test_sha256=_sha256(str(rule.predicate or rule.query)),
            rows_n=rows_n,
            severity=FailureSeverity(rule.severity),
            description=rule.description,
            meta={"contract": contract.name, "contract_version": contract.version},
        )
        for rule in contract.rules
    ]


def _verdict(result: Any) -> Verdict:  # noqa: ANN401 - GX's result object
    rule_id = str(result.expectation_config.kwargs["rule_id"])
    details = result.result.get("details")
    if details is None:  # our expectation always gives them
        return Verdict(rule_id, passed=False, error="Great Expectations raised an exception")
    return Verdict(rule_id, passed=bool(result.success), error=details or None)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
