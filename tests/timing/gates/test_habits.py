"""Gates of habits and of what is missing: heaping, bursts, coverage, mechanical, duplicates."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.gates.bursts import burst_gates
from lockstep.timing.gates.coverage import coverage_gates, silences
from lockstep.timing.gates.duplicates import duplicates_gate
from lockstep.timing.gates.heaping import heaping_gates
from lockstep.timing.gates.mechanical import mechanical_gates
from lockstep.timing.gates.rows import Row, listed
from lockstep.timing.scope import ALWAYS, load_scope
from tests.timing import reference
from tests.timing.reference import DAY_S, Post

NOON_S = 43_200


def by_subject(rows: Sequence[Row]) -> dict[str, Row]:
    return {row.get("subject", "network"): row for row in rows}


@pytest.mark.parametrize(
    ("posts_n", "on_minute", "outcome"),
    [(240, 12, "pass"), (240, 13, "fail"), (199, 199, "waived"), (1, 1, "waived")],
)
def test_heaping_is_second_zero_against_chance(posts_n: int, on_minute: int, outcome: str) -> None:
    """More than 3 in 60 posts on second 0, of at least 200, suggest a scheduler."""
    posts = [(i * 900 + (60 if i < on_minute else 7), 0) for i in range(posts_n)]
    for row in heaping_gates(reference.make_scope(posts, 1)):
        assert row["outcome"] == outcome
        assert float(row["value"]) == pytest.approx(60 * on_minute / posts_n, abs=1e-8)
        assert "0.0 times as many on every fifth minute" in row["note"]


def test_heaping_tells_minutes_that_five_divides() -> None:
    """h5 is 12 where each post of second 0 is on a fifth minute."""
    posts = [(i * 900, 0) for i in range(300)] + [(i * 900 + 61, 1) for i in range(300)]
    rows = by_subject(heaping_gates(reference.make_scope(posts, 2)))

    assert rows["facebook:0000"]["value"] == 60
    assert "12.0 times as many on every fifth minute" in rows["facebook:0000"]["note"]
    assert (rows["facebook:0001"]["value"], rows["network"]["value"]) == (0, 30)


@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 2)), max_size=60))
@settings(max_examples=100, deadline=None)
def test_bursts_are_posts_soon_after_the_own_previous(posts: list[Post]) -> None:
    """Compared with each account's posts one after the other."""
    rows = by_subject(burst_gates(reference.make_scope(posts, 3), reference.settings()))
    for account in range(3):
        times = sorted(t for t, a in posts if a == account)
        soon = sum(b - a <= 120 for a, b in pairwise(times))
        row = rows[f"facebook:{account:04d}"]
        if not times:
            assert (row["outcome"], row.get("value")) == ("waived", None)
            continue
        assert float(row["value"]) == pytest.approx(soon / len(times), abs=1e-9)
        assert (row["outcome"] == "fail") == (row["value"] > Decimal("0.3"))


def test_bursts_are_told_with_their_first_posts_alone() -> None:
    """An album of ten beside another account's post counts as eleven posts, or as two."""
    posts = [(i, 0) for i in range(10)] + [(5, 1), (DAY_S, 1)]
    network = burst_gates(reference.make_scope(posts, 2), reference.settings())[0]

    assert "A1 at 60 s is 11, and 2 of the first posts of bursts alone." in network["note"]


@given(st.sets(st.integers(0, 39)), st.integers(0, 40), st.integers(1, 20), st.integers(1, 19))
@settings(max_examples=150, deadline=None)
def test_silence_is_counted_over_collected_lived_days(
    posted: set[int], first_day: int, gap_start: int, gap_days: int
) -> None:
    """Runs of days without a post; uncollected days neither add to a run nor end it."""
    gap = range(gap_start, gap_start + gap_days)
    scope = reference.make_scope([(d * DAY_S + NOON_S, 0) for d in range(40)], 1)
    calendar = reference.make_calendar_with_gap(scope, 40, (gap.start, gap.stop))
    marks = "".join("x" if d in posted else "." for d in range(first_day, 40) if d not in gap)

    found = silences(calendar, first_day, np.array(sorted(posted), dtype=np.int64))

    assert sorted(found[found > 0].tolist()) == sorted(len(r) for r in marks.split("x") if r)


