"""Where is silence no sign of anything, because posts may be missing (gate G6)?"""

from decimal import Decimal

import numpy as np

from lockstep.timing.calendar import Calendar
from lockstep.timing.gates.rows import Row, counted
from lockstep.timing.scope import Ints, Scope

LONG_SILENCE_DAYS = 7
"""From so many days without a post on, the exports do not tell silence from missing data."""


def coverage_gates(scope: Scope, calendar: Calendar, cut_short_n: int) -> list[Row]:
    """Return the gate coverage of the network and of each of its accounts.

    The network fails where days between its first and its last were not collected from start to
    end; its note says how many exports break off (`cut_short_n`). Of an account the value is its
    longest run of collected, wholly lived days without an event post; from 7 days on it is waived:
    no data or no posts, the exports cannot tell.

    References:
        METHODS §3 (G6), §5 (whole living days).
    """
    day = calendar.day_of(scope.time_s)
    first_days = calendar.first_living_day(scope.alive_from_s)
    rows = [
        {"subject": key} | _account(silences(calendar, int(first), days), unknown=bool(unknown))
        for key, first, days, unknown in zip(
            scope.account_keys,
            first_days,
            scope.by_account(day),
            scope.created_unknown,
            strict=True,
        )
    ]
    return [_network(scope, calendar, day, _broken_off(cut_short_n)), *rows]


def silences(calendar: Calendar, first_day: int, posted: Ints) -> Ints:
    """Return the lengths of the runs of collected, lived days between days with posts, in days.

    Days that nobody collected neither add to a run nor end it.
    """
    lived = calendar.lived(first_day)
    held = np.flatnonzero(np.isin(lived, posted))
    edges = np.concatenate([[-1], held, [len(lived)]])
    return np.asarray(np.diff(edges) - 1, dtype=np.int64)


def _account(runs: Ints, *, unknown: bool) -> Row:
    longest = int(runs.max())
    silent = runs[runs >= LONG_SILENCE_DAYS]
    if len(silent):
        note = (
            f"{counted(len(silent), 'run')} of at least {LONG_SILENCE_DAYS} days without a post, "
            f"{counted(int(silent.sum()), 'day')} in all, the longest of "
            f"{counted(longest, 'day')}: no data or no posts, the exports cannot tell."
        )
    else:
        note = f"The longest silence lasts {counted(longest, 'whole day')}."
    if unknown:
        note += " Creation unknown: taken as living from the start of the window."
    return {
        "gate": "coverage",
        "outcome": "waived" if len(silent) else "pass",
        "value": Decimal(longest),
        "threshold": Decimal(LONG_SILENCE_DAYS),
        "unit": "days",
        "note": note,
    }


def _broken_off(cut_short_n: int) -> str:
    if not cut_short_n:
        return ""
    breaking = f"{counted(cut_short_n, 'export')} {'breaks' if cut_short_n == 1 else 'break'} off"
    return f" {breaking} (cut_short): no day that posts may be missing of counts as collected."


def _network(scope: Scope, calendar: Calendar, day: Ints, broken_off: str) -> Row:
    row: Row = {"gate": "coverage"}
    if not calendar.days_n:
        return row | {"outcome": "waived", "note": f"No whole day was collected.{broken_off}"}
    missing_n = calendar.days_n - int(calendar.collected.sum())
    whole = (day >= 0) & (day < calendar.days_n)
    on_missing_n = int(np.count_nonzero(~calendar.collected[day[whole]]))
    if missing_n:
        note = (
            f"Of {counted(calendar.days_n, 'day')} {missing_n:,} were not collected from start to "
            f"end; {counted(on_missing_n, 'event post')} of such days count as observed and are "
            "not tested."
        )
    else:
        note = f"All of {counted(calendar.days_n, 'whole day')} were collected from start to end."
    note += broken_off
    unknown_n = int(scope.created_unknown.sum())
    if unknown_n:
        note += (
            f" Creation of {counted(unknown_n, 'account')} unknown: taken as living from the start "
            "of the window."
        )
    return row | {
        "outcome": "fail" if missing_n else "pass",
        "value": Decimal(missing_n),
        "threshold": Decimal(0),
        "unit": "days",
        "note": note,
    }
