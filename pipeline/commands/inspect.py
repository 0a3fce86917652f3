"""`lockstep inspect`: what raw exports hold, without writing anything."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from lockstep.ingest.exports import ExportFile
from lockstep.ingest.formats import format_of
from lockstep.ingest.keys import DEMO_KEY
from lockstep.ingest.stage import stage
from lockstep.settings import ExportSection, Settings
from pipeline.console import aligned, as_text, out, out_json

_REASONS_SHOWN = 5


def inspect(files: Sequence[Path], *, as_json: bool) -> None:
    """Write format, zones, rows, accounts and span of each export; an archive holds several.

    Raises:
        InputError: A file cannot be read or has no known format.
    """
    found = [facts for path in files for facts in _exports(path)]
    if as_json:
        out_json(found)
        return
    for number, facts in enumerate(found):
        if number:
            out()
        out(aligned(("fact", "value"), list(_lines(facts)), cut=False))


def _lines(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each fact, and each warning on a line of its own."""
    for name, value in facts.items():
        several = str(value).split("; ") if name == "warnings" else [as_text(value)]
        yield from ((name, line) for line in several)


def _exports(path: Path) -> list[dict[str, Any]]:
    section = ExportSection(path=path.name)
    settings = Settings(exports=(section,))
    # Nothing is kept, so any key will do.
    tables = stage((ExportFile(path, section),), settings=settings, key=DEMO_KEY)
    return [_facts(source, tables["quarantine"]) for source in tables["sources"].to_dicts()]


def _facts(source: dict[str, Any], quarantine: pl.DataFrame) -> dict[str, Any]:
    facts = {n: v for n, v in source.items() if v is not None}
    verified = {"verified_on": _verified(facts["format_id"], facts["variant"])}
    of_source = quarantine.filter(source_id=source["source_id"])
    return {**facts, **verified, "quarantine_reasons": _reasons(of_source)}


def _verified(format_id: str, variant: str) -> str:
    fmt = format_of(format_id)
    return fmt.verified(variant) or "unverified: built from documentation, no real file was read"


def _reasons(quarantine: pl.DataFrame) -> str:
    counted = quarantine.group_by("reason").len().sort("len", "reason", descending=[True, False])
    return "; ".join(f"{n} {reason}" for reason, n in counted.head(_REASONS_SHOWN).iter_rows())