@pytest.mark.parametrize(("silent", "outcome"), [(6, "pass"), (7, "waived")])
def test_a_week_of_silence_cannot_be_told_from_missing_data(silent: int, outcome: str) -> None:
    """From seven days on an account's silence is said to be untold."""
    days = [*range(5), *range(5 + silent, 30)]
    scope = reference.make_scope([(d * DAY_S + NOON_S, 0) for d in days], 1)
    rows = by_subject(coverage_gates(scope, reference.make_calendar(scope, 30), 0))

    assert rows["facebook:0000"]["outcome"] == outcome
    assert rows["facebook:0000"]["value"] == silent
    assert ("no data or no posts" in rows["facebook:0000"]["note"]) == (outcome == "waived")
    assert rows["network"]["outcome"] == "pass"


def test_days_that_nobody_collected_fail_the_network() -> None:
    """They are counted, with the posts on them."""
    scope = reference.make_scope([(d * DAY_S + NOON_S, 0) for d in range(30)], 1)
    calendar = reference.make_calendar_with_gap(scope, 30, (10, 14))
    network = by_subject(coverage_gates(scope, calendar, 0))["network"]

    assert (network["outcome"], network["value"], network["threshold"]) == ("fail", 4, 0)
    assert "4 event posts of such days count as observed and are not tested" in network["note"]


@pytest.mark.parametrize(("days_n", "said"), [(30, "All of 30 whole days"), (0, "No whole day")])
def test_exports_that_break_off_are_said(days_n: int, said: str) -> None:
    """Beside what was collected: they are why it is less than the files' names state."""
    scope = reference.make_scope([(d * DAY_S + NOON_S, 0) for d in range(30)], 1)
    calendar = reference.make_calendar(scope, days_n)
    notes = [by_subject(coverage_gates(scope, calendar, n))["network"]["note"] for n in (0, 1, 2)]

    assert said in notes[0]
    assert "(cut_short)" not in notes[0]
    assert "1 export breaks off (cut_short)" in notes[1]
    assert "2 exports break off (cut_short)" in notes[2]


def test_an_unknown_creation_is_said() -> None:
    """An account without a creation date lives from the window's start, and its row says so."""
    frames = reference.frames([(NOON_S, 0), (NOON_S, 1)], 2, days_n=9, created_s=[None, 0])
    scope = load_scope(frames["posts"], frames["accounts"], reference.settings())
    rows = by_subject(coverage_gates(scope, reference.make_calendar(scope, 9), 0))
    unknown = "taken as living from the start of the window"

    assert unknown in rows["facebook:0000"]["note"]
    assert unknown not in rows["facebook:0001"]["note"]
    assert f"Creation of 1 account unknown: {unknown}" in rows["network"]["note"]
    assert scope.alive_from_s[0] == ALWAYS


def test_shares_and_crossposts_are_counted_and_taken_out() -> None:
    """A post that shares another account's video is company of the platform's making."""
    posts = [(d * DAY_S + NOON_S + a, a) for d in range(20) for a in range(2)]
    frames = reference.frames(posts, 2, days_n=20)
    day = pl.col("posted_at_s") // DAY_S
    second = pl.col("account_key") == "facebook:0001"
    linked = frames["posts"].with_columns(
        is_share=second & (day < 2),
        video_share_status=pl.when(second & (day == 2)).then(pl.lit("crosspost")),
    )
    scope = load_scope(linked, frames["accounts"], reference.settings())
    rows = by_subject(mechanical_gates(linked, frames["accounts"], scope, reference.settings()))

    assert (rows["facebook:0000"]["outcome"], rows["facebook:0000"]["value"]) == ("pass", 0)
    assert rows["facebook:0001"]["outcome"] == "fail"
    assert rows["facebook:0001"]["value"] == Decimal("0.15")
    assert rows["network"]["outcome"] == "pass"
    assert "A1 at 60 s is 40 with them and 34 without" in rows["network"]["note"]


def test_duplicates_are_reported() -> None:
    """Whatever the exports repeat, each post counts once, and the gate says how many there were."""
    counts = {
        "records_in": [60, 40],
        "posts_new_n": [50, 10],
        "observations_n": [0, 25],
        "duplicate_exact_n": [5, 4],
        "not_posts_n": [0, 1],
        "quarantined_n": [5, 0],
    }
    row = duplicates_gate(pl.LazyFrame(counts))

    assert (row["outcome"], row["value"], row["unit"]) == ("pass", Decimal("0.34"), "share")
    assert "100 records: 60 posts, 25 further observations" in row["note"]
    assert "1 that is no post, 5 in quarantine" in row["note"]
    assert duplicates_gate(pl.LazyFrame(counts).clear())["outcome"] == "waived"


def test_long_lists_are_cut() -> None:
    """The first five stand, the rest are counted."""
    assert listed("abc") == "a, b, c"
    assert listed("abcdefg") == "a, b, c, d, e and 2 more"
