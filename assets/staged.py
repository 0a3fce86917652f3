"""The staged tables: one read of the exports feeds them all."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import polars as pl

import data_contracts
import lockstep
from assets.cases import Case
from assets.metadata import OWNERS, defined, described, kinds, materialised
from assets.origin import kept, origin
from assets.partitions import CASES
from assets.received import CASE_FILE, EXPORTS, hashed, own_formats
from assets.resources import Workspace
from assets.steps import step
from assets.told import StagingLog
from assets.transient import tried_again
from assets.versions import code_version
from lockstep.export import run_log
from lockstep.ingest.exports import ExportFile, find_exports
from lockstep.ingest.sources import refuse_nothing
from lockstep.ingest.stage import staged_tables

TABLES = data_contracts.names("staged")
_VERSIONS = {table: code_version("lockstep.ingest.stage", table, ()) for table in TABLES}


@dg.multi_asset(
    name="staged",
    specs=[
        dg.AssetSpec(
            table,
            deps=[EXPORTS, CASE_FILE],
            group_name="staged",
            partitions_def=CASES,
            code_version=_VERSIONS[table],
            description=described(table),
            kinds=kinds(table),
            owners=OWNERS,
            metadata=defined(table, staged_tables),
        )
        for table in TABLES
    ],
)
def staged(
    context: dg.AssetExecutionContext, workspace: Workspace
) -> Iterator[dg.MaterializeResult[None]]:
    """Read the case's exports once and write every staged table, or keep them all."""
    case, run_id = workspace.case(context.partition_key), context.run.run_id
    run_log.append(case.runs_log, [_started(case, run_id)])
    with step(case, "staged", run_id, _VERSIONS) as under_way:
        files = find_exports(case.folder, case.settings)
        given = _given(case, files)
        made_of = {table: origin(case, _VERSIONS[table], (), **given) for table in TABLES}
        versions = {table: kept(case, table, made_of[table]) for table in TABLES}
        if workspace.anew or None in versions.values():
            with tried_again(), tempfile.TemporaryDirectory(dir=case.scratch) as folder:
                rows = staged_tables(
                    files,
                    settings=case.settings,
                    key=case.key,
                    scratch=Path(folder),
                    told=StagingLog(context.log),
                )
                refuse_nothing(pl.concat(rows["sources"]))
                versions = {table: case.write(rows.pop(table), table) for table in TABLES}
        else:
            under_way.kept.update(TABLES)
        results = [
            materialised(
                case,
                table,
                str(versions[table]),
                run_id=run_id,
                made_of=made_of[table],
                is_kept=table in under_way.kept,
            )
            for table in TABLES
        ]
    yield from results


def _given(case: Case, files: Sequence[ExportFile]) -> dict[str, str]:
    """Return the versions of all that is read, by name: the name of an export is staged, too.

    That is the case file, the exports, and the formats that the case itself describes.
    """
    paths = {*(file.path for file in files), *own_formats(files)}
    by_name = {os.path.relpath(path, case.folder): hashed(path) for path in sorted(paths)}
    return {"case_file": case.config_sha256, **by_name}


def _started(case: Case, run_id: str) -> run_log.Event:
    return {
        "event": "started",
        "run_id": run_id,
        "at": datetime.now(UTC).isoformat(),
        "lockstep_version": lockstep.__version__,
        "config_sha256": case.config_sha256,
    }
