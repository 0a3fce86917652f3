"""How long finding synchronised pairs among thousands of accounts takes, and what it finds.

Run from the root of the checkout: python -m benchmarks.discovery [ACCOUNTS POSTS DAYS]

Accounts with habits (busy weeks, albums, schedulers) and volumes over a factor of ten. In thirty
pairs the second account follows the first within seconds with 5, 2 or 1 % of its posts.
"""

import resource
import sys
import time

import numpy as np
import polars as pl

from benchmarks.pair_null import habits
from lockstep.settings import ExportSection, Settings
from lockstep.synthetic.case import SEED
from lockstep.synthetic.parameters import DAY_S
from lockstep.timing.family import LEVEL
from lockstep.timing.pairs import pair_timing

SETTINGS = Settings(exports=(ExportSection(path="*"),))
SHARES = (0.05, 0.02, 0.01)
PAIRS_EACH = 10
VOLUMES = (0.3, 3.0)
KEY = pl.format("facebook:{}", pl.col("account").cast(pl.String).str.zfill(6))


def main() -> None:
    accounts_n, posts_n, days_n = (int(x) for x in sys.argv[1:] or (1_000, 1_000_000, 365))
    pair_timing(**frames(201, 201 * 100, 28), settings=SETTINGS)  # compiles
    inputs = frames(accounts_n, posts_n, days_n)
    started, cpu = time.perf_counter(), time.process_time()
    rows = pair_timing(**inputs, settings=SETTINGS)
    took_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    at_headline = rows.filter(pl.col("p_value").is_not_null())
    first = at_headline.row(0, named=True)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    kept_n = inputs["posts"].select(pl.len()).collect().item()
    print(f"{accounts_n:,} accounts, {kept_n:,} posts, {days_n} days")
    print(f"{accounts_n * (accounts_n - 1) // 2:,} pairs, {first['screened_n']:,} screened")
    print(f"family {first['family_n']:,}, tested exactly {first['enumerated_n']:,}")
    print(f"{took_s:.0f} s ({cpu_s:.0f} s CPU), peak {peak_mb:,.0f} MB with the posts themselves")
    recall(at_headline.filter(pl.col("q") <= LEVEL), "q at most 0.05")
    recall(at_headline.filter("meets_timing_rule"), "meets the rule")


def recall(found: pl.DataFrame, what: str) -> None:
    """Print how many of the planted pairs are found, and how many that were not planted."""
    a = found["account_a"].str.slice(9).cast(pl.Int64).to_list()
    b = found["account_b"].str.slice(9).cast(pl.Int64).to_list()
    pairs = set(zip(a, b, strict=True))
    planted = {(2 * n, 2 * n + 1): SHARES[n // PAIRS_EACH] for n in range(PAIRS_EACH * len(SHARES))}
    told = [
        f"{100 * share:.0f} %: {sum(planted.get(pair) == share for pair in pairs)}/{PAIRS_EACH}"
        for share in SHARES
    ]
    print(f"{what}: {', '.join(told)}; others {len(pairs - set(planted))}")


def frames(accounts_n: int, posts_n: int, days_n: int) -> dict[str, pl.LazyFrame]:
    """Return posts, accounts and sources so far as pair_timing reads them."""
    rng = np.random.default_rng(SEED)
    weight = np.exp(rng.uniform(*np.log(VOLUMES), accounts_n))
    # Planted pairs have the mean volume, so that their shares mean the same.
    weight[: 2 * PAIRS_EACH * len(SHARES)] = weight.mean()
    volumes = np.round(weight / weight.sum() * posts_n).astype(int).tolist()
    times_s = [habits(rng, volume, days_n) for volume in volumes]
    for n in range(PAIRS_EACH * len(SHARES)):
        leader, follower = times_s[2 * n], times_s[2 * n + 1]
        following_n = round(SHARES[n // PAIRS_EACH] * len(follower))
        led = np.sort(rng.choice(leader, following_n, replace=False)) + rng.integers(
            2, 20, following_n
        )
        kept = rng.choice(follower, len(follower) - following_n, replace=False)
        times_s[2 * n + 1] = np.sort(np.concatenate([kept, led]))
    account = np.repeat(np.arange(accounts_n), [len(times) for times in times_s])
    posts = (
        pl.DataFrame({"account": account, "posted_at_s": np.concatenate(times_s)})
        .with_row_index("post")
        .select(
            pl.col("post").cast(pl.String).alias("post_key"),
            KEY.alias("account_key"),
            "posted_at_s",
            pl.lit(1_000_000).alias("posted_at_resolution_us"),
            pl.lit(0).alias("posted_at_uncertainty_s"),
            pl.lit(value=False).alias("is_scheduled_announcement"),
            pl.lit(value=False).alias("is_back_dated"),
        )
    )
    accounts = pl.LazyFrame({"account": range(accounts_n)}).select(
        KEY.alias("account_key"), pl.lit(0, pl.Int64).alias("created_at_s")
    )
    sources = pl.LazyFrame(
        {
            "collection_start_s": [0],
            "collection_end_s": [days_n * DAY_S],
            "first_posted_s": [0],
            "last_posted_s": [0],
            "is_cut_short": [False],
            "sort_order": ["none"],
        }
    )
    return {"posts": posts.lazy(), "accounts": accounts, "sources": sources}


if __name__ == "__main__":
    main()
