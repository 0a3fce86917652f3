"""A post with a later id than its time is told from one that was scheduled, and from bad ids."""

from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lockstep.ingest.back_dated import dated, early_posts, too_early
from tests.ingest.exports_writer import GROUP, PAGE, Row, export, post, staged

DAY_S = 86_400
FIRST_ID = 900_000_000


def by_hand(times_s: list[int], witnesses_n: int) -> list[bool]:
    """Return which posts are early by trying every chain of them."""
    places = range(len(times_s))
    for length in range(len(times_s), -1, -1):
        longest = [
            set(chain)
            for chain in combinations(places, length)
            if all(times_s[a] <= times_s[b] for a, b in pairwise(chain))
        ]
        if longest:
            break
    return [
        all(place not in chain for chain in longest)
        and sum(
            all(other in chain for chain in longest)
            and other < place
            and times_s[other] > times_s[place] + DAY_S
            for other in places
        )
        >= witnesses_n
        for place in places
    ]


@given(st.lists(st.integers(0, 6).map(lambda half_day: half_day * DAY_S // 2), max_size=9))
@hypothesis_settings(max_examples=200, deadline=None)
@example([])
@example([9 * DAY_S, 10 * DAY_S, 0, 11 * DAY_S])
def test_early_posts_are_those_of_every_longest_chain(times_s: list[int]) -> None:
    """Brute force over all subsets; two witnesses instead of ten, to have any among nine posts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lockstep.ingest.back_dated._CONTRADICTED_BY_N", 2)
        assert too_early(times_s).tolist() == by_hand(times_s, 2)


@given(
    st.lists(st.integers(0, 400), min_size=60, max_size=90),
    st.integers(30, 59),
    st.integers(15, 25),
)
@hypothesis_settings(max_examples=60, deadline=None)
def test_one_wrong_post_condemns_itself_alone(hours: list[int], place: int, days: int) -> None:
    """Of a page's ordered posts a back-dated one is early; one scheduled that late is not."""
    times_s = [(place * 24 + hour % 24) * 3_600 for place, hour in enumerate(hours)]
    back_dated = [*times_s[:place], times_s[place] - days * DAY_S, *times_s[place + 1 :]]
    scheduled = [*times_s[:place], times_s[place] + days * DAY_S, *times_s[place + 1 :]]

    assert too_early(back_dated).nonzero()[0].tolist() == [place]
    assert not too_early(times_s).any()
    assert not too_early(scheduled).any()


@given(st.lists(st.integers(0, 60 * DAY_S), max_size=40), st.integers(-(10**9), 10**9))
@hypothesis_settings(max_examples=60, deadline=None)
def test_early_is_the_same_at_any_time(times_s: list[int], later_s: int) -> None:
    """Only differences of times count; early posts come after ten later ones."""
    early = too_early(times_s)
    assert early.tolist() == too_early([time + later_s for time in times_s]).tolist()
    for place in early.nonzero()[0].tolist():
        assert sum(time > times_s[place] + DAY_S for time in times_s[:place]) >= 10


def test_a_day_is_not_yet_back_dated() -> None:
    """Ten witnesses more than 24 h later, to the second; and not one fewer."""
    witnesses = [10 * DAY_S] * 10
    assert too_early([*witnesses, 9 * DAY_S - 1]).tolist() == [False] * 10 + [True]
    assert not too_early([*witnesses, 9 * DAY_S]).any()
    assert not too_early([*witnesses[1:], 9 * DAY_S - 1]).any()


def posts(times_s: list[int], **differs: object) -> pl.DataFrame:
    """Return table `posts` of one page, ids in the order given, as far as the rule reads it."""
    usual = {"platform": "facebook", "surface_key": None, "post_type": "photo", "is_share": False}
    rows = [
        {
            "post_key": f"facebook:{FIRST_ID + number}",
            "post_id": str(FIRST_ID + number),
            "post_url": f"https://www.facebook.com/{PAGE}/posts/{FIRST_ID + number}",
            "account_key": f"facebook:{PAGE}",
            "posted_at_s": time_s,
            **usual,
            **differs,
        }
        for number, time_s in enumerate(times_s)
    ]
    return pl.DataFrame(rows, schema_overrides={"surface_key": pl.String})


def dated_posts(times_s: Sequence[int], **differs: object) -> pl.DataFrame:
    return dated(posts(times_s, **differs))


def daily(posts_n: int, *, back_dated: int | None = 40) -> list[int]:
    """Return a page's post of each day, one of them a year too early."""
    return [(400 + day - (365 if day == back_dated else 0)) * DAY_S for day in range(posts_n)]


def test_a_page_of_fifty_posts_is_told() -> None:
    """Of 49 posts one early one is more than one in fifty, and nothing is said."""
    found = early_posts([dated_posts(daily(50))])
    assert found.rows() == [(f"facebook:{FIRST_ID + 40}", True)]
    assert early_posts([dated_posts(daily(49))]).is_empty()
    assert early_posts([dated_posts(daily(50, back_dated=None))]).is_empty()
    assert early_posts([dated_posts(daily(1))]).is_empty()


def test_ids_that_start_anew_condemn_nobody() -> None:
    """Where newer posts have smaller ids, the older ones are no back-dated ones."""
    older_above = [*range(400, 460), *range(200, 220)]
    found = early_posts([dated_posts([day * DAY_S for day in older_above])])
    assert len(found) == 20
    assert not found["is_back_dated"].any()


@pytest.mark.parametrize(
    ("differs", "told"),
    [
        ({}, True),
        ({"post_type": "native_video"}, False),
        ({"post_type": "live_video_complete"}, False),
        ({"post_type": "native_video", "is_share": True}, True),
        ({"post_type": "other"}, False),
        ({"surface_key": f"facebook:{GROUP}"}, False),
        ({"post_url": f"https://www.facebook.com/{PAGE}/videos/900000040"}, False),
        ({"platform": "other"}, False),
        ({"post_id": "pfbid0Xy"}, False),
    ],
)
def test_only_ids_that_grow_are_read(differs: dict[str, object], told: bool) -> None:  # noqa: FBT001
    """Videos, unknown kinds, groups, other addresses, platforms and ids are not judged."""
    assert len(early_posts([dated_posts(daily(60), **differs)])) == told


def test_ids_of_other_lengths_and_accounts_are_no_witnesses() -> None:
    """A longer id, or one of another account, contradicts nothing."""
    early = posts([0]).with_columns(post_key=pl.lit("facebook:9000000001"))
    longer = early.with_columns(post_id=pl.lit("9000000001"))
    other = early.with_columns(post_id=pl.lit("900000999"), account_key=pl.lit("facebook:2"))
    for stranger in (longer, other):
        both = pl.concat([posts(daily(60, back_dated=None)), stranger])
        assert early_posts([dated(both)]).is_empty()


@pytest.mark.parametrize("slice_n", [1, 7, 50, 61, 400])
def test_slices_tell_what_the_whole_tells(slice_n: int) -> None:
    """Wherever one ends: within the posts of a page, between two pages, or before an early one."""
    first = posts(daily(60))
    key = pl.col("post_key").str.replace("facebook:", "facebook:1")
    ident = pl.col("post_id").str.replace("^", "1")
    longer = posts(daily(70, back_dated=69)).with_columns(post_key=key, post_id=ident)
    other = posts(daily(60, back_dated=0)).with_columns(account_key=pl.lit("facebook:2"))
    unordered = posts([*daily(55), 0, 1]).with_columns(account_key=pl.lit("facebook:3"))
    frame = dated(pl.concat([unordered, other, longer, first]))

    found = early_posts(list(frame.iter_slices(slice_n)))
    assert found.equals(early_posts([frame]))
    assert found.height == 5
    assert found["is_back_dated"].sum() == 2


def day_of(number: int, day: int, **values: str) -> Row:
    """Return the record of a post at noon of a day of 2021."""
    date = pl.select(pl.date(2021, 1, 1) + pl.duration(days=day)).item()
    return post(number, **{"Post_Created": f"{date} 12:00:00 GMT", **values})


def test_what_is_staged_of_a_back_dated_post(tmp_path: Path) -> None:
    """It is a post, marked and counted, and neither its account's first nor its file's."""
    rows = [day_of(number, 100 + number) for number in range(60)]
    rows[45] = day_of(45, 3)
    tables = staged(export(tmp_path, rows))

    marked = tables["posts"].filter("is_back_dated")
    assert marked["post_key"].to_list() == [f"facebook:{FIRST_ID + 45}"]
    assert str(marked["posted_at"].item()).startswith("2021-01-04 12:00")
    first_s = tables["posts"].filter(~pl.col("is_back_dated"))["posted_at_s"].min()
    assert tables["accounts"]["first_post_s"].to_list() == [first_s]
    assert tables["accounts"]["posts_n"].to_list() == [60]
    assert tables["sources"]["first_posted_s"].to_list() == [first_s]
    assert "back_dated 1" in str(tables["sources"]["warnings"].item()).split("; ")


def test_ids_without_an_order_are_noticed(tmp_path: Path) -> None:
    """Nothing is left out, and the export says how many records contradict their ids."""
    days = [*range(200, 260), *range(20, 30)]
    tables = staged(export(tmp_path, [day_of(n, day) for n, day in enumerate(days)]))

    assert not tables["posts"]["is_back_dated"].any()
    assert "ids_not_ordered 10" in str(tables["sources"]["warnings"].item()).split("; ")


def test_an_export_without_early_posts_says_nothing_of_them(tmp_path: Path) -> None:
    """No empty warning."""
    tables = staged(export(tmp_path, [day_of(n, n, Page_Created="") for n in range(3)]))
    assert tables["sources"]["warnings"].to_list() == [None]
