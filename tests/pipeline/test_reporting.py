"""A failed run leaves a report that a person can read, and calls an address only if it is named."""

import json
from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import pytest

import data_contracts
from assets.resources import Workspace
from lockstep.errors import ContractError
from lockstep.export import run_log
from pipeline.reporting import failed_runs
from pipeline.webhook import WEBHOOK
from tests.pipeline.test_watching import make

OF_MALI = {"dagster/partition": "mali"}


def failed(
    root: Path, error: Exception, *, tags: Mapping[str, str] = OF_MALI
) -> dg.RunFailureSensorContext:
    """Return what the sensor is given of a run whose one step met an error."""

    @dg.op
    def measures() -> None:
        raise error

    @dg.job(name="case")
    def fails() -> None:
        measures()

    instance = dg.DagsterInstance.ephemeral()
    result = fails.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
    return dg.build_run_status_sensor_context(
        sensor_name="failed_runs",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=instance,
        dagster_run=result.dagster_run,
        resources={"workspace": Workspace(root=str(root))},
    ).for_run_failure()


def reported(root: Path, context: dg.RunFailureSensorContext) -> str:
    """Let the sensor report, and return what it wrote."""
    with context:
        failed_runs(context)
    file = root / "cases" / "mali" / "log" / "failures" / f"{context.dagster_run.run_id}.txt"
    return file.read_text("utf-8")


def test_our_errors_are_told_in_full(tmp_path: Path) -> None:
    """Step, what, where, what to do, the broken rules, and what is published."""
    folder = make(tmp_path, "mali")
    context = failed(tmp_path, ContractError("3 rows", where="table posts", fix="look at it"))
    run_log.append(
        folder / "log" / "checks.jsonl",
        [
            {
                "run_id": context.dagster_run.run_id,
                "table_name": "posts",
                "rule_id": "key_unique",
                "severity": "critical",
                "passed": False,
                "rows_checked_n": 1_000,
                "rows_failing_n": 3,
            }
        ],
    )
    run_log.append(
        folder / "log" / "runs.jsonl", [{"event": "published", "run_id": "former", "at": "then"}]
    )

    told = reported(tmp_path, context)

    assert told.startswith(f"Run {context.dagster_run.run_id} of case mali failed, 2")
    assert "Step measures: table posts: 3 rows\nWhat to do: look at it\n" in told
    (rule,) = (rule for rule in data_contracts.load("posts").rules if rule.id == "key_unique")
    broken = "Rule key_unique of table posts: 3 of 1,000 rows break it"
    assert f"{broken}. {rule.description}\n" in told
    assert "Published is what run former made at then." in told
    assert "Traceback" not in told


def test_of_other_errors_the_kind_is_told(tmp_path: Path) -> None:
    """Their words may be those of a post."""
    make(tmp_path, "mali")

    told = reported(tmp_path, failed(tmp_path, ValueError("Tél : 30 11 22 88")))

    assert "Step measures: ValueError\n" in told
    assert "30 11" not in told
    assert "Nothing has been published yet." in told


def test_a_case_that_is_gone_is_no_error(tmp_path: Path) -> None:
    """There is no log to write to."""
    with failed(tmp_path, ValueError("x")) as context:
        failed_runs(context)

    assert list(tmp_path.iterdir()) == []


def test_the_report_is_posted_where_the_operator_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, posted: tuple[str, list[bytes]]
) -> None:
    """As JSON, its text under `text`; nowhere unless an address is named."""
    make(tmp_path, "mali")
    address, bodies = posted
    monkeypatch.delenv(WEBHOOK, raising=False)
    reported(tmp_path, failed(tmp_path, ValueError("x")))
    assert bodies == []

    monkeypatch.setenv(WEBHOOK, address)
    told = reported(tmp_path, failed(tmp_path, ValueError("x")))

    assert [json.loads(body) for body in bodies] == [{"text": told}]


def test_a_run_of_no_case_is_posted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, posted: tuple[str, list[bytes]]
) -> None:
    """The look at all cases, or the cleaning: there is no log to write to."""
    address, bodies = posted
    monkeypatch.setenv(WEBHOOK, address)
    with failed(tmp_path, ValueError("x"), tags={}) as context:
        failed_runs(context)

    (told,) = (json.loads(body)["text"] for body in bodies)
    assert "of job case failed; it is of no case.\nStep measures: ValueError\n" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/none", "file:///etc/passwd"])
def test_an_address_that_does_not_answer_hides_no_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """The file is written all the same."""
    make(tmp_path, "mali")
    monkeypatch.setenv(WEBHOOK, address)

    assert "ValueError" in reported(tmp_path, failed(tmp_path, ValueError("x")))
