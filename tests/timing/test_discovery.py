"""Discovery: which pairs of thousands are tested, what they are corrected for, what is said."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY
from lockstep.storage import empty
from lockstep.timing import crowds, discovery, pairs
from lockstep.timing.gates.discovery import discovery_gates
from lockstep.timing.pair_null import MOST_ADDITIONS
from lockstep.timing.pairs import pair_timing
from tests.timing import habits, reference
from tests.timing.reference import DAY_S, Post

ACCOUNTS_N = MAX_ACCOUNTS_UNDER_STUDY + 1
Frames = dict[str, pl.LazyFrame]


def table(inputs: Frames) -> pl.DataFrame:
    """Return the table at the headline window alone."""
    return pair_timing(**inputs, settings=reference.settings(windows_s=(60,)))


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two accounts are already a discovery."""
    monkeypatch.setattr(pairs, "MAX_ACCOUNTS_UNDER_STUDY", 1)


@pytest.fixture
def _all_are_enumerated(few_are_many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    del few_are_many
    monkeypatch.setattr(discovery, "MIN_Z", -np.inf)
    monkeypatch.setattr(discovery, "MIN_EPISODES", 0)
    monkeypatch.setattr(discovery, "MIN_DAYS", 0)


def independent(
    accounts_n: int, days_n: int, *, per_day: float, seed: int
) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    rng = np.random.default_rng(seed)
    return [habits.account(rng, days_n, per_day=per_day) for _ in range(accounts_n)]


def posts_of(times: list[np.ndarray[Any, np.dtype[np.int64]]]) -> list[Post]:
    return [(int(t), a) for a, ts in enumerate(times) for t in ts]


def following(times: list[np.ndarray[Any, np.dtype[np.int64]]], share: float) -> list[Post]:
    """Return posts in which account 1 follows some of account 0 by 7 s."""
    rng = np.random.default_rng(7)
    led = times[0][rng.random(len(times[0])) < share] + 7
    return posts_of([times[0], np.union1d(times[1], led), *times[2:]])


SAME = (
    *("account_a", "account_b", "coincidences_n", "hits_n", "hits_tested_n", "tested_posts_n"),
    *("episodes_n", "days_n", "common_days_n", "expected", "ratio", "ratio_low", "excess"),
    *("excess_volume", "p_value", "p_method", "p_jitter", "p_min_log10", "ratio_without_day"),
    *("p_without_day", "lag_median_s", "a_leads_n"),
)


@pytest.mark.usefixtures("_all_are_enumerated")
def test_where_all_is_enumerated_it_is_the_list_of_all_pairs(tmp_path: Path) -> None:
    """Every number that is not drawn is the same; a bound is no smaller than what is drawn."""
    inputs = reference.frames(following(independent(6, 56, per_day=8, seed=2), 0.2), 6, days_n=56)
    found = table(inputs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "MAX_ACCOUNTS_UNDER_STUDY", MAX_ACCOUNTS_UNDER_STUDY)
        listed = table(inputs)

    assert reference.broken_rules(found, "pair_timing", tmp_path) == []
    assert found.select(SAME).equals(listed.select(SAME))
    assert found.select("screened_n", "family_n", "enumerated_n").unique().rows() == [(15, 15, 15)]
    drawn = listed["p_volume"].cast(pl.Float64).to_numpy()
    bound = found["p_volume"].cast(pl.Float64).to_numpy()
    assert (bound >= drawn - 4 * np.sqrt(drawn / 600) - 1e-4).all()
    assert found["meets_timing_rule"].to_list() == listed["meets_timing_rule"].to_list()
    assert found["meets_timing_rule"].sum() == 1


def test_a_planted_pair_is_found_among_two_hundred_and_one_accounts(tmp_path: Path) -> None:
    """Of 20,100 pairs the one that follows is told, and how many were corrected for."""
    times = independent(ACCOUNTS_N, 56, per_day=3, seed=3)
    inputs = reference.frames(following(times, 0.4), ACCOUNTS_N, days_n=56)
    found = table(inputs)
    first = found.row(0, named=True)
    met = found.filter("meets_timing_rule")

    assert reference.broken_rules(found, "pair_timing", tmp_path) == []
    assert (met["account_a"].to_list(), met["account_b"].to_list()) == (
        ["facebook:0000"],
        ["facebook:0001"],
    )
    assert first["screened_n"] == 20_100
    assert 10_000 < first["family_n"] <= 20_100
    assert 1 <= first["enumerated_n"] == len(found) <= discovery.LISTED_N
    assert (found["episodes_n"] >= 5).all()
    assert (found["days_n"] >= 3).all()
    assert "1 with q at most 0.05" in gate(inputs, found)["note"]
    assert gate(inputs, found)["outcome"] == "pass"


def gate(inputs: Frames, found: pl.DataFrame) -> dict[str, Any]:
    """Return the gate discovery of a case."""
    (row,) = gates(inputs, found)
    return row


def gates(inputs: Frames, found: pl.DataFrame) -> list[dict[str, Any]]:
    accounts_n = inputs["accounts"].select(pl.len()).collect().item()
    scope = reference.make_scope([], accounts_n)
    return discovery_gates(found.lazy(), scope, reference.settings())


def test_where_nothing_is_left_the_list_is_for_screening() -> None:
    """Independent accounts: candidates are listed, none is told, and the gate says what that is."""
    times = independent(ACCOUNTS_N, 28, per_day=3, seed=4)
    inputs = reference.frames(posts_of(times), ACCOUNTS_N, days_n=28)
    found = table(inputs)
    said = gate(inputs, found)

    assert len(found) > 1
    assert not found["meets_timing_rule"].any()
    assert (said["outcome"], said["value"]) == ("fail", 0)
    assert "20,100 pairs screened" in said["note"]
    assert "screening list, not findings" in said["note"]


def test_accounts_that_react_to_the_same_news_are_not_called_synchronised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sixty of 201 post within minutes of ten events; left in the tests, they would be told."""
    rng = np.random.default_rng(9)
    times = independent(ACCOUNTS_N, 56, per_day=1, seed=9)
    for day in range(2, 52, 5):
        news_s = day * DAY_S + 50_000
        for account in range(2, 62):
            times[account] = np.union1d(times[account], news_s + rng.integers(0, 120))
    inputs = reference.frames(following(times, 0.6), ACCOUNTS_N, days_n=56)
    found = table(inputs)
    monkeypatch.setattr(crowds, "CROWD_SHARE", 1.0)

    assert found.filter("meets_timing_rule").select("account_a", "account_b").rows() == [
        ("facebook:0000", "facebook:0001")
    ]
    assert found["hits_tested_n"].sum() < found["hits_n"].sum()
    assert table(inputs)["meets_timing_rule"].sum() > 100


def test_up_to_two_hundred_accounts_there_is_no_such_gate() -> None:
    """All pairs are under study."""
    inputs = reference.frames([(0, 0)], MAX_ACCOUNTS_UNDER_STUDY, days_n=28)

    assert gates(inputs, empty("pair_timing")) == []


@pytest.mark.usefixtures("few_are_many")
def test_independent_accounts_are_rarely_called_synchronised() -> None:
    """A false discovery in at most 5 % of 60 networks of 12: no more than twice the error."""
    wrong_n = 0
    for seed in range(60):
        times = independent(12, 28, per_day=6, seed=seed)
        found = table(reference.frames(posts_of(times), 12, days_n=28))
        wrong_n += bool((found["q"] <= Decimal("0.05")).any())

    assert wrong_n <= 60 * 0.05 + 2 * np.sqrt(60 * 0.05 * 0.95)


HOSTILE: dict[str, tuple[list[Post], int, list[int | None], bool]] = {
    "no account": ([], 0, [], False),
    "no post": ([], ACCOUNTS_N, [], False),
    "one post each": ([(900_000 + a, a) for a in range(ACCOUNTS_N)], ACCOUNTS_N, [], False),
    "days that allow no small p": (
        [(d * DAY_S + 9, a) for a in range(ACCOUNTS_N) for d in (2, 3)],
        ACCOUNTS_N,
        [],
        False,
    ),
    "all in one second": (
        [(900_000, n % ACCOUNTS_N) for n in range(5 * ACCOUNTS_N)],
        ACCOUNTS_N,
        [],
        False,
    ),
    "a post each on every day": (
        [(d * DAY_S + 50_000 + a, a) for d in range(28) for a in range(ACCOUNTS_N)],
        ACCOUNTS_N,
        [],
        True,
    ),
    "never alive at once": (
        [(d * DAY_S + 9, a) for a in range(ACCOUNTS_N) for d in ([27] if a else range(28))],
        ACCOUNTS_N,
        [0, *[27 * DAY_S] * (ACCOUNTS_N - 1)],
        False,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cases_have_documented_results(name: str, tmp_path: Path) -> None:
    """No crash, no claim; where no pair could be told none is listed, and the gate says so."""
    posts, accounts_n, created_s, listed = HOSTILE[name]
    inputs = reference.frames(posts, accounts_n, days_n=28, created_s=created_s)
    found = table(inputs)

    assert reference.broken_rules(found, "pair_timing", tmp_path) == []
    assert not found["meets_timing_rule"].any()
    assert (len(found) > 0) == listed
    if accounts_n and not listed:
        assert "the family is empty" in gate(inputs, found)["note"]


def test_a_pair_that_proves_nothing_stands_for_the_size_of_the_family() -> None:
    """Daily posts at one second: a family of all pairs, no candidate, and one pair tested."""
    posts, accounts_n, _, _ = HOSTILE["a post each on every day"]
    found = table(reference.frames(posts, accounts_n, days_n=28))

    assert len(found) == 1
    assert found["enumerated_n"].to_list() == [1]
    assert found["p_value"].cast(pl.Float64).to_list() == [1.0]
    assert found["screened_n"].to_list() == [20_100]


@pytest.mark.usefixtures("few_are_many")
def test_pairs_that_live_together_too_little_are_not_screened() -> None:
    """Three of five accounts live for six days only: one pair is left."""
    times = independent(5, 28, per_day=6, seed=5)
    created_s = [0, 0, *[22 * DAY_S] * 3]
    posts = [(t, a) for t, a in posts_of(times) if t >= created_s[a]]
    found = table(reference.frames(posts, 5, days_n=28, created_s=created_s))

    assert found["screened_n"].unique().to_list() == [1]
    assert found["account_b"].unique().to_list() == ["facebook:0001"]


@pytest.fixture
def _no_exact_programme(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("lockstep.timing.pair_bound._MOST_ADDITIONS", 0)
    return iter(())


@pytest.mark.usefixtures("few_are_many", "_no_exact_programme")
def test_very_active_pairs_have_a_bound_and_no_draws(tmp_path: Path) -> None:
    """Where the exact programme would take too long, p_value is an upper bound, and says so."""
    inputs = reference.frames(following(independent(2, 56, per_day=8, seed=6), 0.3), 2, days_n=56)
    bounded = table(inputs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lockstep.timing.pair_bound._MOST_ADDITIONS", MOST_ADDITIONS)
        exact = table(inputs)

    assert reference.broken_rules(bounded, "pair_timing", tmp_path) == []
    assert (bounded["p_method"].item(), exact["p_method"].item()) == ("bound", "exact")
    assert exact["p_value"].item() <= bounded["p_value"].item() <= Decimal("0.001")
    assert exact["p_without_day"].item() <= bounded["p_without_day"].item()


def test_neither_the_order_of_rows_nor_the_seed_moves_the_choice() -> None:
    """Rows shuffled: the same table."""
    times = independent(ACCOUNTS_N, 14, per_day=3, seed=8)
    inputs = reference.frames(following(times, 0.9), ACCOUNTS_N, days_n=14)
    shuffled = {
        name: f.collect().sample(fraction=1, shuffle=True, seed=4).lazy()
        for name, f in inputs.items()
    }

    assert table(shuffled).equals(table(inputs))


@given(st.lists(st.floats(2.01, 9), max_size=50), st.integers(1, 10**7))
@settings(max_examples=100, deadline=None)
def test_promising_are_those_that_a_normal_law_would_leave(z: list[float], family_n: int) -> None:
    """The last rank at which the normal p is within the correction, by trying every rank."""
    from scipy.stats import norm  # noqa: PLC0415 - slow to import

    ranked = sorted(z, reverse=True)
    passing = [r for r, x in enumerate(ranked, 1) if norm.sf(x) * family_n <= 0.05 * r]

    assert discovery._promising_n(np.array(ranked), family_n) == max(passing, default=0)
