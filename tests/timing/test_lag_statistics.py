"""The tables `pair_lags` and `lag_statistics`: what they hold, and what no input makes them do."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY
from lockstep.timing.differences import timing_difference
from lockstep.timing.lag_statistics import lag_statistics
from lockstep.timing.pair_lags import pair_lags
from tests.timing import reference
from tests.timing.reference import DAY_S, Post

NOON_S = 43_200


def tables(
    posts: list[Post], accounts_n: int, *, days_n: int, **timing: object
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return pair_lags and lag_statistics of some posts."""
    frames = reference.frames(posts, accounts_n, days_n=days_n)
    settings = reference.settings(**timing)
    posts_, accounts = frames["posts"], frames["accounts"]
    near = timing_difference(posts=posts_, accounts=accounts, settings=settings)
    listed = pair_lags(
        timing_difference=near.lazy(), posts=posts_, accounts=accounts, settings=settings
    )
    return listed, lag_statistics(**frames, settings=settings)


def planted(days_n: int) -> list[Post]:
    """Return a day's two meetings of two accounts: after 5 s, and after 40 s."""
    return [
        (d * DAY_S + NOON_S + shift + a * lag, a)
        for d in range(days_n)
        for shift, lag in ((0, 5), (7_000, 40))
        for a in range(2)
    ]


def test_lags_and_shares_are_those_planted() -> None:
    """Half of the followers come within 20 s, on every day, so that the interval is a point."""
    listed, found = tables(planted(30), 2, days_n=30)
    network, pair = found.sort("subject_kind", descending=True).iter_rows(named=True)

    assert sorted(listed["lag_s"].unique().to_list()) == [5, 40]
    assert (network["near_n"], network["followers_n"], network["quick_n"]) == (120, 60, 30)
    assert network["quick_share"] == network["quick_share_low"] == Decimal("0.5")
    assert network["quick_share_flat"] == Decimal("0.327868852")
    assert (network["near_q05_s"], network["near_q50_s"], network["near_q95_s"]) == (5, 5, 40)
    assert (network["lag_median_s"], network["listed_to_s"]) == (5, 1_800)
    assert (pair["a_first_n"], pair["b_first_n"], pair["ties_n"]) == (60, 0, 0)
    assert (pair["account_a"], pair["account_b"]) == ("facebook:0000", "facebook:0001")


def test_few_days_give_no_interval() -> None:
    """Nine days are too few to draw from."""
    _, nine = tables(planted(9), 2, days_n=9)
    _, ten = tables(planted(10), 2, days_n=10)

    assert nine["quick_share_low"].null_count() == len(nine)
    assert ten["quick_share_low"].null_count() == 0


def test_a_leader_needs_times_to_the_second() -> None:
    """Of posts on full minutes nobody is said to lead."""
    rng = np.random.default_rng(3)
    posts = [
        (int(d * DAY_S + m * 60 * 30), a) for d in range(150) for m in (20, 22) for a in (0, 1)
    ]
    posts = [(t + int(rng.integers(0, 2)) * 60 * a, a) for t, a in posts]
    _, found = tables(sorted(posts), 2, days_n=150, headline_window_s=60)
    pair = found.filter(pl.col("subject_kind") == "pair").row(0, named=True)

    assert pair["a_first_n"] + pair["b_first_n"] >= 20
    assert pair["p_leader"] is None


def test_the_longest_lag_is_the_cases() -> None:
    """[timing] max_lag_s decides, inclusive."""
    posts = [(NOON_S, 0), (NOON_S + 100, 1), (NOON_S + 101, 1)]
    listed, found = tables(posts, 2, days_n=3, max_lag_s=100)

    assert listed["lag_s"].to_list() == [100]
    assert found["listed_to_s"].drop_nulls().to_list() == [100]


def test_too_many_pairs_are_listed_to_a_shorter_lag() -> None:
    """Seven million pairs half an hour apart, 3 within a second: the latter are listed."""
    posts = [(NOON_S + 1_000 + i % 600, 0) for i in range(2_700)]
    posts += [(NOON_S + 2_400 + i % 100, 1) for i in range(2_700)]
    posts += [(NOON_S + 40_000 + a, a) for a in range(2)]
    listed, found = tables(sorted(posts), 2, days_n=3)

    (reach_s,) = found["listed_to_s"].drop_nulls().to_list()
    assert reach_s < 1_800
    assert 1 <= len(listed) <= 5_000_000
    assert listed["lag_s"].max() <= reach_s  # type: ignore[operator]


HOSTILE: dict[str, tuple[list[Post], int, int]] = {
    "no posts": ([], 0, 0),
    "accounts without posts": ([], 3, 30),
    "one account": ([(d * DAY_S, 0) for d in range(30)], 1, 30),
    "one post": ([(5 * DAY_S, 0)], 2, 30),
    "one second": ([(3 * DAY_S, a) for a in range(2) for _ in range(3_000)], 2, 30),
    "never at once": ([(a * 20 * DAY_S + NOON_S, a) for a in range(2)], 2, 30),
    "before 1970": ([(-500 + 20 * a, a) for a in range(2)], 2, 3),
    "thousands of accounts": ([(a * 977 % (14 * DAY_S), a) for a in range(3_000)], 3_000, 14),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cases_keep_the_contracts(name: str, tmp_path: Path) -> None:
    """Every rule holds, and above 200 accounts there is the row of the network alone."""
    posts, accounts_n, days_n = HOSTILE[name]
    listed, found = tables(posts, accounts_n, days_n=days_n)

    assert reference.broken_rules(listed, "pair_lags", tmp_path) == []
    assert reference.broken_rules(found, "lag_statistics", tmp_path) == []
    if accounts_n > MAX_ACCOUNTS_UNDER_STUDY:
        assert (len(listed), len(found)) == (0, 1)
    if name == "one second":
        assert listed.is_empty()
        assert found["listed_to_s"].null_count() == len(found)
