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
from lockstep.ingest.keys import fingerprint
from lockstep.ingest.mapping import Mapped, map_records

_ROW_CAPS = (10_000, 30_000, 100_000, 300_000)
_MAX_CHECKSUM_BAD_SHARE = 0.01


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


def read_sources(files: Sequence[ExportFile], key: bytes) -> tuple[Source, ...]:
    """Read every export, by source_id; the same bytes under two names are read once.

    Raises:
        LockstepError: As `read_csv_file`; or the sums of interactions do not add up.
    """
    found: dict[str, Source] = {}
    for export in sorted(files, key=lambda f: f.path.name):
        file = read_csv_file(export.path, export.section)
        if file.source_id not in found:
            rule = file.header.format.file_name
            facts = file_facts(export.path.name, rule, export.section)
            mapped = map_records(file, facts, export.section, key)
            refuse_other_columns(mapped.rows["checksum_ok"], export.path.name)
            found[file.source_id] = Source(export.path.name, file, facts, mapped)
    return tuple(found[source_id] for source_id in sorted(found))


def refuse_other_columns(checksum_ok: pl.Series, where: str) -> None:
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
    sources: Sequence[Source], records: pl.DataFrame, rows: pl.DataFrame, key: bytes
) -> pl.DataFrame:
    """Return table `sources`: one row per export file.

    Args:
        sources: The exports.
        records: Table `records`.
        rows: What the accepted records say: source_id, account_key, posted_at_s.
        key: The case's key.
    """
    counted = records.group_by("source_id").agg(
        pl.len().alias("records_in"),
        *(
            (pl.col("outcome") == outcome).sum().alias(name)
            for name, outcome in (
                ("posts_new_n", "new"),
                ("observations_n", "observation"),
                ("duplicate_exact_n", "duplicate_exact"),
                ("quarantined_n", "quarantined"),
            )
        ),
    )
    spans = rows.group_by("source_id").agg(
        pl.col("account_key").n_unique().alias("accounts_n"),
        pl.col("posted_at_s").min().alias("first_posted_s"),
        pl.col("posted_at_s").max().alias("last_posted_s"),
    )
    counts = ["records_in", "posts_new_n", "observations_n", "duplicate_exact_n"]
    counts += ["quarantined_n", "accounts_n"]
    facts = pl.DataFrame([_facts(source, key) for source in sources], infer_schema_length=None)
    return (
        facts.join(counted, on="source_id", how="left")
        .join(spans, on="source_id", how="left")
        .with_columns(pl.col(counts).fill_null(0).cast(pl.Int64))
        .with_columns(
            moment("first_posted_s").alias("first_posted_at"),
            moment("last_posted_s").alias("last_posted_at"),
            moment("exported_at_s").alias("exported_at"),
        )
    )


def moment(seconds: str) -> pl.Expr:
    """Return seconds since 1970 UTC as a timestamp."""
    in_us = pl.from_epoch(pl.col(seconds).cast(pl.Int64) * 1_000_000, time_unit="us")
    return in_us.dt.replace_time_zone("UTC")


def _facts(source: Source, key: bytes) -> dict[str, object]:
    checksum_ok = source.mapped.rows["checksum_ok"]
    zones = source.file.values["posted_at_raw"].str.extract(source.format.time.pattern, 2)
    return {
        "source_id": source.file.source_id,
        "file_name": redact(source.file_name, ())[0],
        "bytes_n": len(source.file.data),
        "format_id": source.format.id,
        "format_version": source.format.version,
        "variant": source.file.header.variant,
        "zones": redact(", ".join(zones.drop_nulls().unique().sort().to_list()), ())[0] or None,
        "number_locale": source.mapped.locale,
        "exported_at_s": source.facts.exported_at_s,
        "collection_start_s": source.facts.collection_start_s,
        "collection_end_s": source.facts.collection_end_s,
        "checksum_ok_n": int(checksum_ok.sum()),
        "checksum_bad_n": int((~checksum_ok).sum()),
        "warnings": "; ".join(warnings(source)) or None,
        "recogniser_version": RECOGNISER_VERSION,
        "key_fingerprint": fingerprint(key),
    }


def warnings(source: Source) -> list[str]:
    """Return what else was noticed, each with its count where it has one."""
    rows, values = source.mapped.rows, source.file.values
    held = values.select(pl.exclude("source_row").str.contains("\ufffd", literal=True).sum())
    counted = {
        "replacement_char": int(held.sum_horizontal().item() or 0),
        "text_truncated": int(rows["text_truncated"].sum()),
        "page_created_tz_assumed": int(rows["created_at_s"].is_not_null().sum()),
        "page_created_unparsable": int(
            (rows["created_at_raw"].is_not_null() & rows["created_at_s"].is_null()).sum()
        ),
        "unknown_columns": len(source.file.header.unknown),
    }
    said = [f"{name} {n}" for name, n in counted.items() if n]
    if not source.file.records.height:
        said.append("no_records")
    if source.file.records.height in _ROW_CAPS:
        said.append(f"possible_row_cap {source.file.records.height}")
    if source.facts.unknown_zone:
        said.append(f"file_name_zone_unknown {source.facts.unknown_zone}")
    return said
