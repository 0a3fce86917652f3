"""What a post said at different times, where its records differ."""

from collections.abc import Sequence

import polars as pl

from lockstep.ingest.instants import timestamp
from lockstep.ingest.links import unresolved
from lockstep.ingest.written import redacted
from lockstep.storage import empty

CONTENT = ("text", "title", "description", "image_text")
"""The fields whose change makes another version of a post."""
_COMPARED = tuple(f"{name}_compared" for name in CONTENT)
_BROKEN_CHARS = 2
"""What may be left of a character at the end of a text that was cut."""


def post_versions_table(accepted: pl.DataFrame, regions: Sequence[str]) -> pl.DataFrame:
    """Return table `post_versions`: one row per differing content of a post, the earliest first.

    The content of a record is its text without where short links lead, and title, description and
    image text. What a record leaves empty is taken from the record before it that has it, or else
    from the one after: a field that is filled later is no edit, and one that is emptied cannot be
    told from one that the export does not give. Contents are then compared, before contacts are
    replaced, but for white space, which tools write in their own ways, and as far as the shortest
    text goes that an export cut; a row shows what the last of its records says. A post whose
    records all have one content has no row.

    Args:
        accepted: Accepted records, not redacted, newest last.
        regions: Countries of national numbers where a page names none.

    References:
        FORMATS §4, §8.4.
    """
    again = accepted.filter(pl.col("outcome") == "observation").select("post_key").unique()
    several = accepted.join(again, on="post_key", how="semi", maintain_order="left")
    versions = _distinct(several).filter(pl.len().over("post_key") > 1)
    changed = [_where_changed(name) for name in CONTENT]
    numbered = versions.with_columns(
        version=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("post_key"),
        is_current=pl.col("place") == pl.col("place").max().over("post_key"),
        changed_fields=pl.concat_list(changed).list.drop_nulls().list.join(", "),
        first_observed_at=timestamp("first_observed_s"),
        last_observed_at=timestamp("last_observed_s"),
    ).with_columns(changed_fields=pl.when(pl.col("version") > 1).then("changed_fields"))
    return _without_contacts(numbered, regions).select(empty("post_versions").columns)


def _distinct(several: pl.DataFrame) -> pl.DataFrame:
    """Return each content of a post with its first record, in the order of these."""
    words = pl.col(CONTENT).str.replace_all(r"\s+", " ").str.strip_chars(" ")
    filled = several.with_columns(unresolved(several["text"])).with_columns(
        pl.col(CONTENT).forward_fill().backward_fill().over("post_key"),
        pl.col("admin_country").drop_nulls().last().over("post_key"),
    )
    return (
        filled.with_columns(words.name.suffix("_compared"))
        .with_columns(_as_far_as_told("text_compared"))
        .with_row_index("place")
        .group_by("post_key", *_COMPARED, maintain_order=True)
        .agg(
            pl.col("source_id", "source_row", "row_hmac", "admin_country").first(),
            pl.col("place", *CONTENT).last(),
            first_observed_s=pl.col("observed_at_s").first(),
            last_observed_s=pl.col("observed_at_s").last(),
            records_n=pl.len().cast(pl.Int64),
        )
    )


def _as_far_as_told(text: str) -> pl.Expr:
    """Return a post's texts as far as the shortest goes that was cut."""
    chars_n = pl.col(text).str.len_chars().cast(pl.Int64)
    told_n = pl.when("text_truncated").then(chars_n - _BROKEN_CHARS).min().over("post_key")
    return pl.col(text).str.slice(0, pl.coalesce(told_n.clip(0), chars_n))


def _where_changed(name: str) -> pl.Expr:
    """Return a field's name where it differs from the version before."""
    compared = pl.col(f"{name}_compared")
    before = compared.shift().over("post_key")
    return pl.when(compared.ne_missing(before)).then(pl.lit(name))


def _without_contacts(versions: pl.DataFrame, regions: Sequence[str]) -> pl.DataFrame:
    return versions.with_columns(
        redacted(versions[name], versions["admin_country"], regions).texts.alias(name)
        for name in CONTENT
    )
