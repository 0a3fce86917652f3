"""Which cells of the grid are measured already, and which come next."""

from collections.abc import Iterable, Iterator

import polars as pl

import lockstep
from lockstep.calibration.grid import Cell, measure
from lockstep.calibration.table import as_table

CELL = ("scenario", "subject_kind", "span_days", "posts_per_day", "planted_share")
"""The columns of table `calibration` that name a cell."""


def missing(cells: Iterable[Cell], stored: pl.DataFrame) -> list[Cell]:
    """Return the cells that this version has not measured with as many simulations as planned."""
    now = stored.filter(pl.col("lockstep_version") == lockstep.__version__)
    known = {
        (*key[:3], *map(float, key[3:5]), *key[5:])
        for key in now.select(*CELL, "simulations_n", "surrogates_n").unique().rows()
    }
    return [c for c in cells if (*c.key, c.simulations_n, c.surrogates_n) not in known]


def measured(cells: Iterable[Cell], stored: pl.DataFrame) -> Iterator[tuple[Cell, pl.DataFrame]]:
    """Measure cells one by one; yield each with the whole table as it then is."""
    for cell in cells:
        rows = as_table(measure(cell))
        stored = pl.concat([stored.join(rows, on=CELL, how="anti"), rows])
        yield cell, stored
