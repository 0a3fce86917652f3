"""Every record of every export, and those that were kept apart, with the reason."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from lockstep.ingest.mapping import SAID
from lockstep.ingest.outcomes import NOT_A_POST, outcomes
from lockstep.ingest.reading import Source
from lockstep.ingest.scanner import Bytes
from lockstep.ingest.written import redacted
from lockstep.storage import empty

ORDER = ("observed_at_s", "latest_s", "source_id", "source_row")
"""Orders accepted records, newest last."""

_SHOWN_CHARS = 200
_READ_BYTES = 4_096
"""What of a record is read for its preview: so much more than is shown that no contact is cut."""
_LONG_NUMBER = r"\d{6,}"


def all_records(said: pl.DataFrame) -> pl.DataFrame:
    """Return records with their outcome, and reason, field and detail of those set aside.

    Args:
        said: What records say, each with its source: all those of some posts.
    """
    decided = outcomes(said.filter(pl.col("reason").is_null()))
    joined = said.join(decided, on=["source_id", "source_row"], how="left", suffix="_decided")
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


def accepted_records(records: pl.DataFrame) -> pl.DataFrame:
    """Return the records that repeat no other, newest last.

    A record was observed when it says so, else when its file was exported, or else no earlier than
    the file's latest post. Ties are broken by that post, then by source_id and row: never by the
    order of files.
    """
    is_new = pl.col("outcome") == "new"
    return (
        records.filter(pl.col("outcome").is_in(("new", "observation")))
        .with_columns(
            first_source_id=pl.col("source_id").filter(is_new).first().over("post_key"),
        )
        .sort(ORDER)
    )


def records_table(records: pl.DataFrame) -> pl.DataFrame:
    """Return table `records`."""
    return records.select(empty("records").columns)


def set_aside(records: pl.DataFrame) -> pl.DataFrame:
    """Return what `quarantine` tells of the records that were not accepted, but for what it shows.

    Args:
        records: Some records with their outcome.
    """
    apart = records.filter(pl.col("outcome") == "quarantined")
    return apart.select(empty("quarantine").drop("preview").columns)


def quarantine_table(
    apart: pl.DataFrame,
    sources: Mapping[str, Source],
    exports: Iterable[tuple[str, Bytes]],
    regions: Sequence[str],
) -> pl.DataFrame:
    """Return table `quarantine`: one row per record that was not accepted.

    What is shown of a record holds no contact and no long number; the record itself stays in the
    export.

    Args:
        apart: The records, as `set_aside` gives them.
        sources: What was read, by source_id.
        exports: The exports again, with their source_id.
        regions: Countries of national numbers.
    """
    ordered = apart.sort("source_id", "source_row")
    fields = ordered.select("source_id", "field").iter_rows()
    return ordered.with_columns(
        field=pl.Series([_column(sources[of], field) for of, field in fields], dtype=pl.String),
        detail=_shown(ordered["detail"], regions),
        preview=_shown(_starts(ordered, exports), regions),
    ).select(empty("quarantine").columns)


def _starts(apart: pl.DataFrame, exports: Iterable[tuple[str, Bytes]]) -> pl.Series:
    """Return how each record begins, in the order of the records."""
    starts: dict[str, list[str]] = {}
    places = apart.select("source_byte_start", "source_byte_len")
    for source_id, data in exports:
        here = places.filter(apart["source_id"] == source_id)
        starts[source_id] = [_start(data, *place) for place in here.iter_rows()]
    return pl.Series([start for name in sorted(starts) for start in starts[name]], dtype=pl.String)


def _column(source: Source, value: str | None) -> str | None:
    """Return what the column of a value is called, in the file or else in the format."""
    if value is None:
        return None
    (called, *_) = source.format.headers.get(value, (None,))
    return source.header.names.get(value, called)


def _start(data: Bytes, byte_start: int, byte_len: int) -> str:
    end = byte_start + min(byte_len, _READ_BYTES)
    return data[byte_start:end].tobytes().decode("utf-8", "replace")


def _shown(texts: pl.Series, regions: Sequence[str]) -> pl.Series:
    """Return the start of each text, without contacts and long numbers."""
    return without_contacts(texts, regions).str.slice(0, _SHOWN_CHARS)


def without_contacts(texts: pl.Series, regions: Sequence[str]) -> pl.Series:
    """Return raw texts, which nobody could read as posts, without contacts and long numbers."""
    no_country = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    clean = redacted(texts, no_country, regions).texts
    return clean.str.replace_all(_LONG_NUMBER, "<digits>")
