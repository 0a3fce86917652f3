"""What `timing_statistics` says by month and account, of the variants of A1 and of controls."""

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.settings import AccountsSection
from lockstep.timing.statistics import timing_statistics
from tests.timing import reference
from tests.timing.network_tables import NOON_S, row, table, together
from tests.timing.reference import DAY_S


@given(
    st.lists(
        st.tuples(
            st.integers(0, 70),
            st.sampled_from([0, 30, 60, 300, 5_000, 80_000, 86_390]),
            st.integers(0, 2),
        ),
        max_size=30,
    )
)
@settings(max_examples=25, deadline=None)
def test_months_and_accounts_are_what_brute_force_counts(posts: list[tuple[int, int, int]]) -> None:
    """A hit belongs to its account and to the month in which its scope's day begins."""
    flat = sorted((d * DAY_S + s, a) for d, s, a in posts)
    frame = table(flat, 3, days_n=71).filter(pl.col("null_id") == "N1", pl.col("window_s") == 60)
    first_day_s = reference.make_calendar(reference.make_scope(flat, 3), 71).first_day_s
    day_s = [t - (t - first_day_s) % DAY_S for t, _ in flat]
    month = [f"{datetime.fromtimestamp(start, tz=UTC):%Y-%m}" for start in day_s]
    near = [any(a != b and abs(t - u) <= 60 for u, b in flat) for t, a in flat]

    for found in frame.filter(pl.col("definition") == "A1").iter_rows(named=True):
        own = [
            hit
            for hit, (_, a), at in zip(near, flat, month, strict=True)
            if found["subject_kind"] == "scope" or found["subject"] == f"facebook:{a:04d}"
            if found["period"] in {"all", at}
        ]
        assert (found["observed"], found["event_posts_n"]) == (sum(own), len(own))
    months = frame.filter(pl.col("period") != "all", pl.col("definition") == "A1")
    by_account = months.filter(pl.col("subject_kind") == "account")
    of_scope = months.filter(pl.col("subject_kind") == "scope")
    for name in ("observed", "event_posts_n", "eligible_n", "tested_posts_n", "observed_tested"):
        assert by_account[name].sum() == of_scope[name].sum() == row(frame)[name]
    expected = [row(frame)["expected"] or 0, of_scope["expected"].sum() or 0]
    assert float(expected[0]) == pytest.approx(float(expected[1]), abs=1e-6)


def test_variants_of_a1_count_the_posts_that_a_habit_does_not_explain() -> None:
    """Off the lattice, first of a burst, and not shared: each among themselves."""
    noon = 3 * DAY_S + NOON_S
    posts = [(noon, 0), (noon + 5, 1), (noon + 8, 1), (noon + 40, 0), (noon + 3_600, 0)]
    frames = reference.frames(posts, 2, days_n=10)
    shared = frames["posts"].with_columns(is_share=pl.col("posted_at_s") == noon + 5)
    frame = timing_statistics(
        **(frames | {"posts": shared}),
        pair_timing=reference.pair_timing([]),
        settings=reference.settings(surrogates=99),
    ).filter(pl.col("window_s") == 5, pl.col("period") == "all", pl.col("null_id") == "N1")
    found = {
        definition: (n, observed)
        for definition, n, observed in frame.filter(pl.col("subject") == "network")
        .select("definition", "event_posts_n", "observed")
        .iter_rows()
    }

    assert found["A1"] == (5, 2)
    assert found["A1_off_lattice"] == (3, 0)
    assert found["A1_collapsed"] == (3, 2)
    assert found["A1_unlinked"] == (4, 0)


def test_a_share_that_is_left_out_still_shows_that_its_account_lived() -> None:
    """It came before the stated creation: the other account's later post stays eligible."""
    posts = [(5 * DAY_S, 1), (10 * DAY_S, 0), (25 * DAY_S, 1)]
    frames = reference.frames(posts, 2, days_n=30, created_s=[None, 20 * DAY_S])
    shared = frames["posts"].with_columns(is_share=pl.col("posted_at_s") == 5 * DAY_S)
    frame = timing_statistics(
        **(frames | {"posts": shared}),
        pair_timing=reference.pair_timing([]),
        settings=reference.settings(surrogates=99),
    )

    assert row(frame)["eligible_n"] == 3
    unlinked = frame.filter(pl.col("definition") == "A1_unlinked")
    assert unlinked["eligible_n"].unique().to_list() == [2]


def test_controls_have_rows_of_their_own() -> None:
    """And no p_robust, which carries a claim; a case without controls has none."""
    posts = together(range(30), 4)
    frames = reference.frames(posts, 4, days_n=30)
    with_controls = timing_statistics(
        **frames,
        pair_timing=reference.pair_timing(["0.5"]),
        settings=reference.settings(
            AccountsSection(control=("facebook:0002", "facebook:0003")), surrogates=99
        ),
    )

    assert table(posts, 4, days_n=30)["scope"].unique().to_list() == ["network"]
    control = with_controls.filter(
        pl.col("subject") == "control",
        pl.col("definition") == "A1",
        pl.col("window_s") == 60,
        pl.col("period") == "all",
    )
    assert control.filter(pl.col("null_id") == "N1")["observed"].to_list() == [60]
    assert control.filter(pl.col("null_id") == "N1")["p_value"].null_count() == 0
    assert control["p_robust"].null_count() == len(control)


def test_the_ratio_without_a_day_leaves_out_the_day_of_most_hits() -> None:
    """A slot that both keep gives as many hits as chance; one day of meetings more is left out."""
    slot = [(d * DAY_S + NOON_S, a) for d in range(30) for a in range(2)]
    extra = [(9 * DAY_S + NOON_S + 3_000 + 200 * i + a, a) for i in range(20) for a in range(2)]
    found = row(table(sorted(slot + extra), 2, days_n=30))

    assert found["observed_tested"] == found["expected"] + 40
    assert found["ratio"] > Decimal("1.5")
    assert found["ratio_without_day"] == 1
