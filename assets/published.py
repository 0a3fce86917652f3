"""Does the published database still hold what the tables beside it hold?"""

import dagster as dg
import duckdb

from assets.cases import Case
from assets.partitions import CASES, checks_of_a_case
from assets.resources import Workspace
from lockstep.engine import connect, parquet
from lockstep.export import run_log
from lockstep.storage import file_sha256

_ROW_BY_ROW = ("findings", "finding_evidence")


def _compared(context: dg.AssetCheckExecutionContext, workspace: Workspace) -> dg.AssetCheckResult:
    """Compare the database of a case with its files."""
    key = context.partition_key
    differ = differing(workspace.case(key))
    return dg.AssetCheckResult(
        passed=not differ,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"case {key}: {len(differ)} tables differ",
        metadata={"differ": differ},
    )


with checks_of_a_case():
    published_equals_tables = dg.asset_check(
        asset="publication",
        name="published_equals_tables",
        description="Every published table has as many rows as its file; findings and their "
        "evidence are compared row by row. A run that failed leaves the files ahead of the "
        "database.",
        partitions_def=CASES,
    )(_compared)


def differing(case: Case) -> list[str]:
    """Return what differs between the published database and the files, a line a table."""
    last = run_log.last_published(case.runs_log)
    if last is None or not case.database.is_file():
        return ["nothing is published"]
    versions = {table["table_name"]: table["data_version"] for table in last["tables"]}
    same = [name for name, version in versions.items() if _version(case, name) == version]
    told = [f"{n}: the file is not the one that was published" for n in versions if n not in same]
    with duckdb.connect(str(case.database), read_only=True) as database:
        return told + [
            f"{name}: the database holds other rows than the file"
            for name in same
            if _fingerprint(database.table(name), name) != _of_file(case, name)
        ]


def _version(case: Case, table: str) -> str | None:
    path = case.table(table)
    return file_sha256(path) if path.is_file() else None


def _of_file(case: Case, table: str) -> tuple[int, ...]:
    with connect() as connection:
        return _fingerprint(parquet(connection, case.table(table)), table)


def _fingerprint(rows: duckdb.DuckDBPyRelation, table: str) -> tuple[int, ...]:
    """Return the number of rows, and of what is published as findings a sum over their hashes."""
    asked = "count(*)"
    if table in _ROW_BY_ROW:
        asked += f", coalesce(sum(hash({', '.join(sorted(rows.columns))})::hugeint), 0)"
    (found,) = rows.aggregate(asked).fetchall()
    return tuple(int(value) for value in found)
