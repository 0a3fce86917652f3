"""A few posts of three fictional pages, from which exports of every kind are cut."""

from pathlib import Path

import polars as pl

from lockstep.ingest.exports import ExportFile
from lockstep.settings import ExportSection
from lockstep.synthetic.crowdtangle import Export, export_rows, write_export
from lockstep.synthetic.parameters import DEFAULTS
from lockstep.synthetic.raw_rows import raw_rows

POSTS_N = 240
FOLD_S = 1_636_264_800
"""2021-11-07 06:00 UTC: in New York clocks were set back from 02:00 to 01:00."""
START_S = FOLD_S - POSTS_N * 30
END_S = START_S + POSTS_N * 60
NAME = "2022-02-11-08-00-00-GMT-search-csv-export.csv"


def posts() -> pl.DataFrame:
    """Return a post a minute, of three pages in turn, half of them before the fold."""
    numbers = range(POSTS_N)
    kinds = ("Link", "Photo", "Native Video", "Status")
    drawn = pl.DataFrame(
        {
            "page": [n % 3 for n in numbers],
            "time_s": [START_S + 60 * n for n in numbers],
            "post_id": [str(900_000_000_000_000 + n) for n in numbers],
            "post_type": [kinds[n % 4] for n in numbers],
            "message": [f'Texte fictif {n}, "cité"; à lire' for n in numbers],
            "link": ["https://a.example/x" if n % 4 == 0 else "" for n in numbers],
            "image_text": ["IMAGE" if n % 5 == 0 else "" for n in numbers],
            "link_text": ["Titre" if n % 4 == 0 else "" for n in numbers],
            "description": ["Une description" if n % 4 == 0 else "" for n in numbers],
        }
    )
    rows = raw_rows(7, drawn, DEFAULTS)
    return rows.with_columns(pl.col("Likes") + 1_000 * (pl.col("page") + 1))


def cut(folder: Path, **how: object) -> tuple[ExportFile, pl.DataFrame]:
    """Write an export of all posts, and return it with the posts that it holds."""
    usual = {"file_name": NAME, "header": "FB-5", "zone": "Etc/GMT", "pages": (0, 1, 2)}
    zone = {"timezone": how.pop("timezone")} if "timezone" in how else {}
    export = Export(**{**usual, "from_s": START_S, "until_s": END_S, **how})  # type: ignore[arg-type]
    rows = export_rows(export, posts())
    path = write_export(export, rows, folder)
    section = ExportSection.model_validate({"path": path.name, **zone})
    held = pl.DataFrame({"post_id": rows["URL" if "URL" in rows.columns else "url"]})
    return ExportFile(path, section), held.with_columns(
        pl.col("post_id").str.extract("([0-9]+)/?$")
    )
