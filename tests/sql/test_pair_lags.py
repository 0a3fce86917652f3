"""Pairs of posts by lag are those that comparing every post with every other gives."""

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lockstep.engine import run_sql

Post = tuple[int, str]
STREAM = st.lists(st.tuples(st.integers(-40, 60), st.sampled_from("abc")), max_size=15)


def by_hand(posts: list[tuple[str, str, int]], max_lag_s: int) -> list[tuple[object, ...]]:
    """Return the rows by comparing all posts: (key, account, time) each."""
    rows = [
        ("network", a, b, k, m, t, u - t, t == u)
        for k, a, t in posts
        for m, b, u in posts
        if a != b and 0 <= u - t <= max_lag_s and (t < u or a < b)
    ]
    return sorted(rows, key=lambda r: (r[5], r[3], r[4]))


@given(STREAM, st.sampled_from([0, 1, 7, 60]))
@settings(max_examples=200, deadline=None)
@example([(0, "a"), (0, "b"), (0, "c")], 0)
@example([], 60)
def test_the_statement_equals_brute_force(stream: list[Post], max_lag_s: int) -> None:
    """Inclusive, each two posts once, the earlier first, ties by account."""
    posts = [(f"p{i:02d}", account, time_s) for i, (time_s, account) in enumerate(stream)]
    frame = pl.DataFrame(
        [("network", *post) for post in reversed(posts)],
        schema={
            "scope": pl.String,
            "post_key": pl.String,
            "account_key": pl.String,
            "posted_at_s": pl.Int64,
        },
        orient="row",
    )

    found = run_sql("pair_lags", params={"max_lag_s": max_lag_s}, timing_difference=frame)

    assert found.rows() == by_hand(posts, max_lag_s)
