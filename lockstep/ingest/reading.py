"""One export at a time, block by block: what its records say, and what the file tells of itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add

import polars as pl

from lockstep.errors import InputError
from lockstep.ingest.arrow_text import compact
from lockstep.ingest.blocks import Block
from lockstep.ingest.contacts import RECOGNISER_VERSION, redact
from lockstep.ingest.contents import Content
from lockstep.ingest.file_name import FileFacts
from lockstep.ingest.formats import COUNTS, Format, Instant
from lockstep.ingest.headers import Header
from lockstep.ingest.identity import ids_told
from lockstep.ingest.keys import fingerprint
from lockstep.ingest.mapping import map_records, written_numbers
from lockstep.ingest.noticed import Noticed, noticed, warnings
from lockstep.ingest.numbers import Locale, sums_are_wrong
from lockstep.ingest.received import Identity, name_facts, opened
from lockstep.ingest.rounded_ids import LongIds, long_ids
from lockstep.ingest.told import Told, nobody
from lockstep.ingest.zones import offset_s, zones
from lockstep.settings import ExportSection
from lockstep.words import many

Keep = Callable[[pl.DataFrame], None]
"""What takes the rows of a block: all that its records say, with source_id."""


@dataclass(frozen=True, slots=True)
class Source:
    """An export that was read.

    `latest_s` is the latest time at which one of its posts was published, `seen_s` when it shows
    accounts: when it was exported, or else the latest time that its records tell. `told` is what
    they tell of accounts, `facts` what table `sources` says of it, but for what becomes of them.
    """

    id: str
    header: Header
    records_n: int
    exported_at_s: int | None
    latest_s: int | None
    seen_s: int | None
    told: pl.DataFrame
    facts: dict[str, object]

    @property
    def format(self) -> Format:
        """What it was read as."""
        return self.header.format

    def says(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows with what is true of all of its records."""
        return rows.with_columns(
            platform=pl.lit(self.format.platform),
            format_id=pl.lit(self.format.id),
            format_version=pl.lit(self.format.version),
            kind_assumed=pl.lit(self.format.identity.kind),
            exported_at_s=pl.lit(self.exported_at_s, dtype=pl.Int64),
            latest_s=pl.lit(self.latest_s, dtype=pl.Int64),
            observed_at_s=pl.coalesce(
                "record_observed_s",
                pl.lit(self.exported_at_s, pl.Int64),
                pl.lit(self.latest_s, pl.Int64),
            ),
        )


def read_sources(
    exports: Iterable[tuple[Identity, Content, ExportSection]],
    all_bytes: int,
    key: bytes,
    keep: Keep,
    told: Told = nobody,
) -> tuple[Source, ...]:
    """Read every export, by id, and hand on what its records say.

    Args:
        exports: The exports, one at a time: see `read_again`.
        all_bytes: Size of all of them.
        key: The case's key.
        keep: What takes the rows of each block.
        told: What is told of each file when it begins, and of each of its blocks.

    Raises:
        LockstepError: As `contents`, `open_csv` and `open_json`; or the sums of interactions do not
            add up.
    """
    sources, done_bytes = list[Source](), 0
    for identity, content, section in exports:
        doing = f"reading {redact(content.file_name, ())[0]}"
        told(doing, done_bytes, all_bytes)

        def keep_and_tell(rows: pl.DataFrame, doing: str = doing, before: int = done_bytes) -> None:
            keep(rows)
            told(doing, before + _end(rows), all_bytes)

        sources.append(_read(content, section, identity, key, keep_and_tell))
        done_bytes += identity.bytes_n
    return tuple(sorted(sources, key=lambda source: source.id))


def _end(rows: pl.DataFrame) -> int:
    """Return where the last record of a block ends, in bytes."""
    ends = rows["source_byte_start"] + rows["source_byte_len"]
    return int(ends[-1]) if rows.height else 0


def _read(
    content: Content, section: ExportSection, identity: Identity, key: bytes, keep: Keep
) -> Source:
    export = opened(content, section)
    header = export.header
    of_name = name_facts(header, content.name, section)
    written = reduce(
        add, (written_numbers(block, header) for block in export.blocks(("score", *COUNTS)))
    )
    seen: list[_Seen] = []
    for block in export.blocks(header.positions):
        rows = map_records(
            block, header, section, until_s=of_name.exported_at_s, written=written, key=key
        )
        seen.append(_seen(block, header, rows, section))
        keep(_placed(block, rows).with_columns(source_id=pl.lit(identity.source_id)))
    all_seen = reduce(add, seen)
    _refuse_wrong_sums(all_seen, content.file_name)
    _refuse_rounded_ids(all_seen, content.file_name)
    return Source(
        id=identity.source_id,
        header=header,
        records_n=all_seen.noticed.records_n,
        exported_at_s=of_name.exported_at_s,
        latest_s=all_seen.latest_s,
        seen_s=all_seen.told_s if of_name.exported_at_s is None else of_name.exported_at_s,
        told=all_seen.accounts,
        facts=_facts(content, header, of_name, all_seen, written.locale)
        | {
            "source_id": identity.source_id,
            "received_sha256": identity.received_sha256,
            "key_fingerprint": fingerprint(key),
        },
    )


