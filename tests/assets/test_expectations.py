"""Great Expectations judges each rule by its counts; whatever is doubtful fails."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets import expectations
from assets.expectations import ExpectRuleToHold, Verdict, judge
from data_contracts import Contract, Rule
from lockstep.rule_profile import RuleCount
from tests import toys

RULES = (
    Rule("one", "The first.", "critical", predicate="n < 0"),
    Rule("two", "The second.", "warning", predicate="n > 9"),
    Rule("three", "The third.", "critical", query="select count(*) from {table} where n = 5"),
)
CONTRACT = toys.contract(rules=RULES)


def counted(contract: Contract = CONTRACT, rows_n: int = 10, **failing: int) -> list[RuleCount]:
    """Return the profile of a contract over so many rows, with these failures by rule."""
    return [
        RuleCount(
            rule.id,
            rule.severity,
            str(rule.predicate or rule.query),
            rows_n,
            failing.get(rule.id, 0),
            tuple(str(i) for i in range(min(failing.get(rule.id, 0), 5))),
        )
        for rule in contract.rules
    ]


def passed(verdicts: tuple[Verdict, ...]) -> dict[str, bool]:
    """Return which rules passed."""
    return {verdict.rule_id: verdict.passed for verdict in verdicts}


def test_rules_without_failures_pass() -> None:
    """One verdict a rule, in the contract's order, without an error."""
    assert judge(CONTRACT, counted(), rows_n=10) == tuple(
        Verdict(rule.id, passed=True, error=None) for rule in RULES
    )


@given(st.tuples(*[st.sampled_from([0, 0, 1, 10, 2**62])] * 3))
@settings(max_examples=25, deadline=None)
def test_each_rule_is_judged_by_its_own_count(failing: tuple[int, int, int]) -> None:
    """A rule passes where no row breaks it, whatever becomes of the others."""
    names = [rule.id for rule in RULES]

    verdicts = judge(CONTRACT, counted(**dict(zip(names, failing, strict=True))), rows_n=10)

    assert passed(verdicts) == {n: f == 0 for n, f in zip(names, failing, strict=True)}
    assert all(verdict.error is None for verdict in verdicts)


def test_a_table_without_rows_passes() -> None:
    """Nothing breaks a rule, and no share is taken of nothing."""
    assert all(passed(judge(CONTRACT, counted(rows_n=0), rows_n=0)).values())


@pytest.mark.parametrize(
    ("counts", "rows_n", "error"),
    [
        (counted()[1:], 10, "not in the rule profile"),
        ([], 10, "not in the rule profile"),
        (counted(rows_n=9), 10, "stale or partial rule profile"),
        (counted(), 11, "stale or partial rule profile"),
        (
            [replace(counted()[0], test="n < -1"), *counted()[1:]],
            10,
            "stale or partial rule profile",
        ),
        ([replace(counted()[0], error="BinderException"), *counted()[1:]], 10, "BinderException"),
    ],
)
def test_what_is_doubtful_fails(counts: list[RuleCount], rows_n: int, error: str | None) -> None:
    """A rule that is missing, was not run, or was counted otherwise or over other rows."""
    verdict = judge(CONTRACT, counts, rows_n=rows_n)[0]

    assert verdict == Verdict("one", passed=False, error=error)


def test_a_doubtful_rule_spoils_no_other() -> None:
    """The rest is judged by its own counts."""
    counts = [replace(counted()[0], error="BinderException"), *counted(two=1)[1:]]

    assert passed(judge(CONTRACT, counts, rows_n=10)) == {"one": False, "two": False, "three": True}


def test_rules_that_share_a_name_do_not_pass() -> None:
    """One count cannot stand for two rules."""
    twice = (RULES[0], replace(RULES[0], predicate="n is null"))
    contract = replace(CONTRACT, rules=twice)

    assert not any(v.passed for v in judge(contract, counted(contract), rows_n=10))


def broken(*_: object, **__: object) -> None:
    """Break, with a text that nobody may see."""
    raise ValueError("a private text")


@pytest.mark.parametrize(
    ("place", "name", "instead"),
    [
        (ExpectRuleToHold, "_validate", broken),
        (expectations, "_profile_frame", lambda _: pd.DataFrame({"private": [1]})),
    ],
)
def test_an_exception_within_great_expectations_fails(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, instead: Callable[..., object]
) -> None:
    """Whatever breaks there, no rule passes by it and the error is told without a value."""
    monkeypatch.setattr(place, name, instead)

    verdicts = judge(CONTRACT, counted(), rows_n=10)

    assert [v.rule_id for v in verdicts] == [rule.id for rule in RULES]
    assert not any(v.passed for v in verdicts)
    assert all(v.error and "private" not in v.error for v in verdicts)


def test_severity_words_and_version_come_from_the_contract() -> None:
    """Great Expectations' own objects carry what the contract says of a rule."""
    for rule, expectation in zip(RULES, expectations._expectations(CONTRACT, 10), strict=True):
        told = expectation.configuration.to_json_dict()

        assert told["severity"] == rule.severity
        assert told["description"] == rule.description
        assert told["meta"] == {"contract": "toy", "contract_version": "1.0.0"}
        assert told["kwargs"]["rule_id"] == rule.id
        assert told["type"] == "expect_rule_to_hold"


_JUDGED = """
import sys

asked = []
sys.addaudithook(lambda name, args: asked.append(name) if name.startswith("socket.") else None)
import assets.checks
assert "great_expectations" not in sys.modules, "imported with assets.checks"
from assets.expectations import judge
from lockstep.rule_profile import RuleCount
from data_contracts import Rule
from tests import toys
contract = toys.contract(rules=[Rule("one", "The first.", "critical", predicate="n < 0")])
(verdict,) = judge(contract, [RuleCount("one", "critical", "n < 0", 3, 0)], rows_n=3)
assert verdict.passed
assert not [name for name in asked if name in ("socket.connect", "socket.getaddrinfo")], asked
"""


def test_judging_writes_nothing_says_nothing_and_asks_nobody(tmp_path: Path) -> None:
    """No file at home or where we are, no progress bar, no connection; and a late import."""
    home, here, spare = (tmp_path / name for name in ("home", "here", "spare"))
    for folder in (home, here, spare):
        folder.mkdir()
    house = str(Path(__file__).parents[2])

    done = subprocess.run(
        [sys.executable, "-B", "-c", _JUDGED],
        cwd=here,
        env={
            "HOME": str(home),
            "TMPDIR": str(spare),
            "PYTHONPATH": house,
            "PATH": os.environ["PATH"],
        },
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [list(folder.rglob("*")) for folder in (home, here, spare)] == [[], [], []]
