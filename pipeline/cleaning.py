"""Dagster's storage grows by megabytes a run; the runs before the last few of each case go."""

from collections import defaultdict
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage

KEPT_RUNS_N = 30
"""Runs that are kept of each case and job. What they found stays in the case's own log."""

CLEANING = "cleaning"

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def remove_old_runs(instance: dg.DagsterInstance, *, kept_n: int = KEPT_RUNS_N) -> int:
    """Delete ended runs beyond the newest of each case and job; return how many."""
    runs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for record in instance.get_run_records(dg.RunsFilter(statuses=_ENDED)):  # newest first
        run = record.dagster_run
        runs[run.tags.get("dagster/partition", ""), run.job_name].append(run.run_id)
    old = [run_id for of_one in runs.values() for run_id in of_one[kept_n:]]
    for run_id in old:
        instance.delete_run(run_id)
        _remove_file(instance, run_id)
    return len(old)


def _remove_file(instance: dg.DagsterInstance, run_id: str) -> None:
    """Remove the file that held the events of a run: Dagster empties it and leaves it there."""
    storage = instance.event_log_storage
    if isinstance(storage, SqliteEventLogStorage):
        for suffix in ("", "-wal", "-shm"):
            Path(storage.path_for_shard(run_id) + suffix).unlink(missing_ok=True)


@dg.op(description="Deletes old runs from Dagster's storage.")
def old_runs(context: dg.OpExecutionContext) -> None:
    """Delete them, and say how many."""
    context.log.info("removed %d old runs", remove_old_runs(context.instance))


@dg.job(
    name=CLEANING,
    description=f"Keeps the newest {KEPT_RUNS_N} runs of each case and job.",
    executor_def=dg.in_process_executor,
)
def cleaning() -> None:
    """Keep Dagster's storage small."""
    old_runs()


daily_cleaning = dg.ScheduleDefinition(
    name="daily_cleaning",
    job=cleaning,
    cron_schedule="30 5 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Removes old runs each morning at half past five (UTC).",
)
