"""What the data allow to be said, asked before any statistic is read."""

from decimal import Decimal
from typing import Any

import polars as pl

from lockstep.rounding import real
from lockstep.settings import Settings
from lockstep.storage import empty
from lockstep.timing.calendar import (
    MIN_COMMON_DAYS,
    MIN_EXCHANGEABLE_DAYS,
    common_days,
    scope_calendar,
    second_arrival,
)
from lockstep.timing.collection import Intervals, collection_intervals
from lockstep.timing.events import NETWORK
from lockstep.timing.resolution import resolution_gates
from lockstep.timing.scope import Scope, load_scope

Row = dict[str, Any]

SATURATED_SHARE = Decimal("0.5")
"""Above this expected share, chance alone gives most of it."""


def gates(
    *,
    posts: pl.LazyFrame,
    accounts: pl.LazyFrame,
    sources: pl.LazyFrame,
    timing_statistics: pl.LazyFrame,
    settings: Settings,
) -> pl.DataFrame:
    """Return the gates span, saturation, resolution and selection of the network.

    Returns:
        Table `gates`: one row per gate for the network, and one of resolution per account.

    References:
        METHODS §3 (G2, G8), §5 (span, saturation).
    """
    scope = load_scope(posts, accounts, settings)
    rows = [
        _span(scope, collection_intervals(posts, sources)),
        _saturation(timing_statistics, settings),
        *resolution_gates(posts, accounts, scope, settings),
        _selection(scope, settings),
    ]
    whose = {"scope": NETWORK, "subject": NETWORK}
    return pl.DataFrame(
        [whose | row for row in rows], schema=empty("gates").schema, orient="row"
    ).sort("gate", "scope", "subject")


def _span(scope: Scope, intervals: Intervals) -> Row:
    """Ask whether at least two accounts live together on enough whole days."""
    calendar = scope_calendar(scope, intervals)
    common = common_days(calendar, second_arrival(scope, calendar))
    days = _many(common.days_n, "whole day")
    lived = f"{days} on which at least two accounts with event posts live"
    if common.enough:
        note = f"{lived}; at least {MIN_COMMON_DAYS} are needed."
    else:
        note = (
            f"Only {lived}, at most {common.largest_stratum_n} of one kind within a fortnight; "
            f"without {MIN_COMMON_DAYS}, and {MIN_EXCHANGEABLE_DAYS} of one kind, nothing is "
            "tested against chance."
        )
    return {
        "gate": "span",
        "outcome": "pass" if common.enough else "fail",
        "value": Decimal(common.days_n),
        "threshold": Decimal(MIN_COMMON_DAYS),
        "unit": "days",
        "note": note,
    }


def _saturation(timing_statistics: pl.LazyFrame, settings: Settings) -> Row:
    """Ask whether chance alone gives more than half of the tested posts a neighbour."""
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


def _selection(scope: Scope, settings: Settings) -> Row:
    """Ask how the accounts were chosen (G8); the answer is the analyst's, nothing is measured."""
    reasons = " ".join(settings.accounts.selection.split())
    accounts = _many(scope.accounts_n, "account")
    chosen = (
        f"The case names {accounts}"
        if settings.accounts.network
        else f"The case names none and is about all accounts of its exports ({accounts})"
    )
    if settings.accounts.selected_by_timing:
        outcome = "fail"
        note = (
            f"{chosen}, selected because they post together: a p-value of the same data is then no "
            "evidence. Select on the data before some day and test on those after it, or read the "
            "result as a description."
        )
    elif reasons:
        outcome, note = "pass", f'{chosen}, and says how they were selected: "{reasons}".'
    else:
        outcome = "waived"
        note = (
            f"{chosen}, and does not say how they were selected; without reasons the result is a "
            "description."
        )
    return {"gate": "selection", "outcome": outcome, "note": note}


def _many(n: int, what: str) -> str:
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"
