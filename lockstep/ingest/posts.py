"""The posts of a case, as the newest export shows each, and the contacts recognised in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from lockstep.ingest.instants import timestamp
from lockstep.ingest.links import links_table, unresolved
from lockstep.ingest.mapping import LINKS, WRITTEN
from lockstep.ingest.written import contact_rows, redacted
from lockstep.storage import empty

_TOLD = ("post_type", "is_scheduled_announcement", "is_share", "text_truncated")
"""What is told by another value, and comes from the same export as it does."""
_TIME = (
    *("posted_at_s", "posted_at_raw", "posted_at_tz", "posted_at_tz_source"),
    *("posted_at_uncertainty_s", "posted_at_resolution_us"),
)
_FILLED = (
    *WRITTEN,
    *LINKS,
    *_TOLD,
    "post_type_raw",
    "video_share_status",
    "sponsor_id",
    "account_id_raw",
    "admin_country",
)


@dataclass(frozen=True, slots=True)
class Posts:
    """Tables `posts`, but for is_back_dated, `post_contacts` and `links`."""

    posts: pl.DataFrame
    post_contacts: pl.DataFrame
    links: pl.DataFrame


def make_posts(
    accepted: pl.DataFrame, *, internal: Sequence[str], regions: Sequence[str], key: bytes
) -> Posts:
    """Return one row per post, with every contact replaced before anything is stored.

    A post is as its newest record shows it; what that leaves empty comes from the newest record
    that has it. Its time is that of the newest of the records that know it most finely.

    Args:
        accepted: Accepted records, not redacted, newest last.
        internal: Domains of the platform itself.
        regions: Countries of national numbers where a page names none.
        key: The case's key.

    References:
        METHODS §6, §12; FORMATS §8.
    """
    others = [name for name in accepted.columns if name not in {*_FILLED, "post_key"}]
    shown = (
        _finely_dated(accepted)
        .group_by("post_key")
        .agg(pl.col(_FILLED).drop_nulls().last(), pl.col(others).last())
        .sort("post_key")
    )
    links, link_contacts = links_table(shown, internal=internal, regions=regions, key=key)
    clean, contacts = _without_contacts(shown, regions, key)
    columns = empty("posts").drop("is_back_dated").columns
    return Posts(
        posts=clean.with_columns(**_derived()).select(columns),
        post_contacts=_contacts_table([*contacts, *link_contacts], shown["post_key"]),
        links=links,
    )


def _finely_dated(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return records with the time of the last of their post that knows it most finely."""
    resolution_us = pl.col("posted_at_resolution_us")
    if accepted["posted_at_resolution_us"].n_unique() == 1:
        return accepted
    finest = accepted.filter(resolution_us == resolution_us.min().over("post_key"))
    times = finest.group_by("post_key").agg(pl.col(_TIME).last())
    return accepted.drop(_TIME).join(times, on="post_key", maintain_order="left")


@dataclass(frozen=True, slots=True)
class Marked:
    """Table `posts` with is_back_dated, of which `early` tells."""

    posts: Iterable[pl.DataFrame]
    early: pl.DataFrame

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, some at a time."""
        back_dated = self.early.filter("is_back_dated")["post_key"].implode()
        for rows in self.posts:
            marked = rows.with_columns(is_back_dated=pl.col("post_key").is_in(back_dated))
            yield marked.select(empty("posts").columns)


def _without_contacts(
    shown: pl.DataFrame, regions: Sequence[str], key: bytes
) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    clean = shown.with_columns(unresolved(shown["text"]))
    contacts: list[dict[str, object]] = []
    for name in WRITTEN:
        read = redacted(clean[name], shown["admin_country"], regions)
        clean = clean.with_columns(read.texts.alias(name))
        contacts += contact_rows(name, read.contacts, key)
    kind = redacted(clean["post_type_raw"], shown["admin_country"], regions).texts
    return clean.with_columns(kind.alias("post_type_raw")), contacts


def _contacts_table(contacts: Sequence[dict[str, object]], post_keys: pl.Series) -> pl.DataFrame:
    schema = empty("post_contacts").schema
    if not contacts:
        return pl.DataFrame(schema=schema)
    rows = pl.DataFrame(contacts, infer_schema_length=None)
    return (
        rows.with_columns(post_key=post_keys.gather(rows["row"]))
        .group_by("post_key", "field", "contact_hmac")
        .agg(
            pl.col("kind", "last2", "country_known", "is_valid").first(),
            mentions_n=pl.len().cast(pl.Int64),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    )


def _derived() -> dict[str, pl.Expr]:
    group = pl.col("is_group")
    return {
        "post_type": pl.col("post_type").fill_null("other"),
        "is_scheduled_announcement": pl.col("is_scheduled_announcement").fill_null(value=False),
        "is_share": pl.col("is_share").fill_null(value=False),
        "text_truncated": pl.col("text_truncated").fill_null(value=False),
        "posted_at": timestamp("posted_at_s"),
        "surface_key": pl.when(group).then("account_key"),
        "author_kind": pl.when(group).then(pl.lit("surface_only")).otherwise(pl.lit("account")),
        "current_source_id": pl.col("source_id"),
    }
