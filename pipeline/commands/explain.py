"""`lockstep explain`: a finding, its statistics, and the raw rows that bear it out."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from lockstep.errors import ConfigError
from lockstep.words import many
from pipeline.console import aligned, as_text, out, out_json
from pipeline.published import connect

_FINDING = "select * from findings where starts_with(finding_id, $id) order by finding_id"

# The rows of the post and of its neighbour, each with its bytes in its file.
_EVIDENCE = """
select
    evidence.*,
    records.source_byte_start,
    records.source_byte_len,
    other_records.source_byte_start as other_source_byte_start,
    other_records.source_byte_len as other_source_byte_len
from finding_evidence as evidence
left join records
    on evidence.source_id = records.source_id and evidence.source_row = records.source_row
left join records as other_records
    on evidence.other_source_id = other_records.source_id
    and evidence.other_source_row = other_records.source_row
where evidence.finding_id = $id
order by evidence.posted_at_s, evidence.account_key, evidence.post_key,
    evidence.other_account_key, evidence.other_post_key
"""

_FILES = """
select source_id, file_name from sources
where source_id in (
    select source_id from finding_evidence where finding_id = $id
    union
    select other_source_id from finding_evidence where finding_id = $id
)
order by file_name, source_id
"""

_IN_SENTENCES = ("wording_en", "wording_fr", "gates", "alternative_explanations", "limits")
"""Columns that are read as text, not in the table of statistics."""

_IDS_SHOWN = 5

Row = dict[str, Any]


def explain(typed: str, finding_id: str, *, root: Path | None, as_json: bool) -> None:
    """Write a finding and all of its evidence.

    Raises:
        ConfigError: No finding, or more than one, has an id that begins so.
        InputError: The case is unknown or nothing is published.
    """
    with connect(typed, root) as connection:
        finding = _one_finding(connection, finding_id)
        evidence = _rows(connection, _EVIDENCE, finding["finding_id"])
        files = _rows(connection, _FILES, finding["finding_id"])
        about = _comments(connection)
    if as_json:
        out_json({"finding": finding, "evidence": evidence, "files": files})
        return
    _write_finding(finding, about)
    _write_evidence(evidence, files)


def _one_finding(connection: duckdb.DuckDBPyConnection, finding_id: str) -> Row:
    found = _rows(connection, _FINDING, finding_id)
    if len(found) == 1:
        return found[0]
    ids = ", ".join(row["finding_id"] for row in found[:_IDS_SHOWN])
    raise ConfigError(
        f"{len(found)} findings have an id that begins with {finding_id!r}",
        expected=f"enough of one of {ids}" if found else "",
        fix='lockstep sql CASE "select finding_id, wording_en from findings"',
    )


def _rows(connection: duckdb.DuckDBPyConnection, query: str, finding_id: str) -> list[Row]:
    connection.execute(query, {"id": finding_id})
    names = [column[0] for column in connection.description or []]
    return [dict(zip(names, row, strict=True)) for row in connection.fetchall()]


def _comments(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    query = "select column_name, comment from duckdb_columns() where table_name = 'findings'"
    return {name: comment or "" for name, comment in connection.execute(query).fetchall()}


def _write_finding(finding: Row, about: dict[str, str]) -> None:
    out(str(finding["wording_en"]))
    out()
    out(str(finding["limits"]))
    out()
    shown = {n: v for n, v in finding.items() if v is not None and n not in _IN_SENTENCES}
    rows = [(n, as_text(v), _first_sentence(about.get(n, ""))) for n, v in shown.items()]
    out(aligned(("statistic", "value", "meaning"), rows, cut=False))
    for title, column in (("gates", "gates"), ("what else it may be", "alternative_explanations")):
        listed = json.loads(finding[column])
        if listed:
            out()
            out(title)
            for entry in listed:
                out("  " + "  ".join(as_text(value) for value in entry.values()))


def _first_sentence(comment: str) -> str:
    first, dot, _ = comment.partition(". ")
    return first + dot.strip()


def _write_evidence(evidence: list[Row], files: list[Row]) -> None:
    number = {file["source_id"]: n for n, file in enumerate(files, start=1)}
    out()
    out(f"{many(len(evidence), 'row')} of evidence, in")
    for file in files:
        out(f"  [{number[file['source_id']]}] {file['file_name']}, sha256 {file['source_id']}")
    for row in evidence:
        lag = "" if row["lag_s"] is None else f", {abs(row['lag_s'])} s apart"
        out()
        out(f"{row['role']}{lag}")
        _write_post(row, "", row["posted_at_s"], number)
        if row["other_post_key"] is not None:
            _write_post(row, "other_", row["posted_at_s"] - row["lag_s"], number)


def _write_post(row: Row, prefix: str, posted_at_s: int, number: dict[str, int]) -> None:
    start, length = row[f"{prefix}source_byte_start"], row[f"{prefix}source_byte_len"]
    span = "" if start is None else f", bytes {start} to {start + length}"
    where = f"[{number[row[f'{prefix}source_id']]}] row {row[f'{prefix}source_row']}{span}"
    written = f"{datetime.fromtimestamp(posted_at_s, tz=UTC):%Y-%m-%d %H:%M:%S} UTC"
    out(f"  {written}  {row[f'{prefix}account_key']}  {where}")
    out(f"    {row[f'{prefix}permalink'] or row[f'{prefix}post_key']}")
