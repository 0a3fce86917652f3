"""A case of three accounts: its tables row by row, and what is found in them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from lockstep.findings.assemble import findings
from lockstep.settings import Settings, parse_settings
from lockstep.storage import empty

A, B, C = "facebook:1", "facebook:2", "facebook:3"
TIMES = {A: [0, 30, 500, 5_000], B: [20, 60, 505, 9_000], C: [61, 9_400]}
POSTS_N = sum(len(times) for times in TIMES.values())


def table(name: str, rows: list[Mapping[str, Any]]) -> pl.LazyFrame:
    """Return rows as a table of its contract; what is left out is null."""
    schema = empty(name).schema
    full = [{**dict.fromkeys(schema), **row} for row in rows]
    return pl.DataFrame(full, schema=schema, orient="row").lazy()


def case(accounts: str = "", *, synthetic: bool = False) -> Settings:
    """Return the settings of a case with these accounts under study."""
    return parse_settings(
        f'[case]\nsynthetic = {str(synthetic).lower()}\n[[exports]]\npath = "exports/*"\n'
        f"[accounts]\nnetwork = [{accounts}]\n"
    )


NAMED = case(f'"{A}", "{B}", "{C}"')


def posts() -> pl.LazyFrame:
    """Return one staged post a time."""
    return table(
        "posts",
        [
            {
                "post_key": f"{account}_{n}",
                "account_key": account,
                "posted_at_s": time,
                "posted_at_resolution_us": 1_000_000,
                "posted_at_uncertainty_s": 0,
                "is_scheduled_announcement": False,
                "is_back_dated": False,
                "source_id": "ab" * 32,
                "source_row": n + 1,
                "post_url": f"https://example.org/{account}/{n}",
            }
            for account, times in TIMES.items()
            for n, time in enumerate(times)
        ],
    )


def accounts() -> pl.LazyFrame:
    """Return the three accounts."""
    return table("accounts", [{"account_key": key, "name": f"Page {key[-1]}"} for key in TIMES])


def gates(**outcomes: str) -> pl.LazyFrame:
    """Return the network's gates: passed, but for those named."""
    named = {"span": "pass", "saturation": "pass", "resolution": "pass", "selection": "pass"}
    return table(
        "gates",
        [
            {"gate": g, "scope": "network", "subject": "network", "outcome": o, "note": "…"}
            for g, o in {**named, **outcomes}.items()
        ],
    )


def statistics(**changes: Any) -> pl.LazyFrame:
    """Return the network's A1 at 60 s: 7 of 10 posts, strong but for the changes."""
    row = {
        "definition": "A1",
        "window_s": 60,
        "scope": "network",
        "subject": "network",
        "period": "all",
        "null_id": "N1",
        "posts_n": POSTS_N,
        "event_posts_n": POSTS_N,
        "eligible_n": POSTS_N,
        "observed": 7,
        "observed_tested": 7,
        "tested_posts_n": POSTS_N,
        "expected": Decimal(2),
        "ratio": Decimal("3.5"),
        "excess": Decimal(5),
        "surrogates_n": 999,
        "p_value": Decimal("0.001"),
        "p_volume": Decimal("0.001"),
        "p_jitter": Decimal("0.001"),
        "p_robust": Decimal("0.001"),
    }
    return table("timing_statistics", [{**row, **changes}])


def chains(number: int = 5) -> pl.LazyFrame:
    """Return episodes, one a day."""
    return table(
        "episodes",
        [
            {"scope": "network", "window_s": 60, "first_post_key": str(n), "started_s": n * 86_400}
            for n in range(number)
        ],
    )


def pair(a: str, b: str, hits: int, **changes: Any) -> dict[str, Any]:
    """Return the timing of a pair, not above chance but for the changes."""
    row = {
        "scope": "network",
        "account_a": a,
        "account_b": b,
        "window_s": 60,
        "hits_n": hits,
        "hits_tested_n": hits,
        "tested_posts_n": 8,
        "expected": Decimal(2),
        "ratio": Decimal(hits) / 2,
        "excess": Decimal(hits - 2),
        "p_value": Decimal("0.4"),
        "p_volume": Decimal("0.4"),
        "p_jitter": Decimal("0.4"),
        "p_robust": Decimal("0.4"),
        "q": Decimal("0.4"),
        "p_method": "exact",
        "screened_n": 2,
        "family_n": 2,
        "enumerated_n": 2,
        "meets_timing_rule": False,
    }
    return {**row, **changes}


SMALL = {name: Decimal("0.001") for name in ("p_value", "p_volume", "p_jitter", "p_robust", "q")}
PAIRS = [
    pair(A, B, 6, **SMALL, meets_timing_rule=True),
    pair(A, C, 2),
    pair(B, C, 2, p_value=None, p_volume=None, p_jitter=None, p_robust=None, q=None),
]


def correlations(**changes: Any) -> pl.LazyFrame:
    """Return the weekly correlation of one pair, with and without its co-timed posts."""
    row = {"account_a": A, "account_b": B, "bin": "week", "view": "detrended_log1p"}
    seen = {"pearson": Decimal("0.6"), "n_eff": Decimal(40), "p_value": Decimal("0.001")}
    return table(
        "post_count_correlation",
        [
            {**row, **seen, "cotimed": "in", "q": Decimal("0.002"), **changes},
            {**row, **seen, "cotimed": "out", "q": Decimal("0.9"), "pearson": Decimal("0.1")},
        ],
    )


def made(settings: Settings = NAMED, **changes: pl.LazyFrame) -> pl.DataFrame:
    """Return the findings of the case."""
    tables = {
        "timing_statistics": statistics(),
        "pair_timing": table("pair_timing", PAIRS),
        "post_count_correlation": correlations(),
        "gates": gates(),
        "episodes": chains(),
        "posts": posts(),
        "accounts": accounts(),
    }
    return findings(**{**tables, **changes}, settings=settings)


def network(frame: pl.DataFrame) -> dict[str, Any]:
    """Return the finding of the network."""
    return frame.row(by_predicate=pl.col("subject_kind") == "network", named=True)
