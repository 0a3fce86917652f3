"""Counts by hour, day and week against Polars' own calendar."""

from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep import storage
from lockstep.activity.post_counts import post_counts
from tests.activity.tables import broken_rules
from tests.timing import reference

WEEK_S = 604_800
EDGES = st.builds(
    lambda week, off: week * WEEK_S + off, st.integers(-900, 4_000), st.integers(-2, 2)
)
TIMES = st.one_of(st.integers(-(10**9), 2 * 10**9), EDGES)
POSTS = st.lists(
    st.tuples(
        TIMES, st.integers(0, 2), st.booleans(), st.sampled_from([0, 0, 3_600]), st.booleans()
    ),
    max_size=60,
)
Post = tuple[int, int, bool, int, bool]
"""Time in s, account, whether an announcement, uncertainty in s, whether back-dated."""


def staged(posts: list[Post]) -> pl.LazyFrame:
    """Return posts as staging yields them."""
    frame = reference.frames([(time, account) for time, account, *_ in posts], 3, days_n=1)["posts"]
    return frame.with_columns(
        pl.Series("is_scheduled_announcement", [p[2] for p in posts], dtype=pl.Boolean),
        pl.Series("posted_at_uncertainty_s", [p[3] for p in posts], dtype=pl.Int64),
        pl.Series("is_back_dated", [p[4] for p in posts], dtype=pl.Boolean),
    )


def by_polars(posts: pl.LazyFrame) -> pl.DataFrame:
    """Count in calendar hours, days and weeks, as Polars truncates moments."""
    events = posts.filter(
        ~pl.col("is_scheduled_announcement"),
        pl.col("posted_at_uncertainty_s") == 0,
        ~pl.col("is_back_dated"),
    ).with_columns(pl.from_epoch("posted_at_s", time_unit="s").alias("at"))
    counted = [
        events.group_by("account_key", pl.col("at").dt.truncate(every).dt.epoch("s"))
        .agg(pl.len().cast(pl.Int64).alias("posts_n"))
        .select("account_key", pl.lit(bin_).alias("bin"), bin_start_s="at", posts_n="posts_n")
        for bin_, every in (("hour", "1h"), ("day", "1d"), ("week", "1w"))
    ]
    return pl.concat(counted).sort("account_key", "bin", "bin_start_s").collect()


@given(POSTS)
@settings(max_examples=60, deadline=None)
def test_counts_are_those_of_polars(posts: list[Post]) -> None:
    """Weeks start on Monday, also before 1970; only event posts count."""
    frame = staged(posts)

    assert post_counts(posts=frame, settings=reference.settings()).equals(by_polars(frame))


def test_known_moments_fall_into_known_bins() -> None:
    """The last second of Sunday 2022-01-02 and the first of Monday, by hand."""
    frame = staged([(1_641_167_999, 0, False, 0, False), (1_641_168_000, 0, False, 0, False)])
    rows = post_counts(posts=frame, settings=reference.settings())

    assert rows.select("bin", "bin_start_s", "posts_n").rows() == [
        ("day", 1_641_081_600, 1),
        ("day", 1_641_168_000, 1),
        ("hour", 1_641_164_400, 1),
        ("hour", 1_641_168_000, 1),
        ("week", 1_640_563_200, 1),
        ("week", 1_641_168_000, 1),
    ]


def test_the_table_obeys_its_contract(tmp_path: Path) -> None:
    """It can be stored, and every rule holds of it; so of a table without a row."""
    some = [(t * 50_001 - 10**6, t % 3, t % 11 == 0, 0, t % 13 == 0) for t in range(200)]
    for posts in (some, []):
        rows = post_counts(posts=staged(posts), settings=reference.settings())
        assert broken_rules(tmp_path, post_counts=rows) == {}


def test_rules_notice_a_count_on_the_wrong_bin(tmp_path: Path) -> None:
    """A week that starts on Sunday, or an hour that lost a post, breaks its rule."""
    rows = post_counts(posts=staged([(10**9, 0, False, 0, False)]), settings=reference.settings())
    is_week, is_hour = pl.col("bin") == "week", pl.col("bin") == "hour"
    shifted = rows.with_columns(
        pl.when(is_week).then(pl.col("bin_start_s") - 86_400).otherwise("bin_start_s").name.keep()
    )

    assert broken_rules(tmp_path, post_counts=shifted) == {"bin_starts_on_its_grid": 1}
    assert broken_rules(tmp_path, post_counts=rows.filter(~is_hour)) == {"hours_add_up_to_days": 1}


def test_order_of_posts_does_not_matter(tmp_path: Path) -> None:
    """The same posts in another order give the same file."""
    posts = staged([(t * 7_919, t % 3, False, 0, False) for t in range(300)])
    mixed = posts.collect().sample(fraction=1.0, shuffle=True, seed=1).lazy()
    files = [
        storage.write(
            post_counts(posts=frame, settings=reference.settings()), "post_counts", tmp_path / "p"
        )
        for frame in (posts, mixed)
    ]

    assert files[0] == files[1]
