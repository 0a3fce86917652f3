"""The variants, by what tells each from the others."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from lockstep.synthetic import SyntheticCase, network_times
from lockstep.synthetic.case import SEED
from lockstep.synthetic.narratives import NARRATIVES
from lockstep.synthetic.parameters import DAY_S, HOUR_S, VARIANTS, Variant

Written = Callable[[Variant], SyntheticCase]


def of_network(case: SyntheticCase) -> pl.DataFrame:
    """Return the true posts of the pages under study."""
    keys = [f"facebook:{account}" for account in case.account_ids]
    return case.truth_post.filter(pl.col("account_key").is_in(keys), pl.col("role") != "back_dated")


@pytest.mark.parametrize("variant", VARIANTS)
def test_times_alone_are_those_of_the_case(written: Written, variant: Variant) -> None:
    """What needs no text gets the same posts of the network without writing any."""
    case = written(variant)
    account, time_s = network_times(SEED, variant)
    keys = [f"facebook:{case.account_ids[i]}" for i in account]
    assert of_network(case).select("posted_at_s", "account_key").sort(pl.all()).rows() == sorted(
        zip(time_s.tolist(), keys, strict=True)
    )


@pytest.mark.parametrize(
    ("variant", "low", "high"),
    [
        ("seed-shaped", 0.33, 0.40),
        ("weak", 0.0095, 0.01),
        ("null", 0, 0),
        ("news", 0, 0),
        ("slots", 0, 0),
        ("weekend", 0, 0),
    ],
)
def test_share_of_planted_posts(
    written: Written, variant: Variant, low: float, high: float
) -> None:
    """Only two variants plant events in the network: many, or one post in a hundred."""
    planted = of_network(written(variant))["event_id"].is_not_null().mean()
    assert low <= planted <= high


def test_slots_share_four_hours(written: Written) -> None:
    """Three posts in ten lie within 20 s after 8, 12, 18 or 20 o'clock, on every page."""
    posts = of_network(written("slots")).filter(pl.col("role") == "slot")
    second = posts["posted_at_s"] % DAY_S
    assert set(second // HOUR_S) == {8, 12, 18, 20}
    assert (second % HOUR_S).max() < 20
    assert posts.height / 23_685 == pytest.approx(0.3, abs=0.01)


def test_weekends_are_quiet(written: Written) -> None:
    """A Saturday or Sunday has about half the posts of another day."""
    weekday = (of_network(written("weekend"))["posted_at_s"] // DAY_S + 3) % 7
    at_weekend = (weekday >= 5).mean()
    assert at_weekend == pytest.approx(2 * 0.5 / (5 + 2 * 0.5), abs=0.02)


def test_news_draws_reactions(written: Written) -> None:
    """News takes 1 to 3 % of the network's posts, and ten times that where it is strong."""
    shares = {
        variant: (of_network(written(variant))["role"] == "news").mean()
        for variant in ("null", "news")
    }
    assert 0.005 < shares["null"] < 0.03
    assert shares["news"] > 5 * shares["null"]


def test_controls_are_independent_but_for_a_disclosed_pair(seed_shaped: SyntheticCase) -> None:
    """Ten pages of 500 to 9,000 posts, three of them in slots; two cross-post within 10 s."""
    accounts = seed_shaped.truth_account.filter(pl.col("side") != "network")
    posts = seed_shaped.truth_post.join(accounts, on="account_key")
    disclosed = accounts.filter(pl.col("side") == "disclosed")["account_key"].to_list()
    in_event = posts.drop_nulls("event_id")
    assert accounts.height == 10
    assert accounts["posts_n"].is_between(500, 9_000).all()
    assert posts.filter(pl.col("role") == "slot")["account_key"].n_unique() == 3
    assert set(disclosed) == set(in_event["account_key"])
    assert in_event.filter(pl.col("role") == "follower")["lag_s"].is_between(1, 10).all()
    (pair,) = seed_shaped.truth_pair.filter("is_disclosed").iter_rows()
    assert sorted(disclosed) == list(pair[:2])
    assert pair[2] == in_event["event_id"].n_unique() > 100


def test_the_disclosed_pair_says_so(seed_shaped: SyntheticCase) -> None:
    """Their descriptions name the owner, and what they share is the same to the letter."""
    raw = pl.concat([pl.read_csv(path, infer_schema=False) for path in seed_shaped.paths[-1:]])
    owned = raw.filter(pl.col("Page Description").str.contains("Propriétaire : ORG-1"))
    key = pl.format("facebook:{}", pl.col("URL").str.split("/").list.last()).alias("post_key")
    shared = (
        owned.select(key, "Message")
        .unique("post_key")
        .join(seed_shaped.truth_post.drop_nulls("event_id"), on="post_key")
        .group_by("event_id")
        # A line break instead of a blank is what copying does to a text.
        .agg(pl.col("Message").str.replace_all("\n", " ").n_unique().alias("texts"), pl.len())
    )
    assert owned["Page Name"].n_unique() == 2
    assert shared.height > 100
    assert (shared["texts"] == 1).all()
    assert (shared["len"] == 2).all()


def test_narratives_begin_at_their_dates(seed_shaped: SyntheticCase) -> None:
    """Ten themes, none before its time, in a quarter of habits and 55 % of events."""
    begins = pl.DataFrame(
        [(n.code, n.from_s) for n in NARRATIVES], schema=["narrative", "from_s"], orient="row"
    )
    told = seed_shaped.truth_narrative.join(seed_shaped.truth_post, on="post_key")
    told = told.join(begins, on="narrative")
    assert told["narrative"].n_unique() == 10
    # An event begins before the last of its posts, so a post is never early.
    assert (told["posted_at_s"] >= told["from_s"]).all()
    everything = seed_shaped.truth_post
    share = {
        role: told.filter(pl.col("role") == role).height / (everything["role"] == role).sum()
        for role in ("background", "leader")
    }
    assert share["background"] == pytest.approx(0.25, abs=0.01)
    assert share["leader"] == pytest.approx(0.55, abs=0.03)


def test_another_seed_is_another_case() -> None:
    """Every second of it."""
    _, here = network_times(SEED, "null")
    _, there = network_times(SEED + 1, "null")
    assert np.isin(here, there).mean() < 0.01
