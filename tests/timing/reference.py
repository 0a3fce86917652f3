"""The definitions of METHODS §4 and §5, spelled out post by post: slow, and hard to get wrong."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise, permutations, product
from pathlib import Path

import numpy as np
import polars as pl

import data_contracts
from lockstep.rule_profile import rule_profile
from lockstep.settings import AccountsSection, ExportSection, Settings, TimingSection
from lockstep.storage import write
from lockstep.timing.calendar import UNCOLLECTED, Calendar, scope_calendar
from lockstep.timing.scope import ALWAYS, Ints, Scope

Post = tuple[int, int]
"""Time in s and account."""

DAY_S = 86_400


def settings(accounts: AccountsSection | None = None, **timing: object) -> Settings:
    """Return settings of a case, which names no account unless it is told to."""
    return Settings(
        exports=(ExportSection(path="*"),),
        accounts=accounts or AccountsSection(),
        timing=TimingSection(**timing),
    )


def broken_rules(frame: pl.DataFrame, table: str, folder: Path) -> list[str]:
    """Store a table and return the rules of its contract that it breaks."""
    path = folder / f"{table}.parquet"
    write(frame, table, path)
    profile = rule_profile(data_contracts.load(table), {table: path})
    return [rule.rule_id for rule in profile if not rule.holds]


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
    return scope_calendar(scope, ((0, days_n * DAY_S - 1),))


def make_calendar_with_gap(scope: Scope, days_n: int, gap: tuple[int, int]) -> Calendar:
    """Return the calendar of a collection that left out the days from gap[0] to before gap[1]."""
    first, last = gap[0] * DAY_S, gap[1] * DAY_S
    return scope_calendar(scope, ((0, first - 1), (last, days_n * DAY_S - 1)))


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
                "is_back_dated": [False] * len(posts),
                "source_id": ["s"] * len(posts),
                "is_share": [False] * len(posts),
                "video_share_status": [None] * len(posts),
            },
            schema={
                "post_key": pl.String,
                "account_key": pl.String,
                "posted_at_s": pl.Int64,
                "posted_at_resolution_us": pl.Int64,
                "posted_at_uncertainty_s": pl.Int64,
                "is_scheduled_announcement": pl.Boolean,
                "is_back_dated": pl.Boolean,
                "source_id": pl.String,
                "is_share": pl.Boolean,
                "video_share_status": pl.String,
            },
        ),
        "accounts": pl.LazyFrame(
            {
                "account_key": keys,
                "account_id": [key.removeprefix("facebook:") for key in keys],
                "handle": [None] * accounts_n,
                "aliases": [None] * accounts_n,
                "name": [None] * accounts_n,
                "created_at_s": list(created_s) or [None] * accounts_n,
            },
            schema={
                "account_key": pl.String,
                "account_id": pl.String,
                "handle": pl.String,
                "aliases": pl.String,
                "name": pl.String,
                "created_at_s": pl.Int64,
            },
        ),
        "sources": pl.LazyFrame(
            {
                "source_id": ["s"],
                "collection_start_s": [0],
                "collection_end_s": [days_n * DAY_S],
                "first_posted_s": [0],
                "last_posted_s": [0],
                "is_cut_short": [False],
                "sort_order": ["none"],
                "records_in": [len(posts)],
                "posts_new_n": [len(posts)],
                "observations_n": [0],
                "duplicate_exact_n": [0],
                "not_posts_n": [0],
                "quarantined_n": [0],
            },
            schema_overrides={"source_id": pl.String},
        ),
    }


def pair_timing(p_volumes: Sequence[str | None], window_s: int = 60) -> pl.LazyFrame:
    """Return the columns of `pair_timing` that its readers need, one row a pair."""
    return pl.LazyFrame(
        {
            "scope": ["network"] * len(p_volumes),
            "account_a": ["facebook:a"] * len(p_volumes),
            "account_b": [f"facebook:b{i}" for i in range(len(p_volumes))],
            "window_s": [window_s] * len(p_volumes),
            "p_volume": [None if p is None else Decimal(p) for p in p_volumes],
            "q": [None] * len(p_volumes),
        },
        schema_overrides={
            "account_a": pl.String,
            "p_volume": pl.Decimal(18, 9),
            "q": pl.Decimal(18, 9),
        },
    )


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
            if calendar.stratum[d] != UNCOLLECTED
            and start + d * DAY_S >= alive
            and int((scope.account == a).sum()) > 0
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


def expected(scope: Scope, calendar: Calendar, window_s: int) -> dict[str, float]:
    """Return E of A1, A3 and A5: each account's days are shifted in turn, the others stay."""
    posts = tested(scope, calendar)
    total = {"A1": 0.0, "A3": 0.0, "A5": 0.0}
    for day, second, account in posts:
        days = other_days(scope, calendar, account, day)
        for shift in range(1, len(days)):
            laid = days[(days.index(day) + shift) % len(days)]
            others = [(s, a) for d, s, a in posts if d == laid and a != account]
            near = [(s, a) for s, a in others if abs(s - second) <= window_s]
            before = [one for one in near if one < (second, account)]
            total["A1"] += (len(near) > 0) / (len(days) - 1)
            total["A3"] += len(near) / 2 / (len(days) - 1)
            total["A5"] += (len(before) > 0) / (len(days) - 1)
    return total


