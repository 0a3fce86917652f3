"""The table pair_timing: which pairs are tested, what is said of the others, and what is stored."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import data_contracts
from lockstep import storage
from lockstep.false_discovery import benjamini_hochberg
from lockstep.rounding import p_value
from lockstep.rule_profile import rule_profile
from lockstep.timing import pairs
from lockstep.timing.pairs import pair_timing
from tests.timing import habits, reference
from tests.timing.reference import DAY_S, Post

Frames = dict[str, pl.LazyFrame]


def table(inputs: Frames, **timing: object) -> pl.DataFrame:
    """Return the table of a case that asks for the headline window alone."""
    return pair_timing(**inputs, settings=reference.settings(windows_s=(60,), **timing))


def conforms(frame: pl.DataFrame, folder: Path) -> bool:
    """Return whether the frame obeys its contract: columns, types, and every rule once written."""
    path = folder / "pair_timing.parquet"
    storage.write(frame, "pair_timing", path)
    counts = rule_profile(data_contracts.load("pair_timing"), {"pair_timing": path})
    assert len(counts) >= 10
    return all(count.holds for count in counts)


def network(
    accounts_n: int = 3, days_n: int = 84, *, followed_share: float = 0.3, seed: int = 1
) -> list[Post]:
    """Return independent accounts, but that account 1 follows some posts of account 0 by 7 s."""
    rng = np.random.default_rng(seed)
    times = [habits.account(rng, days_n, per_day=8) for _ in range(accounts_n)]
    followed = times[0][rng.random(len(times[0])) < followed_share]
    times[1] = np.union1d(times[1], followed + 7)
    return [(int(t), a) for a, ts in enumerate(times) for t in ts]


def of(frame: pl.DataFrame, a: int, b: int) -> dict[str, object]:
    return frame.row(
        by_predicate=(pl.col("account_a") == f"facebook:{a:04d}")
        & (pl.col("account_b") == f"facebook:{b:04d}"),
        named=True,
    )


def test_a_planted_pair_meets_the_rule_and_its_neighbours_do_not(tmp_path: Path) -> None:
    """30 % followed posts over twelve weeks are found, against all three nulls."""
    frame = table(reference.frames(network(), 3, days_n=84))
    planted = of(frame, 0, 1)

    assert conforms(frame, tmp_path)
    assert frame["meets_timing_rule"].to_list() == [True, False, False]
    assert set(frame["p_method"]) == {"exact"}
    assert planted["p_robust"] == max(planted[p] for p in ("p_value", "p_volume", "p_jitter"))
    assert planted["p_robust"] <= Decimal("0.001")
    assert planted["ratio_low"] < planted["ratio"] < planted["ratio_high"]
    assert planted["excess"] == planted["hits_tested_n"] - planted["expected"]
    assert planted["a_leads_n"] > 2 * planted["b_leads_n"]
    assert planted["lag_median_s"] <= 10
    assert planted["common_days_n"] in {83, 84}


def test_one_pair_among_many_can_be_told() -> None:
    """In a family of 780 as many orders are drawn as it takes to tell one pair from chance."""
    frame = table(reference.frames(network(40, 28), 40, days_n=28))

    assert frame["p_value"].is_not_null().sum() == 780
    assert frame.filter("meets_timing_rule")["account_b"].to_list() == ["facebook:0001"]


def test_counts_and_lags_are_of_the_pair_alone() -> None:
    """A third account's post between two of the pair joins no chain and is nobody's lag."""
    posts = [(DAY_S, 0), (DAY_S + 40, 2), (DAY_S + 80, 1), (DAY_S + 81, 1)]
    frame = table(reference.frames(posts, 3, days_n=10))
    counts = ("coincidences_n", "hits_n", "episodes_n", "days_n", "a_leads_n", "b_leads_n")

    assert [of(frame, 0, 1)[c] for c in (*counts, "lag_median_s")] == [0, 0, 0, 0, 0, 0, None]
    assert [of(frame, 0, 2)[c] for c in (*counts, "lag_median_s")] == [1, 2, 1, 1, 1, 0, 40]
    assert [of(frame, 1, 2)[c] for c in (*counts, "lag_median_s")] == [2, 3, 1, 1, 0, 2, 40]


def test_one_stormy_day_is_no_synchronised_pair(tmp_path: Path) -> None:
    """Forty joint posts on one day are left out with that day, and then nothing is left."""
    posts = network(2, followed_share=0.0)
    storm = [(20 * DAY_S + 50_000 + 300 * n + a, a) for n in range(40) for a in range(2)]
    frame = table(reference.frames(sorted({*posts, *storm}), 2, days_n=84))
    row = of(frame, 0, 1)

    assert conforms(frame, tmp_path)
    assert row["ratio"] > row["ratio_without_day"]
    assert row["p_without_day"] > Decimal("0.05")
    assert not row["meets_timing_rule"]


def test_the_rule_needs_each_of_its_parts() -> None:
    """A pair that just meets all of it fails when any one number falls a hair short."""
    just = {
        "q": Decimal("0.05"),
        "p_robust": Decimal("0.01"),
        "ratio": Decimal(2),
        "episodes_n": 5,
        "days_n": 3,
        "ratio_without_day": Decimal(2),
        "p_without_day": Decimal("0.05"),
    }
    hair = {"q": 1, "p_robust": 1, "p_without_day": 1}
    rows = [just, *({**just, name: None} for name in just)]
    rows += [
        {
            **just,
            name: just[name] + hair.get(name, -1) * (Decimal("1e-9") if "_n" not in name else 1),
        }
        for name in just
    ]
    schema = {name: storage.empty("pair_timing").schema[name] for name in just}
    met = pl.DataFrame(rows, schema=schema).select(pairs._meets_timing_rule()).to_series()

    assert met.fill_null(value=False).to_list() == [True] + [False] * 14


@pytest.mark.parametrize("days_n", range(1, 9))
def test_fewer_than_seven_whole_days_are_not_tested(days_n: int, tmp_path: Path) -> None:
    """Spans of one to six days have counts and no p; seven can be tested."""
    posts = [
        (d * DAY_S + 40_000 + 900 * n + a, a)
        for d in range(days_n)
        for n in range(4)
        for a in (0, 1)
    ]
    frame = table(reference.frames(posts, 2, days_n=days_n))
    row = of(frame, 0, 1)

    assert conforms(frame, tmp_path)
    assert row["common_days_n"] == days_n
    assert (row["coincidences_n"], row["episodes_n"]) == (4 * days_n, 4 * days_n)
    assert (row["p_method"] == "untested") == (days_n < 7)
    for name in ("p_volume", "p_jitter", "p_robust", "q", "p_min_log10", "p_without_day"):
        assert (row[name] is None) == (days_n < 7)


HOSTILE: dict[str, tuple[list[Post], int, int, list[int | None], tuple[int, str | None] | None]] = {
    "no account": ([], 0, 10, [], None),
    "no post": ([], 3, 10, [], (0, None)),
    "one account": ([(d * DAY_S, 0) for d in range(30)], 1, 30, [], None),
    "one post": ([(9, 0), *((d * DAY_S + 900, 1) for d in range(30))], 2, 30, [], (0, "1")),
    "one post each": ([(900_000, 0), (900_000, 1)], 2, 28, [], (1, "0.1")),
    "all in one second": ([(900_000, n % 3) for n in range(1_500)], 3, 28, [], (250_000, "0.1")),
    "before creation": (
        [(d * DAY_S + 60 * a, a) for d in range(30) for a in (0, 1)],
        2,
        30,
        [29 * DAY_S] * 2,
        (30, "1"),
    ),
    "never alive at once": (
        [*((d * DAY_S, 0) for d in range(10)), (30 * DAY_S - 9, 1)],
        2,
        30,
        [0, 30 * DAY_S - 10],
        (0, None),
    ),
    "years of silence": (
        [(d * DAY_S + 50_000 + a, a) for d in (0, 1, 9_000, 9_001) for a in (0, 1)],
        2,
        9_002,
        [],
        (4, "0.000493828"),
    ),
    "after the collection": ([(40 * DAY_S + a, a) for a in (0, 1)], 2, 30, [], (1, "1")),
    "before 1970": ([(-40 * DAY_S + a, a) for a in (0, 1)], 2, 30, [], (1, "1")),
}
"""Posts, accounts, days, creations; coincidences and p of the first pair, no p where untested."""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cases_have_documented_results(name: str, tmp_path: Path) -> None:
    """Every pair is listed, the contract holds, and no p is made up."""
    posts, accounts_n, days_n, created_s, expected = HOSTILE[name]
    frame = table(reference.frames(posts, accounts_n, days_n=days_n, created_s=created_s))

    assert len(frame) == accounts_n * (accounts_n - 1) // 2
    assert conforms(frame, tmp_path)
    assert not frame["meets_timing_rule"].any()
    if expected is not None:
        coincidences_n, p = expected
        assert of(frame, 0, 1)["coincidences_n"] == coincidences_n
        assert of(frame, 0, 1)["p_value"] == (None if p is None else Decimal(p))


def test_an_account_without_posts_is_not_tested() -> None:
    """It lives on no day: nothing is expected, nothing tested, and the family stays as it was."""
    with_ = table(reference.frames(network(), 4, days_n=84))
    without = table(reference.frames(network(), 3, days_n=84))
    silent = with_.filter(pl.col("account_b") == "facebook:0003")

    assert silent["p_method"].to_list() == ["untested"] * 3
    assert silent["common_days_n"].to_list() == [0] * 3
    assert silent["expected"].to_list() == [None] * 3
    assert with_.filter(pl.col("account_b") != "facebook:0003").equals(without)


def test_one_post_can_be_tested_but_proves_nothing() -> None:
    """One joint post in a stratum of n days: p is 1/n, and so is the least p."""
    noon_s = 4 * DAY_S + 43_200
    posts = [(noon_s, 0), (noon_s + 1, 1)]
    row = of(table(reference.frames(posts, 2, days_n=14)), 0, 1)
    days_n = round(1 / row["p_value"])

    assert days_n in {4, 10}
    assert row["p_value"] == p_value(1 / days_n)
    assert float(row["p_min_log10"]) == pytest.approx(-np.log10(days_n), abs=1e-8)
    assert (row["expected"], row["ratio"], row["p_without_day"]) == (0, None, 1)


def test_two_hundred_accounts_are_still_told_pair_by_pair(tmp_path: Path) -> None:
    """All 19,900 pairs are listed at every window, though none could be tested in three days."""
    frame = table(reference.frames([(a * 1_000, a) for a in range(200)], 200, days_n=3))

    assert frame.filter(pl.col("window_s") == 60).height == 19_900
    assert conforms(frame, tmp_path)
    assert frame.select("screened_n", "family_n", "enumerated_n").unique().row(0) == (0, 0, 0)


def test_neither_names_nor_the_order_of_rows_change_a_number() -> None:
    """Rows shuffled: the same table. Accounts renamed: the same exact numbers, leads exchanged."""
    posts = network(2)
    inputs = reference.frames(posts, 2, days_n=84)
    frame = table(inputs)
    shuffled = {
        name: f.collect().sample(fraction=1, shuffle=True, seed=4).lazy()
        for name, f in inputs.items()
    }
    renamed = of(table(reference.frames([(t, 1 - a) for t, a in posts], 2, days_n=84)), 0, 1)
    row = of(frame, 0, 1)

    assert table(shuffled).equals(frame)
    exact = ("hits_tested_n", "expected", "excess_volume", "p_value", "p_jitter", "p_min_log10")
    assert [renamed[name] for name in exact] == [row[name] for name in exact]
    assert (renamed["a_leads_n"], renamed["b_leads_n"]) == (row["b_leads_n"], row["a_leads_n"])


def test_the_seed_moves_only_what_is_drawn() -> None:
    """Another seed gives other bounds and another Monte Carlo p, and every exact number again."""
    inputs = reference.frames(network(), 3, days_n=84)
    drawn = ["ratio_low", "ratio_high", "p_volume", "p_robust", "q"]
    first, second = table(inputs, seed=1), table(inputs, seed=2)

    assert first.drop(drawn).equals(second.drop(drawn))
    assert not first["ratio_low"].equals(second["ratio_low"])
    assert not first["p_volume"].equals(second["p_volume"])


_SCRIPT = """
import sys
from pathlib import Path
from lockstep import storage
from tests.timing.test_pairs import network, table
from tests.timing import reference
frame = table(reference.frames(network(), 3, days_n=84))
print(storage.write(frame, "pair_timing", Path(sys.argv[1])))
"""


def test_one_thread_and_two_write_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the threads of Polars and numba, the file is byte for byte the same."""
    hashes = set()
    for threads in ("1", "2"):
        env = {**os.environ, "POLARS_MAX_THREADS": threads, "NUMBA_NUM_THREADS": threads}
        command = [sys.executable, "-c", _SCRIPT, str(tmp_path / threads)]
        run = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        hashes.add(run.stdout.strip())

    assert len(hashes) == 1
    assert len(hashes.pop()) == 64


