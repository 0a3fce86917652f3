"""What becomes of raw exports, each by itself: read as a run reads them, told to a person."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from lockstep.ingest.exports import ExportFile
from lockstep.ingest.formats import OWN, Format, format_of, own_format
from lockstep.ingest.keys import DEMO_KEY
from lockstep.ingest.meanings import WARNINGS
from lockstep.ingest.stage import staged_tables
from lockstep.settings import ExportSection, Settings
from lockstep.storage import Frames, empty
from lockstep.words import many, that_are_no
from pipeline.console import aligned

Row = dict[str, Any]
Tables = dict[str, pl.DataFrame]

_TO_ADD = "add to [[exports]]: "
"""How the detail of a record begins to say what the case file lacks."""
_OVERRIDE = re.compile(r'tz_overrides = \{ ("[^"]*" = "[^"]*") \}')
_IN_BRACES = re.compile(r"\{!?([^{}]+)\}")
_REASONS_SHOWN = 8
_SHOWS_VALUE = ("time_unparsable", "time_out_of_range", "number_unparsable")
"""Reasons whose detail is what stands in the file."""


def tables_of(file: ExportFile, *, posts_n: int = 0) -> Tables:
    """Return what of the staged tables of one received file alone is told, however large it is.

    Args:
        file: The file.
        posts_n: How many posts of each export are wanted, the first in it.

    Returns:
        `sources` and `quarantine`, whole; `uncertain`, the source_id of each post whose time is not
        certain; `posts`, those wanted, and `links`, theirs.

    Raises:
        LockstepError: As `staged_tables`.
    """
    settings = Settings(exports=(file.section,))
    with tempfile.TemporaryDirectory() as folder:
        # Nothing is kept, so any key will do.
        tables = staged_tables((file,), settings=settings, key=DEMO_KEY, scratch=Path(folder))
        uncertain = [
            rows.filter(pl.col("posted_at_uncertainty_s") > 0).select("source_id")
            for rows in tables["posts"]
        ]
        posts = _first_posts(tables["posts"], posts_n) if posts_n else empty("posts")
        return {
            "sources": pl.concat(tables["sources"]),
            "quarantine": pl.concat(tables["quarantine"]),
            "uncertain": pl.concat(uncertain),
            "posts": posts,
            "links": _links_of(posts, tables["links"]) if posts_n else empty("links"),
        }


def _first_posts(frames: Frames, posts_n: int) -> pl.DataFrame:
    """Return the posts of each export that stand first in it: slices are ordered by post."""
    first = empty("posts")
    is_first = pl.int_range(pl.len()).over("source_id") < posts_n
    for rows in frames:
        both = pl.concat([first, rows], how="vertical_relaxed")
        first = both.sort("source_id", "source_row").filter(is_first)
    return first


def _links_of(posts: pl.DataFrame, frames: Frames) -> pl.DataFrame:
    return pl.concat(rows.join(posts, on="post_key", how="semi") for rows in frames)


def facts_of(tables: Tables, section: ExportSection) -> list[Row]:
    """Return what is to be said of each export of a file: table `sources`, and what follows.

    Beside the columns of `sources` that are not null: kind (csv or json), told_by, verified_on;
    uncertain_n, posts in an hour that came twice; set_aside, why records would be: reason, field,
    n, detail and source_row of the first; and add_to_case, the lines that `[[exports]]` lacks.
    """
    return [_facts(row, tables, section) for row in tables["sources"].to_dicts()]


def _facts(source: Row, tables: Tables, section: ExportSection) -> Row:
    facts = {n: v for n, v in source.items() if v is not None}
    apart, uncertain = (
        tables[name].filter(source_id=source["source_id"]) for name in ("quarantine", "uncertain")
    )
    reasons = _reasons(apart)
    return {
        **facts,
        **_told(facts, section),
        "uncertain_n": uncertain.height,
        "set_aside": [{**row, "detail": _found(row["detail"])} for row in reasons],
        "add_to_case": list(_to_add([row["detail"] or "" for row in reasons], section)),
    }


def _told(facts: Row, section: ExportSection) -> Row:
    if section.format.endswith(OWN):
        fmt, unverified = own_format(Path(section.format)), "no other file: described by you"
    else:
        fmt = format_of(facts["format_id"])
        unverified = "no real file: built from documentation alone"
    verified = fmt.verified(facts["variant"]) or unverified
    kind = "json" if fmt.documents else "csv"
    return {"kind": kind, "told_by": _required(fmt), "verified_on": verified}


def _required(fmt: Format) -> list[str]:
    return [" or ".join(map(_plain, fmt.headers[value])) for value in fmt.detect.required]


def _plain(column: str) -> str:
    """Return a column, or the paths in braces that a text is made of."""
    return " and ".join(_IN_BRACES.findall(column)) or column


def _reasons(quarantine: pl.DataFrame) -> list[Row]:
    """Return why records would be set aside, most frequent first; what a case can mend, apart."""
    mends = pl.col("detail").str.contains(_TO_ADD, literal=True)
    each = pl.when(mends).then("detail").alias("mended")
    counted = (
        quarantine.sort("source_row")
        .group_by("reason", "field", each, maintain_order=True)
        .agg(pl.len().alias("n"), pl.col("detail", "source_row").first())
        .sort("n", descending=True, maintain_order=True)
    )
    return counted.drop("mended").to_dicts()


def _found(detail: str | None) -> str | None:
    """Return what was found, without what the case file lacks."""
    return (detail or "").partition(_TO_ADD)[0].rstrip("; ") or None


def _to_add(details: Sequence[str], section: ExportSection) -> Iterator[str]:
    """Yield the lines that mend what the case file lacks; overrides of zones are one line."""
    lacking = [line for detail in details if (line := detail.partition(_TO_ADD)[2])]
    known = [f'"{name}" = "{zone}"' for name, zone in section.tz_overrides.items()]
    zones = [found[1] for line in lacking if (found := _OVERRIDE.match(line))]
    if zones:
        yield f"tz_overrides = {{ {', '.join([*known, *zones])} }}"
    yield from dict.fromkeys(line for line in lacking if not _OVERRIDE.match(line))


def lines(facts: Row) -> Iterator[tuple[str, str]]:
    """Yield what a person wants to know of an export, line by line."""
    yield "SHA-256", facts["source_id"]
    if facts["received_sha256"] != facts["source_id"]:
        yield "received as", facts["received_sha256"]
    yield "format", _format(facts)
    yield "told by", _told_by(facts)
    yield "verified on", facts["verified_on"]
    if facts["records_in"]:
        yield from _written(facts)
    yield "lines", f"{facts['lines_n']:,}"
    yield "records", _records(facts)
    if facts["records_in"]:
        yield from _shown(facts)
    yield "exported at", _utc(facts["exported_at"]) if "exported_at" in facts else "not known"
    if facts["uncertain_n"]:
        hour = many(facts["uncertain_n"], "post")
        yield (
            "uncertain",
            f"{hour} by an hour: clocks were set back, and no zone tells which it was",
        )
    for warning in _warnings(facts):
        yield "noticed", _noticed(*_parted(warning))
    yield from _set_aside(facts)


def _written(facts: Row) -> Iterator[tuple[str, str]]:
    yield "zones of times", facts.get("zones", "none stands beside them")
    yield "thousands", _THOUSANDS[facts["number_locale"]]
    yield "sorted by", _ORDERS.get(facts["sort_order"], facts["sort_order"].replace("_", ", "))


def _shown(facts: Row) -> Iterator[tuple[str, str]]:
    yield "accounts", f"{facts['accounts_n']:,}"
    if "first_posted_at" in facts:
        yield "posts from", _utc(facts["first_posted_at"])
        yield "to", _utc(facts["last_posted_at"])


def _format(facts: Row) -> str:
    return f"{facts['format_id']}, variant {facts['variant']}"


def _told_by(facts: Row) -> str:
    if facts["kind"] == "json" and facts["records_in"] == facts["not_posts_n"]:
        return "what stands around its records, of which none is a post"
    return f"its {'columns' if facts['kind'] == 'csv' else 'names'} {', '.join(facts['told_by'])}"


def _records(facts: Row) -> str:
    if not facts["records_in"]:
        return "none"
    outcomes = (
        ("observations_n", f"{facts['observations_n']:,} seen again"),
        ("duplicate_exact_n", f"{facts['duplicate_exact_n']:,} repeated"),
        ("not_posts_n", that_are_no(facts["not_posts_n"], "post")),
        ("quarantined_n", f"{facts['quarantined_n']:,} to be set aside"),
    )
    told = [words for column, words in outcomes if facts[column]]
    return f"{facts['records_in']:,}: {', '.join([many(facts['posts_new_n'], 'post'), *told])}"


def _set_aside(facts: Row) -> Iterator[tuple[str, str]]:
    reasons = facts["set_aside"]
    for row in reasons[:_REASONS_SHOWN]:
        field = f" in {row['field']}" if row["field"] else ""
        where = f"{'the first in ' * (row['n'] > 1)}row {row['source_row']:,}"
        value = repr(row["detail"]) if row["reason"] in _SHOWS_VALUE else row["detail"]
        detail = f": {value}" if row["detail"] else ""
        yield "set aside", f"{row['n']:,} {row['reason']}{field}, {where}{detail}"
    if reasons[_REASONS_SHOWN:]:
        others_n = sum(row["n"] for row in reasons[_REASONS_SHOWN:])
        yield "set aside", f"{others_n:,} for {many(len(reasons) - _REASONS_SHOWN, 'more reason')}"
    if facts["add_to_case"]:
        # Where a zone may be one of several, the first is written there.
        yield "to mend it", "in case.toml, under [[exports]], with the zone that is meant:"
    for line in facts["add_to_case"]:
        yield "", line


def titled(facts: Row) -> str:
    """Return all lines of an export below its name."""
    said = list(lines(facts))
    width = max(len(name) for name, _ in said)
    title = f"{facts['file_name']}, {many(facts['bytes_n'], 'byte')}"
    return "\n".join([title, *(f"  {name:<{width}}  {value}" for name, value in said)])


def overview(found: Sequence[Row]) -> str:
    """Return one line an export, and below what was noticed and what is to be mended."""
    rows = [
        (
            *(facts["format_id"], facts["variant"], facts.get("zones")),
            *(f"{facts[name]:,}" for name in _COUNTED),
            *(_day(facts.get(name)) for name in ("first_posted_at", "last_posted_at")),
            facts["file_name"],
        )
        for facts in found
    ]
    heads = ("records", "posts", "set aside", "accounts")
    table = aligned(("format", "variant", "zones", *heads, "from", "to", "file"), rows, cut=False)
    parts = [table, _all_set_aside(found), _all_noticed(found), _all_formats(found)]
    return "\n\n".join(part for part in parts if part)


_COUNTED = ("records_in", "posts_new_n", "quarantined_n", "accounts_n")


def _all_set_aside(found: Sequence[Row]) -> str:
    """Return why records of each export would be set aside, and what the case file lacks."""
    told = [
        "\n".join([f"{facts['file_name']}:", *(f"  {name:<10}  {value}" for name, value in said)])
        for facts in found
        if (said := list(_set_aside(facts)))
    ]
    return "\n".join(told)


def _all_noticed(found: Sequence[Row]) -> str:
    """Return each warning once, with the only export that has it or how many have it."""
    of: dict[str, list[tuple[str, str]]] = {}
    for facts in found:
        for warning in _warnings(facts):
            name, how = _parted(warning)
            of.setdefault(name, []).append((how, facts["file_name"]))
    told = []
    for name, whole in of.items():
        how, where = whole[0] if len(whole) == 1 else ("", f"{len(whole)} exports")
        told.append(f"noticed in {where}: {_noticed(name, how)}")
    return "\n".join(told)


def _all_formats(found: Sequence[Row]) -> str:
    """Return each format and variant once, with what it was told by and verified on."""
    told = {
        f"{_format(facts)}\n  told by      {_told_by(facts)}\n"
        f"  verified on  {facts['verified_on']}": None
        for facts in found
    }
    return "\n".join(told)


_THOUSANDS = {
    "en": "1,234",
    "eu": "1.234",
    "space": "1 234",
    "plain": "1234, or none is shown",
}


_ORDERS = {"none": "neither interactions nor time", "unknown": "not known"}


def _day(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d}" if moment else None


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _warnings(facts: Row) -> list[str]:
    return str(facts["warnings"]).split("; ") if "warnings" in facts else []


def _parted(warning: str) -> tuple[str, str]:
    """Return a warning's name, and what is said behind it."""
    name, _, how = warning.partition(" ")
    return name, how


def _noticed(name: str, how: str) -> str:
    """Return a warning in words, with its count or else what it is about."""
    if how.isdecimal():
        return f"{int(how):,} {name}, {WARNINGS[name]}"
    return f"{name}, {WARNINGS[name]}{f': {how}' if how else ''}"
