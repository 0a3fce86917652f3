"""`lockstep inspect`: what raw exports hold, without writing anything."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from lockstep.errors import InputError
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.formats import format_of
from lockstep.ingest.keys import DEMO_KEY
from lockstep.ingest.stage import stage
from lockstep.settings import ExportSection, Settings
from pipeline.console import aligned, out, out_json, say

Row = dict[str, Any]


def inspect(files: Sequence[Path], *, as_json: bool) -> None:
    """Write what each export is, why, and what would become of it; an archive holds several.

    Raises:
        SystemExit: A file cannot be read or has no known format; the others are told before.
    """
    found, problems = [], []
    for path in files:
        try:
            found += _exports(path)
        except InputError as error:
            problems.append(error)
    if as_json:
        out_json(found)
    for number, facts in enumerate([] if as_json else found):
        if number:
            out()
        out(aligned(("fact", "value"), list(_lines(facts)), cut=False))
    for problem in problems:
        say(f"error: {problem}")
    if problems:
        raise SystemExit(problems[0].exit_code)


def _exports(path: Path) -> list[Row]:
    section = ExportSection(path=path.name)
    settings = Settings(exports=(section,))
    # Nothing is kept, so any key will do.
    tables = stage((ExportFile(path, section),), settings=settings, key=DEMO_KEY)
    return [_facts(source, tables["quarantine"]) for source in tables["sources"].to_dicts()]


def _facts(source: Row, quarantine: pl.DataFrame) -> Row:
    facts = {n: v for n, v in source.items() if v is not None}
    of_source = quarantine.filter(source_id=source["source_id"])
    return {
        **facts,
        **_told(facts["format_id"], facts["variant"]),
        "set_aside": _reasons(of_source),
    }


def _told(format_id: str, variant: str) -> Row:
    fmt = format_of(format_id)
    columns = [" or ".join(fmt.headers[value]) for value in fmt.detect.required]
    verified = (
        fmt.verified(variant) or "unverified: built from documentation, no real file was read"
    )
    return {"told_by": columns, "verified_on": verified}


def _reasons(quarantine: pl.DataFrame) -> list[Row]:
    """Return why records would be set aside, how many each, and what stands in the first."""
    counted = quarantine.sort("source_row").group_by("reason", "field", maintain_order=True)
    found = counted.agg(pl.len().alias("n"), pl.col("detail", "source_row").first())
    return found.sort("n", descending=True, maintain_order=True).to_dicts()


def _lines(facts: Row) -> Iterator[tuple[str, str]]:
    """Yield what a person wants to know of an export, line by line."""
    yield "file", f"{facts['file_name']}, {facts['bytes_n']:,} bytes"
    yield "SHA-256", facts["source_id"]
    if facts["received_sha256"] != facts["source_id"]:
        yield "received as", facts["received_sha256"]
    yield "format", f"{facts['format_id']}, variant {facts['variant']}"
    yield "told by", f"its columns {', '.join(facts['told_by'])}"
    yield "verified on", facts["verified_on"]
    yield "zones of times", facts.get("zones", "none is named")
    yield "thousands", _THOUSANDS[facts["number_locale"]]
    yield "sorted by", _ORDERS.get(facts["sort_order"], facts["sort_order"].replace("_", ", "))
    yield "lines", f"{facts['lines_n']:,}"
    yield "records", _records(facts)
    yield "accounts", f"{facts['accounts_n']:,}"
    if "first_posted_at" in facts:
        yield "posts from", _utc(facts["first_posted_at"])
        yield "to", _utc(facts["last_posted_at"])
    yield "exported at", _utc(facts["exported_at"]) if "exported_at" in facts else "not known"
    yield from (("noticed", line) for line in _noticed(facts))
    for row in facts["set_aside"]:
        field = f" in {row['field']}" if row["field"] else ""
        detail = f": {row['detail']}" if row["detail"] else ""
        first = f", the first in row {row['source_row']}{detail}"
        yield "set aside", f"{row['n']:,} {row['reason']}{field}{first}"


def _records(facts: Row) -> str:
    outcomes = (
        ("posts_new_n", "posts"),
        ("observations_n", "seen again"),
        ("duplicate_exact_n", "repeated"),
        ("not_posts_n", "no posts"),
        ("quarantined_n", "to be set aside"),
    )
    told = ", ".join(f"{facts[column]:,} {name}" for column, name in outcomes)
    return f"{facts['records_in']:,}: {told}"


_THOUSANDS = {
    "en": "1,234",
    "eu": "1.234",
    "space": "1 234",
    "plain": "1234, or none is shown",
}


_ORDERS = {"none": "neither interactions nor time", "unknown": "not known"}


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _noticed(facts: Row) -> list[str]:
    return str(facts["warnings"]).split("; ") if "warnings" in facts else []
