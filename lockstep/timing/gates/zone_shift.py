"""Are the times of an account or of an export off by quarters of an hour (gate G4)?

Two accounts that publish together do so within seconds. Where one of them is read in a wrong time
zone, they do so an hour apart, and at no other lag.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import combinations

import numpy as np
import polars as pl

from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, Settings
from lockstep.timing.calendar import DAY_S, Calendar
from lockstep.timing.events import event_posts, pair_name
from lockstep.timing.gates.rows import Row, counted, listed
from lockstep.timing.lag_scan import LAGS, STEP_S, near_at_lag, pair_scan, source_scan
from lockstep.timing.scope import Ints, Scope

MIN_DAYS = 5
"""Coincidences on fewer days are too few: two albums an hour apart give as many in one meeting."""
_TIMES = 3
_WEEK_S = 7 * DAY_S
_STORABLE = 999_999_999


@dataclass(frozen=True, slots=True)
class _Compared:
    """Two streams of posts, and how many of the second lie at each lag after one of the first."""

    subject: str
    first: str
    second: str
    counts: Ints
    streams_s: Callable[[], tuple[Ints, Ints]]
    """Returns the times of both: asked for only where the counts look like a shift."""


def zone_gates(
    posts: pl.LazyFrame,
    accounts: pl.LazyFrame,
    scope: Scope,
    calendar: Calendar,
    settings: Settings,
) -> list[Row]:
    """Return the gate zone of the network, and of each pair or, above 200 accounts, each export.

    Coincidences (at most 60 s) are counted at lags of k quarters of an hour, |k| ≤ 56. It fails
    where the largest count is at k ≠ 0, is more than 3 times the largest other one, lies on at
    least 5 days, and is more than 3 times what the same lag gives a week earlier or later: two
    fixed daily slots meet at one lag as well, on whatever days. Less than 5 coincidences at every
    lag do not tell: waived. The network fails where any of these does. Nothing is corrected.

    References:
        METHODS §3 (G4).
    """
    if scope.accounts_n <= MAX_ACCOUNTS_UNDER_STUDY:
        compared = _pairs(scope)
    else:
        compared = _exports(posts, accounts, settings)
    rows = [{"subject": one.subject} | _judged(one, calendar) for one in compared]
    return [_network(rows), *rows]


def _pairs(scope: Scope) -> Iterator[_Compared]:
    times_s = scope.by_account(scope.time_s)
    pairs = combinations(range(scope.accounts_n), 2)
    for (a, b), counts in zip(pairs, pair_scan(scope), strict=True):
        keys = scope.account_keys[a], scope.account_keys[b]
        yield _Compared(pair_name(*keys), *keys, counts, partial(_both, times_s[a], times_s[b]))


def _exports(
    posts: pl.LazyFrame, accounts: pl.LazyFrame, settings: Settings
) -> Iterator[_Compared]:
    """Yield each export beside the posts of other exports by accounts that it does not hold."""
    events = (
        event_posts(posts, accounts, settings)
        .join(posts.select("post_key", "source_id"), on="post_key")
        .sort("posted_at_s", "account_key", "post_key")
        .collect()
    )
    sources = events["source_id"].unique().sort()
    scanned = source_scan(
        events["posted_at_s"].to_numpy(),
        events["account_key"].rank("dense").to_numpy().astype(np.int64) - 1,
        sources.search_sorted(events["source_id"]).to_numpy().astype(np.int64),
        len(sources),
    )
    for source, counts in zip(sources.to_list(), scanned, strict=True):
        yield _Compared(
            subject=source,
            first=f"export {source[:12]}",
            second="the other exports",
            counts=counts,
            streams_s=partial(_of_export, events, source),
        )


def _both(first_s: Ints, second_s: Ints) -> tuple[Ints, Ints]:
    return first_s, second_s


def _of_export(events: pl.DataFrame, source: str) -> tuple[Ints, Ints]:
    own = events.filter(pl.col("source_id") == source)
    others = events.filter(~pl.col("account_key").is_in(own["account_key"].unique().to_list()))
    return own["posted_at_s"].to_numpy(), others["posted_at_s"].to_numpy()


def _judged(compared: _Compared, calendar: Calendar) -> Row:
    at = _largest_elsewhere(compared.counts)
    largest = int(compared.counts[at])
    other = int(np.delete(compared.counts, at).max(initial=0))
    row: Row = {
        "gate": "zone",
        "value": Decimal(min(largest, _STORABLE)),
        "threshold": Decimal(min(_TIMES * other, _STORABLE)),
        "unit": "coincidences",
    }
    if max(largest, other) < MIN_DAYS:
        note = f"No lag has {MIN_DAYS} coincidences: too few to tell whether times are shifted."
        return row | {"outcome": "waived", "note": note}
    lag_s = (at - LAGS) * STEP_S
    who = f"{compared.second} after {compared.first}"
    found = f"{counted(largest, 'coincidence')} of {who} at a lag of {_spoken(lag_s)}"
    beside = f"at most {other:,} at any other quarter of an hour"
    if largest <= _TIMES * other:
        return row | {"outcome": "pass", "note": f"{found}, {beside}: no sign of a shift."}
    refuted = _habit(compared, lag_s, largest, calendar)
    if refuted:
        return row | {"outcome": "pass", "note": f"{found}, {beside}; {refuted}"}
    note = (
        f"{found}, {beside}: the times of one of them may be read in a wrong time zone. Nothing is "
        "corrected; find out, and state the zone under [[exports]]."
    )
    return row | {"outcome": "fail", "note": note}


def _largest_elsewhere(counts: Ints) -> int:
    """Return where the largest count at k ≠ 0 stands, the nearest to 0 of such, the later first."""
    order = np.argsort(np.abs(np.arange(-LAGS, LAGS + 1)) * 2 - (np.arange(-LAGS, LAGS + 1) > 0))
    elsewhere = order[1:]
    return int(elsewhere[np.argmax(counts[elsewhere])])


def _habit(compared: _Compared, lag_s: int, largest: int, calendar: Calendar) -> str:
    """Return why a lag is no sign of a wrong zone, nothing where it is one."""
    first_s, second_s = compared.streams_s()
    met = near_at_lag(first_s, second_s, lag_s)
    days_n = len(np.unique(calendar.day_of(first_s[met > 0])))
    if days_n < MIN_DAYS:
        return f"on {counted(days_n, 'day')} only, which is too few to tell."
    apart = max(
        int(near_at_lag(first_s, second_s, lag_s + week_s).sum()) for week_s in (-_WEEK_S, _WEEK_S)
    )
    if largest <= _TIMES * apart:
        return f"{apart:,} also a week apart: that is a schedule, not a shift."
    return ""


def _network(rows: list[Row]) -> Row:
    row: Row = {"gate": "zone"}
    failed = [one["subject"] for one in rows if one["outcome"] == "fail"]
    told_n = sum(one["outcome"] != "waived" for one in rows)
    if not told_n:
        return row | {"outcome": "waived", "note": "Nothing meets often enough to tell a shift."}
    note = f"{counted(len(failed), 'sign')} of a shift among {told_n:,} that can be told"
    return row | {
        "outcome": "fail" if failed else "pass",
        "value": Decimal(len(failed)),
        "threshold": Decimal(0),
        "unit": "shifts",
        "note": f"{note}: {listed(failed)}." if failed else f"{note}.",
    }


def _spoken(lag_s: int) -> str:
    sign = "-" if lag_s < 0 else ""
    return f"{sign}{abs(lag_s) // 3_600} h {abs(lag_s) % 3_600 // 60:02d} min"
