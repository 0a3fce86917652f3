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
from lockstep.errors import ConfigError
from lockstep.findings.assemble import findings
from lockstep.findings.evidence import finding_evidence
from lockstep.settings import DisclosedSection, Settings, parse_settings
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


@pytest.mark.parametrize("outcome", ["fail", "waived"])
def test_a_pair_whose_times_may_be_minutes_is_not_testable(outcome: str) -> None:
    """Of too few posts to tell, as of many, no claim of seconds is made."""
    row = {"gate": "resolution", "scope": "network", "subject": A, "outcome": outcome, "note": "…"}
    levels = made(gates=pl.concat([gates(), table("gates", [row])])).filter(
        pl.col("definition_id") == "pair_hits", pl.col("subject_a") == A
    )

    assert set(levels["ladder_level"]) == {"NT"}
    assert levels["wording_en"].str.contains("only to the minute").all()


def own_gate(gate: str, subject: str, outcome: str = "fail", **values: Any) -> pl.LazyFrame:
    """Return the network's gates, all passed, and one of another subject."""
    row = {"gate": gate, "scope": "network", "subject": subject, "outcome": outcome, "note": "Why."}
    return pl.concat([gates(), table("gates", [row | values])])


def test_a_shifted_pair_alone_is_not_testable() -> None:
    """Whose times are shifted against each other cannot be told; other pairs can."""
    frame = made(gates=own_gate("zone", f"{A}|{B}")).filter(pl.col("claim_type") == "A1")
    levels = {(r["subject_a"], r["subject_b"]): r for r in frame.iter_rows(named=True)}

    assert levels[A, B]["ladder_level"] == "NT"
    assert "mauvais fuseau horaire" in levels[A, B]["wording_fr"]
    assert levels[A, B]["expected"] is None
    assert f" Zone of {A}|{B}: Why." in levels[A, B]["limits"]
    assert levels[A, C]["ladder_level"] == "L0"
    assert "Zone" not in levels[A, C]["limits"]


@pytest.mark.parametrize("gate", ["heaping", "bursts", "mechanical", "coverage"])
def test_failed_habits_qualify_and_do_not_block(gate: str) -> None:
    """The level stays; the limits and the gates of each claim of the account say what failed."""
    frame = made(gates=own_gate(gate, A))
    for row in frame.iter_rows(named=True):
        of_account = A in {row["subject_a"], row["subject_b"]} or row["subject_a"] == "network"
        named = f" {gate.capitalize()} of {A}: Why." in row["limits"]
        assert named == of_account
        of_pair = of_account and row["subject_kind"] == "pair"
        assert (A in {g["subject"] for g in json.loads(row["gates"])}) == of_pair
    assert frame["ladder_level"].to_list() == made()["ladder_level"].to_list()


def test_habits_of_the_network_are_none_of_a_pair() -> None:
    """What fails of all posts together is told of the network; missing days are everybody's."""
    heaping, coverage = (made(gates=gates(**{g: "fail"})) for g in ("heaping", "coverage"))

    assert " Heaping: …" in network(heaping)["limits"]
    assert heaping["limits"].str.contains("Heaping", literal=True).sum() == 1
    assert coverage["limits"].str.contains(" Coverage: …", literal=True).all()


def test_many_failures_are_counted() -> None:
    """The limits of a network of thousands stay readable."""
    row = {"gate": "bursts", "scope": "network", "outcome": "fail", "note": "Why."}
    many = table("gates", [row | {"subject": f"facebook:{n}"} for n in range(1, 5)])
    limits = network(made(gates=pl.concat([gates(), many])))["limits"]

    assert "Bursts: not passed by 4 subjects (table gates)." in limits
    assert "Why." not in limits


def test_what_a_few_posts_do_not_tell_is_no_limit() -> None:
    """Waived gates say nothing of the data, but that silence may be missing data."""
    few = made(gates=own_gate("heaping", A, "waived"))
    silent = made(gates=own_gate("coverage", A, "waived"))

    assert few["limits"].to_list() == made()["limits"].to_list()
    assert silent["limits"].str.contains(f"Coverage of {A}: Why.", literal=True).any()


@pytest.mark.parametrize(
    ("value", "unit", "known_to_s"), [("0.995", "share", 60), ("7200", "s", 7200)]
)
def test_times_are_known_as_the_gate_finds(value: str, unit: str, known_to_s: int) -> None:
    """Whatever the exports declare, seconds that are all 0 are minutes."""
    failed = own_gate("resolution", A, value=Decimal(value), unit=unit)
    frame = made(gates=failed).filter(pl.col("claim_type") == "A1")
    known = {(r["subject_a"], r["subject_b"]): r["resolution_s"] for r in frame.rows(named=True)}

    assert known == {
        ("network", None): known_to_s,
        (A, B): known_to_s,
        (A, C): known_to_s,
        (B, C): 1,
    }


