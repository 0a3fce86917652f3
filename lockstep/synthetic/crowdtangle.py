"""Write posts as CrowdTangle wrote its Facebook exports (FORMATS §1)."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lockstep.synthetic.headers import COUNTS, HEADERS, TOTAL, WEIGHTED_TOTAL, HeaderVariant


@dataclass(frozen=True, slots=True)
class Export:
    """One file: which posts it holds, in which header, zone and order."""

    file_name: str
    header: HeaderVariant
    zone: str
    """IANA zone of the dashboard; Etc/GMT prints GMT."""
    pages: tuple[int, ...]
    from_s: int
    until_s: int
    growth: float = 1.0
    """Interactions seen by this export, relative to the posts' own counts."""
    before_renaming: bool = False
    """Pages that were renamed later stand here under their former name."""
    byte_order_mark: bool = True
    line_end: str = "\n"


def export_rows(export: Export, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of one export, all as text in the columns of its header.

    Args:
        export: What the file holds.
        rows: Posts of all pages: `page`, `time_s`, `post_id`, `former_name`, integer `COUNTS`, and
            the other columns of the header but time and totals as text.
    """
    chosen = rows.filter(
        pl.col("page").is_in(export.pages)
        & pl.col("time_s").is_between(export.from_s, export.until_s, closed="left")
    )
    seen = chosen.with_columns(
        (pl.col(name) * export.growth).floor().cast(pl.Int64) for name in COUNTS
    ).with_columns(pl.sum_horizontal(COUNTS).alias("total"), *_times(export.zone))
    first = "total" if export.header == "FB-5" else "time_s"
    ordered = seen.sort(first, "post_id", descending=[True, False])
    total = pl.Series("", [f"{n:,}" for n in ordered["total"].to_list()], dtype=pl.String)
    trailing = {} if export.header == "FB-4" else {WEIGHTED_TOTAL: total}
    score = HEADERS[export.header][-1]
    name = pl.col("former_name" if export.before_renaming else "Page Name").alias("Page Name")
    return ordered.with_columns(
        name,
        total.alias(TOTAL),
        pl.col("score").alias(score),
        *(values.alias(name) for name, values in trailing.items()),
    ).select(pl.col(HEADERS[export.header]).cast(pl.String))


def write_export(export: Export, rows: pl.DataFrame, folder: Path) -> Path:
    """Write the rows of one export into a folder."""
    path = folder / export.file_name
    rows.write_csv(path, include_bom=export.byte_order_mark, line_terminator=export.line_end)
    return path


def _times(zone: str) -> list[pl.Expr]:
    local = pl.from_epoch("time_s", time_unit="s").dt.replace_time_zone("UTC")
    local = local.dt.convert_time_zone(zone)
    return [
        local.dt.strftime("%Y-%m-%d %H:%M:%S %Z").alias("Post Created"),
        local.dt.strftime("%Y-%m-%d").alias("Post Created Date"),
        local.dt.strftime("%H:%M:%S").alias("Post Created Time"),
    ]
