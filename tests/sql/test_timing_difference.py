"""The nearest posts of other accounts are those that a look at every other post finds."""

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lockstep import engine, storage
from lockstep.errors import ConfigError
from lockstep.settings import AccountsSection
from lockstep.timing.differences import timing_difference
from tests.timing import reference

Post = tuple[int, str, str]
"""Time in s, account and key of the post: its place in the total order."""


def by_hand(posts: list[Post], created_s: dict[str, int | None]) -> list[dict[str, object]]:
    """Return the table by comparing each post with every other."""
    rows = []
    for post in sorted(posts):
        others = [other for other in posts if other[1] != post[1]]
        before = max((other for other in others if other < post), default=None)
        after = min((other for other in others if other > post), default=None)
        gap_before_s = None if before is None else post[0] - before[0]
        gap_after_s = None if after is None else after[0] - post[0]
        gaps = [gap for gap in (gap_before_s, gap_after_s) if gap is not None]
        rows.append(
            {
                "scope": "network",
                "post_key": post[2],
                "account_key": post[1],
                "posted_at_s": post[0],
                "eligible": any(
                    account != post[1] and lives(account, post[0], posts, created_s)
                    for account in created_s
                ),
                "prev_post_key": before and before[2],
                "prev_account_key": before and before[1],
                "gap_before_s": gap_before_s,
                "next_post_key": after and after[2],
                "next_account_key": after and after[1],
                "gap_after_s": gap_after_s,
                "nearest_gap_s": min(gaps, default=None),
            }
        )
    return rows


def lives(account: str, time_s: int, posts: list[Post], created_s: dict[str, int | None]) -> bool:
    """Whether an account exists: from its creation, or from its first post if that is earlier."""
    created = created_s[account]
    posted = any(time <= time_s for time, author, _ in posts if author == account)
    return created is None or created <= time_s or posted


