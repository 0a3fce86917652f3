"""The tests on surrogates of a case: its own accounts, and none of them knows another."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lockstep.calibration.case import case_calibration, surrogate_posts
from lockstep.calibration.planted import planted
from lockstep.calibration.scenarios import SCENARIOS, account, world
from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY
from lockstep.synthetic import network_times
from lockstep.synthetic.parameters import PAGES
from lockstep.timing.scope import load_scope
from tests.timing import habits, reference
from tests.timing.reference import DAY_S, Post, broken_rules, frames, make_calendar, make_scope

DAYS_N = 28


def together(*, share: float = 0.3, days_n: int = DAYS_N) -> list[Post]:
    """Return three accounts that often follow one another."""
    rng = np.random.default_rng(5)
    scenario = SCENARIOS["bursts"]
    shared = world(rng, scenario, days_n=days_n, per_day=8.0)
    times = [account(rng, scenario, shared, per_day=8.0) for _ in range(3)]
    moved = planted(rng, times, share=share)
    return [(int(t), a) for a, times_s in enumerate(moved) for t in times_s]


def calibrated(
    posts: Sequence[Post], accounts_n: int, *, cases_n: int, days_n: int = DAYS_N
) -> pl.DataFrame:
    """Return the error rates of a case of these posts."""
    return case_calibration(
        **frames(posts, accounts_n, days_n=days_n),
        settings=reference.settings(),
        surrogate_cases_n=cases_n,
    )


def test_a_surrogate_keeps_what_each_account_does_within_its_days() -> None:
    """Posts per stratum and seconds of the day stay; which day meets which does not."""
    scope = make_scope(together(), 3)
    calendar = make_calendar(scope, DAYS_N)
    surrogate = load_scope(
        surrogate_posts(scope, calendar, np.random.default_rng(1)).lazy(),
        frames([], 3, days_n=DAYS_N)["accounts"],
        reference.settings(),
    )
    day = calendar.day_of(scope.time_s)
    whole = (day >= 0) & (day < calendar.days_n)

    assert len(surrogate.time_s) == len(scope.time_s)
    assert not np.array_equal(surrogate.time_s, scope.time_s)
    for number in range(3):
        own, drawn = (s.time_s[s.account == number] for s in (scope, surrogate))
        drawn_day = calendar.day_of(drawn)
        drawn_whole = (drawn_day >= 0) & (drawn_day < calendar.days_n)
        assert np.array_equal(own[~whole[scope.account == number]], drawn[~drawn_whole])
        own, drawn = own[whole[scope.account == number]], drawn[drawn_whole]
        assert np.array_equal(np.sort(own % DAY_S), np.sort(drawn % DAY_S))
        strata = [np.sort(calendar.stratum[calendar.day_of(t)]) for t in (own, drawn)]
        assert np.array_equal(*strata)


def test_posts_from_before_the_other_lived_keep_the_calendar_as_it_is() -> None:
    """One account is a year older than the other, and the surrogates keep that year's posts.

    Without it they had another weekend and another quiet hour than the case, were tested in other
    strata than they were drawn in, and were rejected two to three times too often.
    """
    account_of, time_s = network_times(20_220_217, "seed-shaped")
    older, younger = PAGES[2], PAGES[4]
    start_s = older.created_s // DAY_S * DAY_S
    days_n = (int(time_s[-1]) - start_s) // DAY_S
    chosen = np.isin(account_of, (2, 4)) & (time_s >= start_s)
    posts = [
        (int(t), int(a == 4))
        for t, a in zip(time_s[chosen] - start_s, account_of[chosen], strict=True)
    ]
    cases_n = 200
    found = case_calibration(
        **frames(
            posts, 2, days_n=days_n, created_s=[p.created_s - start_s for p in (older, younger)]
        ),
        settings=reference.settings(),
        surrogate_cases_n=cases_n,
    ).filter(pl.col("subject_kind") == "pair", pl.col("alpha") == Decimal("0.05"))

    error = (0.05 * 0.95 / cases_n) ** 0.5
    assert float(found["ratio"][0]) == pytest.approx(1, abs=0.07)
    for null in ("N1", "N1v", "robust"):
        (rate,) = found.filter(pl.col("null_id") == null)["rate"].to_list()
        assert rate <= 0.05 + 2 * error


def test_planted_synchrony_is_gone_in_the_surrogates(tmp_path: Path) -> None:
    """The case is full of it; on its surrogates ratios are 1, rates are levels, nothing is L1."""
    found = calibrated(together(), 3, cases_n=40)

    assert (
        broken_rules(
            found.with_columns(inputs_sha256=pl.lit("0" * 64)), "case_calibration", tmp_path
        )
        == []
    )
    of_pairs = found.filter(pl.col("subject_kind") == "pair")
    of_network = found.filter(pl.col("subject_kind") == "network")
    assert of_pairs["tests_n"].unique().to_list() == [3 * 40]
    assert of_network["tests_n"].unique().to_list() == [40]
    assert found["claims_n"].sum() == 0
    for of_kind in (of_pairs, of_network):
        assert float(of_kind["ratio"][0]) == pytest.approx(1, abs=0.1)
        robust = of_kind.filter(pl.col("null_id") == "robust", pl.col("alpha") == Decimal("0.05"))
        assert robust["rate"].item() <= Decimal("0.12")


def test_the_same_case_has_the_same_rates() -> None:
    """Drawn from the seed of the case; the first surrogate cases are those of a shorter run."""
    posts = together()

    assert calibrated(posts, 3, cases_n=2).equals(calibrated(posts[::-1], 3, cases_n=2))


def test_levels_of_networks_end_where_their_surrogates_do() -> None:
    """99 surrogates tell .01; p of a pair are exact and tell .001."""
    found = calibrated(together(), 3, cases_n=2)
    levels = found.group_by("subject_kind").agg(pl.col("alpha").unique().sort())

    by_kind = {kind: [float(alpha) for alpha in alphas] for kind, alphas in levels.rows()}
    assert by_kind == {"network": [0.01, 0.05], "pair": [0.001, 0.01, 0.05]}


@pytest.mark.parametrize(
    ("posts", "accounts_n", "days_n"),
    [
        ([], 2, 28),
        ([(100, 0), (200_000, 0)], 1, 28),
        (together(days_n=3), 3, 3),
    ],
    ids=["no posts", "one account", "three days"],
)
def test_a_case_that_cannot_be_tested_has_no_rate(
    posts: list[Post], accounts_n: int, days_n: int, tmp_path: Path
) -> None:
    """No tests and no rates, said in as many rows as ever."""
    found = calibrated(posts, accounts_n, cases_n=2, days_n=days_n)

    assert found.height == 4 * 2 + 4 * 3
    assert found["tests_n"].sum() == 0
    assert found["rate"].null_count() == found.height
    assert (
        broken_rules(
            found.with_columns(inputs_sha256=pl.lit("0" * 64)), "case_calibration", tmp_path
        )
        == []
    )


def test_a_discovery_is_measured_over_its_whole_family() -> None:
    """Few of 20,100 pairs are listed, for standing out; rates are of all that q is of."""
    rng = np.random.default_rng(6)
    times = [habits.account(rng, DAYS_N, per_day=3) for _ in range(MAX_ACCOUNTS_UNDER_STUDY + 1)]
    posts = [(int(t), a) for a, ts in enumerate(times) for t in ts]
    rows = calibrated(posts, len(times), cases_n=1).filter(pl.col("subject_kind") == "pair")

    assert 10_000 < rows["tests_n"].unique().item() <= 20_100
    strict = rows.filter(pl.col("null_id") != "N2")
    assert (strict["rate"] <= strict["alpha"]).all()
    assert strict["rejected_n"].sum() > 0
    assert rows["claims_n"].unique().to_list() == [0]
