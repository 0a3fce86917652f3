"""The table `timing_statistics`: what is counted, expected and drawn of the network."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.rounding import real
from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY, AccountsSection
from lockstep.storage import conform
from lockstep.timing.statistics import timing_statistics
from tests.timing import habits, reference
from tests.timing.network_tables import DEFINITIONS, NOON_S, row, table, together, whole
from tests.timing.reference import DAY_S, Post


@given(st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 2)), max_size=20))
@settings(max_examples=25, deadline=None)
def test_counts_equal_brute_force(posts: list[Post]) -> None:
    """Every definition and window of the table is what comparing all posts gives."""
    frame = whole(table(posts, 3, days_n=1))
    windows_s = reference.settings().timing.all_windows_s
    brute = {w: reference.count(posts, w) for w in windows_s}

    assert frame["definition"].unique(maintain_order=True).to_list() == DEFINITIONS
    for found in frame.iter_rows(named=True):
        assert found["observed"] == brute[found["window_s"]][found["definition"]]
        assert (found["posts_n"], found["event_posts_n"]) == (len(posts), len(posts))


def test_shares_are_of_posts_and_of_eligible_posts() -> None:
    """Pairs and episodes have none; a post from before the second life is not eligible."""
    posts = [(0, 0), (10, 0), (5_000, 0), (5_030, 1)]
    frame = table(posts, 2, days_n=1, created_s=[0, 4_000])

    a1 = row(frame)
    assert (a1["share"], a1["eligible_share"], a1["eligible_n"]) == (Decimal("0.5"), Decimal(1), 2)
    assert row(frame, "A2a")["share"] == Decimal("0.5")
    assert row(frame, "A2b")["share"] == Decimal("0.25")
    assert row(frame, "A3")["share"] is None
    assert row(frame, "A6")["eligible_share"] is None


def test_expectation_ratio_and_p_are_those_of_all_alignments() -> None:
    """Two accounts over seven days: every alignment of their days is gone through."""
    rng = np.random.default_rng(4)
    second = np.array([NOON_S, NOON_S + 40, NOON_S + 90, NOON_S + 3_000])
    posts = [
        (int(d * DAY_S + s), a)
        for d in range(7)
        for a in range(2)
        for s in rng.choice(second, rng.integers(1, 3), replace=False)
    ]
    frame = table(posts, 2, days_n=7, surrogates=4_000)
    scope = reference.make_scope(posts, 2)
    calendar = reference.make_calendar(scope, 7)
    assert calendar.days_n == 7
    expected = reference.expected(scope, calendar, 60)
    chance = reference.chance_of_two(scope, calendar, 60)
    observed = reference.count_by_day(reference.tested(scope, calendar), 60)

    for definition in ("A1", "A3", "A5"):
        found, e = row(frame, definition), expected[definition]
        assert e > 0
        assert found["observed_tested"] == observed[definition]
        assert float(found["expected"]) == pytest.approx(e, abs=1e-9)
        assert float(found["ratio"]) == pytest.approx(observed[definition] / e, abs=1e-9)
        assert float(found["excess"]) == pytest.approx(observed[definition] - e, abs=1e-9)
        assert abs(float(found["p_value"]) - chance[definition]) < 4 * (0.25 / 4_000) ** 0.5
        assert (found["p_value"] * 4_001) % 1 < Decimal("0.00001")
    assert row(frame)["tested_share"] == real(observed["A1"] / len(posts))


def test_definitions_that_do_not_decompose_carry_counts_only() -> None:
    """A2a, A2b and A6 have no expectation, no ratio and no p."""
    frame = table(together(range(30)), 2, days_n=30)
    of_the_test = ["observed_tested", "tested_posts_n", "tested_share", "expected", "ratio"]
    of_the_test += ["excess", "surrogates_n", "seed", "p_value", "p_jitter", "p_robust"]

    for definition in ("A2a", "A2b", "A6"):
        assert all(row(frame, definition)[name] is None for name in of_the_test)
        assert row(frame, definition)["observed"] == 30


def test_a_planted_network_is_seen_and_p_is_never_zero() -> None:
    """Together every day at another minute: p is the least that so many surrogates can give."""
    frame = table(together(range(60), 3), 3, days_n=60, p_volumes=("0.0001", "0.5", "1"))
    a1 = row(frame)

    assert a1["p_value"] == a1["p_jitter"] == Decimal("0.01")
    assert a1["p_volume"] == Decimal("0.0003")
    assert a1["p_robust"] == Decimal("0.01")
    assert a1["observed_tested"] == a1["tested_posts_n"] > 0
    assert min(p for p in frame["p_value"] if p is not None) == Decimal("0.01")


def test_nothing_expected_gives_no_ratio() -> None:
    """Accounts that meet on their own days alone: expected 0, ratio null, not infinite."""
    a1 = row(table(together(range(60)), 2, days_n=60))

    assert a1["expected"] == 0
    assert a1["observed_tested"] > 0
    assert (a1["ratio"], a1["ratio_low"], a1["ratio_high"]) == (None, None, None)
    assert a1["excess"] == a1["observed_tested"]


def test_other_nulls_stand_at_their_windows_only() -> None:
    """p_jitter up to 300 s, p_volume and p_robust at the headline, all of A1."""
    frame = table(together(range(30)), 2, days_n=30, headline_window_s=20)
    a1 = whole(frame).filter(pl.col("definition") == "A1")
    others = frame.filter(pl.col("definition") != "A1")

    assert a1.filter(pl.col("p_jitter").is_null())["window_s"].to_list() == [600, 1_800]
    # The pairs were tested at 60 s: at 20 s there is nothing that p_robust could be the largest of.
    assert a1["p_volume"].drop_nulls().to_list() == []
    assert a1["p_robust"].drop_nulls().to_list() == []
    assert others.select(pl.col("p_volume", "p_jitter", "p_robust").is_not_null().any()).row(0) == (
        False,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("p_volumes", "p_volume"),
    [
        (("0.02", "0.5"), "0.04"),
        (("0.02", None, None), "0.02"),
        (("0.9", "0.8"), "1"),
        ((None,), None),
        ((), None),
    ],
)
def test_p_volume_is_bonferroni_over_the_tested_pairs(
    p_volumes: tuple[str | None, ...], p_volume: str | None
) -> None:
    """Untested pairs are not of the number; without any tested pair there is no p_robust."""
    a1 = row(table(together(range(30)), 2, days_n=30, p_volumes=p_volumes))

    assert a1["p_volume"] == (None if p_volume is None else Decimal(p_volume))
    assert a1["p_robust"] == (None if p_volume is None else max(Decimal(p_volume), a1["p_value"]))


def test_large_scopes_do_without_the_pairs() -> None:
    """Above 200 accounts p_volume is left out and p_robust is the larger of the other two."""
    accounts_n = MAX_ACCOUNTS_UNDER_STUDY + 1
    a1 = row(table(together(range(30)), accounts_n, days_n=30, p_volumes=()))

    assert a1["p_volume"] is None
    assert a1["p_robust"] == max(a1["p_value"], a1["p_jitter"])


@pytest.mark.parametrize("days_n", [1, 2, 3, 4, 5, 6])
def test_a_short_span_gives_no_p(days_n: int) -> None:
    """Below seven common whole days everything is counted and nothing has a p."""
    frame = table(together(range(days_n)), 2, days_n=days_n)
    p = frame.select("p_value", "p_volume", "p_jitter", "p_robust", "surrogates_n", "seed")

    assert p.null_count().row(0) == (len(frame),) * 6
    assert row(frame)["observed"] == 2 * days_n


def test_posts_on_partial_days_alone_are_not_tested() -> None:
    """The span is long enough, but nobody posts on a whole day: counts, and no p of N1."""
    last_s = 30 * DAY_S + 200
    frames = reference.frames([(last_s, 0), (last_s, 1)], 2, days_n=30)
    sources = frames["sources"].with_columns(pl.col("collection_end_s") + 300)
    found = timing_statistics(
        **(frames | {"sources": sources}),
        pair_timing=reference.pair_timing(["1"]),
        settings=reference.settings(surrogates=99),
    )
    a1 = row(found)

    assert (a1["observed"], a1["observed_tested"], a1["tested_posts_n"]) == (2, 0, 0)
    assert [a1[name] for name in ("expected", "ratio", "p_value", "p_robust")] == [None] * 4
    assert a1["p_jitter"] is not None


def test_numbers_too_large_to_be_stored_leave_the_count_alone(tmp_path: Path) -> None:
    """A thousand million pairs in one second: counted, neither expected nor tested; A1 is both."""
    posts = [(3 * DAY_S + NOON_S, a) for a in range(2) for _ in range(32_000)]
    frame = table(posts, 2, days_n=10, windows_s=(0, 60))
    a3 = row(frame, "A3")

    assert a3["observed"] == 1_024_000_000
    assert [a3[name] for name in ("observed_tested", "expected", "excess", "p_value")] == [None] * 4
    assert row(frame)["excess"] == 64_000
    assert reference.broken_rules(frame, "timing_statistics", tmp_path) == []


def test_only_event_posts_of_the_accounts_under_study_are_counted() -> None:
    """What is announced, uncertain or back-dated is no event post; other accounts' no post."""
    posts = [(100, 0), (110, 1), (120, 2), (130, 0), (140, 1), (150, 0)]
    frames = reference.frames(posts, 3, days_n=1)
    marked = frames["posts"].with_columns(
        is_scheduled_announcement=pl.col("posted_at_s") == 130,
        posted_at_uncertainty_s=pl.when(pl.col("posted_at_s") == 140).then(3_600).otherwise(0),
        is_back_dated=pl.col("posted_at_s") == 150,
    )
    found = timing_statistics(
        **(frames | {"posts": marked}),
        pair_timing=reference.pair_timing([]),
        settings=reference.settings(AccountsSection(network=("facebook:0000", "0001"))),
    )
    a1 = row(found)

    assert (a1["posts_n"], a1["event_posts_n"], a1["observed"]) == (5, 2, 2)


