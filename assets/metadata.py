"""What Dagster is told of a table: by its definition schema and lineage, by each run rows, version.

What follows from the code alone is no part of a run: Dagster reads what a run said of a table again
for each of its checks.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import dagster as dg
import polars as pl
import polars.selectors as cs
import pyarrow.parquet as pq

import data_contracts
from assets.cases import Case
from assets.origin import Origin
from lockstep.engine import sql
from lockstep.export import run_log
from lockstep.lineage import column_lineage, has_statement

_PREVIEW_ROWS = 5


_RECEIVED = {"export": "exports", "case": "case_file"}
"""Assets of what a case is given, by their word in a lineage."""

OWNERS = ["team:lockstep"]
"""Who answers for the tables."""


def kinds(table: str) -> set[str]:
    """Return what a table is made with and kept in."""
    return {"duckdb" if has_statement(table) else "polars", "parquet"}


def defined(table: str, function: Callable[..., object]) -> dict[str, Any]:
    """Return what Dagster shows of a table before it is made: its page, columns, code, SQL.

    Args:
        table: The table.
        function: The function of `lockstep` that computes it.
    """
    made_in = f"{function.__module__}.{function.__qualname__}"
    shown = {
        "columns_and_rules": f"docs/reference/tables.md, section {table}",
        "code": made_in,
        "dagster/column_schema": column_schema(table),
        "dagster/column_lineage": lineage_of_columns(table),
        "made_from": dg.MetadataValue.md(sources_of_columns(table)),
    }
    if not has_statement(table):
        return shown
    return {**shown, "sql": dg.MetadataValue.md(_as_code(sql(table), "sql"))}


def described(table: str) -> str:
    """Return what a table is, in its contract's words."""
    contract = data_contracts.load(table)
    return f"{contract.description}\n\nOne row per {contract.grain}."


def materialised(
    case: Case,
    table: str,
    data_version: str,
    *,
    run_id: str,
    made_of: Origin | None = None,
    is_kept: bool = False,
) -> dg.MaterializeResult[None]:
    """Return what Dagster keeps of a table made or kept, and note in the case of which question.

    Args:
        case: The case it belongs to.
        table: The table.
        data_version: SHA-256 of its Parquet file.
        run_id: The run that made it, or found it as it would make it.
        made_of: What it was made of; without it the next run makes it again.
        is_kept: Whether it lay there as it would have been made.
    """
    made = {"event": "made", "run_id": run_id, "table_name": table, "data_version": data_version}
    of = asdict(made_of) if made_of else {}
    run_log.append(case.runs_log, [{**made, **of, "config_sha256": case.config_sha256}])
    return dg.MaterializeResult(
        asset_key=table,
        data_version=dg.DataVersion(data_version),
        metadata={
            "dagster/row_count": rows_n(case, table),
            "outcome": "kept" if is_kept else "made",
            "contract_version": data_contracts.load(table).version,
            "size_bytes": case.table(table).stat().st_size,
            "preview": dg.MetadataValue.md(preview(case.read(table))),
            **({"plot": dg.MetadataValue.md(plot)} if (plot := plotted(case, table)) else {}),
        },
    )


def sources_of_columns(table: str) -> str:
    """Return the lineage of each column as text: Dagster's own page draws none of columns."""
    sources: dict[str, list[str]] = {}
    for source in column_lineage(table):
        where = source.source_format or source.source_table
        made_from = f"{where}.{source.source_column}".rstrip(".")
        sources.setdefault(source.column, []).append(made_from)
    lines = [f"| {column} | {', '.join(found)} |" for column, found in sources.items()]
    return "\n".join(["| column | made from |", "|---|---|", *lines])


def preview(table: pl.LazyFrame) -> str:
    """Return the first rows of a table, without texts: those may say who or what somebody is."""
    shown = table.select(~cs.string()).head(_PREVIEW_ROWS).collect()
    names = shown.columns
    if not names:
        return "every column is text"
    lines = [" | ".join(str(value) for value in row) for row in shown.rows()]
    head = [" | ".join(names), " | ".join("---" for _ in names)]
    return "\n".join(f"| {line} |" for line in [*head, *lines])


def plotted(case: Case, table: str) -> str:
    """Return a small drawing of a table, where one says more than its rows; else nothing."""
    match table:
        case "timing_difference":
            return _as_code(gaps_drawn(case.read(table)))
        case "post_counts":
            return _as_code(weeks_drawn(case.read(table)))
    return ""


def gaps_drawn(timing_difference: pl.LazyFrame) -> str:
    """Return how many posts have their nearest neighbour within so many seconds, as bars."""
    ends = (0, 1, 5, 10, 30, 60, 300, 1_800)
    gaps = timing_difference.select("nearest_gap_s").collect()["nearest_gap_s"]
    return bars({f"≤ {end:,} s": int((gaps <= end).sum()) for end in ends})


def weeks_drawn(post_counts: pl.LazyFrame) -> str:
    """Return how many posts each week has, as bars; the last year of them."""
    weeks = (
        post_counts.filter(pl.col("bin") == "week")
        .group_by(pl.from_epoch("bin_start_s").dt.date().alias("week"))
        .agg(pl.col("posts_n").sum())
        .sort("week")
        .tail(53)
        .collect()
    )
    return bars({str(week): n for week, n in weeks.iter_rows()})


def bars(counts: Mapping[str, int]) -> str:
    """Return counts as lines of a bar chart, the longest of 40 signs."""
    most = max(counts.values(), default=0)
    width = max(map(len, counts), default=0)
    return "\n".join(
        f"{name.rjust(width)} {'█' * (round(40 * n / most) if most else 0)} {n:,}"
        for name, n in counts.items()
    )


def _as_code(text: str, language: str = "") -> str:
    return f"```{language}\n{text}\n```"


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
    """Return from which columns of other assets each column is made.

    Those of an export bear the format in front; keys of the case file stand for its columns.
    """
    assets = {name: name for name in data_contracts.names()} | _RECEIVED
    deps: dict[str, list[dg.TableColumnDep]] = {}
    for source in column_lineage(table):
        found = deps.setdefault(source.column, [])
        if source.source_table in assets:
            name = ": ".join(filter(None, (source.source_format, source.source_column)))
            found.append(dg.TableColumnDep(assets[source.source_table], name))
    return dg.TableColumnLineage(deps_by_column=deps)
