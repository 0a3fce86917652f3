"""Times read in a wrong zone are told by the one lag at which accounts meet."""

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.events import pair_name
from lockstep.timing.gates.rows import Row
from lockstep.timing.gates.zone_shift import zone_gates
from lockstep.timing.lag_scan import LAGS, near_at_lag, pair_scan, source_scan
from lockstep.timing.scope import load_scope
from tests.timing import habits, reference
from tests.timing.reference import DAY_S, Post

HOUR_S = 3_600
A, B, C = (f"facebook:{i:04d}" for i in range(3))


def zone(posts: Sequence[Post], accounts_n: int, days_n: int, **changes: pl.Expr) -> dict[str, Row]:
    """Return the gate's rows by subject."""
    frames = reference.frames(posts, accounts_n, days_n=days_n)
    changed = frames["posts"].with_columns(**changes)
    settings_ = reference.settings()
    scope = load_scope(changed, frames["accounts"], settings_)
    calendar = reference.make_calendar(scope, days_n)
    rows = zone_gates(changed, frames["accounts"], scope, calendar, settings_)
    return {row.get("subject", "network"): row for row in rows}


def coordinated(days_n: int = 28, *, shift_s: int = 0) -> list[Post]:
    """Return three accounts, the first two of which post together, the second's clock shifted."""
    rng = np.random.default_rng(3)
    first, third = (habits.account(rng, days_n, per_day=10) for _ in range(2))
    second = first[rng.random(len(first)) < 0.5] + rng.integers(0, 30)
    return [(int(t), a) for a, times in enumerate((first, second + shift_s, third)) for t in times]


def lags_by_hand(first: Sequence[int], second: Sequence[int]) -> list[int]:
    """Return the coincidences at every lag, post by post."""
    return [
        sum(abs(t - s - 900 * k) <= 60 for s, t in product(first, second))
        for k in range(-LAGS, LAGS + 1)
    ]


POSTS = st.lists(
    st.tuples(
        st.sampled_from([0, 59, 60, 61, 840, 841, 900, 960, 961, 3_600, 50_400, 50_461, DAY_S]),
        st.integers(0, 2),
        st.integers(0, 2),
    ),
    max_size=25,
)


@given(POSTS)
@settings(max_examples=100, deadline=None)
def test_a_pair_is_counted_at_every_lag(posts: list[tuple[int, int, int]]) -> None:
    """Every post of one is compared with every post of the other."""
    scope = reference.make_scope([(t, a) for t, a, _ in posts], 3)
    of = [[t for t, a, _ in posts if a == account] for account in range(3)]

    assert pair_scan(scope).tolist() == [
        lags_by_hand(of[a], of[b]) for a, b in combinations(range(3), 2)
    ]


@given(POSTS)
@settings(max_examples=100, deadline=None)
def test_an_export_is_counted_against_all_others(posts: list[tuple[int, int, int]]) -> None:
    """Posts of the export meet posts of another export by another account."""
    ordered = sorted(posts)
    columns = [np.array(column, dtype=np.int64) for column in zip(*ordered, strict=True)]
    columns = columns or [np.zeros(0, dtype=np.int64)] * 3
    by_hand = [
        [
            sum(
                abs(t - s - 900 * k) <= 60
                for (s, a, e), (t, b, f) in product(posts, posts)
                if e == export and f != export and a != b
            )
            for k in range(-LAGS, LAGS + 1)
        ]
        for export in range(3)
    ]

    assert source_scan(*columns, 3).tolist() == by_hand


@pytest.mark.parametrize("shift_s", [HOUR_S, -HOUR_S, 900, 14 * HOUR_S, 5 * HOUR_S + 1_800])
def test_a_shifted_account_fails_with_its_partner_alone(shift_s: int) -> None:
    """The pair that posts together fails, at its lag; who is independent of both does not."""
    rows = zone(coordinated(shift_s=shift_s), 3, 28)
    hours, minutes = divmod(abs(shift_s) // 60, 60)
    sign = "-" if shift_s < 0 else ""

    assert rows[pair_name(B, A)]["outcome"] == "fail"
    assert f"at a lag of {sign}{hours} h {minutes:02d} min" in rows[f"{A}|{B}"]["note"]
    assert rows[f"{A}|{C}"]["outcome"] != "fail"
    assert rows[f"{B}|{C}"]["outcome"] != "fail"
    assert rows["network"]["outcome"] == "fail"
    assert f"{A}|{B}" in rows["network"]["note"]


def test_accounts_that_post_together_in_one_zone_pass() -> None:
    """The largest count is at lag 0."""
    rows = zone(coordinated(), 3, 28)

    assert rows[f"{A}|{B}"]["outcome"] == "pass"
    assert rows["network"]["outcome"] == "pass"


def test_slots_an_hour_apart_are_a_schedule() -> None:
    """Two accounts of one daily slot each meet at one lag, on whatever days: no shift."""
    posts = [(d * DAY_S + 9 * HOUR_S + a * HOUR_S, a) for d in range(60) for a in range(2)]
    rows = zone(posts, 2, 60)

    assert rows[f"{A}|{B}"]["outcome"] == "pass"
    assert "a schedule, not a shift" in rows[f"{A}|{B}"]["note"]


def test_two_albums_an_hour_apart_are_too_few() -> None:
    """A hundred coincidences of one meeting tell nothing of zones."""
    posts = [(5 * DAY_S + a * HOUR_S + i, a) for a in range(2) for i in range(10)]
    rows = zone(posts, 2, 28)

    assert (rows[f"{A}|{B}"]["outcome"], rows[f"{A}|{B}"]["value"]) == ("pass", 100)
    assert "on 1 day only" in rows[f"{A}|{B}"]["note"]


def test_who_hardly_meets_tells_nothing() -> None:
    """Fewer than five coincidences at every lag: waived."""
    rows = zone([(0, 0), (HOUR_S, 1)], 2, 28)

    assert {row["outcome"] for row in rows.values()} == {"waived"}


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_independent_accounts_hardly_ever_look_shifted(seed: int) -> None:
    """Bursts, slots and round minutes of independent accounts flag no pair of these seeds."""
    rng = np.random.default_rng(seed)
    posts = [
        (int(t), a)
        for a, per_day in enumerate((1, 3, 10))
        for t in habits.account(rng, 56, per_day=per_day)
    ]

    assert "fail" not in {row["outcome"] for row in zone(posts, 3, 56).values()}


def test_in_discovery_a_shifted_export_fails() -> None:
    """Above 200 accounts each export is compared with all others."""
    rng = np.random.default_rng(5)
    events = rng.integers(0, 28 * DAY_S, 600)
    posts = [(int(t), int(a)) for t, a in zip(events, rng.integers(0, 100, 600), strict=True)]
    posts += [(t + 9, 100 + a) for t, a in posts]
    posts += [(t + 5 + HOUR_S, 200 + a % 10) for t, a in posts[:300]]
    exports = pl.when(pl.col("account_key") >= "facebook:0200").then(pl.lit("late"))
    of = exports.when(pl.col("account_key") >= "facebook:0100").then(pl.lit("echo"))
    rows = zone(posts, 210, 28, source_id=of.otherwise(pl.lit("first")))

    assert {name: row["outcome"] for name, row in rows.items()} == {
        "network": "fail",
        "late": "fail",
        "first": "pass",
        "echo": "pass",
    }
    assert near_at_lag(np.array([0, 5]), np.array([900, 965]), 900).tolist() == [1, 2]
