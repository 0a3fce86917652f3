"""The definitions of METHODS §4 and §5, spelled out post by post: slow, and hard to get wrong."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import polars as pl

from lockstep.settings import ExportSection, Settings, TimingSection
from lockstep.timing.calendar import Calendar, scope_calendar
from lockstep.timing.scope import ALWAYS, Ints, Scope

Post = tuple[int, int]
"""Time in s and account."""

DAY_S = 86_400


def settings(**timing: object) -> Settings:
    """Return settings of a case that names no account."""
    return Settings(exports=(ExportSection(path="*"),), timing=TimingSection(**timing))


def make_scope(posts: Sequence[Post], accounts_n: int, alive_from_s: Sequence[int] = ()) -> Scope:
    """Return the scope of these posts; lives without a start begin before everything."""
    ordered = sorted(posts)
    return Scope(
        account_keys=tuple(f"facebook:{i:04d}" for i in range(accounts_n)),
        alive_from_s=np.array(alive_from_s or [ALWAYS] * accounts_n, dtype=np.int64),
        created_unknown=np.zeros(accounts_n, dtype=np.bool_),
        time_s=np.array([time for time, _ in ordered], dtype=np.int64),
        account=np.array([account for _, account in ordered], dtype=np.int64),
    )


def make_calendar(scope: Scope, days_n: int) -> Calendar:
    """Return the calendar of a collection of this many days from 1970-01-01 on."""
    return scope_calendar(scope, (0, days_n * DAY_S - 1))


def frames(
    posts: Sequence[Post], accounts_n: int, *, days_n: int, created_s: Sequence[int | None] = ()
) -> dict[str, pl.LazyFrame]:
    """Return posts, accounts and sources as staging yields them, so far as timing reads them."""
    keys = [f"facebook:{i:04d}" for i in range(accounts_n)]
    return {
        "posts": pl.LazyFrame(
            {
                "post_key": [f"{keys[a]}_{i:07d}" for i, (_, a) in enumerate(posts)],
                "account_key": [keys[a] for _, a in posts],
                "posted_at_s": [time for time, _ in posts],
                "posted_at_resolution_us": [1_000_000] * len(posts),
                "posted_at_uncertainty_s": [0] * len(posts),
                "is_scheduled_announcement": [False] * len(posts),
            },
            schema={
                "post_key": pl.String,
                "account_key": pl.String,
                "posted_at_s": pl.Int64,
                "posted_at_resolution_us": pl.Int64,
                "posted_at_uncertainty_s": pl.Int64,
                "is_scheduled_announcement": pl.Boolean,
            },
        ),
        "accounts": pl.LazyFrame(
            {"account_key": keys, "created_at_s": list(created_s) or [None] * accounts_n},
            schema={"account_key": pl.String, "created_at_s": pl.Int64},
        ),
        "sources": pl.LazyFrame(
            {
                "source_id": ["s"],
                "collection_start_s": [0],
                "collection_end_s": [days_n * DAY_S - 1],
                "first_posted_s": [0],
                "last_posted_s": [0],
            },
            schema_overrides={"source_id": pl.String},
        ),
    }


def count(posts: Sequence[Post], window_s: int) -> dict[str, int]:
    """Return A1, A2a, A2b, A3, A5 and A6 by comparing every post with every other."""
    ordered = sorted(posts)
    crossing = [
        (i, j)
        for i, j in combinations(range(len(ordered)), 2)
        if ordered[i][1] != ordered[j][1] and ordered[j][0] - ordered[i][0] <= window_s
    ]
    steps = [
        (earlier[1] != later[1]) if later[0] - earlier[0] <= window_s else None
        for earlier, later in pairwise(ordered)
    ]
    chains = [[]]
    for step in steps:
        if step is None:
            chains.append([])
        else:
            chains[-1].append(step)
    return {
        "A1": len({i for pair in crossing for i in pair}),
        "A2a": sum(step is not None for step in steps),
        "A2b": sum(step is True for step in steps),
        "A3": len(crossing),
        "A5": len({j for _, j in crossing}),
        "A6": sum(any(chain) for chain in chains),
    }


def count_by_day(posts: Sequence[tuple[int, int, int]], window_s: int) -> dict[str, int]:
    """Return the counts of posts given as (day, second, account), no hit across days."""
    days = sorted({day for day, _, _ in posts})
    counts = [count([(s, a) for d, s, a in posts if d == day], window_s) for day in days]
    return {name: sum(c[name] for c in counts) for name in ("A1", "A3", "A5")}


def tested(scope: Scope, calendar: Calendar) -> list[tuple[int, int, int]]:
    """Return the tested posts as (day, second, account), by the words of METHODS §5."""
    start = calendar.first_day_s
    lives = [
        {
            d
            for d in range(calendar.days_n)
            if start + d * DAY_S >= alive and int((scope.account == a).sum()) > 0
        }
        for a, alive in enumerate(scope.alive_from_s.tolist())
    ]
    kept = []
    for time, account in zip(scope.time_s.tolist(), scope.account.tolist(), strict=True):
        day = (time - start) // DAY_S
        if day not in lives[account]:
            continue
        stratum = set(np.flatnonzero(calendar.stratum == calendar.stratum[day]).tolist())
        common = [d for d in stratum if sum(d in life for life in lives) >= 2]
        if len(common) >= 2 and len(lives[account] & stratum) >= 2:
            kept.append((day, time - start - day * DAY_S, account))
    return kept


def other_days(scope: Scope, calendar: Calendar, account: int, day: int) -> list[int]:
    """Return the living days of the account in the stratum of the day, ascending."""
    alive = int(scope.alive_from_s[account])
    return [
        d
        for d in np.flatnonzero(calendar.stratum == calendar.stratum[day]).tolist()
        if calendar.first_day_s + d * DAY_S >= alive
    ]


def hits_between(day_a: Ints, day_b: Ints, window_s: int) -> int:
    """Return the posts of two days' seconds that have one of the other within the window."""
    return sum(any(abs(s - t) <= window_s for t in day_b) for s in day_a) + sum(
        any(abs(s - t) <= window_s for s in day_a) for t in day_b
    )


def poisson_binomial_tail(chances: Sequence[float], at_least: int) -> float:
    """Return P(at least so many successes) by convolving the trials one by one."""
    law = np.array([1.0])
    for chance in chances:
        law = np.convolve(law, [1 - chance, chance])
    return float(law[at_least:].sum())
