"""The step from one publication of a case to the next: all of it, whenever the process ends.

Database and manifest are two files. What is about to be published is written down first; a run
that finds such a note takes the step to its end if the new database is in place, else forgets it.
"""

import json

import duckdb

from assets.cases import Case
from lockstep.export import run_log
from lockstep.export.database import build_database
from lockstep.export.manifest import write_manifest


def swap_in(case: Case, event: run_log.Event, manifest: run_log.Event) -> None:
    """Publish tables: the database, then the manifest, then the line in the log.

    Args:
        case: The case.
        event: What the log will say of it.
        manifest: What the manifest will say of it.
    """
    write_manifest(case.step, {"event": event, "manifest": manifest})
    runs = [*run_log.read(case.runs_log), event]
    names = [table["table_name"] for table in event["tables"]]
    try:
        build_database(
            case.database,
            tables={name: case.table(name) for name in names},
            lineage=run_log.lineage_tables(runs, run_log.read(case.checks_log)),
        )
    except BaseException:
        finish_swap(case)
        raise
    _complete(case, event, manifest)


def finish_swap(case: Case) -> None:
    """Take the step to its end that a killed run began; only the holder of the case may."""
    if not case.step.is_file():
        return
    begun = json.loads(case.step.read_text("utf-8"))
    event = begun["event"]
    is_noted = event in run_log.read(case.runs_log)
    if _is_in_place(case, event["run_id"]) and not is_noted:
        _complete(case, event, begun["manifest"])
    else:
        case.step.unlink()


def _complete(case: Case, event: run_log.Event, manifest: run_log.Event) -> None:
    write_manifest(case.manifest, manifest)
    run_log.append(case.runs_log, [event])
    case.step.unlink()


def _is_in_place(case: Case, run_id: str) -> bool:
    """Whether the database is that of a run; one that cannot be read is of none."""
    asked = "select count(*) from lineage.runs where run_id = ? and published_at is not null"
    try:
        with duckdb.connect(str(case.database), read_only=True) as connection:
            return bool(connection.execute(asked, [run_id]).fetchall()[0][0])
    except duckdb.Error:
        return False
