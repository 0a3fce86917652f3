"""How each post did in each export that shows it."""

import polars as pl

from lockstep.ingest.instants import timestamp
from lockstep.storage import empty


def engagement_table(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return table `engagement`: one row per accepted record.

    Args:
        accepted: Accepted records with their counts, exported_at_s and observed_at_s.
    """
    named = pl.col("exported_at_s").is_not_null()
    return accepted.with_columns(
        observed_at=timestamp("observed_at_s"),
        observed_at_source=pl.when(named)
        .then(pl.lit("filename"))
        .otherwise(pl.lit("lower_bound_max_posted")),
    ).select(empty("engagement").columns)
