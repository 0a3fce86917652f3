"""The calendar of null N1: whole days, blocks, weekday classes, lives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.calendar import common_days, scope_calendar, second_arrival
from lockstep.timing.collection import collection_intervals
from lockstep.timing.scope import ALWAYS
from tests.timing import reference
from tests.timing.reference import DAY_S
from tests.timing.test_collection import sources


def daily(volumes: list[int], hour: int = 12) -> list[reference.Post]:
    return [(d * DAY_S + hour * 3_600 + i, 0) for d, n in enumerate(volumes) for i in range(n)]


@given(st.integers(0, 200), st.integers(0, 6))
@settings(max_examples=100, deadline=None)
def test_blocks_are_short_and_equal_and_longer_first(days_n: int, quiet: int) -> None:
    """At most 14 days (10 with one class), lengths within a day, longer first; strata ≤ 10 days."""
    volumes = [1 if d % 7 in {quiet, (quiet + 1) % 7} else 3 for d in range(days_n)]
    calendar = reference.make_calendar(reference.make_scope(daily(volumes), 1), days_n)
    lengths = np.bincount(calendar.block) if calendar.days_n else np.zeros(1)
    classes_n = max(len(np.unique(calendar.stratum[calendar.block == 0])), 1)

    assert calendar.days_n in {days_n, max(days_n - 1, 0)}
    assert lengths.max() <= (14 if classes_n == 2 else 10)
    assert lengths.max() - lengths.min() <= 1
    assert (np.diff(lengths) <= 0).all()
    assert np.diff(calendar.starts).max(initial=0) <= 10
    for k in range(len(calendar.starts) - 1):
        days = calendar.days[calendar.starts[k] : calendar.starts[k + 1]]
        assert (calendar.stratum[days] == k).all()
        assert (np.diff(days) > 0).all()


@pytest.mark.parametrize(
    ("volume", "days_n", "classes_n"), [(10, 28, 1), (8, 28, 2), (10, 27, 2), (12, 28, 1)]
)
def test_a_weekend_is_a_class_where_it_differs_or_time_is_short(
    volume: int, days_n: int, classes_n: int
) -> None:
    """Above 10 % less on the two quietest days, or below 28 days, there are two classes."""
    # 1970-01-03 and -04 are Saturday and Sunday.
    volumes = [volume if d % 7 in {2, 3} else 10 for d in range(days_n)]
    scope = reference.make_scope(daily(volumes, hour=12), 1)
    calendar = scope_calendar(scope, ((0, days_n * DAY_S - 1),))

    assert len(np.unique(calendar.stratum[calendar.block == 0])) == classes_n


def test_days_begin_at_the_quietest_hour() -> None:
    """The boundary is the emptiest hour of the day; days are whole within the collection."""
    posts = [(d * DAY_S + h * 3_600, 0) for d in range(10) for h in range(24) if h != 5]
    calendar = scope_calendar(reference.make_scope(posts, 1), ((100, 10 * DAY_S - 1),))

    assert calendar.first_day_s == 5 * 3_600
    assert calendar.days_n == 9


def test_lives_count_from_their_first_whole_day() -> None:
    """A life that begins within a day lives from the next; an unknown one from the start."""
    noon_s = 2 * DAY_S + 43_200
    posts = [(noon_s, 0), (noon_s, 1), (noon_s, 2)]
    scope = reference.make_scope(posts, 3, [ALWAYS, DAY_S, DAY_S + 1])
    calendar = reference.make_calendar(scope, 20)
    first = calendar.first_living_day(scope.alive_from_s)

    assert first.tolist() == [0, 1, 2]
    assert second_arrival(scope, calendar) == 1
    assert common_days(calendar, 2).days_n == 18


def test_accounts_without_posts_are_no_company() -> None:
    """The second arrival is of accounts that have event posts."""
    scope = reference.make_scope([(5 * DAY_S, 0)], 2, [ALWAYS, 0])
    calendar = reference.make_calendar(scope, 20)

    assert second_arrival(scope, calendar) == calendar.days_n


@pytest.mark.parametrize(
    ("days_n", "largest", "enough"), [(6, 4, False), (7, 5, True), (3, 2, False), (14, 10, True)]
)
def test_span_needs_seven_days(days_n: int, largest: int, enough: bool) -> None:  # noqa: FBT001
    """Seven common whole days are enough, six are not."""
    scope = reference.make_scope(daily([3] * days_n), 1)
    common = common_days(reference.make_calendar(scope, days_n), 0)

    assert (common.days_n, common.enough) == (days_n, enough)
    assert common.largest_stratum_n >= min(largest, 3) or not enough


def test_days_that_nobody_collected_are_in_no_stratum() -> None:
    """Blocks are of calendar days; their strata hold only the days collected from start to end."""
    scope = reference.make_scope(daily([3] * 40, hour=12), 1)
    whole = scope_calendar(scope, ((0, 40 * DAY_S - 1),))
    gap = scope_calendar(scope, ((0, 11 * DAY_S + 7), (16 * DAY_S - 1, 40 * DAY_S - 1)))

    assert gap.block.tolist() == whole.block.tolist()
    assert np.flatnonzero(~gap.collected).tolist() == [11, 12, 13, 14, 15]
    assert sorted(gap.days.tolist()) == [d for d in range(40) if not 11 <= d <= 15]
    assert gap.lived(10).tolist() == [10, *range(16, 40)]
    assert gap.lived_days(10).sum() == common_days(gap, 10).days_n == 25
    assert gap.lived(40).tolist() == []


def test_without_a_gap_pieces_are_one_collection() -> None:
    """Stretches that touch or overlap give the calendar of their union."""
    scope = reference.make_scope(daily([3, 5, 2, 8] * 10, hour=12), 1)
    one = scope_calendar(scope, ((0, 40 * DAY_S - 1),))
    frame = sources((0, 9 * DAY_S, None, None), (9 * DAY_S, 40 * DAY_S, None, None))
    parts = scope_calendar(scope, collection_intervals(frame))

    assert one.stratum.tolist() == parts.stratum.tolist()
    assert one.days.tolist() == parts.days.tolist()


def test_nothing_collected_has_no_day() -> None:
    """Without an export there is no calendar day, and nothing is lived."""
    calendar = scope_calendar(reference.make_scope([], 0), ())

    assert (calendar.days_n, calendar.blocks_n) == (0, 0)
    assert calendar.lived(0).tolist() == []
