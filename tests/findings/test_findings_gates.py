"""What failed gates, schedules and disclosed links make of a finding."""

import json
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from lockstep.errors import ConfigError
from lockstep.settings import DisclosedSection, Settings
from tests.findings.three_accounts import (
    NAMED,
    A,
    B,
    C,
    chains,
    gates,
    made,
    network,
    pair,
    table,
)


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
