"""Findings and the rows behind them, against counts made by hand."""

import json
from collections.abc import Mapping
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lockstep import storage
from lockstep.findings.assemble import findings
from lockstep.findings.evidence import finding_evidence
from lockstep.settings import Settings, parse_settings
from lockstep.storage import empty
from lockstep.timing.differences import timing_difference

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


def test_every_claim_is_a_row_the_negative_ones_too() -> None:
    """Named accounts get all their pairs, whatever came of them."""
    levels = made().select("claim_type", "subject_a", "subject_b", "ladder_level").rows()
    assert sorted(levels, key=str) == sorted(
        [
            ("A1", "network", None, "L1"),
            ("A1", A, B, "L1"),
            ("A1", A, C, "L0"),
            ("A1", B, C, "NT"),
            ("congruence", A, B, "LX"),
        ],
        key=str,
    )


def test_without_a_list_only_what_tells_something_is_said() -> None:
    """Of all accounts of an export, pairs without a result are not findings."""
    rows = made(case()).filter(pl.col("claim_type") == "A1").select("subject_a", "subject_b").rows()
    assert sorted(rows, key=str) == sorted([("network", None), (A, B)], key=str)


def test_the_table_obeys_its_contract(tmp_path: Path) -> None:
    """What is assembled can be stored, in any order, to the same bytes."""
    frame = made()
    first = storage.write(frame, "findings", tmp_path / "a.parquet")
    assert storage.write(frame.reverse(), "findings", tmp_path / "b.parquet") == first


@pytest.mark.parametrize(
    ("changes", "level", "said"),
    [
        ({"gates": gates(span="fail")}, "NT", "too few whole days"),
        ({"gates": gates(resolution="fail")}, "NT", "only to the minute"),
        ({"episodes": chains(4)}, "LX", "too weak to claim"),
        (
            {"timing_statistics": statistics(expected=Decimal(6), ratio=Decimal("1.17"))},
            "LX",
            "chance alone gives most of it",
        ),
        ({"timing_statistics": statistics(p_robust=Decimal("0.3"))}, "L0", "no more than"),
        ({"gates": gates(selection="waived")}, "L1", "selected by the analyst; descriptive"),
    ],
)
def test_gates_and_numbers_decide_what_is_said(
    changes: dict[str, pl.LazyFrame], level: str, said: str
) -> None:
    """Each gate and threshold shows in the level and in the sentence."""
    row = network(made(**changes))
    assert row["ladder_level"] == level
    assert said in row["wording_en"]


@pytest.mark.parametrize(
    ("changes", "level", "said"),
    [
        ({}, "LX", "weekly activity rises and falls together (r = 0.60"),
        ({"q": Decimal("0.06")}, "L0", "moves together no more than chance explains"),
        ({"pearson": Decimal("-0.6")}, "L0", "weekly activity moves in opposite directions"),
        ({"pearson": None, "p_value": None, "q": None}, "NT", "cannot tell whether weekly"),
    ],
)
def test_congruence_is_moving_together(changes: dict[str, Any], level: str, said: str) -> None:
    """Accounts that move against each other, by chance, or unseen are not said to be congruent."""
    frame = made(post_count_correlation=correlations(**changes))
    row = frame.row(by_predicate=pl.col("claim_type") == "congruence", named=True)
    assert row["ladder_level"] == level
    assert said in row["wording_en"]


@pytest.mark.parametrize("name", ["Opération Sahel", "Coopération Sud", "Stop Fake", "Bot News"])
def test_what_accounts_call_themselves_is_no_claim(name: str) -> None:
    """Any name can stand in a sentence; the words around it are guarded."""
    renamed = accounts().with_columns(pl.lit(name).alias("name"))
    pairs = made(accounts=renamed).filter(pl.col("subject_kind") == "pair")

    assert pairs["wording_en"].str.contains(name, literal=True).all()


@pytest.mark.parametrize("outcome", ["fail", "waived"])
def test_a_pair_whose_times_may_be_minutes_is_not_testable(outcome: str) -> None:
    """Of too few posts to tell, as of many, no claim of seconds is made."""
    row = {"gate": "resolution", "scope": "network", "subject": A, "outcome": outcome, "note": "…"}
    levels = made(gates=pl.concat([gates(), table("gates", [row])])).filter(
        pl.col("definition_id") == "pair_hits", pl.col("subject_a") == A
    )

    assert set(levels["ladder_level"]) == {"NT"}
    assert levels["wording_en"].str.contains("only to the minute").all()


