"""Which rows of `timing_statistics` and `pair_timing` a claim, a gate and a chart are read from."""

import polars as pl

from lockstep.settings import Settings
from lockstep.timing.events import CONTROL, NETWORK, Scopes


def _whole(scope: Scopes) -> pl.Expr:
    return (
        (pl.col("definition") == "A1")
        & (pl.col("scope") == scope)
        & (pl.col("subject") == scope)
        & (pl.col("period") == "all")
        & (pl.col("null_id") == "N1")
    )


NETWORK_A1 = _whole(NETWORK)
"""A1 of the whole network over the whole time, beside null N1: one row a window."""
CONTROL_A1 = _whole(CONTROL)
"""The same of the controls (N5); none where the case names none."""


def network_pairs(settings: Settings) -> pl.Expr:
    """Return which rows of `pair_timing` are of pairs under study at the headline window."""
    window_s = settings.timing.headline_window_s
    return (pl.col("scope") == NETWORK) & (pl.col("window_s") == window_s)
