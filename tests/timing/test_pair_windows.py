"""The table pair_timing at every window and in every scope, and the one pass that counts it."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.settings import AccountsSection
from lockstep.timing.pair_days import account_posts, pair_days
from lockstep.timing.pair_windows import pair_windows
from lockstep.timing.pairs import pair_timing
from tests.timing import habits, reference
from tests.timing.reference import DAY_S, Post

WINDOWS_S = (0, 1, 7, 60, 600, 1_800)
P_VALUES = ("p_value", "p_volume", "p_jitter", "p_robust", "q", "p_min_log10", "p_without_day")


def five_accounts() -> list[Post]:
    """Return independent accounts, but that account 1 follows some posts of account 0 by 7 s."""
    rng = np.random.default_rng(3)
    times = [habits.account(rng, 42, per_day=8) for _ in range(5)]
    times[1] = np.union1d(times[1], times[0][rng.random(len(times[0])) < 0.3] + 7)
    return [(int(t), a) for a, ts in enumerate(times) for t in ts]


def with_controls(posts: list[Post], controls: tuple[int, ...], **timing: object) -> pl.DataFrame:
    chosen = AccountsSection(control=tuple(f"facebook:{a:04d}" for a in controls))
    inputs = reference.frames(posts, 5, days_n=42)
    return pair_timing(**inputs, settings=reference.settings(chosen, **timing))


posts_of_two = st.lists(
    st.tuples(st.integers(0, 12 * DAY_S), st.integers(0, 1)), max_size=60
) | st.lists(st.tuples(st.integers(0, 4 * 3_600), st.integers(0, 1)), max_size=40)


@given(posts_of_two, st.integers(0, 5))
@settings(max_examples=150, deadline=None)
def test_one_pass_counts_what_every_window_counts_alone(posts: list[Post], first_day: int) -> None:
    """Each window's sums are the trace and the sum of that window's own matrices."""
    scope = reference.make_scope(posts, 2)
    calendar = reference.make_calendar(scope, 12)
    i, j = account_posts(scope, calendar)
    common = calendar.lived(min(first_day, calendar.days_n))
    windows = pair_windows(i, j, calendar, common, np.array(WINDOWS_S, dtype=np.int64))

    for w, window_s in enumerate(WINDOWS_S):
        days = pair_days(i, j, calendar, common, window_s)
        assert windows.observed[w].tolist() == days.observed.tolist()
        assert windows.laid[w].tolist() == days.hits.sum(axis=(1, 2)).tolist()
        assert windows.expected_parts[w].tolist() == days.expected_parts.tolist()
        assert windows.posts_n == int((days.posts_i + days.posts_j).sum())


def test_every_window_has_chance_beside_it_and_the_headline_alone_a_p(tmp_path: Path) -> None:
    """What the headline window says is the same whether others are asked for or not."""
    inputs = reference.frames(five_accounts(), 5, days_n=42)
    frame = pair_timing(**inputs, settings=reference.settings(windows_s=WINDOWS_S))
    alone = pair_timing(**inputs, settings=reference.settings(windows_s=(60,)))
    others = frame.filter(pl.col("window_s") != 60)

    assert reference.broken_rules(frame, "pair_timing", tmp_path) == []
    assert frame["window_s"].to_list() == [*WINDOWS_S] * 10
    assert frame.filter(pl.col("window_s") == 60).equals(alone)
    assert set(others["p_method"]) == {"other_window"}
    assert all(others[name].null_count() == len(others) for name in P_VALUES)
    assert not others["meets_timing_rule"].any()
    assert others["expected"].null_count() == 0
    planted = frame.filter(account_a="facebook:0000", account_b="facebook:0001")
    ratio = dict(planted.select("window_s", "ratio").iter_rows())
    # Followed by exactly 7 s: chance below, most of it at 7 s, less and less above.
    assert ratio[7] > ratio[60] > ratio[600] > ratio[1_800] > Decimal(1)
    assert ratio[1] < Decimal(3)


def test_each_pair_is_of_one_scope(tmp_path: Path) -> None:
    """Two controls among five: three pairs under study, one of controls, six of one of each."""
    posts = five_accounts()
    frame = with_controls(posts, (1, 4), windows_s=(60,))
    scope_of = {(r["account_a"][-1], r["account_b"][-1]): r["scope"] for r in frame.to_dicts()}

    assert reference.broken_rules(frame, "pair_timing", tmp_path) == []
    assert scope_of == {
        ("0", "2"): "network",
        ("0", "3"): "network",
        ("2", "3"): "network",
        ("1", "4"): "control",
        ("0", "1"): "network_control",
        ("0", "4"): "network_control",
        ("1", "2"): "network_control",
        ("1", "3"): "network_control",
        ("2", "4"): "network_control",
        ("3", "4"): "network_control",
    }
    assert frame.filter("meets_timing_rule")["scope"].to_list() == ["network_control"]


def test_controls_change_nothing_of_the_pairs_under_study() -> None:
    """Their family is their own: without the controls' posts the same rows come out."""
    posts = five_accounts()
    network = with_controls(posts, (3, 4)).filter(scope="network")
    without = [post for post in posts if post[1] < 3]
    alone = pair_timing(**reference.frames(without, 3, days_n=42), settings=reference.settings())

    assert network.equals(alone)


def test_q_is_of_the_scope_alone() -> None:
    """A lone pair of controls has q = p_robust, whatever other scopes hold."""
    frame = with_controls(five_accounts(), (3, 4), windows_s=(60,))
    control = frame.filter(scope="control")

    assert control["q"].to_list() == control["p_robust"].to_list()
