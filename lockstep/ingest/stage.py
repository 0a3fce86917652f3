"""From raw exports to all staged tables, in one read; every record accounted for."""

from collections.abc import Sequence

import polars as pl

from lockstep.errors import InputError
from lockstep.ingest.accounts import accounts_table
from lockstep.ingest.aliases import account_aliases_table, find_aliases, with_aliases
from lockstep.ingest.engagement import engagement_table
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.mapping import SAID
from lockstep.ingest.outcomes import outcomes
from lockstep.ingest.posts import make_posts
from lockstep.ingest.records import all_records, quarantine_table, records_table
from lockstep.ingest.sources import Source, read_sources, sources_table
from lockstep.settings import Settings

_DECIDING = ("source_row", "post_key", "account_key", "posted_at_s", "row_hmac")


def stage(
    files: Sequence[ExportFile], *, settings: Settings, key: bytes
) -> dict[str, pl.DataFrame]:
    """Return every staged table of a case.

    The result depends on the bytes of the files, their names, the settings and the key: not on the
    order of the files. Contacts are replaced in every table.

    Args:
        files: The exports.
        settings: The case's settings.
        key: The key that hashes contacts and records.

    Raises:
        InputError: A file cannot be read, has no known format, or no file holds a record.
        ConfigError: The case names a zone that does not exist.

    References:
        FORMATS §4, §7, §8; METHODS §12.
    """
    sources = read_sources(files, key)
    _refuse_nothing(sources)
    aliases = find_aliases(sources)
    sources = tuple(with_aliases(source, aliases) for source in sources)
    regions = settings.contacts.regions
    decided = outcomes(pl.concat(_identified(source) for source in sources))
    records = all_records(sources, decided)
    accepted = _accepted(sources, records)
    internal = sorted({domain for source in sources for domain in source.format.links.internal})
    made = make_posts(accepted, internal=internal, regions=regions, key=key)
    accepted = accepted.join(made.early, on="post_key", how="left", maintain_order="left")
    known_as = account_aliases_table(aliases, accepted, regions)
    return {
        "sources": sources_table(
            sources, records, accepted, max_quarantine_share=settings.quarantine.max_share
        ),
        "records": records_table(records),
        "posts": made.posts,
        "post_contacts": made.post_contacts,
        "engagement": engagement_table(accepted),
        "accounts": accounts_table(accepted, made.posts, known_as, regions),
        "account_aliases": known_as,
        "links": made.links,
        "quarantine": quarantine_table(sources, records, regions),
    }


def _refuse_nothing(sources: Sequence[Source]) -> None:
    if not any(source.records.height for source in sources):
        names = ", ".join(str(source.facts["file_name"]) for source in sources)
        raise InputError(
            "no record in it: a header and nothing else",
            where=names or "the case's exports",
            expected="at least one export with records",
            fix="export it again, with a longer period or other accounts",
        )


def _identified(source: Source) -> pl.DataFrame:
    return source.rows.filter(pl.col("reason").is_null()).select(
        *_DECIDING,
        source_id=pl.lit(source.id),
        exported_at_s=pl.lit(source.exported_at_s, dtype=pl.Int64),
    )


def _accepted(sources: Sequence[Source], records: pl.DataFrame) -> pl.DataFrame:
    """Return what every accepted record says that repeats no other, newest last.

    A record was observed when it says so, else when its file was exported, or else no earlier than
    the file's latest post. Ties are broken by that post, then by source_id and row: never by the
    order of files.
    """
    said = pl.concat(
        source.rows.drop(SAID).with_columns(
            source_id=pl.lit(source.id),
            platform=pl.lit(source.format.platform),
            format_id=pl.lit(source.format.id),
            format_version=pl.lit(source.format.version),
            kind_assumed=pl.lit(source.format.identity.kind),
            exported_at_s=pl.lit(source.exported_at_s, dtype=pl.Int64),
        )
        for source in sources
    )
    places = records.filter(pl.col("outcome").is_in(("new", "observation"))).select(
        "source_id", "source_row", "source_line", "source_byte_start", "source_byte_len", "outcome"
    )
    latest_s = pl.col("posted_at_s").max().over("source_id")
    is_new = pl.col("outcome") == "new"
    return (
        said.join(places, on=["source_id", "source_row"])
        .with_columns(
            latest_s=latest_s,
            observed_at_s=pl.coalesce("record_observed_s", "exported_at_s", latest_s),
            first_source_id=pl.col("source_id").filter(is_new).first().over("post_key"),
        )
        .sort("observed_at_s", "latest_s", "source_id", "source_row")
        .drop("latest_s")
    )