def test_days_of_episodes_begin_at_the_quietest_hour() -> None:
    """Episodes on both sides of midnight are of one day, as the pairs count them."""
    # All posts lie between 00:00 and 03:00 UTC, so the day begins at 03:00.
    starts = [86_400 * d - s for d in (2, 3) for s in (60, -60, -120)]
    split = chains(0).collect().clear()
    rows = [
        {"scope": "network", "window_s": 60, "first_post_key": str(n), "started_s": s}
        for n, s in enumerate(starts)
    ]
    two_days = pl.concat([split, table("episodes", rows).collect()])

    assert network(made(episodes=two_days.lazy()))["ladder_level"] == "LX"
    assert two_days.select((pl.col("started_s") // 86_400).n_unique()).item() == 3


@pytest.mark.parametrize(
    ("p_value", "p_jitter", "said"),
    [("0.4", "0.05", True), ("0.4", "0.06", False), ("0.05", "0.001", False)],
)
def test_slots_are_a_daily_schedule(p_value: str, p_jitter: str, *, said: bool) -> None:
    """Where only the half hours are beaten, the sentence names the schedule in both languages."""
    of = pair(A, C, 2, p_value=Decimal(p_value), p_jitter=Decimal(p_jitter))
    row = made(pair_timing=table("pair_timing", [of])).row(
        by_predicate=pl.col("definition_id") == "pair_hits", named=True
    )

    assert row["ladder_level"] == "L0"
    assert ("same daily schedule" in row["wording_en"]) is said
    assert ("même horaire quotidien" in row["wording_fr"]) is said


def disclosing(*groups: tuple[str, ...], source: str = "imprint of both") -> Settings:
    """Return the named case with groups of accounts that openly belong together."""
    sections = tuple(DisclosedSection(accounts=group, source=source) for group in groups)
    accounts_section = NAMED.accounts.model_copy(update={"disclosed": sections})
    return NAMED.model_copy(update={"accounts": accounts_section})


def test_who_discloses_a_link_is_openly_coordinated() -> None:
    """The level stays, the sentence is capped, and names its source in both languages."""
    frame = made(disclosing((A, "Page 2")))
    row = frame.row(
        by_predicate=(pl.col("subject_b") == B) & (pl.col("claim_type") == "A1"), named=True
    )

    assert (row["ladder_level"], row["disclosed_link"]) == ("L1", "yes")
    assert "are openly coordinated, as disclosed: they posted within 60 s" in row["wording_en"]
    assert row["wording_en"].endswith("source of their link: “imprint of both”.")
    assert "ouvertement coordonnés" in row["wording_fr"]
    others = frame.filter(pl.col("subject_b") != B)
    assert set(others["disclosed_link"]) == {"unknown"}
    assert not others["wording_en"].str.contains("openly").any()
    assert network(frame)["disclosed_link"] == "unknown"


def test_a_group_that_is_the_whole_network_is_said_of_the_network() -> None:
    """Two groups that overlap link only who is in one of them."""
    whole, chain = made(disclosing((A, B, C))), made(disclosing((A, B), (B, C)))

    assert set(whole["disclosed_link"]) == {"yes"}
    assert "openly coordinated" in network(whole)["wording_en"]
    assert network(chain)["disclosed_link"] == "unknown"
    of_ac = chain.filter(pl.col("subject_a") == A, pl.col("subject_b") == C)
    assert set(of_ac["disclosed_link"]) == {"unknown"}


@pytest.mark.parametrize(
    "source", ["Fake operation, not coordinated", "a{b}\n\u202ec\x1b[1m%s", "“”" * 50]
)
def test_what_the_analyst_quotes_is_no_claim(source: str) -> None:
    """Any text can be the source; it stands on one line, after our own sentence."""
    frame = made(disclosing((A, B), source=source))
    said = frame.filter(pl.col("disclosed_link") == "yes")["wording_en"]

    assert len(said) == 2
    assert all(sentence.isprintable() for sentence in said)


def test_a_disclosed_account_that_no_export_holds_is_an_error() -> None:
    """A name that is mistyped links nobody silently."""
    with pytest.raises(ConfigError, match="disclosed"):
        made(disclosing((A, "facebook:77")))


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
