"""Write posts as CrowdTangle wrote its exports, and as people saved them again (FORMATS §1)."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lockstep.synthetic.headers import (
    COUNTS,
    HEADERS,
    NAMED_IN_ADDRESS,
    SCORE,
    SORTED_BY_TOTAL,
    TOTAL,
    WEIGHTED_TOTAL,
    HeaderVariant,
)
from lockstep.synthetic.quirks import (
    Locale,
    as_pandas_writes,
    as_spreadsheets_write,
    encoded_twice,
    in_locale,
    shuffled,
    with_newlines,
)

_OF_IMAGES = {
    "Native Video": "Video",
    "Live Video Complete": "IGTV",
    "Link": "Photo",
    "Status": "Photo",
}


@dataclass(frozen=True, slots=True)
class Export:
    """One file: which posts it holds, in which header, zone and order, and what befell it."""

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
    delimiter: str = ","
    locale: Locale = "en"
    """How totals write thousands; of eu and space the score has a decimal comma."""
    zone_beside_time: bool = True
    moved: tuple[tuple[int, str], ...] = ()
    """Pages that moved, with their new id; addresses keep the old one."""
    newline_share: float = 0.0
    """Posts whose description holds a line end."""
    row_cap: int | None = None
    is_spreadsheets: bool = False
    """Saved again by a spreadsheet: ids rounded, times without zone rewritten, CR LF."""
    shuffle_seed: int | None = None
    header_encoded_twice: bool = False


def export_rows(export: Export, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of one export, all as text in the columns of its header.

    Args:
        export: What the file holds.
        rows: Posts of all pages: `page`, `time_s`, `post_id`, `former_name`, integer `COUNTS`, and
            the other columns of the newest header but time and totals as text.
    """
    chosen = rows.filter(
        pl.col("page").is_in(export.pages)
        & pl.col("time_s").is_between(export.from_s, export.until_s, closed="left")
    )
    summed = COUNTS[:2] if export.header == "IG" else COUNTS
    seen = chosen.with_columns(
        (pl.col(name) * export.growth).floor().cast(pl.Int64) for name in COUNTS
    ).with_columns(pl.sum_horizontal(summed).alias("total"), *_times(export))
    first = "total" if export.header in SORTED_BY_TOTAL else "time_s"
    ordered = seen.sort(first, "post_id", descending=[True, False])
    if export.row_cap is not None:
        ordered = ordered.head(export.row_cap)
    total = pl.Series("", in_locale(ordered["total"].to_list(), export.locale), dtype=pl.String)
    name = pl.col("former_name" if export.before_renaming else "Page Name").alias("Page Name")
    named = ordered.with_columns(name, *_own_id(export), total.alias(TOTAL))
    return _saved(export, _in_columns(export, named))


def _own_id(export: Export) -> list[pl.Expr]:
    moved = dict(export.moved)
    if not moved:
        return []
    new = pl.col("page").replace_strict(moved, default=None, return_dtype=pl.String)
    return [pl.coalesce(new, "Facebook Id").alias("Facebook Id")]


def _in_columns(export: Export, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of the header, under whatever names it has them."""
    score = pl.col("score")
    if export.locale in {"eu", "space"}:
        score = score.str.replace(".", ",", literal=True)
    also = {
        "": pl.int_range(pl.len()),
        "Created": pl.col("Post Created"),
        "Thankful": pl.lit("0"),
        "Page Likes at Posting": pl.col("Likes at Posting"),
        "Total Views for all CrossPosts": pl.col("Total Views For All Crossposts"),
        WEIGHTED_TOTAL: pl.col(TOTAL),
        **{name: score for name in HEADERS[export.header] if name.startswith(SCORE)},
    }
    post = pl.col("URL").str.extract("([0-9]+)$", 1)
    if export.header in NAMED_IN_ADDRESS:
        also["URL"] = pl.format("https://www.facebook.com/{}/posts/{}", "User Name", post)
    if export.header == "IG":
        also |= {
            "Account": pl.col("Page Name"),
            "Type": pl.col("Type").replace(_OF_IMAGES),
            "Views": pl.col("Post Views"),
            "URL": pl.format("https://www.instagram.com/p/C{}/", post),
            "Photo": pl.lit(None),
            "Title": pl.col("Link Text"),
            "Description": pl.col("Message"),
        }
    return rows.select(
        also.get(name, pl.col(name)).cast(pl.String).alias(name) for name in HEADERS[export.header]
    )


def _saved(export: Export, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows as they were saved, perhaps not by CrowdTangle alone."""
    rows = with_newlines(rows, export.newline_share) if export.newline_share else rows
    rows = as_spreadsheets_write(rows) if export.is_spreadsheets else rows
    rows = as_pandas_writes(rows) if export.header == "FB-5p" else rows
    rows = encoded_twice(rows) if export.header_encoded_twice else rows
    return rows if export.shuffle_seed is None else shuffled(rows, export.shuffle_seed)


def write_export(export: Export, rows: pl.DataFrame, folder: Path) -> Path:
    """Write the rows of one export into a folder."""
    path = folder / export.file_name
    rows.write_csv(
        path,
        include_bom=export.byte_order_mark and export.header != "FB-5p",
        line_terminator="\r\n" if export.is_spreadsheets else export.line_end,
        separator=export.delimiter,
    )
    return path


def _times(export: Export) -> list[pl.Expr]:
    local = pl.from_epoch("time_s", time_unit="s").dt.replace_time_zone("UTC")
    local = local.dt.convert_time_zone(export.zone)
    written = "%Y-%m-%d %H:%M:%S %Z" if export.zone_beside_time else "%Y-%m-%d %H:%M:%S"
    return [
        local.dt.strftime(written).alias("Post Created"),
        local.dt.strftime("%Y-%m-%d").alias("Post Created Date"),
        local.dt.strftime("%H:%M:%S").alias("Post Created Time"),
    ]