def test_the_order_of_the_input_does_not_matter() -> None:
    """Posts and accounts in any order give the same table, and so does a second run."""
    rng = np.random.default_rng(8)
    posts = [(int(t), a) for a in range(4) for t in habits.account(rng, 30, per_day=3)]
    frames = reference.frames(posts, 4, days_n=30)
    shuffled = {
        name: frame.collect().sample(fraction=1, shuffle=True, seed=5).lazy()
        for name, frame in frames.items()
    }
    given_settings = reference.settings(surrogates=99)
    pairs = reference.pair_timing(["0.2", "0.4", "0.9"])
    first, second = (
        timing_statistics(**f, pair_timing=p, settings=given_settings)
        for f, p in ((frames, pairs), (shuffled, pairs.reverse()))
    )

    assert frames["posts"].collect().to_dicts() != shuffled["posts"].collect().to_dicts()
    assert conform(first, "timing_statistics").equals(conform(second, "timing_statistics"))


def test_another_seed_is_another_draw() -> None:
    """The seed is stored, and it decides what is drawn."""
    rng = np.random.default_rng(9)
    posts = [(int(t), a) for a in range(4) for t in habits.account(rng, 30, per_day=3)]
    first, second = (table(posts, 4, days_n=30, seed=seed) for seed in (1, 2))

    assert row(first)["seed"] != row(second)["seed"]
    assert first["p_value"].to_list() != second["p_value"].to_list()
    assert whole(first)["expected"].to_list() == whole(second)["expected"].to_list()


