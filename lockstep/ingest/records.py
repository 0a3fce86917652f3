"""Every record of every export, and those that were kept apart, with the reason."""

from collections.abc import Sequence

import polars as pl

from lockstep.ingest.mapping import SAID
from lockstep.ingest.outcomes import NOT_A_POST
from lockstep.ingest.sources import Source
from lockstep.ingest.written import redacted
from lockstep.storage import empty

_SHOWN_CHARS = 200
_READ_BYTES = 4_096
"""What of a record is read for its preview: so much more than is shown that no contact is cut."""
_LONG_NUMBER = r"\d{6,}"


def all_records(sources: Sequence[Source], decided: pl.DataFrame) -> pl.DataFrame:
    """Return every record with its place, outcome, post_key, reason, field and detail.

    Args:
        sources: The exports.
        decided: Outcome of each record that could be identified and dated.
    """
    placed = pl.concat(_records(source) for source in sources)
    joined = placed.join(decided, on=["source_id", "source_row"], how="left", suffix="_decided")
    told = joined.with_columns(
        pl.col("outcome").fill_null("quarantined"),
        *(pl.coalesce(name, f"{name}_decided").alias(name) for name in SAID),
    )
    # What is no post has no key, and no reason is needed for it.
    is_none = (pl.col("reason") == NOT_A_POST).fill_null(value=False)
    return told.with_columns(
        outcome=pl.when(is_none).then(pl.lit(NOT_A_POST)).otherwise("outcome"),
        **{name: pl.when(~is_none).then(name) for name in ("post_key", *SAID)},
    )


def _records(source: Source) -> pl.DataFrame:
    said = source.rows.select("source_row", "post_key", *SAID)
    joined = source.records.join(said, on="source_row", how="left", suffix="_said")
    return joined.select(
        pl.exclude("reason", "detail", "reason_said", "detail_said"),
        source_id=pl.lit(source.id),
        reason=pl.coalesce("reason", "reason_said"),
        detail=pl.coalesce("detail", "detail_said"),
    )


def records_table(records: pl.DataFrame) -> pl.DataFrame:
    """Return table `records`."""
    return records.select(empty("records").columns)


def quarantine_table(
    sources: Sequence[Source], records: pl.DataFrame, regions: Sequence[str]
) -> pl.DataFrame:
    """Return table `quarantine`: one row per record that was not accepted.

    What is shown of a record holds no contact and no long number; the record itself stays in the
    export.

    Args:
        sources: The exports.
        records: All records.
        regions: Countries of national numbers.
    """
    apart = records.filter(pl.col("outcome") == "quarantined")
    by_id = {source.id: source for source in sources}
    of = [by_id[source_id] for source_id in apart["source_id"]]
    starts = zip(of, apart["source_byte_start"], apart["source_byte_len"], strict=True)
    fields = zip(of, apart["field"], strict=True)
    return apart.with_columns(
        field=pl.Series([_column(*of) for of in fields], dtype=pl.String),
        detail=_shown(apart["detail"], regions),
        preview=_shown(pl.Series([_start(*s) for s in starts], dtype=pl.String), regions),
        format_id=pl.Series([source.format.id for source in of], dtype=pl.String),
    ).select(empty("quarantine").columns)


def _column(source: Source, value: str | None) -> str | None:
    """Return what the column of a value is called, in the file or else in the format."""
    if value is None:
        return None
    (called, *_) = source.format.headers.get(value, (None,))
    return source.header.names.get(value, called)


def _start(source: Source, byte_start: int, byte_len: int) -> str:
    end = byte_start + min(byte_len, _READ_BYTES)
    return source.data[byte_start:end].tobytes().decode("utf-8", "replace")


def _shown(texts: pl.Series, regions: Sequence[str]) -> pl.Series:
    """Return the start of each text, without contacts and long numbers."""
    return without_contacts(texts, regions).str.slice(0, _SHOWN_CHARS)


def without_contacts(texts: pl.Series, regions: Sequence[str]) -> pl.Series:
    """Return raw texts, which nobody could read as posts, without contacts and long numbers."""
    no_country = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    clean = redacted(texts, no_country, regions).texts
    return clean.str.replace_all(_LONG_NUMBER, "<digits>")
