"""Event posts without those that a habit of publishing explains: the variants of A1."""

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lockstep.timing.scope import Scope

BURST_S = 120
"""A post at most so long after its account's previous one continues a burst."""
_LATTICE_S = 300

MECHANICAL = pl.col("is_share") | (pl.col("video_share_status") == "crosspost").fill_null(
    value=False
)
"""Whether a post shows that it passes on another account's: that is open, not covert, company."""

Mask = NDArray[np.bool_]


def on_lattice(scope: Scope) -> Mask:
    """Return which posts lie on second 0 of a minute that 5 divides, where schedulers publish."""
    return np.asarray(scope.time_s % _LATTICE_S == 0, dtype=np.bool_)


def continues_burst(scope: Scope) -> Mask:
    """Return which posts come at most 120 s after the previous one of their account."""
    order = np.argsort(scope.account, kind="stable")
    own, time_s = scope.account[order], scope.time_s[order]
    continues = np.zeros(len(order), dtype=np.bool_)
    continues[order[1:]] = (np.diff(own) == 0) & (np.diff(time_s) <= BURST_S)
    return continues


def kept(scope: Scope, chosen: Mask) -> Scope:
    """Return a scope with some of its posts; its accounts live as long as before."""
    return replace(scope, time_s=scope.time_s[chosen], account=scope.account[chosen])
