"""What real exports have and nobody wants: repeated rows, rows without a time, wrong times."""

import numpy as np
import polars as pl

from lockstep.streams import stream
from lockstep.synthetic import texts
from lockstep.synthetic.parameters import DAY_S, Parameters
from lockstep.synthetic.timeline import NO_EVENT

_UNREADABLE = "0000-00-00 00:00:00"
_SETTLED_N = 100
"""A page has written so much before it gives a post an earlier time."""
_MIN_BACK_S = 60 * DAY_S


def with_back_dated(seed: int, posts: pl.DataFrame, parameters: Parameters) -> pl.DataFrame:
    """Return the posts, and behind them others of the network's pages that claim an earlier time.

    Each was made right after one of its page's posts, and its id says so. The full minute that it
    claims lies anywhere from the start of collection to two months before, often before its page
    was created.

    Args:
        seed: The case's seed.
        posts: Posts as `make_posts` returns them.
        parameters: How many.
    """
    rng = stream(seed, "dirt", "back-dated")
    settled = posts.filter(
        pl.col("page") < len(parameters.pages), pl.int_range(pl.len()).over("page") >= _SETTLED_N
    )
    posts_n = min(parameters.back_dated_n, len(settled))
    before = settled[sorted(rng.choice(len(settled), posts_n, replace=False).tolist())]
    start_s = parameters.pages[0].created_s
    room_s = np.maximum(before["time_s"].to_numpy() - _MIN_BACK_S - start_s, DAY_S)
    claimed_s = start_s + (rng.random(posts_n) * room_s).astype(np.int64)
    claiming = before.with_columns(pl.col(pl.String).str.slice(0, 0)).with_columns(
        pl.Series("time_s", -(-claimed_s // 60) * 60),
        pl.Series("message", texts.sentences(rng, posts_n), dtype=pl.String),
        post_id=before["post_id"].str.replace("0$", "1"),
        event=pl.lit(NO_EVENT, pl.Int64),
        lag_s=pl.lit(0, pl.Int64),
        role=pl.lit("back_dated"),
        post_type=pl.lit("Status"),
    )
    return pl.concat([posts, claiming])


def with_dirt(
    seed: int, file_name: str, rows: pl.DataFrame, parameters: Parameters
) -> pl.DataFrame:
    """Return the rows of a file, some of them again at its end, then further ones without a time.

    Args:
        seed: The case's seed.
        file_name: Each file has its own dirt.
        rows: The columns of the header, as text.
        parameters: How much.
    """
    rng = stream(seed, "dirt", file_name)
    again = rows[_some(rng, len(rows), parameters.duplicate_row_share)]
    undated = rows[_some(rng, len(rows), parameters.undated_row_share)].with_columns(
        # A post that no other row knows: ids of dated posts begin with 9.
        pl.col("URL").str.replace("/posts/9", "/posts/8", literal=True),
        pl.lit(_UNREADABLE).alias("Post Created"),
    )
    return pl.concat([rows, again, undated])


def _some(rng: np.random.Generator, rows_n: int, share: float) -> list[int]:
    chosen: list[int] = rng.choice(rows_n, round(rows_n * share), replace=False).tolist()
    return sorted(chosen)
