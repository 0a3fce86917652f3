"""What is told when a run of the daemon's fails: a report in the case's log, posted if asked."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg
from dagster._core.errors import DagsterAssetCheckFailedError
from dagster_shared.error import SerializableErrorInfo

import data_contracts
from assets.cases import Case
from assets.resources import Workspace
from lockstep import errors
from lockstep.errors import LockstepError
from lockstep.export import run_log
from lockstep.files import whole_file
from pipeline.webhook import WEBHOOK, post

# Their messages hold names, counts and keys; those of others may hold what a post says.
_OURS = {name for name in vars(errors) if name.endswith("Error")}


@dg.run_failure_sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Writes a report of each failed run into the log of its case, and posts it to the "
    f"address in {WEBHOOK}, if there is one.",
)
def failed_runs(context: dg.RunFailureSensorContext, workspace: Workspace) -> None:
    """Report a failed run."""
    key = context.dagster_run.tags.get("dagster/partition")
    if key is None:
        post(_of_no_case(context), context.log)
        return
    try:
        case = workspace.case(key)
    except LockstepError as error:
        context.log.warning("case %s cannot be told of its failure: %s", key, error)
        return
    text = failure_report(case, context.dagster_run, told_errors(context))
    path = case.failures / f"{context.dagster_run.run_id}.txt"
    with whole_file(path) as file:
        file.write(text.encode())
    context.log.info("wrote %s", path)
    post(text, context.log)


def _of_no_case(context: dg.RunFailureSensorContext) -> str:
    run = context.dagster_run
    head = f"Run {run.run_id} of job {run.job_name} failed; it is of no case."
    return "\n".join([head, *told_errors(context), "What to do: lockstep ui shows the run.", ""])


def failure_report(case: Case, run: dg.DagsterRun, reasons: list[str]) -> str:
    """Return what is told of a failed run: where, why, what is published, what to do.

    Args:
        case: Its case.
        run: The run.
        reasons: What went wrong, a line or more each.
    """
    last = run_log.last_published(case.runs_log)
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    lines = [
        f"Run {run.run_id} of case {case.folder.name} failed, {now}",
        f"Job: {run.job_name}. Folder: {case.folder}",
        "",
        *(reasons or ["No step says why: its process was killed, or could not be started."]),
        *_broken_rules(case, run.run_id),
        "",
        f"Published is what run {last['run_id']} made at {last['at']}."
        if last
        else "Nothing has been published yet.",
        f"What to do: lockstep run {case.folder} tells it in full; lockstep ui shows the run.",
    ]
    return "\n".join(lines) + "\n"


def told_errors(context: dg.RunFailureSensorContext) -> list[str]:
    """Return what each failed step met: our errors in full, of others the kind alone."""
    return [
        f"Step {event.step_key}: {_told(list(_chain(event.step_failure_data.error)))}"
        for event in context.get_step_failure_events()
    ]


def _told(chain: list[SerializableErrorInfo]) -> str:
    for error in chain:
        if error.cls_name in _OURS:
            return str(error.message).partition(": ")[2].strip()
        if error.cls_name == DagsterAssetCheckFailedError.__name__:
            return "a rule that blocks publication does not hold"
    return str(chain[-1].cls_name) if chain else "stopped"


def _chain(error: SerializableErrorInfo | None) -> Iterator[SerializableErrorInfo]:
    while error is not None:
        yield error
        error = error.cause


def _asked(table: str, rule_id: str) -> str:
    """Return what a rule asks for, in the words of its contract."""
    rules = data_contracts.load(table).rules
    return next((rule.description for rule in rules if rule.id == rule_id), "")


def _broken_rules(case: Case, run_id: str) -> list[str]:
    return [
        f"Rule {e['rule_id']} of table {e['table_name']}: {e['rows_failing_n']:,} of "
        f"{e['rows_checked_n']:,} rows break it. {_asked(e['table_name'], e['rule_id'])}".rstrip()
        for e in run_log.read(case.checks_log)
        if e["run_id"] == run_id and e["severity"] == "critical" and not e["passed"]
    ]
