"""Which rows of `timing_statistics` a claim, a gate and a chart are read from."""

import polars as pl

from lockstep.timing.events import NETWORK

NETWORK_A1 = (
    (pl.col("definition") == "A1")
    & (pl.col("scope") == NETWORK)
    & (pl.col("subject") == NETWORK)
    & (pl.col("period") == "all")
    & (pl.col("null_id") == "N1")
)
"""A1 of the whole network over the whole time, beside null N1: one row a window."""
