"""`lockstep explain`: a finding, its statistics, and the raw rows that bear it out."""

from pathlib import Path
from typing import Any

import duckdb

from lockstep.errors import ConfigError
from pipeline.console import aligned, as_text, out, out_json
from pipeline.published import connect

_FINDING = "select * from findings where starts_with(finding_id, $id) order by finding_id"

# The rows of the post and of its neighbour, each with its file and its bytes in it.
_EVIDENCE = """
select
    evidence.*,
    sources.file_name,
    records.source_byte_start,
    records.source_byte_len,
    other_sources.file_name as other_file_name,
    other_records.source_byte_start as other_source_byte_start,
    other_records.source_byte_len as other_source_byte_len
from finding_evidence as evidence
left join sources on evidence.source_id = sources.source_id
left join records
    on evidence.source_id = records.source_id and evidence.source_row = records.source_row
left join sources as other_sources on evidence.other_source_id = other_sources.source_id
left join records as other_records
    on evidence.other_source_id = other_records.source_id
    and evidence.other_source_row = other_records.source_row
where evidence.finding_id = $id
order by evidence.posted_at_s, evidence.account_key, evidence.post_key,
    evidence.other_account_key, evidence.other_post_key
"""

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
        about = _comments(connection)
    if as_json:
        out_json({"finding": finding, "evidence": evidence})
        return
    _write_finding(finding, about)
    _write_evidence(evidence)


def _one_finding(connection: duckdb.DuckDBPyConnection, finding_id: str) -> Row:
    found = _rows(connection, _FINDING, finding_id)
    if len(found) != 1:
        raise ConfigError(
            f"{len(found)} findings have an id that begins with {finding_id!r}",
            fix='lockstep sql CASE "select finding_id, wording_en from findings"',
        )
    return found[0]


def _rows(connection: duckdb.DuckDBPyConnection, query: str, finding_id: str) -> list[Row]:
    connection.execute(query, {"id": finding_id})
    names = [column[0] for column in connection.description or []]
    return [dict(zip(names, row, strict=True)) for row in connection.fetchall()]


def _comments(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    query = "select column_name, comment from duckdb_columns() where table_name = 'findings'"
    return {name: comment or "" for name, comment in connection.execute(query).fetchall()}


def _write_finding(finding: Row, about: dict[str, str]) -> None:
    out(str(finding.get("wording_en", "")))
    out()
    filled = {name: as_text(value) for name, value in finding.items() if value is not None}
    shown = {name: text for name, text in filled.items() if not name.startswith("wording_")}
    out(
        aligned(
            ("statistic", "value", "meaning"), [(n, t, about.get(n, "")) for n, t in shown.items()]
        )
    )


def _write_evidence(evidence: list[Row]) -> None:
    out()
    out(f"{len(evidence)} rows of evidence")
    for row in evidence:
        lag = "" if row["lag_s"] is None else f", {row['lag_s']} s apart"
        out()
        out(f"{row['role']}{lag}")
        for prefix in ("", "other_"):
            if row[f"{prefix}post_key"] is not None:
                _write_post(row, prefix)


def _write_post(row: Row, prefix: str) -> None:
    start, length = row[f"{prefix}source_byte_start"], row[f"{prefix}source_byte_len"]
    span = "" if start is None else f", bytes {start} to {start + length}"
    out(f"  {row[f'{prefix}account_key']}  {row[f'{prefix}permalink'] or row[f'{prefix}post_key']}")
    out(
        f"    {row[f'{prefix}file_name']}, row {row[f'{prefix}source_row']}{span}, "
        f"sha256 {row[f'{prefix}source_id']}"
    )
