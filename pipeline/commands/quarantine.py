"""`lockstep quarantine show`: the records that were set aside, read back from their exports."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from assets.cases import Case
from lockstep.errors import ConfigError, InputError, did_you_mean
from lockstep.ingest.exports import find_exports
from lockstep.ingest.meanings import why
from lockstep.ingest.raw_records import exports_by_id, raw_texts
from lockstep.words import many
from pipeline.case_files import find_case
from pipeline.console import out, out_json, say

Row = dict[str, Any]


def show(typed: str, *, root: Path | None, reason: str | None, limit: int, as_json: bool) -> None:
    """Write why each record was set aside, and the record.

    What the last run staged is shown, published or not: too much of it is why nothing was.

    Raises:
        InputError: The case is unknown or was never staged, or an export is gone or has changed.
        ConfigError: Nothing was set aside for this reason.
    """
    case = Case(find_case(typed, root))
    apart = _set_aside(case, reason)
    rows = list(_with_records(case, apart.head(limit)))
    if as_json:
        out_json(rows)
        return
    for row in rows:
        out(_told(row))
        out(f"  {row['record']}")
    more_n = len(apart) - len(rows)
    if not rows:
        say("no record was set aside")
    if more_n:
        say(f"and {many(more_n, 'more record')}: --limit {len(apart)} shows them all")


def _set_aside(case: Case, reason: str | None) -> pl.DataFrame:
    names = case.read("sources").select("source_id", "file_name", "received_sha256")
    apart = (
        case.read("quarantine")
        .join(names, on="source_id")
        .sort("file_name", "source_id", "source_row")
        .collect()
    )
    if reason is None:
        return apart
    known = sorted(set(apart["reason"]))
    if reason not in known:
        raise ConfigError(
            f"no record was set aside for {reason!r}",
            where=str(case.folder),
            expected=f"one of {', '.join(known)}" if known else "",
            fix=did_you_mean(reason, known),
        )
    return apart.filter(pl.col("reason") == reason)


def _with_records(case: Case, apart: pl.DataFrame) -> Iterator[Row]:
    """Yield each row with its record, file by file."""
    if apart.is_empty():
        return
    files = find_exports(case.folder, case.settings)
    exports = exports_by_id(files, set(apart["source_id"]))
    for (source_id,), of_file in apart.group_by("source_id", maintain_order=True):
        if source_id not in exports:
            raise InputError(
                f"{of_file['file_name'][0]} is no longer there as it was read",
                where=str(case.folder / "exports"),
                fix=f"put it back, or lockstep run {case.folder}",
            )
        places = of_file.select("source_byte_start", "source_byte_len").rows()
        records = raw_texts(exports[str(source_id)], places, case.settings.contacts.regions)
        for row, record in zip(of_file.iter_rows(named=True), records, strict=True):
            yield {**row, "record": record}


def _told(row: Row) -> str:
    where = f"{row['file_name']}, row {row['source_row']}, line {row['source_line']}"
    field = f" in {row['field']}" if row["field"] else ""
    detail = f": {row['detail']}" if row["detail"] else ""
    return f"{where}: {why(row['reason'])}{field}{detail}"
