"""How each post did in each export that shows it."""

import polars as pl

from lockstep.ingest.sources import moment
from lockstep.storage import empty


def engagement_table(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return table `engagement`: one row per accepted record that repeats no other.

    Args:
        accepted: Accepted records with outcome, exported_at_s and observed_at_s.
    """
    named = pl.col("exported_at_s").is_not_null()
    return (
        accepted.filter(pl.col("outcome") != "duplicate_exact")
        .with_columns(
            observed_at=moment("observed_at_s"),
            observed_at_source=pl.when(named)
            .then(pl.lit("filename"))
            .otherwise(pl.lit("lower_bound_max_posted")),
        )
        .select(empty("engagement").columns)
    )
