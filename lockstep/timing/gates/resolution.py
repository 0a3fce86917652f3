"""Are times known to the second, or only to the minute (gate G2)?"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from lockstep.rounding import real
from lockstep.settings import Settings
from lockstep.timing.counts import co_timed
from lockstep.timing.events import event_posts
from lockstep.timing.gates.rows import MIN_POSTS, Row
from lockstep.timing.scope import Scope

_MINUTE_S = 60
_SECOND_US = 1_000_000
_MAX_SHARE = Decimal("0.99")


@dataclass(frozen=True, slots=True)
class _Times:
    """Event posts of an account or of the network, those on second 0, and what exports declare.

    Exports declare times post by post: of the network as a whole nothing. `coarse_n` posts have
    times that are declared coarser than 1 s, the coarsest `declared_s`.
    """

    whose: str
    posts_n: int
    on_minute_n: int
    declared_s: int
    coarse_n: int = 0

    @property
    def share(self) -> Decimal:
        """The share of posts on second 0."""
        return Decimal(self.on_minute_n) / max(self.posts_n, 1)

    @property
    def enough(self) -> bool:
        """Whether there are so many posts that chance does not put nearly all on second 0."""
        return self.posts_n >= MIN_POSTS

    @property
    def known_to_s(self) -> int:
        """How finely the times are known."""
        return max(self.declared_s, _MINUTE_S if self.enough and self.share > _MAX_SHARE else 1)


def resolution_gates(
    posts: pl.LazyFrame, accounts: pl.LazyFrame, scope: Scope, settings: Settings
) -> list[Row]:
    """Return the gate resolution of the network and of each of its accounts.

    It fails where the exports declare times coarser than 1 s, or more than 99 % of at least 200
    event posts fall on second 0. Fewer posts, nearly all of them on second 0, do not tell: waived.
    The network fails where its posts together do, or those of any account.

    References:
        METHODS §3 (G2).
    """
    found = _times(posts, accounts, scope, settings)
    together = _Times(
        whose="the network",
        posts_n=sum(t.posts_n for t in found),
        on_minute_n=sum(t.on_minute_n for t in found),
        declared_s=1,
    )
    network = _judged([together, *found])
    known_to_s = max(t.known_to_s for t in (together, *found))
    if known_to_s > 1:
        network["note"] += _bounds(scope, known_to_s, settings.timing.headline_window_s)
    return [network, *({"subject": t.whose} | _judged([t]) for t in found)]


def _times(
    posts: pl.LazyFrame, accounts: pl.LazyFrame, scope: Scope, settings: Settings
) -> list[_Times]:
    counted = (
        event_posts(posts, accounts, settings)
        .group_by("account_key")
        .agg(
            pl.len().alias("posts_n"),
            (pl.col("posted_at_s") % _MINUTE_S == 0).sum().alias("on_minute_n"),
            (pl.col("posted_at_resolution_us").max() / _SECOND_US).ceil().alias("declared_s"),
            (pl.col("posted_at_resolution_us") > _SECOND_US).sum().alias("coarse_n"),
        )
        .collect()
    )
    found = {
        key: _Times(key, posts_n, on_minute_n, max(int(declared_s), 1), coarse_n)
        for key, posts_n, on_minute_n, declared_s, coarse_n in counted.iter_rows()
    }
    return [found.get(key, _Times(key, 0, 0, 1)) for key in scope.account_keys]


def _judged(subjects: Sequence[_Times]) -> Row:
    """Judge by the worst of these; by the first alone where none has enough posts."""
    worst = max([t for t in subjects if t.enough] or subjects[:1], key=lambda t: t.share)
    coarsest = max(subjects, key=lambda t: t.declared_s)
    row: Row = {"gate": "resolution", "outcome": "fail"}
    if coarsest.declared_s > 1:
        said = f"The exports give {_which(coarsest)} only to {coarsest.declared_s:,} s"
        return row | {
            "value": Decimal(coarsest.declared_s),
            "threshold": Decimal(1),
            "unit": "s",
            "note": said + _bounded(coarsest.declared_s),
        }
    if not worst.posts_n:
        note = f"There is no event post of {worst.whose} by which to judge its times."
        return row | {"outcome": "waived", "note": note}
    percent = f"{worst.share * 100:.1f} %"
    said = f"{percent} of the {worst.posts_n:,} event posts of {worst.whose} are on second 0"
    row |= {"value": real(float(worst.share)), "threshold": _MAX_SHARE, "unit": "share"}
    if worst.share <= _MAX_SHARE:
        note = f"{said}; above {_MAX_SHARE * 100:.0f} % times would be known only to the minute."
        return row | {"outcome": "pass", "note": note}
    if not worst.enough:
        note = f"{said}; fewer than {MIN_POSTS} do not tell whether seconds are known."
        return row | {"outcome": "waived", "note": note}
    return row | {"note": f"{said}: times are known only to the minute{_bounded(_MINUTE_S)}"}


def _which(times: _Times) -> str:
    """Return which times are coarse: all of them, or so many."""
    if times.coarse_n == times.posts_n:
        return f"times of {times.whose}"
    return f"{times.coarse_n:,} of {times.posts_n:,} times of {times.whose}"


def _bounded(known_to_s: int) -> str:
    reach_s = known_to_s - 1
    return (
        f". A count within W s then lies between those within W - {reach_s:,} s and within "
        f"W + {reach_s:,} s, and no claim can rest on it."
    )


def _bounds(scope: Scope, known_to_s: int, window_s: int) -> str:
    """Return between which bounds A1 at the headline window lies."""
    reach_s = known_to_s - 1
    windows_s = np.array([max(window_s - reach_s, 0), window_s + reach_s], dtype=np.int64)
    low, high = co_timed(scope.time_s, scope.account, scope.accounts_n, windows_s)
    low = low if window_s >= reach_s else 0
    return f" For A1 at {window_s} s these bounds are {low:,} and {high:,}."
