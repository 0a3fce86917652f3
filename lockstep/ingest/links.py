"""Every address in a post: its own link, where that leads, and those in its text."""

import re
from collections.abc import Sequence

import polars as pl

from lockstep.ingest.written import contact_rows, redacted_urls
from lockstep.storage import empty

_OF_POST = ("post", "post_key", "admin_country")
_BETWEEN = ":=:"
"""Stands between a short link and where it leads."""

_RESOLVED = rf"(?i)(\S+?){_BETWEEN}https?://\S+"
_IN_TEXT = rf"(?i)(?:\S+?{_BETWEEN})?https?://\S+"
_BEFORE = r"(?i)^(?:\S*?(https?://)|[^\p{L}\p{N}]+)"
_TRAILING = ".,;:!?]}>»”’\"'…"
_HOST = r"(?i)^[a-z][a-z0-9+.-]*://(?:[^/?#\\]*@)?([^/?#:@\\]+)"
_WWW = r"^www\.(.+\..+)$"


def unresolved(texts: pl.Series) -> pl.Series:
    """Return texts in which short links stand alone, without where they lead."""
    at = texts.str.contains(_BETWEEN, literal=True).arg_true()
    return texts.clone().scatter(at, texts.gather(at).str.replace_all(_RESOLVED, "${1}"))


def links_table(
    posts: pl.DataFrame, *, internal: Sequence[str], regions: Sequence[str], key: bytes
) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    """Return table `links`, and the contacts in links that are no part of the text.

    Args:
        posts: One row per post, not redacted: post_key, link, final_link, text, admin_country, and
            text_links, addresses behind words of the text.
        internal: Domains of the platform itself; their subdomains are too.
        regions: Countries of national numbers where a page names none.
        key: The case's key.
    """
    numbered = posts.select(
        *("post_key", "link", "final_link", "text", "text_links", "admin_country")
    )
    numbered = numbered.with_row_index("post")
    found = pl.concat(
        [
            _own(numbered, "link", "primary"),
            _own(numbered, "final_link", "resolved"),
            _in_text(numbered, "text"),
            _in_text(numbered, "text_links"),
        ]
    )
    # What stands behind a word may stand in the text too.
    is_again = ~pl.struct("post", "url").is_first_distinct() & (pl.col("role") == "in_text")
    found = found.filter(~is_again | ~pl.col("is_behind"))
    found = found.with_row_index("place").sort("post", "place")
    read = redacted_urls(found["url"], found["admin_country"], regions)
    domain = _domains(found["url"])
    platform = rf"^(?:.*\.)?(?:{'|'.join(re.escape(name) for name in internal)})$"
    links = found.select(
        "post_key",
        "role",
        url=read.texts,
        position=pl.int_range(1, pl.len() + 1).over("post").cast(pl.Int64),
        domain=domain,
        is_platform_internal=domain.str.contains(platform).fill_null(value=False),
    )
    is_in_text = (found["role"] == "in_text") & ~found["is_behind"]
    in_text, of = is_in_text.to_list(), found["post"].to_list()
    outside = [(of[row], contact) for row, contact in read.contacts if not in_text[row]]
    return links.select(empty("links").columns), list(contact_rows("link", outside, key))


def _domains(urls: pl.Series) -> pl.Series:
    """Return the host that a browser opens: what stands before an @ is none; a number is none."""
    host = urls.str.extract(_HOST, 1).str.to_lowercase().str.strip_chars_end(".")
    is_host = host.str.contains(r"\p{L}|^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$")
    named = pl.select(pl.when(is_host).then(host)).to_series()
    return named.str.replace(_WWW, "${1}")


def _own(posts: pl.DataFrame, name: str, role: str) -> pl.DataFrame:
    return posts.select(
        *_OF_POST,
        url=pl.col(name),
        role=pl.lit(role),
        is_behind=pl.lit(value=False),
    ).drop_nulls("url")


def _in_text(posts: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return addresses in texts; a short link stands before where it leads."""
    tokens = posts.select(*_OF_POST, url=pl.col(name).str.extract_all(_IN_TEXT)).explode("url")
    parts = (
        tokens.drop_nulls("url")
        .with_row_index("token")
        .with_columns(pl.col("url").str.split(_BETWEEN))
        .explode("url")
    )
    leads_there = pl.int_range(pl.len()).over("token") > 0
    return parts.select(
        *_OF_POST,
        url=_trimmed(),
        role=pl.when(leads_there).then(pl.lit("resolved")).otherwise(pl.lit("in_text")),
        is_behind=pl.lit(name == "text_links"),
    ).filter(pl.col("url") != "")


def _trimmed() -> pl.Expr:
    """Return the address without the sentence around it; a bracket that it opens belongs to it."""
    url = pl.col("url").str.replace(_BEFORE, "${1}")
    opens = url.str.contains("(", literal=True)
    return (
        pl.when(opens)
        .then(url.str.strip_chars_end(_TRAILING))
        .otherwise(url.str.strip_chars_end(f"{_TRAILING})"))
    )