def test_a_pair_of_which_nothing_was_tested_says_so() -> None:
    """A p of 1 over no post is no sign of habit."""
    empty_pair = pair(A, B, 2, hits_tested_n=0, tested_posts_n=0, p_robust=Decimal(1))
    row = made(pair_timing=table("pair_timing", [empty_pair])).row(
        by_predicate=pl.col("definition_id") == "pair_hits", named=True
    )

    assert (row["ladder_level"], row["p_value"]) == ("NT", None)
    assert "no post lies on a whole day" in row["wording_en"]


def test_the_network_says_how_many_pairs_carry_it() -> None:
    """One pair may make a network's count, and the sentence tells."""
    assert "1 of its 3 pairs are synchronised on their own" in network(made())["wording_en"]
    assert "1 de ses 3 paires" in network(made())["wording_fr"]


def test_no_p_stands_where_nothing_can_be_told() -> None:
    """A claim at level NT has its counts and no p-value."""
    row = network(made(gates=gates(span="fail")))
    assert (row["observed"], row["p_value"], row["p_robust"], row["q_value"]) == (7, *[None] * 3)


def test_ids_outlive_new_data_and_hashes_do_not() -> None:
    """The same claim keeps its id; its hash follows its numbers."""
    before, after = network(made()), network(made(timing_statistics=statistics(observed=8)))
    assert before["finding_id"] == after["finding_id"]
    assert before["finding_sha256"] != after["finding_sha256"]
    assert made()["finding_id"].n_unique() == len(made())


def test_synthetic_is_said_in_every_sentence() -> None:
    """Invented data are marked in each finding and both languages."""
    frame = made(case(f'"{A}", "{B}", "{C}"', synthetic=True))
    assert frame["wording_en"].str.starts_with("SYNTHETIC").all()
    assert frame["wording_fr"].str.starts_with("SYNTHETIC").all()
    assert frame["synthetic"].all()


def test_what_a_row_carries_as_json_is_json() -> None:
    """Gates and alternative explanations can be read by a program."""
    for row in made().iter_rows(named=True):
        assert isinstance(json.loads(row["gates"]), list)
        assert isinstance(json.loads(row["alternative_explanations"]), list)


def brute_force_pairs(window_s: int) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Return the coincidences of each pair, by comparing every post with every other."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for a, b in ((A, B), (A, C), (B, C)):
        found[a, b] = {
            (f"{a}_{i}", f"{b}_{j}")
            for (i, s), (j, t) in product(enumerate(TIMES[a]), enumerate(TIMES[b]))
            if abs(s - t) <= window_s
        }
    return found


def evidence() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return findings and their evidence."""
    frame = made()
    differences = timing_difference(posts=posts(), accounts=accounts(), settings=NAMED)
    return frame, finding_evidence(
        findings=frame.lazy(),
        timing_difference=differences.lazy(),
        posts=posts(),
        settings=NAMED,
    )


def test_evidence_of_a_pair_is_every_coincidence() -> None:
    """Each pair of posts within the window stands behind the pair's finding, and no other."""
    frame, rows = evidence()
    pairs = frame.filter(pl.col("subject_kind") == "pair", pl.col("claim_type") == "A1")
    for row in pairs.iter_rows(named=True):
        mine = rows.filter(pl.col("finding_id") == row["finding_id"])
        seen = set(mine.select("post_key", "other_post_key").rows())
        assert seen == brute_force_pairs(60)[row["subject_a"], row["subject_b"]]


def test_evidence_of_the_network_is_every_co_timed_post() -> None:
    """The distinct posts behind the network's finding are A1, by brute force."""
    frame, rows = evidence()
    co_timed = {post for pairs in brute_force_pairs(60).values() for both in pairs for post in both}
    mine = rows.filter(pl.col("finding_id") == network(frame)["finding_id"])
    assert set(mine["post_key"]) == co_timed
    assert mine["lag_s"].abs().max() == 30


def test_evidence_of_congruence_is_every_post_counted() -> None:
    """Both accounts' posts stand behind a correlation of their counts."""
    frame, rows = evidence()
    claim = frame.row(by_predicate=pl.col("claim_type") == "congruence", named=True)
    mine = rows.filter(pl.col("finding_id") == claim["finding_id"])
    assert len(mine) == len(TIMES[A]) + len(TIMES[B])
    assert set(mine["role"]) == {"counted"}


def test_evidence_obeys_its_contract(tmp_path: Path) -> None:
    """Evidence can be stored and leads to raw rows."""
    _, rows = evidence()
    assert len(storage.write(rows, "finding_evidence", tmp_path / "e.parquet")) == 64
    assert rows["source_row"].null_count() == 0
