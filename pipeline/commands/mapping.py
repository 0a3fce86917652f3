"""`lockstep mapping check`: an export read by a description of the user's own. Writes nothing."""

from pathlib import Path
from typing import Any

import polars as pl

from lockstep.ingest.exports import ExportFile
from lockstep.ingest.formats import own_format
from lockstep.ingest.keys import DEMO_KEY
from lockstep.ingest.stage import stage
from lockstep.settings import ExportSection, Settings
from pipeline.console import aligned, as_text, out, out_json

_POSTS_SHOWN = 5
_OF_SOURCE = (
    *("format_id", "format_version", "variant", "zones", "records_in", "posts_new_n"),
    *("observations_n", "duplicate_exact_n", "not_posts_n", "quarantined_n", "accounts_n"),
    *("first_posted_at", "last_posted_at", "warnings"),
)
_OF_POST = (
    *("post_id", "account_key", "posted_at", "posted_at_tz", "posted_at_resolution_us"),
    *("post_type", "is_share", "text", "title", "link", "post_url"),
)


def check(description: Path, file: Path, *, as_json: bool) -> None:
    """Write what the file is read as: counts, why records are set aside, the first posts.

    Raises:
        ConfigError: The description describes no format.
        InputError: The file cannot be read, or is none of the format.
    """
    own_format(description)
    section = ExportSection(path=file.name, format=str(description))
    # Nothing is kept, so any key will do.
    tables = stage(
        (ExportFile(file, section),), settings=Settings(exports=(section,)), key=DEMO_KEY
    )
    (source, *_) = tables["sources"].to_dicts()
    counts = {name: source[name] for name in _OF_SOURCE if source[name] is not None}
    reasons = _counted(tables["quarantine"])
    posts = _first_posts(tables)
    if as_json:
        out_json({**counts, "reasons": reasons, "posts": posts.to_dicts()})
        return
    out(aligned(("fact", "value"), [(n, as_text(v)) for n, v in counts.items()]))
    for row in reasons:
        out(f"set aside: {row['n']} {row['reason']}, field {row['field']}, such as {row['detail']}")
    for post in posts.to_dicts():
        out()
        out(aligned(("value", "read as"), [(n, as_text(v)) for n, v in post.items()]))


def _counted(quarantine: pl.DataFrame) -> list[dict[str, Any]]:
    grouped = quarantine.group_by("reason", "field").agg(
        pl.len().alias("n"), pl.col("detail").sort().first()
    )
    return grouped.sort("n", "reason", "field", descending=[True, False, False]).to_dicts()


def _first_posts(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the first posts of the file, as staged, with the address that each links to."""
    primary = tables["links"].filter(pl.col("position") == 0).select("post_key", link="url")
    first = tables["posts"].sort("source_row").head(_POSTS_SHOWN)
    return first.join(primary, on="post_key", how="left", maintain_order="left").select(_OF_POST)
