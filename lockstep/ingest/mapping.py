"""What each record of one export says in our columns: identified, dated, typed; not redacted."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from lockstep.ingest.csv_file import CsvFile
from lockstep.ingest.file_name import FileFacts
from lockstep.ingest.formats import Format
from lockstep.ingest.identity import identities
from lockstep.ingest.keys import keyed_hash
from lockstep.ingest.numbers import Locale, read_counts
from lockstep.ingest.posted_at import posted_at
from lockstep.settings import ExportSection

WRITTEN = ("text", "title", "description", "image_text", "sponsor_name")
"""Texts of a post that a person wrote; only an empty one is missing."""
LINKS = ("link", "final_link")
OF_ACCOUNT = ("name", "handle", "category", "admin_country", "account_description")

_SHARE_STATUSES = ("owned", "original", "share", "crosspost")
_SCHEDULED = "live_video_scheduled"


@dataclass(frozen=True, slots=True)
class Mapped:
    """One export, understood.

    `rows` has one row per record that can be split: its place, ids, time, texts, counts and
    row_hmac; reason, field and detail where it cannot be accepted.
    """

    rows: pl.DataFrame
    locale: Locale


def map_records(file: CsvFile, facts: FileFacts, section: ExportSection, key: bytes) -> Mapped:
    """Read every value of an export's records.

    The first reason against a record counts: its ids, then its time, then its counts.

    Raises:
        ConfigError: The case names a zone that does not exist.
    """
    fmt = file.header.format
    values = _without_nulls(file.values, fmt)
    ids = identities(values, fmt.identity, fmt.platform)
    times = posted_at(values["posted_at_raw"], fmt.time, section, facts.exported_at_s)
    counts = read_counts(values.select(*fmt.counts), fmt.checksum)
    rows = pl.concat(
        [
            values.select("source_row", "post_url", "posted_at_raw", *WRITTEN, *LINKS, *OF_ACCOUNT),
            ids.drop("reason", "field", "detail"),
            times.drop("reason", "detail"),
            counts.frame,
            _kinds(values, fmt),
            _reasons(ids, times, counts.bad, values),
            pl.DataFrame({"row_hmac": _row_hmacs(file, key)}),
        ],
        how="horizontal",
    )
    return Mapped(rows, counts.locale)


def _without_nulls(values: pl.DataFrame, fmt: Format) -> pl.DataFrame:
    others = [name for name in values.columns if name not in {"source_row", *WRITTEN}]
    return values.with_columns(
        *(pl.when(pl.col(name) != "").then(name).alias(name) for name in WRITTEN),
        *(pl.when(~pl.col(name).is_in(fmt.null)).then(name).alias(name) for name in others),
    )


def _kinds(values: pl.DataFrame, fmt: Format) -> pl.DataFrame:
    """Return what kind of post and account a record is of, and what of it was cut."""
    post_type = pl.col("post_type_raw").replace_strict(
        fmt.post_types, default="other", return_dtype=pl.String
    )
    status = pl.col("video_share_status").str.to_lowercase()
    created = pl.col("created_at_raw").str.to_datetime(fmt.time.parse, strict=False, time_unit="us")
    about = pl.col("account_description")
    return values.select(
        "post_type_raw",
        "sponsor_id",
        "created_at_raw",
        post_type=post_type,
        is_scheduled_announcement=post_type == _SCHEDULED,
        video_share_status=pl.when(status.is_in(_SHARE_STATUSES)).then(status),
        is_share=(status == "share").fill_null(value=False),
        text_truncated=(pl.col("text").str.len_chars() >= fmt.text.truncated_chars).fill_null(
            value=False
        ),
        created_at_s=created.dt.epoch("s"),
        description_truncated=(
            about.str.len_bytes() == fmt.text.description_truncated_bytes
        ).fill_null(value=False),
    )


def _reasons(
    ids: pl.DataFrame, times: pl.DataFrame, bad_count: pl.Series, values: pl.DataFrame
) -> pl.DataFrame:
    no_id, no_time = ids["reason"].is_not_null(), times["reason"].is_not_null()
    no_count = bad_count.is_not_null()
    written = (
        pl.coalesce(
            pl.when(bad_count == name).then(values[name])
            for name in bad_count.drop_nulls().unique().sort().to_list()
        )
        if no_count.any()
        else pl.lit(None, dtype=pl.String)
    )
    bad_number = pl.when(no_count).then(pl.lit("number_unparsable"))
    return pl.select(
        reason=pl.coalesce(ids["reason"], times["reason"], bad_number),
        field=pl.when(no_id)
        .then(ids["field"])
        .when(no_time)
        .then(pl.lit("posted_at_raw"))
        .otherwise(bad_count),
        detail=pl.when(no_id)
        .then(ids["detail"])
        .when(no_time)
        .then(times["detail"])
        .otherwise(written),
    )


def _row_hmacs(file: CsvFile, key: bytes) -> pl.Series:
    whole = np.flatnonzero(file.records["reason"].is_null().to_numpy())
    start = file.records["source_byte_start"].to_numpy()[whole]
    end = start + file.records["source_byte_len"].to_numpy()[whole]
    return pl.Series(
        [
            keyed_hash(file.data[a:b].tobytes(), key)
            for a, b in zip(start.tolist(), end.tolist(), strict=True)
        ],
        dtype=pl.String,
    )
