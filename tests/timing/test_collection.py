"""When posts were collected, told by file names and by posts."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.collection import collected, collection_intervals, outer
from tests.ingest.exports_writer import csv_bytes, export, post, staged

HOUR_S, DAY_S = 3_600, 86_400

Source = tuple[int | None, int | None, int | None, int | None]
"""Start and exclusive end by the file's name, first and last post."""


def sources(*rows: Source) -> pl.LazyFrame:
    """Return whole files."""
    return _frame((*row, False, "none") for row in rows)


def _frame(rows: Iterable[tuple[int | bool | str | None, ...]]) -> pl.LazyFrame:
    names = ("collection_start_s", "collection_end_s", "first_posted_s", "last_posted_s")
    schema = dict.fromkeys(names, pl.Int64) | {"is_cut_short": pl.Boolean, "sort_order": pl.String}
    return pl.LazyFrame(list(rows), schema=schema, orient="row")


@pytest.mark.parametrize(
    ("rows", "intervals"),
    [
        ([(10, 91, 50, 70)], ((10, 90),)),
        ([(None, None, 50, 70)], ((50, 70),)),
        ([(10, 91, None, None)], ((10, 90),)),
        ([(None, None, None, None)], ()),
        ([], ()),
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
    """File names come first, posts of files without them second."""
    for order in (rows, rows[::-1]):
        assert collection_intervals(sources(*order)) == intervals


CUT_SHORT = (10, 91, 50, 70)
"""States more than its posts show."""


@pytest.mark.parametrize(
    ("order", "others", "intervals"),
    [
        ("time_ascending", [], ((10, 70),)),
        ("time_descending", [], ((50, 90),)),
        *((order, [], ()) for order in ("interactions_descending", "none", "unknown")),
        # What is missing behind it is no silence, however short.
        ("time_ascending", [(None, None, 72, 80)], ((10, 70), (72, 80))),
        ("time_ascending", [(None, None, 71, 80)], ((10, 80),)),
        ("time_descending", [(None, None, 20, 48)], ((20, 48), (50, 90))),
        ("time_descending", [(None, None, 92, 95)], ((50, 95),)),
        ("interactions_descending", [(None, None, 20, 48)], ((20, 48),)),
        # The same days from a whole file are collected, and silence may follow them.
        ("time_ascending", [(10, 91, 50, 70)], ((10, 90),)),
        ("time_ascending", [(None, None, 20, 70), (None, None, 80, 90)], ((10, 90),)),
    ],
)
def test_a_file_that_breaks_off_covers_what_was_read(
    order: str, others: list[Source], intervals: tuple[tuple[int, int], ...]
) -> None:
    """Sorted by time up to its last record; in any other order any day may lack posts."""
    rows = [(*CUT_SHORT, True, order), *((*row, False, "none") for row in others)]

    for frame in (_frame(rows), _frame(rows[::-1])):
        assert collection_intervals(frame) == intervals


REPORT = "2022-02-11-08-00-00-GMT-Historical-Report-SYN-2022-01-01--2022-01-31.csv"


def test_a_download_that_ended_early_covers_what_it_shows(tmp_path: Path) -> None:
    """The newest posts first, to the end of the month that its name states."""
    rows = [post(day, Post_Created=f"2022-01-{day:02} 08:00:00 GMT") for day in range(30, 0, -1)]
    content = csv_bytes(rows)
    at = content.index(b"2022-01-10 08:00:00 GMT")
    whole, cut = (
        collection_intervals(staged(export(tmp_path, data, REPORT))["sources"].lazy())
        for data in (content, content[:at])
    )

    assert whole == ((epoch_s("2022-01-01T00:00:00"), epoch_s("2022-01-31T23:59:59")),)
    assert cut == ((epoch_s("2022-01-11T08:00:00"), epoch_s("2022-01-31T23:59:59")),)


def epoch_s(moment: str) -> int:
    """Return a moment in UTC in s since 1970."""
    return int(datetime.fromisoformat(f"{moment}+00:00").timestamp())


def test_a_file_without_a_time_that_breaks_off_covers_nothing() -> None:
    """Its name alone does not tell how far it was read."""
    assert collection_intervals(_frame([(10, 91, None, None, True, "time_ascending")])) == ()


def test_without_a_post_nothing_was_collected() -> None:
    """No export and no post: no stretch of time, and nothing inside it."""
    assert collection_intervals(sources()) == ()
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
    intervals = collection_intervals(sources(*rows))
    seconds = {s for start, length in files for s in range(start, start + length)}
    starts_s = np.arange(-10, 90)

    assert collected(intervals, starts_s, width_s).tolist() == [
        set(range(start, start + width_s)) <= seconds for start in starts_s.tolist()
    ]
    assert {s for first, last in intervals for s in range(first, last + 1)} == seconds
