"""Do at least two accounts live together on enough whole days?"""

from decimal import Decimal

from lockstep.timing.calendar import (
    MIN_COMMON_DAYS,
    MIN_EXCHANGEABLE_DAYS,
    Calendar,
    common_days,
    second_arrival,
)
from lockstep.timing.gates.rows import Row, counted
from lockstep.timing.scope import Scope


def span_gate(scope: Scope, calendar: Calendar) -> Row:
    """Return the gate span of the network.

    References:
        METHODS §5 (span).
    """
    common = common_days(calendar, second_arrival(scope, calendar))
    days = counted(common.days_n, "whole day")
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