@given(st.lists(st.one_of(st.none(), st.floats(1e-12, 1.0)), max_size=30))
@settings(max_examples=200, deadline=None)
def test_q_is_the_least_level_at_which_the_pair_is_rejected(p_values: list[float | None]) -> None:
    """Benjamini and Hochberg over what was tested, by the definition and by another library."""
    tested = [p for p in p_values if p is not None]
    q_values = benjamini_hochberg(p_values)
    found = [q for q in q_values if q is not None]

    assert [q is None for q in q_values] == [p is None for p in p_values]
    assert found == pytest.approx(reference.benjamini_hochberg(tested), rel=1e-12)
    assert found == pytest.approx(list(stats.false_discovery_control(tested)) if tested else [])
    assert all(q >= p for p, q in zip(tested, found, strict=True))


def test_a_month_that_nobody_collected_creates_no_chance(tmp_path: Path) -> None:
    """Independent accounts in two exports a month apart: the ratio is that of the days collected.

    Were the month's days taken for days without a post, chance would seem to give less.
    """
    days = [*range(35), *range(65, 100)]
    posts = [p for p in network(2, 100, followed_share=0) if p[0] // DAY_S in days]
    inputs = reference.frames(posts, 2, days_n=100)
    whole = of(table(inputs), 0, 1)
    inputs["sources"] = pl.LazyFrame(
        {
            "collection_start_s": [0, 65 * DAY_S],
            "collection_end_s": [35 * DAY_S, 100 * DAY_S],
            "first_posted_s": [0, 0],
            "last_posted_s": [0, 0],
            "is_cut_short": [False, False],
            "sort_order": ["none", "none"],
        }
    )
    frame = table(inputs)
    gap = of(frame, 0, 1)

    assert conforms(frame, tmp_path)
    assert gap["common_days_n"] in {68, 70}
    assert gap["hits_n"] == whole["hits_n"]
    assert whole["expected"] < gap["expected"]
    assert gap["ratio"] < whole["ratio"]
    assert 0.75 < gap["ratio"] < 1.25
