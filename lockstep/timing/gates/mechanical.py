"""How many posts are links of the platform's own making: shares and crossposts (gate G7)?"""

from decimal import Decimal

import polars as pl

from lockstep.settings import Settings
from lockstep.timing.events import event_posts
from lockstep.timing.gates.rows import Row, a1, counted, share_of
from lockstep.timing.scope import Scope, load_scope

MECHANICAL = pl.col("is_share") | (pl.col("video_share_status") == "crosspost").fill_null(
    value=False
)
"""Whether a post shows that it passes on another account's: that is open, not covert, company."""
_MOST = Decimal("0.1")


def mechanical_gates(
    posts: pl.LazyFrame, accounts: pl.LazyFrame, scope: Scope, settings: Settings
) -> list[Row]:
    """Return the gate mechanical of the network and of each of its accounts.

    The value is the share of event posts that share or crosspost another account's video. It fails
    above 0.1. The network's note gives A1 at the headline window with and without them.

    References:
        METHODS §3 (G7).
    """
    linked = event_posts(posts.filter(MECHANICAL), accounts, settings)
    found = dict(linked.group_by("account_key").agg(pl.len()).collect().iter_rows())
    posts_n = dict(zip(scope.account_keys, scope.posts_by_account.tolist(), strict=True))
    network = _judged(sum(found.values()), len(scope.time_s))
    if found:
        network["note"] += _without(posts, accounts, scope, settings)
    return [
        network,
        *({"subject": key} | _judged(found.get(key, 0), n) for key, n in posts_n.items()),
    ]


def _judged(linked_n: int, posts_n: int) -> Row:
    row: Row = {"gate": "mechanical"}
    if not posts_n:
        return row | {"outcome": "waived", "note": "There is no event post."}
    share = share_of(linked_n, posts_n)
    return row | {
        "outcome": "fail" if share > _MOST else "pass",
        "value": share,
        "threshold": _MOST,
        "unit": "share",
        "note": (
            f"{linked_n:,} of {counted(posts_n, 'event post')} share or crosspost another "
            "account's video, so far as the exports say."
        ),
    }


def _without(posts: pl.LazyFrame, accounts: pl.LazyFrame, scope: Scope, settings: Settings) -> str:
    window_s = settings.timing.headline_window_s
    rest = load_scope(posts.filter(~MECHANICAL), accounts, settings)
    with_n, without_n = a1(scope, window_s), a1(rest, window_s)
    return f" A1 at {window_s} s is {with_n:,} with them and {without_n:,} without."
