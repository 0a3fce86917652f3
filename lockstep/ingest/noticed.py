"""What is odd about an export, short of a reason to keep anything apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from lockstep.ingest.arrow_text import compact
from lockstep.ingest.blocks import Block
from lockstep.ingest.file_name import FileFacts
from lockstep.ingest.formats import INTERACTIONS, Format, Instant
from lockstep.ingest.headers import Header, listed
from lockstep.ingest.identity import id_pairs, plain_moves
from lockstep.ingest.mapping import BY_A_PERSON
from lockstep.ingest.sort_order import SortOrder, least_of_a_cut_list, sort_order

_PREVIEW = ("title", "description", "image_text")
"""What a post's link or image shows of itself."""
_BROKEN_OFF = ("ragged_row", "bad_json")
"""What a record is whose end is missing, beside one in which a quotation mark is."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was noticed in records; that of parts of an export adds up.

    `counted` is how many records, or fields, are so; `moved` which ids stand beside each other;
    `order` what they are sorted by, `interactions` their total interactions; `is_cut_short` whether
    the last of them breaks off.
    """

    records_n: int
    counted: Mapping[str, int]
    moved: pl.DataFrame
    is_spreadsheets: bool
    order: SortOrder
    interactions: pl.Series
    is_cut_short: bool

    def __add__(self, other: "Noticed") -> "Noticed":
        """Return what was noticed in both."""
        return Noticed(
            self.records_n + other.records_n,
            {name: n + other.counted[name] for name, n in self.counted.items()},
            pl.concat([self.moved, other.moved]).unique(),
            self.is_spreadsheets or other.is_spreadsheets,
            self.order + other.order,
            pl.concat([self.interactions, other.interactions]),
            other.is_cut_short if other.records_n else self.is_cut_short,
        )


def noticed(header: Header, block: Block, rows: pl.DataFrame) -> Noticed:
    """Return what is odd about some records.

    Args:
        header: What their columns are.
        block: The records as text.
        rows: What those say that can be split.
    """
    return Noticed(
        records_n=block.records.height,
        counted={
            **_in_records(rows),
            "time_coarse": _coarse_n(header.format, rows),
            **_of_accounts(header.format, rows),
        },
        moved=compact(id_pairs(rows)),
        is_spreadsheets=_is_spreadsheets(header.format, rows),
        order=sort_order(rows),
        interactions=compact(rows.select("total_interactions")).to_series(),
        is_cut_short=_is_cut_short(block),
    )


def warnings(seen: Noticed, header: Header, facts: FileFacts) -> list[str]:
    """Return what is odd about an export, each with its count where it has one.

    Args:
        seen: What was noticed in its records.
        header: What its columns are.
        facts: What its name tells.
    """
    plain_n = plain_moves(seen.moved).height
    counted = {
        **seen.counted,
        "account_alias": plain_n,
        "account_alias_contradicted": seen.moved.height - plain_n,
        **_in_header(header),
    }
    said = [f"{name} {n}" for name, n in counted.items() if n]
    if seen.is_spreadsheets:
        said.append("excel_resaved")
    return [
        *said,
        *_of_header(header, seen.records_n),
        *_in_file(seen, facts),
        *_capped(seen, header.format),
    ]


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
        "checksum_mismatch": int((~rows["checksum_ok"]).sum()),
        "score_unparsable": int(rows["is_score_unread"].sum()),
        "post_type_unknown": int((rows["post_type"] == "other").sum()),
        "server_time_taken": int(rows["is_server_time"].sum()),
        "edited": int(rows["is_edited"].sum()),
        "observed_at_unparsable": int(rows["is_observed_unread"].sum()),
        "id_time_differs": int(rows["is_id_time_other"].sum()),
    }


def _coarse_n(fmt: Format, rows: pl.DataFrame) -> int:
    """Count times that are written less finely than the format has them."""
    is_coarse = rows["posted_at_resolution_us"] > fmt.time.resolution_us
    return int((is_coarse & rows["posted_at_s"].is_not_null()).sum())


def _of_accounts(fmt: Format, rows: pl.DataFrame) -> dict[str, int]:
    """Count records whose account is known by less than its id and kind."""
    is_assumed = rows["kind"].is_null() & ~rows["is_group"]
    has_kinds = "created_at_raw" in fmt.headers
    return {
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


def _of_header(header: Header, records_n: int) -> Iterator[str]:
    if header.lost:
        yield f"columns_missing {len(header.lost)} of {header.nearest}: {listed(header.lost)}"
    if records_n and _has_untested_interactions(header):
        yield "no_checksum"
    if not header.format.verified(header.variant):
        yield "format_unverified"
    if header.is_damaged:
        yield "header_encoded_twice"
    if header.has_index:
        yield "pandas_index_column"
    if header.has_separator_line:
        yield "separator_line"


def _has_untested_interactions(header: Header) -> bool:
    """Whether interactions are counted, and their total or one of its parts is not there."""
    if not {*INTERACTIONS} & {*header.positions}:
        return False
    checksum = header.checksum
    return checksum is None or bool({checksum.total, *checksum.parts} - {*header.positions})


def _is_cut_short(block: Block) -> bool:
    """Whether the last record breaks off: in a quoted field, or without a line end behind it."""
    for last in block.records.tail(1).iter_rows(named=True):
        at_end = last["source_byte_start"] + last["source_byte_len"] == len(block.data)
        return last["reason"] == "unterminated_quote" or (at_end and last["reason"] in _BROKEN_OFF)
    return False


def _in_file(seen: Noticed, facts: FileFacts) -> Iterator[str]:
    if not seen.records_n:
        yield "no_records"
    if seen.is_cut_short:
        yield "cut_short"
    if facts.unknown_zone:
        yield f"file_name_zone_unknown {facts.unknown_zone}"


def _capped(seen: Noticed, fmt: Format) -> Iterator[str]:
    """Tell a file that may lack posts: by its number of records, or by where its list ends."""
    is_cut = seen.order.name == "interactions_descending"
    least = least_of_a_cut_list(seen.interactions) if is_cut else None
    if any(abs(seen.records_n - cap) <= 1 for cap in fmt.row_caps):
        yield f"possible_row_cap {seen.records_n}"
    elif least is not None:
        yield f"possible_row_cap {seen.records_n}, sorted by interactions, none below {least}"
