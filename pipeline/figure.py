"""Draw the README's figure from two databases of the demo's folder: `make figure`."""

import sys
from pathlib import Path

import polars as pl

from lockstep.report.window_curve import Panel, window_curves
from pipeline.published import open_database

FIGURE = Path(__file__).resolve().parent.parent / "docs" / "figures" / "demo.svg"

_PANELS = (
    ("synthetic-planted", "Planted coordination"),
    ("synthetic-null", "The same habits, nothing planted"),
)


def figure(demo: Path) -> str:
    """Return the chart of the demo's case and of the null case beside it.

    Args:
        demo: The folder that `lockstep demo` filled, with the null case run in it.
    """
    panels = [_panel(demo / "cases" / case, title) for case, title in _PANELS]
    return window_curves(
        panels,
        title="SYNTHETIC: planted coordination stands far above what chance gives",
        description="Two charts of the share of posts that have another page's post within a "
        "window of 1 s to 30 min. With planted coordination far more are observed than chance "
        "gives, most of all at seconds; with nothing planted both agree.",
    )


def _panel(case: Path, title: str) -> Panel:
    with open_database(case / "out" / "lockstep.duckdb") as connection:
        statistics = connection.sql("from timing_statistics").to_arrow_table()
    return Panel(title, pl.DataFrame(statistics), headline_window_s=60)


if __name__ == "__main__":
    FIGURE.parent.mkdir(parents=True, exist_ok=True)
    FIGURE.write_text(figure(Path(sys.argv[1])), "utf-8")
