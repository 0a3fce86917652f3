"""The calibration that is shipped: a CSV file beside this module, and the table made of it."""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

import data_contracts
from lockstep.files import whole_file
from lockstep.rounding import STORED, as_stored
from lockstep.storage import empty

TABLE = "calibration"
SHIPPED = Path(str(resources.files(__package__))) / "calibration.csv"
"""Written by `make calibrate` only."""


def calibration() -> pl.DataFrame:
    """Return table `calibration` as it was shipped with this release.

    References:
        METHODS §5.1, §5.2.
    """
    return read(SHIPPED)


def read(path: Path) -> pl.DataFrame:
    """Return the table that a file holds; no rows where there is none."""
    if not path.is_file():
        return empty(TABLE)
    return pl.read_csv(path, schema=empty(TABLE).schema)


def as_table(rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """Return measured rows as the table stores them, in the order of its key."""
    schema = empty(TABLE).schema
    reals = [name for name, dtype in schema.items() if dtype == STORED]
    floats = {name: pl.Float64 if name in reals else dtype for name, dtype in schema.items()}
    return ordered(as_stored(pl.DataFrame(list(rows), schema=floats), reals=reals))


def ordered(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the table in the order of its key."""
    return frame.sort(data_contracts.load(TABLE).key)


def save(frame: pl.DataFrame, path: Path = SHIPPED) -> None:
    """Write the table as CSV, whole or not at all."""
    with whole_file(path) as file:
        ordered(frame).write_csv(file)
