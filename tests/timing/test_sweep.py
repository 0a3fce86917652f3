"""All pairs at once, against the matrices of each pair alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing import sweep as module
from lockstep.timing.calendar import Calendar, common_days
from lockstep.timing.pair_days import PairDays, account_posts, pair_days
from lockstep.timing.pair_volume import interaction_slope
from lockstep.timing.scope import Scope
from lockstep.timing.sweep import Met, sweep
from tests.timing import reference
from tests.timing.reference import DAY_S

DAYS_N = 31
SECONDS = [0, 5, 30, 70, 80, 2_000, DAY_S - 10, DAY_S - 1]


@st.composite
def scopes(draw: st.DrawFn) -> tuple[Scope, Calendar]:
    """Return a month of a few accounts, born at various times, with posts of the same seconds."""
    accounts_n = draw(st.integers(1, 5))
    day, account = st.integers(0, DAYS_N - 1), st.integers(0, accounts_n - 1)
    posts = draw(st.lists(st.tuples(day, st.sampled_from(SECONDS), account), max_size=80))
    alive = draw(
        st.lists(
            st.sampled_from([0, 3 * DAY_S, 13 * DAY_S + 5, 24 * DAY_S, 40 * DAY_S]),
            min_size=accounts_n,
            max_size=accounts_n,
        )
    )
    scope = reference.make_scope([(d * DAY_S + s, a) for d, s, a in posts], accounts_n, alive)
    if draw(st.booleans()):
        return scope, reference.make_calendar_with_gap(scope, DAYS_N, (9, 12))
    return scope, reference.make_calendar(scope, DAYS_N)


def first_days(scope: Scope, calendar: Calendar) -> np.ndarray:
    return calendar.first_living_day(scope.alive_from_s)


def found(scope: Scope, calendar: Calendar, window_s: int) -> dict[tuple[int, int], np.ndarray]:
    """Return what the sweep says of each pair: the sums, and z."""
    by_pair = {}
    for met in sweep(scope, first_days(scope, calendar), calendar, window_s):
        sums = np.stack([*(getattr(met, name) for name in list(Met.__slots__)[1:]), met.z])
        for i in range(sums.shape[1]):
            for j in range(met.first + i + 1, scope.accounts_n):
                by_pair[met.first + i, j] = sums[:, i, j]
            assert not sums[:, i, : met.first + i + 1].any()
    return by_pair


def direct(days: PairDays) -> list[float]:
    """Return the same from the matrices of one pair, term by term."""
    sums = np.zeros(6)
    for k, n in enumerate(days.sizes.tolist()):
        hits = days.hits[k, :n, :n]
        x, y = (n * v[k, :n] - v[k, :n].sum() for v in (days.posts_i, days.posts_j))
        taken = interaction_slope(hits, x, y) * np.outer(x, y)
        for which, cells in ((2, hits.astype(np.float64)), (4, hits - taken)):
            rows, columns = cells.mean(axis=1, keepdims=True), cells.mean(axis=0, keepdims=True)
            sums[which] += ((cells - rows - columns + cells.mean()) ** 2).sum() / (n - 1)
        fewest = min(hits.any(axis=0).sum(), hits.any(axis=1).sum())
        sums[0] += np.trace(hits)
        sums[1] += hits.sum() / n
        sums[3] += np.trace(taken)
        sums[5] -= sum(np.log10(n - r) for r in range(fewest))
    return sums.tolist()


@given(scopes(), st.sampled_from([1, 60, 300]))
@settings(max_examples=150, deadline=None)
def test_sums_of_every_pair_are_those_of_its_matrices(
    case: tuple[Scope, Calendar], window_s: int
) -> None:
    """Each pair that lives together long enough, whatever the others do; zeros for the rest."""
    scope, calendar = case
    starts, posts = first_days(scope, calendar), account_posts(scope, calendar)
    for (i, j), sums in found(scope, calendar, window_s).items():
        first = max(starts[i], starts[j])
        if not common_days(calendar, first).enough:
            assert not sums.any()
            continue
        days = pair_days(posts[i], posts[j], calendar, calendar.lived(first), window_s)
        assert sums[:6].tolist() == pytest.approx(direct(days), abs=1e-9)


@given(scopes())
@settings(max_examples=30, deadline=None)
def test_it_does_not_matter_how_many_accounts_are_swept_at_once(
    case: tuple[Scope, Calendar],
) -> None:
    """One account at a time or all together: the same numbers, to the last bit."""
    whole = found(*case, 60)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PAIRS_AT_ONCE", 1)
        single = found(*case, 60)

    assert whole.keys() == single.keys()
    assert all(np.array_equal(whole[pair], single[pair]) for pair in whole)


def test_z_is_the_smaller_of_what_the_two_nulls_give() -> None:
    """Hits in proportion to the volumes are many under N1, and none too many under N1v."""
    busy = [0, 1, 2, 7, 8, 9]
    posts = [
        (d * DAY_S + 36_000 + 900 * n, a)
        for d in range(14)
        for n in range(8 if d in busy else 1)
        for a in (0, 1)
    ]
    scope = reference.make_scope(posts, 2, [0, 0])
    calendar = reference.make_calendar(scope, 14)
    (met,) = sweep(scope, first_days(scope, calendar), calendar, 60)
    plain = (met.hits - met.mean)[0, 1] / np.sqrt(met.variance[0, 1])

    assert plain > 2
    assert met.z[0, 1] < plain


HOSTILE: dict[str, tuple[list[reference.Post], int]] = {
    "no account": ([], 0),
    "one account": ([(d * DAY_S, 0) for d in range(30)], 1),
    "no post": ([], 3),
    "one post each": ([(900_000 + a, a) for a in range(3)], 3),
    "all in one second": ([(900_000, n % 3) for n in range(30_000)], 3),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_scopes_give_numbers(name: str) -> None:
    """No account, no post, a thousand posts in one second: finite sums of every pair."""
    posts, accounts_n = HOSTILE[name]
    scope = reference.make_scope(posts, accounts_n, [0] * accounts_n)
    by_pair = found(scope, reference.make_calendar(scope, 30), 60)

    assert len(by_pair) == accounts_n * (accounts_n - 1) // 2
    assert all(np.isfinite(sums).all() for sums in by_pair.values())
    if name == "all in one second":
        assert by_pair[0, 1][0] == 20_000
