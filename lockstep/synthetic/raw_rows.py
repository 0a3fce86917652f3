"""The values of an export's columns for each synthetic post, before a file is cut from them."""

from datetime import UTC, datetime

import numpy as np
import polars as pl

from lockstep.streams import stream
from lockstep.synthetic.contacts import in_description
from lockstep.synthetic.controls import disclosed_pages
from lockstep.synthetic.headers import COUNTS
from lockstep.synthetic.parameters import Page, Parameters

_COUNT_SHARES = (0.62, 0.08, 0.1, 0.08, 0.02, 0.03, 0.02, 0.02, 0.03)
_OWNER = "Propriétaire : ORG-1, qui publie aussi sur l'autre page de la maison."
_VIDEO_TYPES = ("Native Video", "Live Video Complete")


def raw_rows(seed: int, posts: pl.DataFrame, parameters: Parameters) -> pl.DataFrame:
    """Return `posts` with every raw column but time and totals; one row per post."""
    disclosed = disclosed_pages(parameters)
    pages = pl.concat(
        [
            _page_columns(i, page, is_disclosed=i in disclosed)
            for i, page in enumerate(parameters.all_pages)
        ]
    )
    texts = {
        "Type": "post_type",
        "Message": "message",
        "Link": "link",
        "Image Text": "image_text",
        "Link Text": "link_text",
        "Description": "description",
    }
    return (
        posts.join(pages, on="page", how="left", maintain_order="left")
        .with_columns(
            *(_null_if_empty(pl.col(source)).alias(name) for name, source in texts.items()),
            pl.format(
                "https://www.facebook.com/{}/posts/{}", pl.col("Facebook Id"), pl.col("post_id")
            ).alias("URL"),
            *(
                pl.lit(None, dtype=pl.String).alias(name)
                for name in ("Final Link", "Sponsor Id", "Sponsor Name", "Sponsor Category")
            ),
        )
        .with_columns(*_interactions(seed, posts, parameters), *_video_columns(seed, posts))
    )


def _null_if_empty(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def _page_columns(index: int, page: Page, *, is_disclosed: bool) -> pl.DataFrame:
    last_line = _OWNER if is_disclosed else in_description(page.code)
    created = datetime.fromtimestamp(page.created_s, tz=UTC)
    description = f"{page.name} : page fictive, données synthétiques.\n{last_line}".strip()
    return pl.DataFrame(
        {
            "page": [index],
            "Page Name": [page.name],
            "former_name": [page.former_name or page.name],
            "User Name": [f"syn.{page.code.lower()}.synthetic"],
            "Facebook Id": [page.account_id],
            "Page Category": ["NON_PROFIT" if index % 2 else "COMMUNITY"],
            "Page Admin Top Country": ["ML"],
            "Page Description": [description],
            "Page Created": [f"{created:%Y-%m-%d %H:%M:%S}"],
            "Likes at Posting": [str(int(page.followers_n * 0.94))],
            "Followers at Posting": [str(page.followers_n)],
        },
        schema_overrides={"page": pl.Int64},
    )


def _interactions(seed: int, posts: pl.DataFrame, parameters: Parameters) -> list[pl.Series]:
    rng = stream(seed, "engagement")
    followers = np.array([p.followers_n for p in parameters.all_pages])[posts["page"].to_numpy()]
    reach = followers * 0.003 * rng.lognormal(0.0, 1.1, len(posts))
    counts = rng.poisson(reach[:, None] * np.array(_COUNT_SHARES)[None, :])
    score = np.round(rng.normal(0.0, 3.0, len(posts)), 2)
    shown = pl.Series("score", [f"{value:g}" for value in score.tolist()])
    return [*(pl.Series(name, counts[:, i]) for i, name in enumerate(COUNTS)), shown]


def _video_columns(seed: int, posts: pl.DataFrame) -> list[pl.Expr | pl.Series]:
    rng = stream(seed, "video")
    seconds = rng.integers(12, 1_800, len(posts)).tolist()
    views = pl.Series("views", rng.integers(50, 60_000, len(posts)))
    is_video = posts["post_type"].is_in(_VIDEO_TYPES)
    length = [f"{s // 3_600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in seconds]
    shown = pl.select(pl.when(is_video).then(views).otherwise(0)).to_series().cast(pl.String)
    return [
        pl.when(is_video).then(pl.lit("owned")).alias("Video Share Status"),
        pl.when(is_video).then(pl.lit("Yes")).otherwise(pl.lit("-")).alias("Is Video Owner?"),
        pl.when(is_video).then(pl.Series(length)).otherwise(pl.lit("N/A")).alias("Video Length"),
        shown.alias("Post Views"),
        shown.alias("Total Views"),
        pl.lit("0").alias("Total Views For All Crossposts"),
    ]