def frames(
    posts: list[Post], created_s: dict[str, int | None]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return posts and accounts as the statement reads them."""
    of_posts = pl.DataFrame(
        {
            "post_key": [key for _, _, key in posts],
            "account_key": [account for _, account, _ in posts],
            "posted_at_s": [time for time, _, _ in posts],
        },
        schema={
            "post_key": pl.String,
            "account_key": pl.String,
            "posted_at_s": pl.Int64,
        },
    )
    of_accounts = pl.DataFrame(
        {"account_key": list(created_s), "created_at_s": list(created_s.values())},
        schema={"account_key": pl.String, "created_at_s": pl.Int64},
    )
    return of_posts, of_accounts


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Post], dict[str, int | None]]:
    """Return up to 14 posts of up to four accounts, many of them within the same seconds."""
    accounts = draw(st.lists(st.sampled_from("abcd"), unique=True, max_size=4))
    created_s = {a: draw(st.none() | st.integers(0, 12)) for a in accounts}
    if not accounts:
        return [], created_s
    stream = draw(st.lists(st.tuples(st.integers(0, 9), st.sampled_from(accounts)), max_size=14))
    keys = draw(st.permutations([f"p{i:02d}" for i in range(len(stream))]))
    return [(t, a, k) for (t, a), k in zip(stream, keys, strict=True)], created_s


@given(networks())
@settings(max_examples=300, deadline=None)
@example(([], {}))
@example(([], {"a": None, "b": 3}))
@example(([(5, "a", "p1"), (5, "a", "p2"), (9, "a", "p3")], {"a": None}))
@example(([(5, "c", "p1"), (5, "b", "p2"), (5, "a", "p3")], {"a": None, "b": 9, "c": 0}))
@example(([(5, "b", "p1"), (5, "a", "p2"), (5, "b", "p0"), (5, "a", "p9")], {"a": 0, "b": 0}))
def test_the_statement_equals_brute_force(
    network: tuple[list[Post], dict[str, int | None]],
) -> None:
    """Ties, one account, none, equal seconds on three accounts; rows in the total order."""
    posts, accounts = frames(*network)

    found = engine.run_sql(
        "timing_difference", params={"scope": "network"}, posts=posts, accounts=accounts
    )

    assert found.to_dicts() == by_hand(*network)


def test_a_crowd_equals_brute_force() -> None:
    """Long runs of one account between posts of others, as a real stream has them."""
    posts = [(t * t % 977, "ab"[t % 11 > 2] if t % 50 else "c", f"p{t:03d}") for t in range(600)]
    created_s: dict[str, int | None] = {"a": 500, "b": None, "c": 900}
    of_posts, of_accounts = frames(posts, created_s)

    found = engine.run_sql(
        "timing_difference", params={"scope": "network"}, posts=of_posts, accounts=of_accounts
    )

    assert found.to_dicts() == by_hand(posts, created_s)


def test_threads_change_nothing() -> None:
    """Hundreds of thousands of rows come out the same on one thread and on two."""
    n = 300_000
    posts = [(i * 7919 % 100_003, "abcd"[i % 4], f"p{i}") for i in range(n)]
    of_posts, of_accounts = frames(posts, {"a": None, "b": 5, "c": 50_000, "d": None})
    found = []
    for threads in (1, 2):
        with engine.connect() as connection:
            connection.execute(f"set threads = {threads}")
        found.append(
            engine.run_sql(
                "timing_difference",
                params={"scope": "network"},
                posts=of_posts,
                accounts=of_accounts,
            )
        )

    assert len(found[0]) == n
    assert found[0].equals(found[1])


def test_only_event_posts_of_the_scope_are_searched() -> None:
    """What is no event post and other accounts' posts are no neighbours; none is lost besides."""
    tables = reference.frames([(0, 0), (1, 1), (2, 1), (3, 1), (4, 2), (9, 1)], 3, days_n=1)
    posts = tables["posts"].with_columns(
        is_scheduled_announcement=pl.col("posted_at_s") == 1,
        posted_at_uncertainty_s=pl.when(pl.col("posted_at_s") == 2).then(3600).otherwise(0),
        is_back_dated=pl.col("posted_at_s") == 3,
    )

    found = timing_difference(
        posts=posts,
        accounts=tables["accounts"],
        settings=reference.settings(AccountsSection(network=("facebook:0000", "facebook:0001"))),
    )

    assert found.select("posted_at_s", "nearest_gap_s").rows() == [(0, 9), (9, 9)]


def test_a_back_dated_post_does_not_lengthen_a_life() -> None:
    """Another account lives from its creation on, not from the time that a post claims."""
    tables = reference.frames([(10, 0), (60, 0), (0, 1), (70, 1)], 2, days_n=1, created_s=[0, 50])
    posts = tables["posts"].with_columns(is_back_dated=pl.col("posted_at_s") == 0)

    found = timing_difference(
        posts=posts, accounts=tables["accounts"], settings=reference.settings()
    )

    assert found["posted_at_s"].to_list() == [10, 60, 70]
    assert found["eligible"].to_list() == [False, True, True]


def test_the_table_obeys_its_contract_and_reads_the_accounts_of_the_case() -> None:
    """The accounts under study are those the case names, by any of their names."""
    tables = reference.frames([(0, 0), (5, 1), (7, 2)], 3, days_n=1)
    accounts = tables["accounts"].with_columns(
        account_id=pl.col("account_key"),
        handle=pl.Series(["one", "two", "three"]),
        name=pl.lit(None, pl.String),
    )
    every = reference.settings()
    two = every.model_copy(update={"accounts": AccountsSection(network=("one", "three"))})
    nobody = every.model_copy(update={"accounts": AccountsSection(network=("four",))})

    whole = timing_difference(posts=tables["posts"], accounts=accounts, settings=every)
    part = timing_difference(posts=tables["posts"], accounts=accounts, settings=two)

    assert storage.conform(whole, "timing_difference").num_rows == 3
    assert whole["nearest_gap_s"].to_list() == [5, 2, 2]
    assert part["nearest_gap_s"].to_list() == [7, 7]
    with pytest.raises(ConfigError, match="four"):
        timing_difference(posts=tables["posts"], accounts=accounts, settings=nobody)
