"""Measure the calibration of this release, or go on with it: `python -m pipeline.calibration`."""

import time

from lockstep.calibration import table
from lockstep.calibration.grid import plan
from lockstep.calibration.progress import measured, missing
from pipeline.calibration_page import PAGE, page
from pipeline.console import say


def main() -> None:
    """Measure what this version has not, saving cell by cell, and write the page."""
    before = table.calibration()
    cells = missing(plan(), before)
    started = time.monotonic()
    say(f"{len(cells)} cells to measure; interrupt at will, what is finished is kept")
    for number, (cell, stored) in enumerate(measured(cells, before), start=1):
        table.save(stored)
        what = (
            f"{cell.scenario}, {cell.subject_kind}, {cell.span_days} days, {cell.posts_per_day:g}"
        )
        took_s = time.monotonic() - started
        say(f"{number}/{len(cells)} {what} posts a day: {cell.simulations_n}, {took_s:,.0f} s")
    PAGE.write_text(page(table.calibration()), "utf-8")


if __name__ == "__main__":
    main()
