"""How each post did in each export that shows it."""

import polars as pl

from lockstep.ingest.instants import timestamp
from lockstep.storage import empty


def engagement_table(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return table `engagement`: one row per accepted record.

    Args:
        accepted: Accepted records with their counts, record_observed_s, exported_at_s and
            observed_at_s.
    """
    return accepted.with_columns(
        observed_at=timestamp("observed_at_s"),
        observed_at_source=pl.when(pl.col("record_observed_s").is_not_null())
        .then(pl.lit("record"))
        .when(pl.col("exported_at_s").is_not_null())
        .then(pl.lit("filename"))
        .otherwise(pl.lit("lower_bound_max_posted")),
    ).select(empty("engagement").columns)
