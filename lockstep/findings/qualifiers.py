"""Which gates qualify a claim without blocking it, in the words of its limits."""

from collections.abc import Iterable

from lockstep.timing.events import NETWORK

Row = dict[str, object]

_FAILED = ("duplicates", "heaping", "bursts", "mechanical", "coverage", "resolution", "zone")
_UNTOLD = ("coverage",)


def qualified(gates: Iterable[Row]) -> str:
    """Return what limits a claim by its gates, nothing where all are passed.

    A waived gate says nothing of the data but for coverage, where it says that silence may be
    missing data. Span, saturation and selection are told by the sentence itself.
    """
    told = [
        f" {_name(gate)}: {gate['note']}"
        for gate in gates
        if (gate["outcome"] == "fail" and gate["gate"] in _FAILED)
        or (gate["outcome"] == "waived" and gate["gate"] in _UNTOLD)
    ]
    return "".join(told)


def _name(gate: Row) -> str:
    name = str(gate["gate"]).capitalize()
    return name if gate["subject"] == NETWORK else f"{name} of {gate['subject']}"
