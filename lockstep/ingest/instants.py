"""Instants as they are stored: seconds since 1970 UTC, and the timestamp beside them."""

import polars as pl


def timestamp(seconds: str) -> pl.Expr:
    """Return a column of seconds since 1970 UTC as timestamps in microseconds."""
    in_us = pl.from_epoch(pl.col(seconds).cast(pl.Int64) * 1_000_000, time_unit="us")
    return in_us.dt.replace_time_zone("UTC")
