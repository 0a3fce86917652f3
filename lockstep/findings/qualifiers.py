"""Which gates qualify a claim without blocking it, in the words of its limits."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from lockstep.timing.events import NETWORK

Row = dict[str, Any]

_FAILED = ("duplicates", "heaping", "bursts", "mechanical", "coverage", "resolution", "zone")
_UNTOLD = ("coverage",)
_TOLD_N = 3


def qualified(gates: Iterable[Row]) -> str:
    """Return what limits a claim by its gates, nothing where all are passed.

    A waived gate says nothing of the data but for coverage, where it says that silence may be
    missing data. Span, saturation and selection are told by the sentence itself. Of many subjects
    only their number is told.
    """
    limiting = sorted(filter(_limits, gates), key=itemgetter("gate", "subject"))
    whole = (f" {g['gate'].capitalize()}: {g['note']}" for g in limiting if g["subject"] == NETWORK)
    others = [g for g in limiting if g["subject"] != NETWORK]
    parts = (_of_others(gate, tuple(of)) for gate, of in groupby(others, itemgetter("gate")))
    return "".join((*whole, *parts))


def _limits(gate: Row) -> bool:
    failed = gate["outcome"] == "fail" and gate["gate"] in _FAILED
    return failed or (gate["outcome"] == "waived" and gate["gate"] in _UNTOLD)


def _of_others(gate: str, rows: tuple[Row, ...]) -> str:
    if len(rows) > _TOLD_N:
        return f" {gate.capitalize()}: not passed by {len(rows):,} subjects (table gates)."
    return "".join(f" {gate.capitalize()} of {row['subject']}: {row['note']}" for row in rows)
