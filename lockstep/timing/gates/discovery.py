"""Among thousands of accounts: does the correction for millions of pairs leave any?"""

from decimal import Decimal

import numpy as np
import polars as pl

from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, Settings
from lockstep.timing.crowds import CROWD_SHARE, CROWD_TIMES, SLOT_S, in_crowds
from lockstep.timing.family import LEVEL
from lockstep.timing.gates.rows import Row, counted
from lockstep.timing.headline import network_pairs
from lockstep.timing.scope import Scope


def discovery_gates(pair_timing: pl.LazyFrame, scope: Scope, settings: Settings) -> list[Row]:
    """Return the gate discovery of the network, none up to 200 accounts.

    It passes where at least one pair has q at most 0.05, and says how many posts lie in crowds and
    are not tested, how many pairs were screened, how many q is corrected over and how many were
    tested. Where none is left, `pair_timing` is a list
    for screening and no pair is a finding.

    References:
        METHODS §5.4 (discovery).
    """
    if scope.accounts_n <= MAX_ACCOUNTS_UNDER_STUDY:
        return []
    listed = pair_timing.filter(network_pairs(settings)).collect()
    found_n = listed.filter(pl.col("q") <= Decimal(str(LEVEL))).height
    return [
        {
            "gate": "discovery",
            "outcome": "pass" if found_n else "fail",
            "value": Decimal(found_n),
            "threshold": Decimal(1),
            "unit": "pairs",
            "note": f"{_crowds(scope)} {_note(listed, found_n)}",
        }
    ]


def _crowds(scope: Scope) -> str:
    crowded_n = int(np.count_nonzero(in_crowds(scope)))
    return (
        f"{counted(crowded_n, 'post')} of {len(scope.time_s):,} lie where a crowd publishes: more "
        f"than {100 * CROWD_SHARE:.0f} % of the accounts within {SLOT_S // 60} minutes, and more "
        f"than {CROWD_TIMES} times as many as at that time of day; they are not tested."
    )


def _note(listed: pl.DataFrame, found_n: int) -> str:
    if listed.is_empty():
        return (
            "No pair of accounts meets on enough days to be told from chance among so many: the "
            "family is empty, and no pair was tested."
        )
    first = listed.row(0, named=True)
    tested = (
        f"{counted(first['screened_n'], 'pair')} screened; "
        f"{counted(first['family_n'], 'pair')} could be told and are corrected for; the "
        f"{first['enumerated_n']:,} that stood out most were tested"
    )
    if found_n:
        return f"{tested}: {found_n:,} with q at most {LEVEL}."
    return (
        f"{tested}: none with q at most {LEVEL}. What pair_timing lists is a screening list, not "
        "findings: pairs to look at, of which chance alone gives as many."
    )
