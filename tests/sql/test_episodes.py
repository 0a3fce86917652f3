"""Episodes are the chains that a walk through the posts finds."""

from datetime import UTC, datetime

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lockstep import storage
from lockstep.engine import run_sql
from lockstep.timing.episodes import episodes
from tests.timing import reference

Post = tuple[int, str, str]


def by_hand(scopes: dict[str, list[Post]], window_s: int) -> list[dict[str, object]]:
    """Return the table by walking from post to post."""
    rows = []
    for scope in sorted(scopes):
        chains: list[list[Post]] = []
        for post in sorted(scopes[scope]):
            if chains and post[0] - chains[-1][-1][0] <= window_s:
                chains[-1].append(post)
            else:
                chains.append([post])
        rows += [
            {
                "scope": scope,
                "window_s": window_s,
                "first_post_key": chain[0][2],
                "started_at": datetime.fromtimestamp(chain[0][0], UTC),
                "ended_at": datetime.fromtimestamp(chain[-1][0], UTC),
                "started_s": chain[0][0],
                "ended_s": chain[-1][0],
                "posts_n": len(chain),
                "accounts_n": len({account for _, account, _ in chain}),
            }
            for chain in chains
            if len({account for _, account, _ in chain}) >= 2
        ]
    return rows


def frame(scopes: dict[str, list[Post]]) -> pl.DataFrame:
    """Return the posts of these scopes, out of order."""
    rows = [(s, k, a, t) for s, posts in scopes.items() for t, a, k in reversed(posts)]
    schema = {"scope": pl.String, "post_key": pl.String, "account_key": pl.String}
    return pl.DataFrame(rows, schema={**schema, "posted_at_s": pl.Int64}, orient="row")


STREAM = st.lists(st.tuples(st.integers(0, 40), st.sampled_from("abc")), max_size=15)


@given(STREAM, STREAM, st.sampled_from([1, 2, 5, 60]))
@settings(max_examples=200, deadline=None)
@example([], [], 60)
@example([(0, "a"), (0, "a"), (0, "a")], [], 1)
@example([(0, "c"), (0, "b"), (0, "a")], [(0, "a"), (2, "b"), (4, "a")], 2)
def test_the_statement_equals_brute_force(
    first: list[tuple[int, str]], second: list[tuple[int, str]], window_s: int
) -> None:
    """Ties, one account, no post; scopes do not chain into each other; rows in order."""
    scopes = {
        name: [(t, a, f"{name}{i:02d}") for i, (t, a) in enumerate(posts)]
        for name, posts in (("y", first), ("x", second))
    }

    found = run_sql("episodes", params={"window_s": window_s}, timing_difference=frame(scopes))

    assert found.to_dicts() == by_hand(scopes, window_s)


def test_the_table_obeys_its_contract_at_the_headline_window() -> None:
    """A gap of the window itself still chains."""
    posts = {"network": [(0, "a", "p0"), (30, "b", "p1"), (61, "a", "p2"), (500, "b", "p3")]}

    found = episodes(
        timing_difference=frame(posts).lazy(), settings=reference.settings(headline_window_s=30)
    )

    assert found.select("first_post_key", "posts_n", "window_s").rows() == [("p0", 2, 30)]
    assert storage.conform(found, "episodes").num_rows == 1
