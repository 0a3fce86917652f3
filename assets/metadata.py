"""What Dagster is told of a table: schema, lineage, rows, version."""

from dataclasses import asdict

import dagster as dg
import pyarrow.parquet as pq

import data_contracts
from assets.cases import Case
from assets.origin import Origin
from lockstep.export import run_log
from lockstep.lineage import column_lineage


def described(table: str) -> str:
    """Return what a table is, in its contract's words."""
    contract = data_contracts.load(table)
    return f"{contract.description}\n\nOne row per {contract.grain}."


def materialised(
    case: Case, table: str, data_version: str, *, run_id: str, made_of: Origin | None = None
) -> dg.MaterializeResult[None]:
    """Return what Dagster keeps of a table made or kept, and note in the case of which question.

    Args:
        case: The case it belongs to.
        table: The table.
        data_version: SHA-256 of its Parquet file.
        run_id: The run that made it, or found it as it would make it.
        made_of: What it was made of; without it the next run makes it again.
    """
    made = {"event": "made", "run_id": run_id, "table_name": table, "data_version": data_version}
    of = asdict(made_of) if made_of else {}
    run_log.append(case.runs_log, [{**made, **of, "config_sha256": case.config_sha256}])
    return dg.MaterializeResult(
        asset_key=table,
        data_version=dg.DataVersion(data_version),
        metadata={
            "dagster/row_count": rows_n(case, table),
            "dagster/column_schema": column_schema(table),
            "dagster/column_lineage": lineage_of_columns(table),
            "contract_version": data_contracts.load(table).version,
        },
    )


def rows_n(case: Case, table: str) -> int:
    """Return the number of rows of a table on disk."""
    return int(pq.read_metadata(case.table(table)).num_rows)


def column_schema(table: str) -> dg.TableSchema:
    """Return a contract's columns as Dagster shows them."""
    contract = data_contracts.load(table)
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=column.type,
                description=column.about,
                constraints=dg.TableColumnConstraints(nullable=not column.required),
            )
            for column in contract.columns
        ]
    )


def lineage_of_columns(table: str) -> dg.TableColumnLineage:
    """Return from which columns of other tables each column is made."""
    known = set(data_contracts.names())
    deps: dict[str, list[dg.TableColumnDep]] = {}
    for source in column_lineage(table):
        found = deps.setdefault(source.column, [])
        if source.source_table in known:
            found.append(
                dg.TableColumnDep(asset_key=source.source_table, column_name=source.source_column)
            )
    return dg.TableColumnLineage(deps_by_column=deps)
