"""Store tables and ask their contracts."""

from pathlib import Path

import polars as pl

import data_contracts
from lockstep import storage
from lockstep.rule_profile import rule_profile


def broken_rules(folder: Path, **tables: pl.DataFrame) -> dict[str, int]:
    """Write tables and return the rules that do not hold of them, with the failures counted."""
    paths = {name: folder / f"{name}.parquet" for name in tables}
    for name, frame in tables.items():
        storage.write(frame, name, paths[name])
    counts = [c for name in tables for c in rule_profile(data_contracts.load(name), paths)]
    assert not [c for c in counts if c.error]
    return {c.rule_id: c.failing_n for c in counts if not c.holds}
