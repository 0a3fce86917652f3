"""The staged tables: one read of the exports feeds them all."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

import data_contracts
import lockstep
from assets.cases import Case
from assets.metadata import described, materialised
from assets.partitions import CASES
from assets.received import CASE_FILE, EXPORTS
from assets.resources import Workspace
from assets.versions import code_version
from lockstep.export import run_log
from lockstep.ingest.exports import find_exports
from lockstep.ingest.stage import stage

TABLES = data_contracts.names("staged")


@dg.multi_asset(
    name="staged",
    specs=[
        dg.AssetSpec(
            table,
            deps=[EXPORTS, CASE_FILE],
            group_name="staged",
            partitions_def=CASES,
            code_version=code_version("lockstep.ingest.stage", table, ()),
            description=described(table),
            kinds={"parquet"},
        )
        for table in TABLES
    ],
)
def staged(
    context: dg.AssetExecutionContext, workspace: Workspace
) -> Iterator[dg.MaterializeResult[None]]:
    """Read the case's exports once and write every staged table."""
    case = workspace.case(context.partition_key)
    run_log.append(case.runs_log, [_started(case, context.run.run_id)])
    files = find_exports(case.folder, case.settings)
    frames = stage(files, settings=case.settings, key=case.key)
    for table in TABLES:
        data_version = case.write(frames[table], table)
        yield materialised(case, table, data_version, run_id=context.run.run_id)


def _started(case: Case, run_id: str) -> run_log.Event:
    return {
        "event": "started",
        "run_id": run_id,
        "at": datetime.now(UTC).isoformat(),
        "lockstep_version": lockstep.__version__,
        "config_sha256": case.config_sha256,
    }
