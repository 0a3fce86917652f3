"""Findings against counts made by hand: levels, sentences, ids."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lockstep import storage
from lockstep.findings import timing_claims
from tests.findings.three_accounts import (
    NAMED,
    SMALL,
    A,
    B,
    C,
    accounts,
    case,
    chains,
    correlations,
    gates,
    made,
    network,
    pair,
    statistics,
    table,
)


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


def test_what_comparable_accounts_do_stands_beside_the_claim() -> None:
    """The ratio of the controls is evidence on a trigger that all share; without controls none."""
    of_controls = statistics(scope="control", subject="control", ratio=Decimal("3.25"))
    both = pl.concat([statistics(), of_controls])
    told = json.loads(network(made(timing_statistics=both))["alternative_explanations"])
    alone = json.loads(network(made())["alternative_explanations"])

    (line,) = [entry for entry in told if entry["evidence"] == "ratio of the controls"]
    assert line["value"].startswith("3.25")
    assert [entry for entry in told if entry != line] == alone


def test_without_a_list_only_what_tells_something_is_said() -> None:
    """Of all accounts of an export, pairs without a result are not findings."""
    rows = made(case()).filter(pl.col("claim_type") == "A1").select("subject_a", "subject_b").rows()
    assert sorted(rows, key=str) == sorted([("network", None), (A, B)], key=str)


def test_a_pair_says_how_many_it_was_corrected_for() -> None:
    """Of a discovery that is the whole family, of which few pairs are listed."""
    listed = [pair(A, B, 6, **SMALL, meets_timing_rule=True, family_n=11_203_441)]
    rows = made(case(), pair_timing=table("pair_timing", listed))
    found = rows.filter(pl.col("claim_type") == "A1")

    assert found.filter(pl.col("subject_kind") == "pair")["family_n"].to_list() == [11_203_441]
    assert "1 of its 3 pairs" in network(found)["wording_en"]


def test_a_screening_list_is_no_list_of_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Named or not, of more accounts than can be studied only what is left is told."""
    monkeypatch.setattr(timing_claims, "MAX_ACCOUNTS_UNDER_STUDY", 2)
    rows = made(NAMED).filter(pl.col("claim_type") == "A1", pl.col("subject_kind") == "pair")
    assert rows.select("subject_a", "subject_b").rows() == [(A, B)]


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
        ({"gates": gates(zone="fail")}, "NT", "as if read in a wrong time zone"),
        ({"gates": gates(heaping="fail")}, "L1", "3.5 times as often"),
        ({"episodes": chains(4)}, "LX", "too weak to claim"),
        (
            {"timing_statistics": statistics(expected=Decimal(6), ratio=Decimal("1.17"))},
            "LX",
            "chance alone gives most of it",
        ),
        ({"timing_statistics": statistics(p_robust=Decimal("0.3"))}, "L0", "no more than"),
        (
            {
                "timing_statistics": statistics(
                    p_value=Decimal("0.3"), p_jitter=Decimal("0.05"), p_robust=Decimal("0.3")
                )
            },
            "L0",
            "keep the same daily schedule",
        ),
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
    """A claim at level NT has its counts, and neither p-value nor effect."""
    row = network(made(gates=gates(span="fail")))
    effects = ("expected", "ratio", "excess", "excess_share", "effect_floor_passed")
    p_values = ("p_value", "p_volume", "p_jitter", "p_robust", "q_value")
    assert row["observed"] == 7
    assert {row[name] for name in (*effects, *p_values)} == {None}


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