def chance_of_two(scope: Scope, calendar: Calendar, window_s: int) -> dict[str, float]:
    """Return P(T ≥ T_obs) under N1 for two accounts of one life, by every alignment of days."""
    posts = tested(scope, calendar)
    strata = [
        np.flatnonzero(calendar.stratum == k).tolist() for k in {*calendar.stratum} - {UNCOLLECTED}
    ]
    observed = count_by_day(posts, window_s)
    alignments = list(product(*(permutations(days) for days in strata)))
    reach = dict.fromkeys(observed, 0)
    for alignment in alignments:
        to = {
            d: e
            for days, order in zip(strata, alignment, strict=True)
            for d, e in zip(days, order, strict=True)
        }
        laid = [(to[d] if a == 1 else d, s, a) for d, s, a in posts]
        for name, hits in count_by_day(laid, window_s).items():
            reach[name] += hits >= observed[name]
    return {name: n / len(alignments) for name, n in reach.items()}


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


def permutation_sums(cells: Sequence[Sequence[Fraction | int]]) -> list[Fraction | int]:
    """Return the sum of one stratum's cells under every permutation, the identity first."""
    orders = permutations(range(len(cells)))
    return [sum(cells[d][e] for d, e in enumerate(order)) for order in orders]


def permutation_tail(strata: Sequence[Sequence[Sequence[Fraction | int]]]) -> Fraction:
    """Return P(T >= T of the identity) by laying out every permutation of every stratum."""
    totals = [sum(sums) for sums in product(*(permutation_sums(cells) for cells in strata))]
    return Fraction(sum(total >= totals[0] for total in totals), len(totals))


def volume_adjusted(hits: Ints, posts_i: Sequence[int], posts_j: Sequence[int]) -> list[list]:
    """Return M - kappa Z of one stratum in fractions, by the words of METHODS §5, "N1v"."""
    n = len(hits)
    x = [value - Fraction(sum(posts_i), n) for value in posts_i]
    y = [value - Fraction(sum(posts_j), n) for value in posts_j]
    squares = sum(x[d] ** 2 * y[e] ** 2 for d in range(n) for e in range(n))
    crossed = sum(int(hits[d][e]) * x[d] * y[e] for d in range(n) for e in range(n))
    kappa = crossed / squares if squares else Fraction(0)
    return [[int(hits[d][e]) - kappa * x[d] * y[e] for e in range(n)] for d in range(n)]


def random_permutation_tail(
    strata: Sequence[Ints], at_least: int, draws_n: int, rng: np.random.Generator
) -> float:
    """Return the share of random permutations of every stratum that sum to at least so much."""
    totals = np.zeros(draws_n, dtype=np.int64)
    for hits in strata:
        n = len(hits)
        orders = rng.permuted(np.tile(np.arange(n), (draws_n, 1)), axis=1)
        totals += hits[np.arange(n), orders].sum(axis=1)
    return float((totals >= at_least).mean())


def seconds_near(start_s: int, held_s: Sequence[int], window_s: int) -> int:
    """Return the seconds of a half hour that lie within the window of a post, one by one."""
    return sum(
        any(abs(second - held) <= window_s for held in held_s)
        for second in range(start_s, start_s + 1_800)
    )


def jitter_tail(moved_s: Sequence[int], held_s: Sequence[int], window_s: int) -> float:
    """Return P(at least the observed hits) of posts drawn anew in their own half hours."""
    chances = [seconds_near(t // 1_800 * 1_800, held_s, window_s) / 1_800 for t in moved_s]
    observed = sum(any(abs(t - held) <= window_s for held in held_s) for t in moved_s)
    return poisson_binomial_tail(chances, observed)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return for each p the least level at which the step-up procedure rejects it."""
    ordered = sorted(p_values)
    m = len(ordered)
    return [min(ordered[k] * m / (k + 1) for k in range(m) if ordered[k] >= p) for p in p_values]
