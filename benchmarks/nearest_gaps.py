"""How long the nearest posts of other accounts take, beside a sort of the same rows.

    python -m benchmarks.nearest_gaps [POSTS]

Writes SYNTHETIC posts of 5,000 accounts into a temporary folder, 10 million by default. Each way
runs in a process of its own, so that its peak of memory is its own; compiling is done before the
clock starts. `sort` is DuckDB's sort into the total order, `integers` the same of account numbers
and of times alone. `statement` is `lockstep/sql/timing_difference.sql`, from Parquet to Arrow like
the sorts; `in 2 GB` the same where DuckDB may hold so much and keeps the rest on disk. All ways
that measure gaps must find the same ones.
"""

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from lockstep.engine import connect, parquet, sql
from lockstep.timing.counts import gaps_after, gaps_before
from lockstep.timing.events import NETWORK

ACCOUNTS_N = 5_000
POSTS_N = 10_000_000
SPAN_S = 730 * 86_400
FAR_S = np.iinfo(np.int64).max
SORT = "select {} from posts order by {}"


class Measured(NamedTuple):
    """What one way takes, and what it finds."""

    wall_s: float
    cpu_s: float
    peak_gb: float
    gaps_sha256: str


def write_posts(folder: Path, posts_n: int) -> None:
    rng = np.random.default_rng(20_220_217)
    numbers = pl.DataFrame(
        {
            "number": rng.permutation(posts_n),
            "account": rng.integers(0, ACCOUNTS_N, posts_n),
            "posted_at_s": 1_577_836_800 + rng.integers(0, SPAN_S, posts_n),
        }
    )
    numbers.select(
        pl.format("facebook:{}_{}", pl.col("account") + 10**14, pl.col("number")).alias("post_key"),
        pl.format("facebook:{}", pl.col("account") + 10**14).alias("account_key"),
        "account",
        "posted_at_s",
    ).write_parquet(folder / "posts.parquet")
    pl.select(
        pl.format("facebook:{}", pl.int_range(ACCOUNTS_N) + 10**14).alias("account_key"),
        pl.lit(None, pl.Int64).alias("created_at_s"),
    ).write_parquet(folder / "accounts.parquet")


def sort(folder: Path, columns: str, order: str) -> str:
    in_duckdb(folder, SORT.format(columns, order))
    return ""


def statement(folder: Path, memory: str = "80%") -> str:
    found = in_duckdb(folder, sql("timing_difference"), memory, scope=NETWORK)
    gaps_s = pl.DataFrame(found.select(["nearest_gap_s"])).to_series()
    return digest(gaps_s.fill_null(FAR_S).to_numpy())


def in_duckdb(folder: Path, text: str, memory: str = "80%", **params: str) -> pa.Table:
    with connect() as connection:
        connection.execute(f"set memory_limit = '{memory}'; set enable_progress_bar = false")
        for table in ("posts", "accounts"):
            parquet(connection, folder / f"{table}.parquet").create_view(table)
        return connection.sql(text, params=params).to_arrow_table()


def kernel(folder: Path) -> str:
    posts = pl.read_parquet(folder / "posts.parquet", columns=["account", "posted_at_s"])
    keys = np.sort((posts["posted_at_s"] * ACCOUNTS_N + posts["account"]).to_numpy())
    return digest(nearest(keys // ACCOUNTS_N, keys % ACCOUNTS_N))


def nearest(time_s: np.ndarray, account: np.ndarray) -> np.ndarray:
    before_s = gaps_before(time_s, account, FAR_S)
    return np.minimum(before_s, gaps_after(time_s, account, FAR_S), out=before_s)


def digest(gaps_s: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(gaps_s, dtype="<i8").tobytes()).hexdigest()


def measured(way: Callable[[Path], str], folder: Path) -> Measured:
    nearest(np.zeros(2, dtype=np.int64), np.arange(2))
    wall, cpu = time.perf_counter(), time.process_time()
    gaps_sha256 = way(folder)
    return Measured(
        wall_s=time.perf_counter() - wall,
        cpu_s=time.process_time() - cpu,
        peak_gb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        gaps_sha256=gaps_sha256,
    )


WAYS: dict[str, Callable[[Path], str]] = {
    "sort": partial(
        sort,
        columns="post_key, account_key, posted_at_s",
        order="posted_at_s, account_key, post_key",
    ),
    "integers": partial(sort, columns="account, posted_at_s", order="posted_at_s, account"),
    "statement": statement,
    "in 2 GB": partial(statement, memory="2GB"),
    "kernel": kernel,
}


def main(posts_n: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_posts(folder, posts_n)
        found = {}
        for way, run in WAYS.items():
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                found[way] = pool.submit(measured, run, folder).result()
            wall_s, cpu_s, peak_gb, _ = found[way]
            times = wall_s / found["sort"].wall_s
            print(f"{way:9} {wall_s:6.1f} s ({cpu_s:.1f} s CPU) {times:5.2f} x {peak_gb:.2f} GB")
    hashes = {way.gaps_sha256 for way in found.values()} - {""}
    print("gaps are", "equal" if len(hashes) == 1 else "DIFFERENT")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else POSTS_N)
