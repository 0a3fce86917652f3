"""One export at a time: what the file is, what it holds, and what is odd about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from lockstep.errors import InputError
from lockstep.ingest.contacts import RECOGNISER_VERSION, redact
from lockstep.ingest.csv_file import CsvFile, read_csv_file
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.file_name import FileFacts, file_facts
from lockstep.ingest.formats import Format
from lockstep.ingest.instants import timestamp
from lockstep.ingest.keys import fingerprint
from lockstep.ingest.mapping import Mapped, map_records
from lockstep.ingest.noticed import noticed
from lockstep.storage import empty

_MAX_CHECKSUM_BAD_SHARE = 0.01
_COUNTED = {
    "posts_new_n": "new",
    "observations_n": "observation",
    "duplicate_exact_n": "duplicate_exact",
    "quarantined_n": "quarantined",
}


@dataclass(frozen=True, slots=True)
class Source:
    """An export that was read and understood."""

    file_name: str
    file: CsvFile
    facts: FileFacts
    mapped: Mapped

    @property
    def format(self) -> Format:
        """The format it was read as."""
        return self.file.header.format

    def column(self, name: str | None) -> str | None:
        """Return the header of a named value's column."""
        return None if name is None else self.file.header.columns[name]


def read_sources(files: Sequence[ExportFile], key: bytes) -> tuple[Source, ...]:
    """Read every export, by source_id.

    The same bytes under several names are one export, under the first name that tells when it was
    exported, or else the first.

    Raises:
        LockstepError: As `read_csv_file`; or the sums of interactions do not add up.
    """
    found: dict[str, Source] = {}
    for export in sorted(files, key=lambda f: (f.path.name, f.path)):
        source = _read(export, key)
        known = found.setdefault(source.file.source_id, source)
        if known.facts.exported_at_s is None and source.facts.exported_at_s is not None:
            found[source.file.source_id] = source
    return tuple(found[source_id] for source_id in sorted(found))


def _read(export: ExportFile, key: bytes) -> Source:
    file = read_csv_file(export.path, export.section)
    facts = file_facts(export.path.name, file.header.format.file_name, export.section)
    mapped = map_records(file, facts, export.section, key)
    _refuse_wrong_sums(mapped.rows["checksum_ok"], export.path.name)
    return Source(export.path.name, file, facts, mapped)


def _refuse_wrong_sums(checksum_ok: pl.Series, where: str) -> None:
    """Refuse a file whose interactions do not add up: its columns are shifted or misread.

    Raises:
        InputError: In more than 1 % of the records.
    """
    bad_n, tested_n = int((~checksum_ok).sum()), checksum_ok.count()
    if bad_n > _MAX_CHECKSUM_BAD_SHARE * tested_n:
        raise InputError(
            f"in {bad_n} of {tested_n} records the interactions do not add up to their total",
            where=where,
            expected="Total Interactions = Likes + Comments + Shares + reactions, in each record",
            fix="export it again: columns are shifted, or numbers were rewritten",
        )


def sources_table(
    sources: Sequence[Source], records: pl.DataFrame, accepted: pl.DataFrame, key: bytes
) -> pl.DataFrame:
    """Return table `sources`: one row per export file.

    Args:
        sources: The exports.
        records: All records, with source_id and outcome.
        accepted: Accepted records, with source_id, account_key and posted_at_s.
        key: The case's key.
    """
    outcome = pl.col("outcome")
    counted = records.group_by("source_id").agg(
        pl.len().alias("records_in"),
        *((outcome == name).sum().alias(column) for column, name in _COUNTED.items()),
    )
    spans = accepted.group_by("source_id").agg(
        pl.col("account_key").n_unique().alias("accounts_n"),
        pl.col("posted_at_s").min().alias("first_posted_s"),
        pl.col("posted_at_s").max().alias("last_posted_s"),
    )
    schema = empty("sources").schema
    rows = [_facts(source, key) for source in sources]
    facts = pl.DataFrame(rows, schema={name: schema[name] for name in rows[0]})
    return (
        facts.join(counted, on="source_id", how="left")
        .join(spans, on="source_id", how="left")
        .with_columns(
            pl.col("records_in", "accounts_n", *_COUNTED).fill_null(0).cast(pl.Int64),
            first_posted_at=timestamp("first_posted_s"),
            last_posted_at=timestamp("last_posted_s"),
            exported_at=timestamp("exported_at_s"),
        )
        .select(schema.names())
    )


def _facts(source: Source, key: bytes) -> dict[str, object]:
    checksum_ok = source.mapped.rows["checksum_ok"]
    zones = source.file.values["posted_at_raw"].str.extract(source.format.time.pattern, 2)
    named = ", ".join(zones.drop_nulls().unique().sort())
    return {
        "source_id": source.file.source_id,
        "file_name": redact(source.file_name, ())[0],
        "bytes_n": len(source.file.data),
        "format_id": source.format.id,
        "format_version": source.format.version,
        "variant": source.file.header.variant,
        "zones": redact(named, ())[0] or None,
        "number_locale": source.mapped.locale,
        "exported_at_s": source.facts.exported_at_s,
        "collection_start_s": source.facts.collection_start_s,
        "collection_end_s": source.facts.collection_end_s,
        "checksum_ok_n": int(checksum_ok.sum()),
        "checksum_bad_n": int((~checksum_ok).sum()),
        "warnings": "; ".join(noticed(source.file, source.facts, source.mapped.rows)) or None,
        "recogniser_version": RECOGNISER_VERSION,
        "key_fingerprint": fingerprint(key),
    }
