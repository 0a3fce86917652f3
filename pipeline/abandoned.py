"""Runs that Dagster believes under way although their process is gone: killed, or out of memory."""

import time

import dagster as dg

from assets.exclusive import is_held
from assets.resources import Workspace
from lockstep.errors import LockstepError

# Between the moment a run counts as started and the moment it asks for its case.
_GRACE_S = 60.0

_UNDER_WAY = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def end_abandoned(instance: dg.DagsterInstance, workspace: Workspace) -> list[str]:
    """Note as failed each run under way whose case nobody holds, and return their ids.

    Otherwise the case would count as being run for ever, and the queue would wait.
    """
    ended = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=_UNDER_WAY)):
        run = record.dagster_run
        key = run.tags.get("dagster/partition")
        is_old = record.start_time is not None and time.time() - record.start_time > _GRACE_S
        if key is not None and is_old and not _is_held(workspace, key):
            instance.report_run_failed(
                run, "its process is gone: it was killed, or ran out of memory"
            )
            ended.append(run.run_id)
    return ended


def _is_held(workspace: Workspace, key: str) -> bool:
    try:
        return is_held(workspace.case(key))
    except LockstepError:  # its folder is gone, and with it whoever held it
        return False