HOSTILE: dict[str, tuple[list[Post], int, int]] = {
    "no posts": ([], 0, 0),
    "accounts without posts": ([], 3, 30),
    "one account": ([(d * DAY_S, 0) for d in range(30)], 1, 30),
    "one post": ([(5 * DAY_S, 0)], 2, 30),
    "never at once": ([(d * DAY_S + NOON_S, d // 15) for d in range(30)], 2, 30),
    "years of silence": (together(range(9)) + together(range(1_500, 1_509)), 2, 1_510),
    "before 1970": ([(-9_000 + 20 * a, a) for a in range(2)], 2, 30),
    "one second": ([(3 * DAY_S + NOON_S, a) for a in range(40) for _ in range(5)], 40, 30),
    "every day the same second": (
        [(d * DAY_S + NOON_S, a) for d in range(60) for a in range(4)],
        4,
        60,
    ),
    "thousands of accounts": (
        [(a * 977 % (14 * DAY_S), a) for a in range(3_000)],
        3_000,
        14,
    ),
    **{f"{n} days": (together(range(n)), 2, n) for n in range(1, 8)},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cases_keep_the_contract(name: str, tmp_path: Path) -> None:
    """Whatever comes in, the table has all its rows and every rule of its contract holds."""
    posts, accounts_n, days_n = HOSTILE[name]
    frame = table(posts, accounts_n, days_n=days_n, surrogates=99)

    assert len(whole(frame)) == 6 * 15
    assert reference.broken_rules(frame, "timing_statistics", tmp_path) == []


def test_accounts_created_after_the_last_post_are_no_company(tmp_path: Path) -> None:
    """An account that is born when all is over lives on no day; one that posted lived earlier."""
    late_s = 40 * DAY_S
    posts = together(range(30))
    frame = table(posts, 4, days_n=30, created_s=[None, late_s, late_s, None])
    a1 = row(frame)

    assert a1["eligible_n"] == 60
    assert a1["p_value"] is not None
    assert reference.broken_rules(frame, "timing_statistics", tmp_path) == []
