"""Every record of every export, and those that were kept apart, with the reason."""

import re
from collections.abc import Sequence

import polars as pl

from lockstep.ingest.contacts import redact
from lockstep.ingest.sources import Source
from lockstep.storage import empty

_PREVIEW_CHARS = 200
_PREVIEW_BYTES = 4 * _PREVIEW_CHARS
_DIGITS = re.compile(r"\d{6,}")
_SAID = ("reason", "field", "detail")


def records_table(sources: Sequence[Source], decided: pl.DataFrame) -> pl.DataFrame:
    """Return every record with its place, outcome, post_key, reason, field and detail.

    Table `records` is its columns up to `reason`.

    Args:
        sources: The exports.
        decided: Outcome of each record that could be identified and dated.
    """
    split = pl.concat(_records(source) for source in sources)
    joined = split.join(decided, on=["source_id", "source_row"], how="left", suffix="_decided")
    return joined.with_columns(
        pl.col("outcome").fill_null("quarantined"),
        *(pl.coalesce(name, f"{name}_decided").alias(name) for name in _SAID),
    )


def _records(source: Source) -> pl.DataFrame:
    said = source.mapped.rows.select("source_row", "post_key", "reason", "field", "detail")
    return source.file.records.join(said, on="source_row", how="left", suffix="_said").select(
        pl.lit(source.file.source_id).alias("source_id"),
        pl.exclude("reason", "detail", "reason_said", "detail_said"),
        reason=pl.coalesce("reason", "reason_said"),
        detail=pl.coalesce("detail", "detail_said"),
    )


def quarantine_table(
    sources: Sequence[Source], records: pl.DataFrame, regions: Sequence[str]
) -> pl.DataFrame:
    """Return table `quarantine`: one row per record that was not accepted.

    What is shown of a record holds no contact and no long number; the record itself stays in the
    export.
    """
    apart = records.filter(pl.col("outcome") == "quarantined")
    by_id = {source.file.source_id: source for source in sources}
    rows = [
        {
            **row,
            "field": _column(by_id[row["source_id"]], row["field"]),
            "detail": None if row["detail"] is None else _clean(row["detail"], regions),
            "preview": _preview(by_id[row["source_id"]], row, regions),
            "format_id": by_id[row["source_id"]].format.id,
        }
        for row in apart.iter_rows(named=True)
    ]
    schema = empty("quarantine").schema
    return pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema=schema)


def _column(source: Source, field: str | None) -> str | None:
    """Return the name of a column as the export writes it."""
    return None if field is None else source.file.header.columns[field]


def _preview(source: Source, row: dict[str, int], regions: Sequence[str]) -> str:
    start = row["source_byte_start"]
    end = start + min(row["source_byte_len"], _PREVIEW_BYTES)
    text = source.file.data[start:end].tobytes().decode("utf-8", "replace")
    return _clean(text, regions)


def _clean(text: str, regions: Sequence[str]) -> str:
    """Return the start of a text without contacts and long numbers."""
    return _DIGITS.sub("<digits>", redact(text, regions)[0])[:_PREVIEW_CHARS]
