"""Do accounts post in bursts: albums, retries, series (gate G5)?"""

from decimal import Decimal

import numpy as np

from lockstep.settings import Settings
from lockstep.timing.gates.rows import Row, a1, count_by_account, share_of
from lockstep.timing.scope import Scope

BURST_S = 120
"""A post at most so long after its account's previous one continues a burst."""
_MOST = Decimal("0.3")


def burst_gates(scope: Scope, settings: Settings) -> list[Row]:
    """Return the gate bursts of the network and of each of its accounts.

    The value is the share of event posts at most 120 s after the own previous one. It fails above
    0.3: one meeting of two bursts then counts as many co-timed posts. N1 and N1v move whole days
    and keep bursts; N2 moves each post alone. The network's note gives A1 at the headline window
    also of the first posts of bursts.

    References:
        METHODS §3 (G5).
    """
    order = np.argsort(scope.account, kind="stable")
    own, time_s = scope.account[order], scope.time_s[order]
    continues = np.zeros(len(order), dtype=np.bool_)
    continues[order[1:]] = (np.diff(own) == 0) & (np.diff(time_s) <= BURST_S)
    posts_n, bursts_n = scope.posts_by_account, count_by_account(scope, continues)
    counts = zip(scope.account_keys, bursts_n.tolist(), posts_n.tolist(), strict=True)
    network = _judged(int(bursts_n.sum()), int(posts_n.sum()))
    if bursts_n.any():
        window_s = settings.timing.headline_window_s
        all_n, first_n = a1(scope, window_s), a1(scope, window_s, ~continues)
        network["note"] += (
            f" A1 at {window_s} s is {all_n:,}, and {first_n:,} of the first posts of bursts alone."
        )
    return [
        network,
        *({"subject": key} | _judged(burst, posts) for key, burst, posts in counts),
    ]


def _judged(bursts_n: int, posts_n: int) -> Row:
    row: Row = {"gate": "bursts"}
    if not posts_n:
        return row | {"outcome": "waived", "note": "There is no event post."}
    share = share_of(bursts_n, posts_n)
    failed = share > _MOST
    note = (
        f"{share * 100:.1f} % of {posts_n:,} event posts follow the account's own previous one "
        f"within {BURST_S} s"
    )
    told = (
        ": where two bursts meet, one meeting counts as many posts; read episodes beside counts."
        if failed
        else f"; up to {_MOST * 100:.0f} % is no sign."
    )
    return row | {
        "outcome": "fail" if failed else "pass",
        "value": share,
        "threshold": _MOST,
        "unit": "share",
        "note": note + told,
    }
