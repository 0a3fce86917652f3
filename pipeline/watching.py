"""What runs without being asked: cases that changed, and the daily look at all of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from assets.cases import Case
from assets.exclusive import is_held
from assets.partitions import CASES
from assets.received import is_published, observed, received
from assets.resources import Workspace
from lockstep.errors import LockstepError
from lockstep.storage import file_sha256
from pipeline.abandoned import end_abandoned

JOB = "case"
CHECKS = "checks"
STATES = "states"

_AT_WORK = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


class Hashes:
    """SHA-256 of files, remembered while size and time of a file stay as they were.

    A file that was only touched is read again and found the same.
    """

    def __init__(self, remembered: str | None) -> None:
        """Take up what an earlier look wrote down."""
        self._before: dict[str, list[Any]] = json.loads(remembered or "{}")
        self._now: dict[str, list[Any]] = {}

    def __call__(self, path: Path) -> str:
        """Return the hash of a file."""
        stat = path.stat()
        known = self._before.get(str(path), [])
        same = known[:2] == [stat.st_size, stat.st_mtime_ns]
        sha256 = str(known[2]) if same else file_sha256(path)
        self._now[str(path)] = [stat.st_size, stat.st_mtime_ns, sha256]
        return sha256

    def written(self) -> str:
        """Return what this look saw, for the next one."""
        return json.dumps(self._now)


@dg.sensor(
    job_name=JOB,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Runs a case whose case.toml or exports are not those of its last run. Content "
    "counts, not time. A content that failed is not tried again until it changes.",
)
def changed_cases(context: dg.SensorEvaluationContext, workspace: Workspace) -> dg.SensorResult:
    """Ask for a run of each case that was given something new."""
    end_abandoned(context.instance, workspace)
    sha256 = Hashes(context.cursor)
    requests: list[dg.RunRequest] = []
    events: list[dg.AssetObservation] = []
    for case in workspace.cases():
        try:
            versions = received(case, sha256)
            if is_published(case, versions) or _is_at_work(context.instance, case):
                continue
        except (LockstepError, OSError) as error:
            context.log.warning("case %s cannot run: %s", case.folder.name, error)
            continue
        events += observed(case, versions)
        requests.append(_request(case, versions))
    return dg.SensorResult(
        run_requests=requests,
        asset_events=events,
        cursor=sha256.written(),
        dynamic_partitions_requests=[
            CASES.build_add_request([str(request.partition_key) for request in requests])
        ],
    )


def _request(case: Case, versions: dict[str, str]) -> dg.RunRequest:
    name = case.folder.name
    return dg.RunRequest(run_key=f"{name} {json.dumps(versions)}", partition_key=name)


def _is_at_work(instance: dg.DagsterInstance, case: Case) -> bool:
    if is_held(case):  # a run of another workspace's, too
        return True
    of_case = {"dagster/partition": case.folder.name}
    return bool(instance.get_runs(dg.RunsFilter(statuses=_AT_WORK, tags=of_case), limit=1))


@dg.schedule(
    job_name=CHECKS,
    cron_schedule="0 5 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Checks every table of every case once more, each morning at five (UTC).",
)
def daily_checks(
    context: dg.ScheduleEvaluationContext, workspace: Workspace
) -> Iterator[dg.RunRequest]:
    """Ask for a check of each case that has run and is still there."""
    there = {case.folder.name for case in workspace.cases()}
    ran = context.instance.get_dynamic_partitions(str(CASES.name))
    for name in sorted(there.intersection(ran)):
        key = f"{name} {context.scheduled_execution_time.isoformat()}"
        yield dg.RunRequest(run_key=key, partition_key=name)


regular_look = dg.ScheduleDefinition(
    name="regular_look",
    job_name=STATES,
    cron_schedule="15 */6 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Looks how every case stands, every six hours: published of what it is given, and "
    "checked within the last day.",
)
