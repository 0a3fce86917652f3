"""Does chance alone give most of the count?"""

from decimal import Decimal

import polars as pl

from lockstep.rounding import real
from lockstep.settings import Settings
from lockstep.timing.events import NETWORK
from lockstep.timing.gates.rows import Row

SATURATED_SHARE = Decimal("0.5")
"""Above this expected share, chance alone gives most of it."""


def saturation_gate(timing_statistics: pl.LazyFrame, settings: Settings) -> Row:
    """Return the gate saturation of the network at the headline window.

    It fails where chance alone gives more than half of the tested posts a neighbour.

    References:
        METHODS §5 (saturation).
    """
    window_s = settings.timing.headline_window_s
    (share,) = (
        timing_statistics.filter(
            pl.col("definition") == "A1", pl.col("window_s") == window_s, pl.col("scope") == NETWORK
        )
        .collect()["expected_share"]
        .to_list()
    )
    row: Row = {"gate": "saturation"}
    if share is None:
        note = "No post could be tested, so what chance alone gives is not known."
        return row | {"outcome": "waived", "note": note}
    note = (
        f"By chance alone {share * 100:.1f} % of the tested posts have another account's within "
        f"{window_s} s; above {SATURATED_SHARE * 100:.0f} % chance gives most of the count, and "
        "no claim can rest on it."
    )
    return row | {
        "outcome": "fail" if share > SATURATED_SHARE else "pass",
        "value": share,
        "threshold": real(float(SATURATED_SHARE)),
        "unit": "share",
        "note": note,
    }
