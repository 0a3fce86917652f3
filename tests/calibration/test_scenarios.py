"""Simulated accounts have the habits that their scenario names, and nothing else in common."""

from dataclasses import replace

import numpy as np
import pytest

from lockstep.calibration.planted import planted, planted_network, planted_pair
from lockstep.calibration.scenarios import (
    SCENARIOS,
    World,
    account,
    independent_accounts,
    scope_of,
    world,
)
from lockstep.synthetic.parameters import DAY_S, DEFAULTS


def posts(name: str, *, seed: int = 1, days_n: int = 2_000, per_day: float = 10.0) -> np.ndarray:
    """Return the posts of one account."""
    rng = np.random.default_rng(seed)
    scenario = SCENARIOS[name]
    return account(
        rng, scenario, world(rng, scenario, days_n=days_n, per_day=per_day), per_day=per_day
    )


@pytest.mark.parametrize("span_days", [7, 28, 84])
@pytest.mark.parametrize("per_day", [1.0, 10.0])
@pytest.mark.parametrize("name", SCENARIOS)
def test_as_many_whole_days_as_asked_for(name: str, span_days: int, per_day: float) -> None:
    """Whichever hour the day begins with."""
    for seed in range(5):
        _, calendar = independent_accounts(
            np.random.default_rng(seed),
            SCENARIOS[name],
            accounts_n=2,
            span_days=span_days,
            per_day=per_day,
        )
        assert calendar.days_n == span_days


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_seed_gives_the_same_posts(name: str) -> None:
    """Ascending, within the collection, and other posts for another seed."""
    times_s = posts(name)

    assert np.array_equal(times_s, posts(name))
    assert not np.array_equal(times_s, posts(name, seed=2))
    assert np.all(np.diff(times_s) >= 0)
    assert times_s[0] >= 0
    assert times_s[-1] < 2_000 * DAY_S


@pytest.mark.parametrize("name", sorted({*SCENARIOS} - {"news"}))
def test_an_account_posts_as_often_as_asked_for(name: str) -> None:
    """On average, albums counted."""
    assert len(posts(name)) / 2_000 == pytest.approx(10, rel=0.03)


def test_news_is_one_post_in_twenty() -> None:
    """It comes on top of what an account posts by habit."""
    assert len(posts("news")) / 2_000 == pytest.approx(10.5, rel=0.03)


def test_marks_and_slots_are_where_they_are_said_to_be() -> None:
    """Round five minutes in bursts, four daily slots in slots, neither in rhythm."""
    on_marks = {name: (posts(name) % 300 == 0).mean() for name in ("rhythm", "bursts", "slots")}
    in_slots = np.isin(posts("slots") % DAY_S, np.array(DEFAULTS.slot_hours) * 3_600).mean()

    assert on_marks["rhythm"] < 0.01
    assert on_marks["bursts"] == pytest.approx(0.3 / 1.18, abs=0.02)
    assert on_marks["slots"] == pytest.approx(0.6 / 1.18, abs=0.02)
    assert in_slots == pytest.approx(0.3 / 1.18, abs=0.02)


def test_weekends_have_half_the_volume() -> None:
    """Saturday and Sunday: 1970-01-01 was a Thursday."""
    weekday = (posts("weekends", days_n=7_000) // DAY_S + 3) % 7
    volume = np.bincount(weekday, minlength=7)

    assert volume[5:].mean() / volume[:5].mean() == pytest.approx(0.5, abs=0.06)


def test_busy_days_are_three_times_as_busy_for_all() -> None:
    """One in ten, the same for every account."""
    shared = world(np.random.default_rng(1), SCENARIOS["busy"], days_n=5_000, per_day=1.0)

    assert set(shared.day_factors.tolist()) == {1.0, 3.0}
    assert (shared.day_factors == 3).mean() == pytest.approx(0.1, abs=0.02)


def test_accounts_react_to_the_news_they_share() -> None:
    """To every second one, none of them before it happened."""
    scenario = replace(SCENARIOS["news"], marks_share=0.0)
    flash_s = np.arange(1_000) * DAY_S + 40_000
    shared = World(np.ones(1_001), np.zeros(0, dtype=np.int64), flash_s)

    times_s = account(np.random.default_rng(1), scenario, shared, per_day=1e-9)

    assert len(times_s) == pytest.approx(500, abs=60)
    lags_s = times_s % DAY_S - 40_000
    assert lags_s.min() > 0
    assert np.median(lags_s) == pytest.approx(180, rel=0.15)


def test_a_scope_holds_its_posts_in_their_total_order() -> None:
    """By time, then account."""
    scope = scope_of([np.array([5, 9]), np.array([5, 7])])

    assert scope.time_s.tolist() == [5, 5, 7, 9]
    assert scope.account.tolist() == [0, 1, 1, 0]
    assert scope.created_unknown.all()


@pytest.mark.parametrize("share", [0.0, 0.02, 0.2])
def test_planted_posts_follow_others_within_a_minute(share: float) -> None:
    """As many as asked for, and no account gains or loses a post."""
    times = [np.arange(1_000) * 40_000, np.arange(1_000) * 40_000 + 20_000]

    moved = planted(np.random.default_rng(1), times, share=share)

    assert [len(t) for t in moved] == [1_000, 1_000]
    lags_s = np.abs(moved[0][:, None] - moved[1][None, :]).min(axis=1)
    assert (lags_s <= 59).sum() == pytest.approx(share * 1_000, rel=0.15)


def test_planted_cases_have_the_volumes_of_the_case_study() -> None:
    """Of 12 weeks for the pair, of all years for the network, whose accounts begin one by one."""
    pair, calendar = planted_pair(np.random.default_rng(1), share=0.02)
    network, _ = planted_network(np.random.default_rng(1), share=0.01)

    assert calendar.days_n == 84
    assert len(pair.time_s) == pytest.approx(1_885 * 85 / 84, rel=0.1)
    assert network.posts_by_account.tolist() == [page.posts_n for page in DEFAULTS.pages]
    assert network.alive_from_s.tolist() == [page.created_s for page in DEFAULTS.pages]
