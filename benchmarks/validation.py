"""What it costs to hold a table to its contract: `python benchmarks/validation.py [ROWS]`.

A table of 25 columns, like posts, against 30 rules of every kind: counted by DuckDB in one scan
(`lockstep.rule_profile`) and judged by Great Expectations (`assets.expectations`).
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import duckdb

from data_contracts import Column, Contract, Rule
from lockstep.rule_profile import rule_profile

ROWS_N = 1_000_000
NUMBERS = [f"reactions_{i}_n" for i in range(9)]
TEXTS = [f"text_{i}" for i in range(6)]

T = TypeVar("T")

_TABLE = f"""
copy (
    select
        'facebook:' || (i % 997) || '_' || i as post_key,
        'facebook:' || (i % 997) as account_key,
        1640995200 + (i * 7919) % 31536000 as posted_at_s,
        to_timestamp(1640995200 + (i * 7919) % 31536000) as posted_at,
        ['photo', 'link', 'status', 'video'][1 + i % 4] as kind,
        ['fr', 'bm', 'en', null][1 + i % 4] as language,
        'https://example.org/' || i as url,
        sha256(i::varchar) as text_sha256,
        i % 10 = 0 as is_share,
        (i % 1000 / 1000)::decimal(18, 9) as score,
        {", ".join(f"(i * {n + 3}) % 5000 as {name}" for n, name in enumerate(NUMBERS))},
        {", ".join(f"left(words, {40 * n}) as {name}" for n, name in enumerate(TEXTS))}
    from (
        select i, repeat(sha256(i::varchar), 4) as words
        from (select unnest(generate_series(1, $rows)) as i)
    )
) to '{{path}}' (format parquet)
"""  # noqa: S608 - our own words only


def rules() -> list[Rule]:
    """Return 30 rules: rows, keys, ranges, patterns, two columns, another count."""
    filled = ["post_key", "account_key", "posted_at_s", "kind", "url", "text_sha256"]
    row_rules = {
        **{f"{name}_filled": f"{name} is null" for name in filled},
        **{f"{name}_range": f"{name} < 0 or {name} >= 5000" for name in NUMBERS},
        "kind_known": "kind not in ('photo', 'link', 'status', 'video')",
        "language_known": "language not in ('fr', 'bm', 'en')",
        "share_known": "is_share not in (true, false)",
        "score_range": "score not between 0 and 1",
        "time_range": "posted_at_s < 1075852800",
        "time_agrees": "epoch_us(posted_at) <> posted_at_s * 1000000",
        "url_begins": "not regexp_matches(url, '^https://')",
        "url_one_word": "regexp_matches(url, '\\s')",
        "hash_form": "not regexp_matches(text_sha256, '^[0-9a-f]{64}$')",
        "text_length": "length(text_1) > 16384",
        "key_of_account": "not starts_with(post_key, account_key || '_')",
        "text_grows": "length(text_1) > length(text_2)",
    }
    table_rules = {
        "key_unique": "select coalesce(sum(n), 0) from (select count(*) as n from {table} "
        "group by post_key having count(*) > 1)",
        "hash_unique": "select count(*) from (select text_sha256 from {table} "
        "group by text_sha256 having count(*) > 1)",
        "rows_accounted": "select abs(count(*) - count(distinct post_key)) from {table}",
    }
    return [
        *(Rule(name, name, "critical", predicate=p) for name, p in row_rules.items()),
        *(Rule(name, name, "critical", query=query) for name, query in table_rules.items()),
    ]


def contract() -> Contract:
    """Return the contract of the table, as far as its rules go."""
    key = Column("post_key", "VARCHAR", "", required=True, unit=None, example=None, sources=())
    return Contract("bench", "1.0.0", "staged", "", "", ("post_key",), (key,), tuple(rules()))


def timed(what: str, work: Callable[[], T]) -> T:
    """Do something and say how long it took and how much memory the process has held."""
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<40}{seconds:>8.2f} s{peak_mb:>10,.0f} MB peak")
    return result


def load_judge() -> Callable[..., object]:
    return import_module("assets.expectations").judge  # type: ignore[no-any-return]


def main() -> None:
    rows_n = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS_N
    bench = contract()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.parquet")
        timed(
            "making the table", lambda: duckdb.execute(_TABLE.format(path=path), {"rows": rows_n})
        )
        print(f"{rows_n:,} rows, {path.stat().st_size / 2**20:,.0f} MB, {len(bench.rules)} rules")
        counts = timed("rule profile", lambda: rule_profile(bench, {"bench": path}))
    judge = timed("import of Great Expectations", load_judge)
    verdicts = timed("judging", lambda: judge(bench, counts, rows_n=rows_n))
    print(verdicts if not all(count.holds for count in counts) else "every rule holds")


if __name__ == "__main__":
    main()
