"""Print how long the exact null of a pair and the table pair_timing take on synthetic posts.

Run from the root of the checkout: python -m benchmarks.pair_null
"""

import time
from collections.abc import Callable

import numpy as np
import polars as pl

from lockstep.settings import ExportSection, Settings
from lockstep.synthetic.case import SEED
from lockstep.synthetic.parameters import DAY_S, DEFAULTS
from lockstep.synthetic.rhythm import day_levels, minute_weights, moments, scheduled, with_albums
from lockstep.synthetic.variants import network_times
from lockstep.timing.calendar import scope_calendar
from lockstep.timing.pair_days import account_posts, pair_days
from lockstep.timing.pair_null import day_permutation_p
from lockstep.timing.pairs import pair_timing
from lockstep.timing.scope import load_scope

SETTINGS = Settings(exports=(ExportSection(path="*"),))
REPEATS = 5


def main() -> None:
    rng = np.random.default_rng(1)
    two_years = frames([habits(rng, 2_000, 728), habits(rng, 3_000, 728)], end_s=728 * DAY_S)
    exact_null(**two_years)
    account, time_s = network_times(SEED, "seed-shaped")
    five = frames(
        [time_s[account == p] for p in range(5)],
        created_s=[page.created_s for page in DEFAULTS.pages],
        end_s=DEFAULTS.end_s,
    )
    table("5 accounts, 23,685 posts, seven years", five)
    hundred = frames([habits(rng, 200, 60) for _ in range(100)], end_s=60 * DAY_S)
    table("100 accounts of 200 posts, 60 days", hundred)


def exact_null(posts: pl.LazyFrame, accounts: pl.LazyFrame, sources: pl.LazyFrame) -> None:
    """Time the exact null of one pair, from its posts to its p-value."""
    del sources
    scope = load_scope(posts, accounts, SETTINGS)
    calendar = scope_calendar(scope, ((0, 728 * DAY_S - 1),))
    common = np.arange(calendar.days_n)

    def null() -> None:
        i, j = account_posts(scope, calendar)
        days = pair_days(i, j, calendar, common, 60)
        p = day_permutation_p(days, family_n=1, rng=np.random.default_rng(1))
        assert p.method == "exact"  # noqa: S101 - or the wrong thing is timed

    print(f"exact null, 2,000 + 3,000 posts, two years: {1_000 * best_s(null):.1f} ms")


def table(name: str, inputs: dict[str, pl.LazyFrame]) -> None:
    """Time the whole table."""
    rows = pair_timing(**inputs, settings=SETTINGS)
    methods = dict(rows["p_method"].value_counts(sort=True).iter_rows())
    took_s = best_s(lambda: pair_timing(**inputs, settings=SETTINGS))
    kept_n = rows["meets_timing_rule"].sum()
    print(f"{name}: {took_s:.2f} s, {len(rows)} pairs {methods}, {kept_n} meet the rule")


def best_s(run: Callable[[], object]) -> float:
    """Return the shortest of a few runs in s; the first, which compiles, does not count."""
    run()
    took_s = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        took_s.append(time.perf_counter() - started)
    return min(took_s)


def habits(rng: np.random.Generator, posts_n: int, days_n: int) -> np.ndarray:
    """Return about so many posts of an account with busy weeks, albums and a scheduler."""
    starts = moments(
        rng,
        round(posts_n / (1 + DEFAULTS.album_share * DEFAULTS.album_extra_mean)),
        first_day_s=0,
        days=day_levels(rng, days_n, rho=DEFAULTS.level_rho, sd=DEFAULTS.level_sd),
        minutes=minute_weights(DEFAULTS),
    )
    starts = scheduled(rng, starts, share=DEFAULTS.scheduled_share, parameters=DEFAULTS)
    times = np.sort(with_albums(rng, starts, DEFAULTS))
    return times[times < days_n * DAY_S]


def frames(
    times_s: list[np.ndarray], *, end_s: int, created_s: list[int] | None = None
) -> dict[str, pl.LazyFrame]:
    """Return posts, accounts and sources so far as pair_timing reads them."""
    keys = [f"synthetic:{a:04d}" for a in range(len(times_s))]
    account = np.repeat(np.arange(len(keys)), [len(times) for times in times_s])
    posts = pl.LazyFrame(
        {
            "post_key": [f"{n:08d}" for n in range(len(account))],
            "account_key": [keys[a] for a in account],
            "posted_at_s": np.concatenate(times_s),
        }
    ).with_columns(
        pl.lit(1_000_000).alias("posted_at_resolution_us"),
        pl.lit(0).alias("posted_at_uncertainty_s"),
        pl.lit(value=False).alias("is_scheduled_announcement"),
        pl.lit(value=False).alias("is_back_dated"),
    )
    accounts = pl.LazyFrame(
        {"account_key": keys, "created_at_s": created_s or [0] * len(keys)},
        schema={"account_key": pl.String, "created_at_s": pl.Int64},
    )
    sources = pl.LazyFrame(
        {
            "collection_start_s": [min(created_s or [0])],
            "collection_end_s": [end_s - 1],
            "first_posted_s": [None],
            "last_posted_s": [None],
            "is_cut_short": [False],
            "sort_order": ["none"],
        },
        schema_overrides=dict.fromkeys(("first_posted_s", "last_posted_s"), pl.Int64),
    )
    return {"posts": posts, "accounts": accounts, "sources": sources}


if __name__ == "__main__":
    main()
