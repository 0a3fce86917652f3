"""N0, N3 and N1w: what each keeps, and the closed form against a sum by hand."""

import numpy as np
import pytest

from lockstep.calibration.scenarios import SCENARIOS, independent_accounts
from lockstep.timing.calendar import DAY_S
from lockstep.timing.counts import observed_counts
from lockstep.timing.months import scope_months
from lockstep.timing.other_nulls import closed_form, hour_redraw, week_shift
from tests.timing import reference

WINDOWS_S = np.array([0, 60, 600], dtype=np.int64)
WEEK_S = 7 * DAY_S


def test_the_closed_form_is_its_sum() -> None:
    """Two accounts within one month: a rate an hour of the week, and one minus it for each post."""
    start_s = 4 * WEEK_S + 8 * DAY_S
    after_s = [(100, 0), (WEEK_S + 130, 0), (50_000, 0), (200, 1), (WEEK_S + 90, 1)]
    posts = sorted((start_s + t, a) for t, a in after_s)
    scope = reference.make_scope(posts, 2)
    months = scope_months(scope, reference.make_calendar(scope, 50))
    # Each account lives from its first post to the last second of all, less than 60 s apart.
    last_s = start_s + WEEK_S + 130 + 1
    rates = {}
    for account in range(2):
        own = [t for t, a in posts if a == account]
        for hour in {t // 3_600 % 168 for t, _ in posts}:
            share = sum(t // 3_600 % 168 == hour for t in own) / len(own)
            rates[account, hour] = len(own) * share / ((last_s - posts[0][0]) / 168)
    by_hand = [
        sum(min(1.0, rates[1 - a, t // 3_600 % 168] * (2 * w + 1)) for t, a in posts)
        for w in WINDOWS_S.tolist()
    ]

    assert closed_form(scope, months, WINDOWS_S).tolist() == pytest.approx(by_hand)


def test_the_closed_form_goes_by_month_and_leaves_out_the_own_account() -> None:
    """Four accounts, one born late and one that never posts, over five months: post by post."""
    rng = np.random.default_rng(6)
    days, seconds = rng.integers(0, 140, 300), rng.integers(8, 13, 300) * 3_600 + 59
    born_s = [0, 0, 60 * DAY_S, 0]
    drawn = zip((days * DAY_S + seconds).tolist(), rng.integers(0, 3, 300).tolist(), strict=True)
    posts = sorted((t, a) for t, a in drawn if t >= born_s[a])
    scope = reference.make_scope(posts, 4, born_s)
    months = scope_months(scope, reference.make_calendar(scope, 140))
    month = dict(zip(scope.time_s.tolist(), months.of(scope.time_s).tolist(), strict=True))
    edges_s = [*months.starts_s.tolist(), posts[-1][0] + 1]

    def rate(account: int, t: int) -> float:
        own = [u for u, a in posts if a == account]
        in_month = sum(month[u] == month[t] for u in own)
        in_hour = sum(u // 3_600 % 168 == t // 3_600 % 168 for u in own)
        start_s = max(edges_s[month[t]], born_s[account], posts[0][0])
        lived_s = max(edges_s[month[t] + 1] - start_s, WEEK_S)
        return in_month * in_hour / len(own) / (lived_s / 168)

    for w, found in zip(WINDOWS_S.tolist(), closed_form(scope, months, WINDOWS_S), strict=True):
        reach_s = 2 * w + 1
        missed = [
            np.prod([1 - min(1, rate(q, t) * reach_s) for q in range(3) if q != a])
            for t, a in posts
        ]
        assert found == pytest.approx(len(posts) - sum(missed))


def test_the_closed_form_gives_about_what_independent_posts_without_habits_have() -> None:
    """Posts at any moment of eight weeks: the sum over many networks agrees within 5 %."""
    rng = np.random.default_rng(2)
    observed = expected = 0.0
    for _ in range(30):
        times_s = np.sort(rng.integers(0, 56 * DAY_S, 3_000))
        posts = list(zip(times_s.tolist(), rng.integers(0, 3, 3_000).tolist(), strict=True))
        posts = sorted(set(posts))
        scope = reference.make_scope(posts, 3)
        months = scope_months(scope, reference.make_calendar(scope, 56))
        expected += closed_form(scope, months, WINDOWS_S)[1]
        observed += reference.count(posts, 60)["A1"]

    assert observed / expected == pytest.approx(1, abs=0.05)


def test_no_posts_expect_nothing() -> None:
    """Of no post nothing is expected."""
    scope = reference.make_scope([], 2)
    months = scope_months(scope, reference.make_calendar(scope, 7))

    assert closed_form(scope, months, WINDOWS_S).tolist() == [0, 0, 0]


def test_hours_are_redrawn_from_the_accounts_own() -> None:
    """One hour of its own for each account: nothing moves, and every surrogate is the observed."""
    posts = [(d * DAY_S + (9 + a) * 3_600 + 60 * d, a) for d in range(30) for a in range(2)]
    posts += [(d * DAY_S + 10 * 3_600 + 60 * d + 7, 1) for d in range(30)]
    scope = reference.make_scope(sorted(posts), 2)

    found = hour_redraw(scope, WINDOWS_S, surrogates_n=20, seed=1, name="network")

    observed = [reference.count(posts, w)["A1"] for w in WINDOWS_S.tolist()]
    assert found.at_least.tolist() == [20] * 3
    assert found.mean.tolist() == observed


def test_a_shared_hour_is_no_news_to_an_account_that_posts_at_many() -> None:
    """Together at noon each day, alone at other hours: redrawn, most meetings are gone."""
    together = [(d * DAY_S + 43_200 + 30 * a, a) for d in range(60) for a in range(2)]
    alone = [
        (d * DAY_S + (2 * h + a) * 3_600 + 900 * (a + 1), a)
        for d in range(60)
        for h in range(10)
        for a in range(2)
    ]
    scope = reference.make_scope(sorted(together + alone), 2)

    found = hour_redraw(scope, WINDOWS_S, surrogates_n=99, seed=1, name="network")

    assert found.at_least[1] == 0
    assert found.mean[1] < 40


def test_weeks_turn_in_a_circle() -> None:
    """What is the same each week stays; two posts of one week meet in one draw of so many weeks."""
    weekly = [(w * WEEK_S + 3 * DAY_S + 20 * a, a) for w in range(8) for a in range(2)]
    scope = reference.make_scope(sorted(weekly), 2)
    calendar = reference.make_calendar(scope, 56)

    found = week_shift(scope, calendar, WINDOWS_S, surrogates_n=50, seed=1, name="network")
    assert found.at_least[1] == 50

    once = [(2 * WEEK_S + 3 * DAY_S, 0), (2 * WEEK_S + 3 * DAY_S + 20, 1)]
    scope = reference.make_scope(once, 2)
    calendar = reference.make_calendar(scope, 56)
    many = week_shift(scope, calendar, WINDOWS_S, surrogates_n=4_000, seed=1, name="network")
    weeks_n = calendar.days_n // 7
    assert many.at_least[1] / 4_000 == pytest.approx(1 / weeks_n, abs=0.025)


def test_independent_networks_agree_with_weeks_turned_on_average() -> None:
    """Habits that N1w keeps give a ratio near 1 over many networks."""
    observed = drawn = 0.0
    for seed in range(15):
        scope, calendar = independent_accounts(
            np.random.default_rng(seed), SCENARIOS["slots"], accounts_n=3, span_days=91, per_day=10
        )
        observed += observed_counts(scope.time_s, scope.account, 3, WINDOWS_S)["A1"][1]
        found = week_shift(scope, calendar, WINDOWS_S, surrogates_n=50, seed=seed, name="network")
        drawn += float(found.mean[1])

    assert observed / drawn == pytest.approx(1, abs=0.06)
