"""Run the real job of a case, in this process, against the real instance of its workspace."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

import data_contracts
from assets.cases import Case
from assets.received import observed, received
from assets.resources import Workspace
from lockstep.errors import ContractError
from lockstep.export import run_log
from lockstep.ingest.meanings import why
from pipeline.cleaning import remove_old_runs
from pipeline.definitions import build_defs
from pipeline.open_storage import held_open
from pipeline.progress import Progress
from pipeline.watching import JOB


@dataclass(frozen=True, slots=True)
class Done:
    """A finished run: its id, and the rules of severity warning that do not hold."""

    run_id: str
    warnings: tuple[run_log.Event, ...]


def execute(
    case: Case,
    root: Path,
    *,
    surrogate_cases_n: int = 0,
    anew: bool = False,
    definitions: Callable[..., dg.Definitions] = build_defs,
) -> Done:
    """Make, check and publish a case.

    Args:
        case: The case; the caller holds it (`assets.exclusive`).
        root: Its workspace; Dagster's home is prepared already.
        surrogate_cases_n: Surrogates on which the error rates of the case are measured; none keeps
            the table `case_calibration` where its inputs are as they were.
        anew: Whether tables that are as they would be made are made and checked again.
        definitions: Builds the definitions from `resources` and `loggers`.

    Raises:
        ContractError: A critical rule does not hold; nothing was published.
        LockstepError: Whatever a table's function raises.
        KeyboardInterrupt: The user interrupted the run.
    """
    key, run_id = case.folder.name, str(uuid.uuid4())
    folders = {key: str(case.folder)}
    workspace = Workspace(root=str(root), folders=folders, anew=anew, is_holder=True)
    with Progress() as progress, dg.DagsterInstance.get() as instance:
        defs = definitions(
            resources={"workspace": workspace}, loggers={"console": progress.logger()}
        )
        job = defs.resolve_job_def(JOB)
        instance.add_dynamic_partitions("case", [key])
        for event in observed(case, received(case)):
            instance.report_runless_asset_event(event)
        try:
            with held_open(instance, run_id):
                job.execute_in_process(
                    run_config=_run_config(surrogate_cases_n),
                    instance=instance,
                    partition_key=key,
                    run_id=run_id,
                )
        except dg.DagsterExecutionInterruptedError:
            raise KeyboardInterrupt from None
        except dg.DagsterError:
            _raise_broken_rules(case, run_id)
            raise
        remove_old_runs(instance)
    return Done(run_id, _failed(case, run_id, "warning"))


def _run_config(surrogate_cases_n: int) -> dict[str, Any]:
    # A logger that the run does not name is not used.
    config: dict[str, Any] = {"loggers": {"console": {}}}
    if surrogate_cases_n:
        of_op = {"config": {"surrogate_cases_n": surrogate_cases_n}}
        config["ops"] = {"case_calibration": of_op}
    return config


def _raise_broken_rules(case: Case, run_id: str) -> None:
    broken = _failed(case, run_id, "critical")
    if broken:
        first, keys = broken[0], ", ".join(broken[0]["sample_keys"])
        rule = {r.id: r for r in data_contracts.load(first["table_name"]).rules}[first["rule_id"]]
        others = f" (and {len(broken) - 1} more rules)" if len(broken) > 1 else ""
        if first["rule_id"] == "quarantine_within_limit":
            raise _too_much_quarantined(case)
        raise ContractError(
            f"{first['rows_failing_n']} of {first['rows_checked_n']} rows break rule "
            f"{first['rule_id']}{others}{f'; keys: {keys}' if keys else ''}. Nothing was published",
            where=f"table {first['table_name']}",
            expected=rule.description,
            fix=f"look at {case.table(first['table_name'])} and {case.checks_log}",
        )


def _too_much_quarantined(case: Case) -> ContractError:
    """Return what was set aside of files that lose more than they may, and how to mend it."""
    limit = f"{100 * case.settings.quarantine.max_share:g} %"
    allowed_n = pl.col("max_quarantine_share") * pl.col("records_in")
    beyond = case.read("sources").filter(pl.col("quarantined_n") > allowed_n)
    apart = (
        case.read("quarantine")
        .join(beyond.select("source_id", "file_name", "records_in"), on="source_id")
        .group_by("file_name", "records_in", "reason")
        .agg(pl.len().alias("n"), pl.col("detail").sort().first(), pl.col("source_row").min())
        .sort("file_name", "n", "reason", descending=[False, True, False])
        .collect()
    )
    told = "; ".join(
        f"{row['file_name']}: {row['n']} of {row['records_in']} {why(row['reason'])}, the first "
        f"in row {row['source_row']} ({row['detail'] or 'nothing there'})"
        for row in apart.iter_rows(named=True)
    )
    return ContractError(
        f"more than {limit} of a file's records were set aside: {told}. Nothing was published",
        where=str(case.folder),
        expected=f"at most {limit} of the records of each file in quarantine",
        fix="mend case.toml as it says there, or export the file again. To see the records: "
        f"lockstep quarantine show {case.folder}. To do without them: "
        f"lockstep run {case.folder} --max-quarantine-share SHARE",
    )


def _failed(case: Case, run_id: str, severity: str) -> tuple[run_log.Event, ...]:
    return tuple(
        event
        for event in run_log.read(case.checks_log)
        if event["run_id"] == run_id and event["severity"] == severity and not event["passed"]
    )
