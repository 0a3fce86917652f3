"""What the data allow to be said, asked before any statistic is read."""

import polars as pl

from lockstep.settings import Settings
from lockstep.storage import empty
from lockstep.timing.calendar import scope_calendar
from lockstep.timing.collection import collection_intervals
from lockstep.timing.events import NETWORK
from lockstep.timing.gates.bursts import burst_gates
from lockstep.timing.gates.coverage import coverage_gates
from lockstep.timing.gates.discovery import discovery_gates
from lockstep.timing.gates.duplicates import duplicates_gate
from lockstep.timing.gates.heaping import heaping_gates
from lockstep.timing.gates.mechanical import mechanical_gates
from lockstep.timing.gates.resolution import resolution_gates
from lockstep.timing.gates.saturation import saturation_gate
from lockstep.timing.gates.selection import selection_gate
from lockstep.timing.gates.span import span_gate
from lockstep.timing.gates.zone_shift import zone_gates
from lockstep.timing.scope import load_scope


def gates(
    *,
    posts: pl.LazyFrame,
    accounts: pl.LazyFrame,
    sources: pl.LazyFrame,
    timing_statistics: pl.LazyFrame,
    pair_timing: pl.LazyFrame,
    settings: Settings,
) -> pl.DataFrame:
    """Return the gates of the network, of its accounts, and of its pairs or exports.

    Returns:
        Table `gates`: one row per gate for the network; per account of resolution, heaping, bursts,
        coverage and mechanical; of zone one per pair. Above 200 accounts of zone one per export,
        and one of discovery.

    References:
        METHODS §3 (G1 to G8), §5 (span, saturation).
    """
    scope = load_scope(posts, accounts, settings)
    calendar = scope_calendar(scope, collection_intervals(sources))
    rows = [
        span_gate(scope, calendar),
        saturation_gate(timing_statistics, settings),
        duplicates_gate(sources),
        *resolution_gates(posts, accounts, scope, settings),
        *heaping_gates(scope),
        *zone_gates(posts, accounts, scope, calendar, settings),
        *burst_gates(scope, settings),
        *coverage_gates(scope, calendar, _cut_short_n(sources)),
        *mechanical_gates(posts, accounts, scope, settings),
        selection_gate(scope, settings),
        *discovery_gates(pair_timing, scope, settings),
    ]
    whose = {"scope": NETWORK, "subject": NETWORK}
    return pl.DataFrame(
        [whose | row for row in rows], schema=empty("gates").schema, orient="row"
    ).sort("gate", "scope", "subject")


def _cut_short_n(sources: pl.LazyFrame) -> int:
    return int(sources.select(pl.col("is_cut_short").sum()).collect().item())
