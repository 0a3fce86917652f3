"""Do posts heap on the full minute, as schedulers publish them (gate G3)?"""

from decimal import Decimal

from lockstep.timing.gates.rows import MIN_POSTS, Row, count_by_account, share_of
from lockstep.timing.scope import Scope

_MINUTE_S = 60
_FIVE_MINUTES_S = 300
_MOST = Decimal(3)


def heaping_gates(scope: Scope) -> list[Row]:
    """Return the gate heaping of the network and of each of its accounts.

    h0 = 60 · the share of event posts on second 0; h5 = 12 · the share of these on a minute that 5
    divides. Both are 1 where seconds and minutes fall by chance. It fails where h0 > 3 of at least
    200 event posts; fewer do not tell a habit from chance: waived.

    References:
        METHODS §3 (G3).
    """
    on_minute_n = count_by_account(scope, scope.time_s % _MINUTE_S == 0)
    on_five_n = count_by_account(scope, scope.time_s % _FIVE_MINUTES_S == 0)
    posts_n = scope.posts_by_account
    network = _judged(int(posts_n.sum()), int(on_minute_n.sum()), int(on_five_n.sum()))
    counts = zip(posts_n.tolist(), on_minute_n.tolist(), on_five_n.tolist(), strict=True)
    return [
        network,
        *(
            {"subject": key} | _judged(*of)
            for key, of in zip(scope.account_keys, counts, strict=True)
        ),
    ]


def _judged(posts_n: int, on_minute_n: int, on_five_n: int) -> Row:
    row: Row = {"gate": "heaping"}
    if not posts_n:
        return row | {"outcome": "waived", "note": "There is no event post."}
    h0, h5 = share_of(on_minute_n, posts_n, 60), share_of(on_five_n, on_minute_n, 12)
    row |= {"value": h0, "threshold": _MOST, "unit": "times chance"}
    found = (
        f"On second 0 lie {h0:.1f} times as many of {posts_n:,} event posts as by chance (h0), "
        f"and of these {h5:.1f} times as many on every fifth minute (h5)"
    )
    if posts_n < MIN_POSTS:
        note = f"{found}; fewer than {MIN_POSTS} posts do not tell habit from chance."
        return row | {"outcome": "waived", "note": note}
    if h0 <= _MOST:
        return row | {"outcome": "pass", "note": f"{found}; up to 3 times is no sign."}
    note = (
        f"{found}: a scheduler is suspected. Accounts that share its minutes meet without "
        "coordination; counts without the full minutes belong beside the others."
    )
    return row | {"outcome": "fail", "note": note}
