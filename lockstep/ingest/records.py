"""Every record of every export, and those that were kept apart, with the reason."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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
_READ_CHARS = 520
"""What of a record is read for its preview: so much more than is shown that no contact is cut."""
_READ_BYTES = 4 * _READ_CHARS
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


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Table `quarantine`: one row per record that was not accepted.

    What is shown of a record holds no contact and no long number; the record itself stays in the
    export.

    `apart` are the records, as `set_aside` gives them; `sources` what was read, and `data` the
    bytes of an export, by source_id; `regions` countries of national numbers.
    """

    apart: Iterable[pl.DataFrame]
    sources: Mapping[str, Source]
    data: Callable[[str], Bytes]
    regions: Sequence[str]

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, some at a time."""
        data = lru_cache(maxsize=1)(self.data)  # they come source by source
        for rows in self.apart:
            ordered = rows.sort("source_id", "source_row")
            fields = ordered.select("source_id", "field").iter_rows()
            named = [_column(self.sources[of], field) for of, field in fields]
            places = ordered.select("source_id", "source_byte_start", "source_byte_len").iter_rows()
            starts = [_start(data(of), start, size) for of, start, size in places]
            yield ordered.with_columns(
                field=pl.Series(named, dtype=pl.String),
                detail=_shown(ordered["detail"], self.regions),
                preview=_shown(pl.Series(starts, dtype=pl.String), self.regions),
            ).select(empty("quarantine").columns)


def _column(source: Source, value: str | None) -> str | None:
    """Return what the column of a value is called, in the file or else in the format."""
    if value is None:
        return None
    (called, *_) = source.format.headers.get(value, (None,))
    return source.header.names.get(value, called)


def _start(data: Bytes, byte_start: int, byte_len: int) -> str:
    end = byte_start + min(byte_len, _READ_BYTES)
    return data[byte_start:end].tobytes().decode("utf-8", "replace")[:_READ_CHARS]


def _shown(texts: pl.Series, regions: Sequence[str]) -> pl.Series:
    """Return the start of each text, without contacts and long numbers."""
    return without_contacts(texts, regions).str.slice(0, _SHOWN_CHARS)


def without_contacts(texts: pl.Series, regions: Sequence[str]) -> pl.Series:
    """Return raw texts, which nobody could read as posts, without contacts and long numbers."""
    no_country = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    clean = redacted(texts, no_country, regions).texts
    return clean.str.replace_all(_LONG_NUMBER, "<digits>")
