"""Rows that real exports have and nobody wants: repeated ones, and ones without a time."""

import numpy as np
import polars as pl

from lockstep.streams import stream
from lockstep.synthetic.parameters import Parameters

_UNREADABLE = "0000-00-00 00:00:00"


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
