"""Which posts count is said once, and the statement counts the same posts as the kernels."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.errors import ConfigError
from lockstep.settings import AccountsSection, Settings
from lockstep.timing.differences import timing_difference
from lockstep.timing.events import CONTROL, event_posts, scope_accounts
from tests.timing import reference

Post = tuple[int, int, bool, int, bool]
"""Time in s, account, whether an announcement, uncertainty in s, whether back-dated."""
POSTS = st.lists(
    st.tuples(
        st.integers(0, 50),
        st.integers(0, 3),
        st.booleans(),
        st.sampled_from([0, 0, 3600]),
        st.booleans(),
    ),
    max_size=20,
)


def named(*accounts: str) -> Settings:
    """Return settings of a case that studies these accounts."""
    every = reference.settings()
    return every.model_copy(update={"accounts": AccountsSection(network=accounts)})


def tables(posts: list[Post]) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Return posts and accounts; the last account stands outside the case."""
    frames = reference.frames([(t, a) for t, a, *_ in posts], 4, days_n=1)
    of_posts = frames["posts"].with_columns(
        is_scheduled_announcement=pl.Series([s for _, _, s, _, _ in posts], dtype=pl.Boolean),
        posted_at_uncertainty_s=pl.Series([u for _, _, _, u, _ in posts], dtype=pl.Int64),
        is_back_dated=pl.Series([b for *_, b in posts], dtype=pl.Boolean),
    )
    names = pl.lit(None, pl.String)
    return of_posts, frames["accounts"].with_columns(account_id=names, handle=names, name=names)


@given(POSTS)
@settings(max_examples=60, deadline=None)
def test_event_posts_are_those_of_the_statement(posts: list[Post]) -> None:
    """Of the accounts of the case, no announcement, at a certain and true time; in total order."""
    of_posts, accounts = tables(posts)
    case = named("facebook:0002", "facebook:0000")

    found = event_posts(of_posts, accounts, case).collect()
    rows = timing_difference(posts=of_posts, accounts=accounts, settings=case)

    columns = ["scope", "post_key", "account_key", "posted_at_s"]
    assert found.select(columns).rows() == rows.select(columns).rows()
    counted = [(t, a) for t, a, *marks in posts if a in {0, 2} and not any(marks)]
    assert len(found) == len(counted)


def test_a_case_that_names_no_account_studies_all() -> None:
    """Ordered by key."""
    _, accounts = tables([])

    assert scope_accounts(accounts, reference.settings())["account_key"].to_list() == [
        f"facebook:{i:04d}" for i in range(4)
    ]
    assert scope_accounts(accounts, named("facebook:0003"))["account_key"].to_list() == [
        "facebook:0003"
    ]


def test_an_account_that_no_export_holds_is_refused() -> None:
    """A misspelt account is not left out in silence."""
    _, accounts = tables([])

    with pytest.raises(ConfigError, match="facebook:9"):
        scope_accounts(accounts, named("facebook:0001", "facebook:9"))


def test_controls_are_a_scope_of_their_own() -> None:
    """Named as controls, accounts leave a network that is not named."""
    _, accounts = tables([])
    controls = ("facebook:0001", "facebook:0003")
    case = reference.settings(AccountsSection(control=controls))

    network = scope_accounts(accounts, case)["account_key"].to_list()
    control = scope_accounts(accounts, case, CONTROL)["account_key"].to_list()

    assert network == ["facebook:0000", "facebook:0002"]
    assert control == ["facebook:0001", "facebook:0003"]


def test_a_case_without_controls_has_an_empty_scope_of_them() -> None:
    """Never all accounts."""
    _, accounts = tables([])

    assert scope_accounts(accounts, reference.settings(), CONTROL).is_empty()


def test_an_account_in_both_lists_is_refused() -> None:
    """Who is under study is no control."""
    _, accounts = tables([])
    both = ("facebook:0001",)
    case = reference.settings(AccountsSection(network=both, control=both))

    with pytest.raises(ConfigError, match="under study and a control"):
        scope_accounts(accounts, case)