def _placed(block: Block, rows: pl.DataFrame) -> pl.DataFrame:
    """Return every record of a block with its place and what it says, or why it cannot be split."""
    joined = block.records.join(rows, on="source_row", how="left", suffix="_said")
    return joined.with_columns(
        pl.coalesce(name, f"{name}_said").alias(name) for name in ("reason", "detail")
    ).drop("reason_said", "detail_said")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What records of an export tell beside what they say; that of its parts adds up."""

    noticed: Noticed
    accounts: pl.DataFrame
    zones: frozenset[str]
    latest_s: int | None
    told_s: int | None
    sums_ok_n: int
    sums_bad_n: int
    long_ids: tuple[LongIds, ...]

    def __add__(self, other: "_Seen") -> "_Seen":
        """Return what both tell."""
        return _Seen(
            self.noticed + other.noticed,
            pl.concat([self.accounts, other.accounts]).unique(),
            self.zones | other.zones,
            _later(self.latest_s, other.latest_s),
            _later(self.told_s, other.told_s),
            self.sums_ok_n + other.sums_ok_n,
            self.sums_bad_n + other.sums_bad_n,
            tuple(map(add, self.long_ids, other.long_ids)),
        )


def _later(a: int | None, b: int | None) -> int | None:
    return max((at_s for at_s in (a, b) if at_s is not None), default=None)


def _seen(block: Block, header: Header, rows: pl.DataFrame, section: ExportSection) -> _Seen:
    readable = pl.col("reason").is_null()
    latest_s, observed_s = rows.select(
        pl.col(name).filter(readable).max() for name in ("posted_at_s", "record_observed_s")
    ).row(0)
    return _Seen(
        noticed=noticed(header, block, rows),
        accounts=compact(ids_told(rows, header.format.identity)),
        zones=_zones(block, header.format, rows, section),
        latest_s=latest_s,
        told_s=_later(latest_s, observed_s),
        sums_ok_n=int(rows["checksum_ok"].sum()),
        sums_bad_n=int((~rows["checksum_ok"]).sum()),
        long_ids=(*long_ids(rows["post_id"]), *long_ids(rows["account_id"])),
    )


def _refuse_wrong_sums(seen: _Seen, where: str) -> None:
    """Refuse a file whose interactions do not add up: its columns are shifted or misread.

    Raises:
        InputError: In more than 1 % of the records, and in more than one.
    """
    bad_n, tested_n = seen.sums_bad_n, seen.sums_ok_n + seen.sums_bad_n
    if sums_are_wrong(bad_n, tested_n):
        raise InputError(
            f"in {bad_n:,} of {many(tested_n, 'record')} "
            "the interactions do not add up to their total",
            where=where,
            expected="Total Interactions = Likes + Comments + Shares + reactions, in each record",
            fix="export it again: columns are shifted, or numbers were rewritten",
        )


def _refuse_rounded_ids(seen: _Seen, where: str) -> None:
    """Refuse a file whose ids a program rounded: several posts or accounts may have become one.

    Raises:
        InputError: All long ids of its posts, or of its accounts, end with zeros.
    """
    example = next((found.example for found in seen.long_ids if found.example), None)
    if example is not None:
        raise InputError(
            f"ids were rounded, such as {example}",
            where=where,
            expected="ids with all their digits",
            fix="take the file as it was downloaded: a spreadsheet keeps 15 digits of a number",
        )


def _facts(
    content: Content, header: Header, of_name: FileFacts, seen: _Seen, locale: Locale
) -> dict[str, object]:
    return {
        "file_name": redact(content.file_name, ())[0],
        "bytes_n": len(content.data),
        "lines_n": content.lines_n,
        "format_id": header.format.id,
        "format_version": header.format.version,
        "variant": header.variant,
        "zones": _zone_names(seen.zones, header.format),
        "number_locale": locale,
        "sort_order": seen.noticed.order.name,
        "is_cut_short": seen.noticed.is_cut_short,
        "exported_at_s": of_name.exported_at_s,
        "collection_start_s": of_name.collection_start_s,
        "collection_end_s": of_name.collection_end_s,
        "checksum_ok_n": seen.sums_ok_n,
        "checksum_bad_n": seen.sums_bad_n,
        "warnings": "; ".join(warnings(seen.noticed, header, of_name)) or None,
        "recogniser_version": RECOGNISER_VERSION,
    }


def _zones(block: Block, fmt: Format, rows: pl.DataFrame, section: ExportSection) -> frozenset[str]:
    """Return the zones that stand beside times, whatever the case takes them for."""
    stated = rows["posted_at_tz"]
    if not isinstance(fmt.time, Instant) and (section.timezone or section.tz_overrides):
        stated = block.values["posted_at_raw"].str.extract(fmt.time.pattern, 2)
    return frozenset(stated.drop_nulls().unique())


def _zone_names(found: frozenset[str], fmt: Format) -> str | None:
    """Return the zones of the zone table and offsets, and how many others there are: never these.

    Where a format states times in UTC or by their offset, it is these.
    """
    if isinstance(fmt.time, Instant):
        return ", ".join(sorted(found)) or None
    known = {name for name in found if name in zones().ambiguous or offset_s(name) is not None}
    others_n = len(found - known)
    return ", ".join([*sorted(known), *([f"{others_n} unknown"] if others_n else [])]) or None
