"""One export at a time: what the file is, what it holds, and what is odd about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from lockstep.errors import InputError
from lockstep.ingest.contacts import RECOGNISER_VERSION, redact
from lockstep.ingest.contents import Content, contents
from lockstep.ingest.csv_file import CsvFile, read_csv_file
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.file_name import FileFacts, file_facts
from lockstep.ingest.formats import Format, Instant
from lockstep.ingest.headers import Header
from lockstep.ingest.instants import timestamp
from lockstep.ingest.json_export import is_json, read_json_export
from lockstep.ingest.keys import fingerprint
from lockstep.ingest.mapping import Mapped, map_records
from lockstep.ingest.noticed import noticed
from lockstep.ingest.numbers import sums_are_wrong
from lockstep.ingest.scanner import Bytes
from lockstep.ingest.zones import zones
from lockstep.rounding import STORED, real
from lockstep.settings import ExportSection
from lockstep.storage import empty
from lockstep.words import many

_COUNTED = {
    "posts_new_n": "new",
    "observations_n": "observation",
    "duplicate_exact_n": "duplicate_exact",
    "quarantined_n": "quarantined",
}
_EARLY = {"back_dated": True, "ids_not_ordered": False}
"""How records with an earlier time than their id are called: by whether they are back-dated."""


@dataclass(frozen=True, slots=True)
class Source:
    """An export that was read and understood.

    `data` is the export, `records` its records and `rows` what those say that can be split. `facts`
    is what table `sources` says of it, but for what becomes of its records.
    """

    id: str
    header: Header
    exported_at_s: int | None
    data: Bytes
    records: pl.DataFrame
    rows: pl.DataFrame
    facts: dict[str, object]

    @property
    def format(self) -> Format:
        """What it was read as."""
        return self.header.format


def read_sources(files: Sequence[ExportFile], key: bytes) -> tuple[Source, ...]:
    """Read every export, by id.

    The same bytes under several names, compressed or not, are one export, under the first name that
    tells when it was exported, or else the first.

    Raises:
        LockstepError: As `contents` and `read_csv_file`; or the sums of interactions do not add up.
    """
    found: dict[str, Source] = {}
    received: dict[str, set[str]] = {}
    for content, section in _contents(files):
        source = _read(content, section, key)
        received.setdefault(source.id, set()).add(content.packed_sha256 or source.id)
        known = found.setdefault(source.id, source)
        if known.exported_at_s is None and source.exported_at_s is not None:
            found[source.id] = source
    for source_id, source in found.items():
        source.facts["received_sha256"] = ", ".join(sorted(received[source_id]))
    return tuple(found[source_id] for source_id in sorted(found))


def _contents(files: Sequence[ExportFile]) -> Iterator[tuple[Content, ExportSection]]:
    for export in sorted(files, key=lambda f: (f.path.name, f.path)):
        for content in contents(export.path):
            yield content, export.section


def _read(content: Content, section: ExportSection, key: bytes) -> Source:
    file = (read_json_export if is_json(content) else read_csv_file)(content, section)
    rule = file.header.format.file_name
    told = file_facts(content.name, rule, section) if rule else FileFacts()
    mapped = map_records(file, told, section, key)
    _refuse_wrong_sums(mapped.rows["checksum_ok"], content.file_name)
    return Source(
        id=file.source_id,
        header=file.header,
        exported_at_s=told.exported_at_s,
        data=file.data,
        records=file.records,
        rows=mapped.rows,
        facts=_facts(content.file_name, file, told, mapped, key),
    )


def _refuse_wrong_sums(checksum_ok: pl.Series, where: str) -> None:
    """Refuse a file whose interactions do not add up: its columns are shifted or misread.

    Raises:
        InputError: In more than 1 % of the records, and in more than one.
    """
    if sums_are_wrong(checksum_ok):
        bad_n, tested_n = int((~checksum_ok).sum()), checksum_ok.count()
        raise InputError(
            f"in {bad_n:,} of {many(tested_n, 'record')} "
            "the interactions do not add up to their total",
            where=where,
            expected="Total Interactions = Likes + Comments + Shares + reactions, in each record",
            fix="export it again: columns are shifted, or numbers were rewritten",
        )


def sources_table(
    sources: Sequence[Source],
    records: pl.DataFrame,
    accepted: pl.DataFrame,
    *,
    max_quarantine_share: float,
) -> pl.DataFrame:
    """Return table `sources`: one row per export file.

    Args:
        sources: The exports.
        records: All records, with source_id and outcome.
        accepted: Accepted records, with source_id, account_key, posted_at_s, and is_back_dated of
            early posts (false where ids do not tell).
        max_quarantine_share: Share of a file's records that the case allows to be set aside.
    """
    outcome = pl.col("outcome")
    counted = records.group_by("source_id").agg(
        pl.len().alias("records_in"),
        *((outcome == name).sum().alias(column) for column, name in _COUNTED.items()),
    )
    published_s = pl.col("posted_at_s").filter(~pl.col("is_back_dated").fill_null(value=False))
    spans = accepted.group_by("source_id").agg(
        pl.col("account_key").n_unique().alias("accounts_n"),
        published_s.min().alias("first_posted_s"),
        published_s.max().alias("last_posted_s"),
        *(_noticed(name, pl.col("is_back_dated") == is_so) for name, is_so in _EARLY.items()),
    )
    schema = empty("sources").schema
    facts = [source.facts for source in sources]
    return (
        pl.DataFrame(facts, schema={name: schema[name] for name in facts[0]})
        .join(counted, on="source_id", how="left")
        .join(spans, on="source_id", how="left")
        .with_columns(
            pl.col("records_in", "accounts_n", *_COUNTED).fill_null(0).cast(pl.Int64),
            first_posted_at=timestamp("first_posted_s"),
            last_posted_at=timestamp("last_posted_s"),
            exported_at=timestamp("exported_at_s"),
            max_quarantine_share=pl.lit(real(max_quarantine_share), dtype=STORED),
            warnings=pl.concat_list("warnings", *_EARLY).list.drop_nulls().list.join("; "),
        )
        .with_columns(warnings=pl.when(pl.col("warnings") != "").then("warnings"))
        .select(schema.names())
    )


def _noticed(name: str, is_so: pl.Expr) -> pl.Expr:
    said = pl.format(f"{name} {{}}", is_so.sum())
    return pl.when(is_so.sum() > 0).then(said).alias(name)


def _facts(
    name: str, file: CsvFile, told: FileFacts, mapped: Mapped, key: bytes
) -> dict[str, object]:
    fmt, checksum_ok = file.header.format, mapped.rows["checksum_ok"]
    return {
        "source_id": file.source_id,
        "file_name": redact(name, ())[0],
        "bytes_n": len(file.data),
        "format_id": fmt.id,
        "format_version": fmt.version,
        "variant": file.header.variant,
        "zones": _zone_names(file, mapped.rows),
        "number_locale": mapped.locale,
        "exported_at_s": told.exported_at_s,
        "collection_start_s": told.collection_start_s,
        "collection_end_s": told.collection_end_s,
        "checksum_ok_n": int(checksum_ok.sum()),
        "checksum_bad_n": int((~checksum_ok).sum()),
        "warnings": "; ".join(noticed(file, told, mapped.rows)) or None,
        "recogniser_version": RECOGNISER_VERSION,
        "key_fingerprint": fingerprint(key),
    }


def _zone_names(file: CsvFile, rows: pl.DataFrame) -> str | None:
    """Return the zones of the zone table, and how many others there are: never these.

    Where a format states times in UTC or by their offset, it is these.
    """
    rule = file.header.format.time
    if isinstance(rule, Instant):
        return ", ".join(sorted(rows["posted_at_tz"].drop_nulls().unique())) or None
    written = file.values["posted_at_raw"].str.extract(rule.pattern, 2).drop_nulls().unique()
    table = zones()
    known = {*table.offset_s, *table.ambiguous}
    names = sorted(name for name in written if name in known)
    others_n = len(written) - len(names)
    return ", ".join([*names, *([f"{others_n} unknown"] if others_n else [])]) or None
