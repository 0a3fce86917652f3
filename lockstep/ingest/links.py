"""Every address in a post: its own link, where that leads, and those in its text."""

import re
from collections.abc import Sequence

import polars as pl

from lockstep.ingest.written import contact_rows, redacted_urls
from lockstep.storage import empty

BETWEEN = ":=:"
"""Stands between a short link and where it leads."""

_IN_TEXT = rf"(?:\S+{BETWEEN})?https?://\S+"
_TRAILING = ".,;:!?)]}»”’\"'…"
_HOST = r"^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/?#@]*@)?(?:www\.)?([^/?#:]+)"


def links_table(
    posts: pl.DataFrame, *, internal: Sequence[str], regions: Sequence[str], key: bytes
) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    """Return table `links`, and the contacts in links that are no part of the text.

    Args:
        posts: One row per post, not redacted: post_key, link, final_link, text, admin_country.
        internal: Domains of the platform itself; their subdomains are too.
        regions: Countries of national numbers where a page names none.
        key: The case's key.
    """
    numbered = posts.select("post_key", "link", "final_link", "text", "admin_country")
    numbered = numbered.with_row_index("post")
    found = pl.concat(
        [
            _own(numbered, "link", "primary"),
            _own(numbered, "final_link", "resolved"),
            _in_text(numbered),
        ]
    )
    found = found.with_row_index("place").sort("post", "place")
    read = redacted_urls(found["url"], found["admin_country"], regions)
    domain = read.texts.str.extract(_HOST, 1).str.to_lowercase()
    platform = rf"^(?:.*\.)?(?:{'|'.join(re.escape(name) for name in internal)})$"
    links = found.select(
        "post_key",
        "role",
        url=read.texts,
        position=pl.int_range(1, pl.len() + 1).over("post").cast(pl.Int64),
        domain=domain,
        is_platform_internal=domain.str.contains(platform).fill_null(value=False),
    )
    in_text, of = (found["role"] == "in_text").to_list(), found["post"].to_list()
    outside = [(of[row], contact) for row, contact in read.contacts if not in_text[row]]
    return links.select(empty("links").columns), list(contact_rows("link", outside, key))


def _own(posts: pl.DataFrame, name: str, role: str) -> pl.DataFrame:
    return posts.select(
        "post", "post_key", "admin_country", url=pl.col(name), role=pl.lit(role)
    ).drop_nulls("url")


def _in_text(posts: pl.DataFrame) -> pl.DataFrame:
    """Return addresses in texts; a short link stands before where it leads."""
    tokens = posts.select(
        "post", "post_key", "admin_country", url=pl.col("text").str.extract_all(_IN_TEXT)
    ).explode("url")
    split = (
        tokens.drop_nulls("url")
        .with_row_index("token")
        .with_columns(pl.col("url").str.split(BETWEEN))
        .explode("url")
    )
    resolved = pl.int_range(pl.len()).over("token") > 0
    return split.select(
        "post",
        "post_key",
        "admin_country",
        pl.col("url").str.strip_chars_end(_TRAILING),
        role=pl.when(resolved).then(pl.lit("resolved")).otherwise(pl.lit("in_text")),
    ).filter(pl.col("url") != "")
