"""When posts were collected, told by file names and by posts."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.collection import collected, collection_intervals, outer

HOUR_S, DAY_S = 3_600, 86_400

Source = tuple[int | None, int | None, int | None, int | None]
"""Start and exclusive end by the file's name, first and last post."""


def sources(*rows: Source) -> pl.LazyFrame:
    names = ("collection_start_s", "collection_end_s", "first_posted_s", "last_posted_s")
    return pl.LazyFrame(rows, schema=dict.fromkeys(names, pl.Int64), orient="row")


def posts_at(*times_s: int) -> pl.LazyFrame:
    """Return posts at these times, and one that is back-dated to 0."""
    return pl.LazyFrame(
        {"posted_at_s": [0, *times_s], "is_back_dated": [True] + [False] * len(times_s)},
        schema={"posted_at_s": pl.Int64, "is_back_dated": pl.Boolean},
    )


@pytest.mark.parametrize(
    ("rows", "intervals"),
    [
        ([(10, 91, 50, 70)], ((10, 90),)),
        ([(None, None, 50, 70)], ((50, 70),)),
        ([(10, 91, None, None)], ((10, 90),)),
        ([(None, None, None, None)], ((33, 44),)),
        ([], ((33, 44),)),
        # Stated ends leave every gap a gap, unless the next second is the next file's.
        ([(0, 91, 5, 7), (91, 99, 95, 96)], ((0, 98),)),
        ([(0, 91, 5, 7), (92, 99, 95, 96)], ((0, 90), (92, 98))),
        ([(0, 91, 5, 7), (50, 60, 51, 52), (80, 99, 95, 96)], ((0, 98),)),
        # Where a post alone tells an end, less than a day is silence.
        ([(0, 91, 5, 7), (None, None, 90 + DAY_S, 90 + DAY_S)], ((0, 90 + DAY_S),)),
        (
            [(0, 91, 5, 7), (None, None, 91 + DAY_S, 91 + DAY_S)],
            ((0, 90), (91 + DAY_S, 91 + DAY_S)),
        ),
        ([(None, None, 0, 9), (9 + DAY_S, 20 + DAY_S, None, None)], ((0, 19 + DAY_S),)),
        # The end that reaches furthest tells whether it is stated.
        (
            [(0, 100, None, None), (None, None, 5, 50), (200, 300, None, None)],
            ((0, 99), (200, 299)),
        ),
    ],
)
def test_the_collection_is_what_the_exports_state_else_their_posts(
    rows: list[Source], intervals: tuple[tuple[int, int], ...]
) -> None:
    """File names come first, posts of files without them second, posts of the case last."""
    for order in (rows, rows[::-1]):
        assert collection_intervals(posts_at(44, 33), sources(*order)) == intervals


def test_without_a_post_nothing_was_collected() -> None:
    """No export and no post: no stretch of time, and nothing inside it."""
    assert collection_intervals(posts_at(), sources()) == ()
    assert outer(()) == (0, -1)
    assert not collected((), np.arange(3), 1).any()


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=8),
    st.integers(1, 9),
)
@settings(max_examples=200, deadline=None)
def test_a_stretch_is_collected_where_every_second_is(
    files: list[tuple[int, int]], width_s: int
) -> None:
    """Compared second by second with the union of what the files state."""
    rows = [(start, start + length, None, None) for start, length in files]
    intervals = collection_intervals(posts_at(), sources(*rows))
    seconds = {s for start, length in files for s in range(start, start + length)}
    starts_s = np.arange(-10, 90)

    assert collected(intervals, starts_s, width_s).tolist() == [
        set(range(start, start + width_s)) <= seconds for start in starts_s.tolist()
    ]
    assert {s for first, last in intervals for s in range(first, last + 1)} == seconds
