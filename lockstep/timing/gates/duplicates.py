"""How many records repeat another, and how many could not be read (gate G1)?"""

import polars as pl

from lockstep.timing.gates.rows import Row, counted, share_of
from lockstep.words import that_are_no

_COUNTS = (
    *("records_in", "posts_new_n", "observations_n", "duplicate_exact_n", "not_posts_n"),
    "quarantined_n",
)


def duplicates_gate(sources: pl.LazyFrame) -> Row:
    """Return the gate duplicates: what became of the records of all exports.

    It reports and passes: each record is accounted for when it is staged, and each post counts once
    however often it was exported. Waived where no export has a record.

    References:
        METHODS §3 (G1).
    """
    totals = sources.select(pl.col(_COUNTS).sum()).collect().row(0)
    records_n, new_n, observations_n, repeated_n, none_n, apart_n = (int(n or 0) for n in totals)
    if not records_n:
        return {"gate": "duplicates", "outcome": "waived", "note": "The exports hold no record."}
    no_posts = f"{that_are_no(none_n, 'post')}, " if none_n else ""
    note = (
        f"{counted(records_n, 'record')}: {counted(new_n, 'post')}, "
        f"{counted(observations_n, 'further observation')} of them, "
        f"{counted(repeated_n, 'exact duplicate')}, {no_posts}{apart_n:,} in quarantine. "
        "Each post counts once."
    )
    return {
        "gate": "duplicates",
        "outcome": "pass",
        "value": share_of(observations_n + repeated_n, records_n),
        "unit": "share",
        "note": note,
    }
