"""Bins, their edges, and which of them an account lives in."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.activity.series import WIDTH_S, Bin, Grid, grid
from lockstep.timing.scope import ALWAYS

DAY_S, WEEK_S = 86_400, 604_800
MONDAY_S = 1_641_168_000
"""2022-01-03, a Monday."""


def counted(bins: Grid, posts: list[tuple[str, int]], keys: list[str]) -> list[list[int]]:
    frame = pl.DataFrame(
        [(key, at_s, 1) for key, at_s in posts],
        schema={"account_key": pl.String, "at_s": pl.Int64, "posts_n": pl.Int64},
        orient="row",
    )
    return bins.counts(frame, keys).tolist()


@given(
    st.sampled_from(["day", "week"]),
    st.integers(-(10**9), 2 * 10**9),
    st.integers(-1, 5 * WEEK_S),
)
@settings(max_examples=200, deadline=None)
def test_bins_are_the_whole_ones_of_the_window(width: Bin, start_s: int, length_s: int) -> None:
    """Every bin that starts and ends inside the window is there, and no other."""
    end_s = start_s + length_s
    width_s, origin_s = WIDTH_S[width], MONDAY_S if width == "week" else 0
    nearby = (origin_s + ((start_s - origin_s) // width_s + k) * width_s for k in range(-1, 40))
    whole = [s for s in nearby if s >= start_s and s + width_s - 1 <= end_s]
    bins = grid(width, ((start_s, end_s),))

    assert [bins.first_start_s + b * bins.width_s for b in range(bins.bins_n)] == whole


def test_weeks_start_on_monday() -> None:
    """The bin of a Monday's first second is not that of the second before."""
    bins = grid("week", ((MONDAY_S - WEEK_S, MONDAY_S + WEEK_S - 1),))
    posts = [("a", MONDAY_S - 1), ("a", MONDAY_S), ("a", MONDAY_S + WEEK_S - 1)]

    assert (bins.width_s, bins.first_start_s) == (WEEK_S, MONDAY_S - WEEK_S)
    assert bins.collected.tolist() == [True, True]
    assert counted(bins, posts, ["a"]) == [[1, 2]]


@pytest.mark.parametrize(("end_s", "bins_n"), [(DAY_S - 2, 0), (DAY_S - 1, 1), (2 * DAY_S, 2)])
def test_a_window_shorter_than_a_bin_holds_none(end_s: int, bins_n: int) -> None:
    """The last second of a bin must be inside as well."""
    assert grid("day", ((0, end_s),)).bins_n == bins_n
    assert grid("day", ((1, end_s),)).bins_n == max(bins_n - 1, 0)


def test_what_lies_beside_the_grid_is_left_out() -> None:
    """Posts before, after, and of other accounts are not counted; silence is zero."""
    bins = grid("day", ((-DAY_S, 2 * DAY_S - 1),))
    posts = [("a", -DAY_S - 1), ("a", -DAY_S), ("a", -1), ("c", 5), ("a", 2 * DAY_S), ("z", 0)]

    assert counted(bins, posts, ["a", "b", "c"]) == [[2, 0, 0], [0, 0, 0], [0, 1, 0]]
    assert counted(bins, [], ["a"]) == [[0, 0, 0]]
    assert counted(bins, posts, []) == []
    assert counted(grid("day", ((0, -1),)), posts, ["a"]) == [[]]


def test_lives_begin_with_their_first_whole_bin() -> None:
    """Unknown lives from the start, a birth on the edge from that bin, within it from the next."""
    bins = grid("day", ((DAY_S, 11 * DAY_S - 1),))
    alive_from_s = np.array([ALWAYS, 0, DAY_S, DAY_S + 1, 10 * DAY_S, 10 * DAY_S + 1, 10**10])

    assert bins.first_living_bin(alive_from_s).tolist() == [0, 0, 0, 1, 9, 10, 10]


def test_bins_that_nobody_collected_are_not_lived() -> None:
    """A bin partly outside the stretches collected is left out; those on both sides stay."""
    bins = grid("day", ((0, 3 * DAY_S + 5), (6 * DAY_S - 1, 9 * DAY_S - 1)))

    assert bins.collected.tolist() == [True] * 3 + [False] * 3 + [True] * 3
    assert bins.lived(0).tolist() == [0, 1, 2, 6, 7, 8]
    assert bins.lived(4).tolist() == [6, 7, 8]
    assert bins.lived(9).tolist() == []
