"""`lockstep mapping`: formats that users describe, begun and checked. Writes no file."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from lockstep.errors import InputError
from lockstep.ingest.contents import contents
from lockstep.ingest.description import FILL_IN, begun
from lockstep.ingest.exports import ExportFile, alone
from lockstep.ingest.formats import own_format
from lockstep.ingest.outline import outline
from lockstep.ingest.zones import zone_info
from pipeline.console import aligned, as_text, out, out_json, say
from pipeline.export_facts import Row, Tables, facts_of, tables_of, titled

_POSTS_SHOWN = 5
_OF_POST = (
    *("post_id", "account_key", "posted_at", "posted_at_tz", "posted_at_resolution_us"),
    *("post_type", "is_share", "text", "title", "link", "post_url"),
)


def new(file: Path) -> None:
    """Write the start of a description of a file, of which its user has to fill in the rest.

    Raises:
        InputError: The file cannot be read, or has neither a header nor names.
    """
    first = next(contents(file))
    out(begun(outline(first), file.name).removesuffix("\n"))
    say(f"Next: complete the lines with {FILL_IN}, then lockstep mapping check MY.TOML {file}")


def check(description: Path, file: Path, *, timezone: str | None, as_json: bool) -> None:
    """Write what the file is read as, as `lockstep inspect` does, and the first posts.

    Args:
        description: The format, in TOML.
        file: An export.
        timezone: The zone of times that carry none, as a case would name it.
        as_json: Whether a program reads it.

    Raises:
        ConfigError: The description describes no format, or there is no such zone.
        InputError: The file cannot be read, is none of the format, or none of its records is a
            post.
    """
    own_format(description)
    if timezone is not None:
        zone_info(timezone, where="--timezone")
    said = {"format": str(description), "timezone": timezone}
    section = alone(file).section.model_copy(update=said)
    tables = tables_of(ExportFile(file, section), posts_n=_POSTS_SHOWN)
    told = [
        {**facts, "posts": _first_posts(tables, facts["source_id"])}
        for facts in facts_of(tables, section)
    ]
    if as_json:
        out_json(told)
    else:
        _write(told)
    if tables["posts"].is_empty():
        raise InputError(
            "no record is read as a post",
            where=file.name,
            expected="at least one",
            fix=f"mend {description} as the reasons say; of times without a zone: --timezone "
            "Area/City",
        )


def _write(told: Sequence[Row]) -> None:
    for facts in told:
        out(titled(facts))
        for post in facts["posts"]:
            out()
            out(aligned(("value", "read as"), [(n, as_text(v)) for n, v in post.items()]))


def _first_posts(tables: Tables, source_id: str) -> list[Row]:
    """Return the first posts of an export, as staged, with the address that each links to."""
    primary = tables["links"].filter(pl.col("position") == 0).select("post_key", link="url")
    first = tables["posts"].filter(source_id=source_id).sort("source_row")
    joined = first.join(primary, on="post_key", how="left", maintain_order="left")
    return joined.select(_OF_POST).to_dicts()
