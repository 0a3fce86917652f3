"""The chance band is of the sum whose mean is the expectation."""

import numpy as np
import pytest

from lockstep.calibration.scenarios import SCENARIOS, independent_accounts
from lockstep.timing.calendar import Calendar
from lockstep.timing.exchangeable import exchangeable_posts
from lockstep.timing.expected import Grouping, chance_band, expected_hits
from lockstep.timing.laid_days import PARTS, laid_days
from lockstep.timing.network_null import network_null
from lockstep.timing.scope import Scope

WINDOWS_S = np.array([10, 60, 600], dtype=np.int64)


def independent(seed: int, accounts_n: int = 3) -> tuple[Scope, Calendar]:
    """Return eight weeks of accounts that know nothing of each other."""
    return independent_accounts(
        np.random.default_rng(seed),
        SCENARIOS["slots"],
        accounts_n=accounts_n,
        span_days=56,
        per_day=10,
    )


def test_the_band_lies_around_the_expectation() -> None:
    """The mean of all single shifts is E; the quantiles enclose it."""
    scope, calendar = independent(3)
    posts = exchangeable_posts(scope, calendar)
    laid = laid_days(posts, 3, calendar, WINDOWS_S)
    hits, by_shift = expected_hits(laid, Grouping(np.zeros(laid.days_n, dtype=np.int64), 0))
    sizes = np.diff(posts.starts)
    expected = hits.by_day[0].sum(axis=-1) / PARTS

    by_hand = np.zeros(len(WINDOWS_S))
    for group, size in enumerate(sizes.tolist()):
        by_hand += by_shift[: size - 1, group].mean(axis=0)
        assert not by_shift[size - 1 :, group].any()
    assert by_hand == pytest.approx(expected)

    low, high = chance_band(by_shift, sizes, 999, np.random.default_rng(1))
    assert (low < expected).all()
    assert (high > expected).all()


def test_a_band_of_one_draw_is_that_draw() -> None:
    """Both quantiles of one number are the number."""
    by_shift = np.array([[[4]], [[4]]], dtype=np.int32)

    low, high = chance_band(by_shift, np.array([3]), 1, np.random.default_rng(1))

    assert (low.tolist(), high.tolist()) == ([4], [4])


def test_independent_accounts_lie_inside_their_band_about_as_often_as_stated() -> None:
    """Nine of ten or so (docs/decisions/0005); of 60 fewer than 48 would be a defect."""
    inside = 0
    for seed in range(60):
        scope, calendar = independent(100 + seed)
        null = network_null(scope, calendar, WINDOWS_S, surrogates_n=199, seed=seed)
        assert null.band_low is not None
        assert null.band_high is not None
        inside += bool(null.band_low[1] <= null.observed[0, 1] <= null.band_high[1])

    assert inside >= 48


def test_the_joint_p_is_no_smaller_than_the_smallest_allows() -> None:
    """Looking at several windows costs: p_any >= the least p, and <= their number times it."""
    scope, calendar = independent(5)
    null = network_null(scope, calendar, WINDOWS_S, surrogates_n=499, seed=2)
    assert null.at_least is not None
    assert null.any_window_p is not None
    least = (1 + int(null.at_least[0].min())) / 500

    assert least <= null.any_window_p <= min(1, 3 * least + 1 / 500)
