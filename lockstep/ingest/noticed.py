"""What is odd about an export, short of a reason to keep anything apart."""

from collections.abc import Iterator

import polars as pl

from lockstep.ingest.csv_file import CsvFile
from lockstep.ingest.file_name import FileFacts
from lockstep.ingest.formats import Format, Instant
from lockstep.ingest.headers import Header, listed
from lockstep.ingest.identity import moves
from lockstep.ingest.mapping import BY_A_PERSON

_PREVIEW = ("title", "description", "image_text")
"""What a post's link or image shows of itself."""
_ROW_CAPS = (10_000, 30_000, 100_000, 300_000)
"""Most records that CrowdTangle put into one file (FORMATS §1.1)."""


def noticed(file: CsvFile, facts: FileFacts, rows: pl.DataFrame) -> list[str]:
    """Return what was noticed, each with its count where it has one.

    Args:
        file: The export as text.
        facts: What its name tells.
        rows: What its records say.
    """
    counted = {
        **_in_records(rows),
        **_of_accounts(file.header, rows),
        **_in_header(file.header),
    }
    said = [f"{name} {n}" for name, n in counted.items() if n]
    if _is_spreadsheets(file.header.format, rows):
        said.append("excel_resaved")
    return [*said, *_of_header(file.header), *_in_file(file, facts)]


def _is_spreadsheets(fmt: Format, rows: pl.DataFrame) -> bool:
    """Whether ids were rounded, or creations that cannot be read stand as spreadsheets write."""
    if isinstance(fmt.time, Instant):
        return bool(rows["is_id_lost"].any())
    unread = rows["created_at_raw"].filter(rows["created_at_s"].is_null())
    return bool(rows["is_id_lost"].any() or unread.str.contains(fmt.time.rewritten).any())


def _in_records(rows: pl.DataFrame) -> dict[str, int]:
    """Count records; where the platform cut a character, fields."""
    cut = rows.select(pl.col(BY_A_PERSON).str.contains("\ufffd", literal=True).sum())
    created, created_s = rows["created_at_raw"], rows["created_at_s"]
    return {
        "replacement_char": int(cut.sum_horizontal().item()),
        "text_truncated": int(rows["text_truncated"].sum()),
        "page_created_tz_assumed": int((rows["created_at_tz_source"] == "assumed").sum()),
        "page_created_unparsable": created.count() - created_s.count(),
        "id_precision_lost": int(rows["is_id_lost"].sum()),
        "post_type_unknown": int((rows["post_type"] == "other").sum()),
    }


def _of_accounts(header: Header, rows: pl.DataFrame) -> dict[str, int]:
    """Count moved accounts, and records whose account is known by less than its id and kind."""
    moved, fmt = moves(rows), header.format
    is_assumed = rows["kind"].is_null() & ~rows["is_group"]
    has_kinds = "created_at_raw" in fmt.headers
    return {
        "account_alias": int(moved["is_plain"].sum()),
        "account_alias_contradicted": int((~moved["is_plain"]).sum()),
        "account_kind_assumed": int(is_assumed.sum()) if has_kinds else 0,
        "account_id_is_handle": rows["account_id"].count() if fmt.ids_are_handles else 0,
    }


def _in_header(header: Header) -> dict[str, int]:
    """Count columns."""
    return {
        "preview_columns_missing": len(
            {*_PREVIEW} & {*header.format.headers} - {*header.positions}
        ),
        "unknown_columns": len(header.unknown),
    }


def _of_header(header: Header) -> Iterator[str]:
    if header.lost:
        yield f"columns_missing {len(header.lost)} of {header.nearest}: {listed(header.lost)}"
    if header.checksum is None or {
        header.checksum.total,
        *header.checksum.parts,
    } - {*header.positions}:
        yield "no_checksum"
    if not header.format.verified(header.variant):
        yield "format_unverified"
    if header.is_damaged:
        yield "header_encoded_twice"
    if header.has_index:
        yield "pandas_index_column"
    if header.has_separator_line:
        yield "separator_line"


def _in_file(file: CsvFile, facts: FileFacts) -> Iterator[str]:
    records_n = file.records.height
    if not records_n:
        yield "no_records"
    if any(abs(records_n - cap) <= 1 for cap in _ROW_CAPS):
        yield f"possible_row_cap {records_n}"
    if facts.unknown_zone:
        yield f"file_name_zone_unknown {facts.unknown_zone}"
