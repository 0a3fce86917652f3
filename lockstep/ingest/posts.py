"""The posts of a case, as the newest export shows each, and the contacts recognised in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from lockstep.ingest.links import BETWEEN, links_table
from lockstep.ingest.mapping import LINKS, WRITTEN
from lockstep.ingest.sources import moment
from lockstep.ingest.written import contact_rows, redacted
from lockstep.storage import empty

_FILLED = ("post_type_raw", "video_share_status", "sponsor_id", "account_id_raw")
_RESOLVED = rf"(\S+?){BETWEEN}\S+"


@dataclass(frozen=True, slots=True)
class Posts:
    """Tables `posts`, `post_contacts` and `links`."""

    posts: pl.DataFrame
    post_contacts: pl.DataFrame
    links: pl.DataFrame


def make_posts(
    accepted: pl.DataFrame, *, internal: Sequence[str], regions: Sequence[str], key: bytes
) -> Posts:
    """Return one row per post, with every contact replaced before anything is stored.

    A post is as its newest record shows it; what that leaves empty comes from the newest record
    that has it.

    Args:
        accepted: Accepted records, not redacted, newest last.
        internal: Domains of the platform itself.
        regions: Countries of national numbers where a page names none.
        key: The case's key.

    References:
        METHODS §12; FORMATS §8.
    """
    filled = (*WRITTEN, *LINKS, *_FILLED)
    of_post = [pl.col(name).drop_nulls().last() for name in filled]
    others = [name for name in accepted.columns if name not in {*filled, "post_key"}]
    shown = (
        accepted.group_by("post_key")
        .agg(*of_post, *(pl.col(name).last() for name in others))
        .sort("post_key")
    )
    links, link_contacts = links_table(shown, internal=internal, regions=regions, key=key)
    clean, contacts = _without_contacts(shown, regions, key)
    return Posts(
        posts=clean.select(_columns()),
        post_contacts=_contacts_table([*contacts, *link_contacts], shown["post_key"]),
        links=links,
    )


def _without_contacts(
    shown: pl.DataFrame, regions: Sequence[str], key: bytes
) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    resolved = pl.col("text").str.replace_all(_RESOLVED, "${1}")
    texts = shown.with_columns(resolved)
    contacts: list[dict[str, object]] = []
    for name in WRITTEN:
        read = redacted(texts[name], shown["admin_country"], regions)
        texts = texts.with_columns(read.texts.alias(name))
        contacts += contact_rows(name, read.contacts, key)
    kind = redacted(texts["post_type_raw"], shown["admin_country"], regions).texts
    return texts.with_columns(kind.alias("post_type_raw")), contacts


def _contacts_table(contacts: Sequence[dict[str, object]], post_keys: pl.Series) -> pl.DataFrame:
    schema = empty("post_contacts").schema
    if not contacts:
        return pl.DataFrame(schema=schema)
    rows = pl.DataFrame(contacts, infer_schema_length=None)
    return (
        rows.with_columns(post_keys.gather(rows["row"]).alias("post_key"))
        .group_by("post_key", "field", "contact_hmac")
        .agg(
            pl.col("kind", "last2", "country_known", "is_valid").first(),
            pl.len().cast(pl.Int64).alias("mentions_n"),
        )
        .select(schema)
    )


def _columns() -> list[pl.Expr]:
    same = [name for name in empty("posts").columns if name not in _DERIVED]
    derived = [expression.alias(name) for name, expression in _DERIVED.items()]
    return [*(pl.col(name) for name in same), *derived]


_DERIVED: dict[str, pl.Expr] = {
    "posted_at": moment("posted_at_s"),
    "surface_key": pl.when(pl.col("is_group")).then("account_key"),
    "author_kind": pl.when(pl.col("is_group"))
    .then(pl.lit("surface_only"))
    .otherwise(pl.lit("account")),
    "current_source_id": pl.col("source_id"),
}
