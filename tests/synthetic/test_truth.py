"""What is planted in the synthetic case, counted independently of the generator."""

from bisect import bisect_left, bisect_right

import numpy as np
import polars as pl
import pytest

from lockstep.errors import MethodError
from lockstep.streams import stream
from lockstep.synthetic import SyntheticCase
from lockstep.synthetic.news import draw_news
from lockstep.synthetic.parameters import Parameters
from lockstep.synthetic.rhythm import day_levels
from lockstep.synthetic.timeline import co_timed_n, make_timeline

VOLUMES = [6_500, 9_000, 3_300, 4_000, 885]


def reference_a1(posts: pl.DataFrame, window_s: int) -> int:
    """Count by looking up each post in the sorted times of every other account."""
    posts = posts.select("account_key", "posted_at_s")
    times = {
        key[0]: sorted(frame["posted_at_s"].to_list())
        for key, frame in posts.group_by("account_key")
    }
    return sum(
        any(
            bisect_right(other, t + window_s) > bisect_left(other, t - window_s)
            for name, other in times.items()
            if name != account
        )
        for account, t in posts.select("account_key", "posted_at_s").iter_rows()
    )


def of_network(case: SyntheticCase) -> pl.DataFrame:
    """Return the posts of the pages under study, at the time at which they were published."""
    keys = [f"facebook:{account}" for account in case.account_ids]
    return case.truth_post.filter(pl.col("account_key").is_in(keys), pl.col("role") != "back_dated")


@pytest.mark.parametrize("variant", ["seed_shaped", "null"])
def test_volumes(request: pytest.FixtureRequest, variant: str) -> None:
    """Each variant has 23,685 posts, page by page as planned, none before its page or the end."""
    case: SyntheticCase = request.getfixturevalue(variant)
    published = case.truth_post.filter(pl.col("role") != "back_dated")
    posts = published.join(case.truth_account, on="account_key")
    network = posts.filter(pl.col("side") == "network")
    assert case.truth_account.filter(pl.col("side") == "network")["posts_n"].to_list() == VOLUMES
    assert network["post_key"].n_unique() == sum(VOLUMES) == 23_685
    assert posts["post_key"].n_unique() == case.truth_account["posts_n"].sum()
    assert posts.filter(pl.col("posted_at_s") <= pl.col("created_s")).is_empty()
    assert posts["posted_at_s"].max() < case.end_s


def test_forty_posts_claim_an_earlier_time(seed_shaped: SyntheticCase) -> None:
    """By two months or more before the page's post that their id follows; of the network alone."""
    posts = seed_shaped.truth_post.with_columns(
        id=pl.col("post_key").str.strip_prefix("facebook:").cast(pl.Int64)
    )
    claiming = posts.filter(pl.col("role") == "back_dated")
    followed = claiming.with_columns(pl.col("id") - 1).join(posts, on=["id", "account_key"])

    assert len(claiming) == len(followed) == 40
    assert set(claiming["account_key"]) <= {f"facebook:{a}" for a in seed_shaped.account_ids}
    back_days = (followed["posted_at_s_right"] - followed["posted_at_s"]) / 86_400
    assert back_days.min() >= 60
    assert claiming["event_id"].null_count() == 40
    accounts = seed_shaped.truth_account.select("account_key", "created_s")
    before_creation = pl.col("posted_at_s") < pl.col("created_s")
    assert claiming.join(accounts, on="account_key").filter(before_creation).height > 10


def test_co_timing_hits_its_target(seed_shaped: SyntheticCase) -> None:
    """A1 at 60 s is 8,850 ± 25, by a count that shares no code with the generator."""
    assert abs(reference_a1(of_network(seed_shaped), 60) - 8_850) <= 25


def test_null_has_chance_co_timing_only(null: SyntheticCase) -> None:
    """Without planted events only 3 to 6 % of posts have a neighbour within 60 s."""
    assert set(null.truth_event["kind"]) == {"disclosed"}
    assert null.truth_pair["is_disclosed"].all()
    assert set(of_network(null)["role"]) == {"background", "imitation", "news"}
    assert 0.03 < reference_a1(of_network(null), 60) / 23_685 < 0.06


def test_followers_come_within_20_seconds_mostly(seed_shaped: SyntheticCase) -> None:
    """Of planted followers, and of posts ≤ 60 s after another page, 70 to 80 % lag < 20 s."""
    network = of_network(seed_shaped)
    followers = network.filter(pl.col("role") == "follower")["lag_s"]
    posts = network.sort("posted_at_s", "account_key", "post_key")
    latest: dict[str, int] = {}
    lags = []
    for account, t in posts.select("account_key", "posted_at_s").iter_rows():
        others = [at for name, at in latest.items() if name != account]
        if others and t - max(others) <= 60:
            lags.append(t - max(others))
        latest[account] = t
    assert 0.70 <= (followers < 20).mean() <= 0.80
    assert 0.70 <= np.mean(np.array(lags) < 20) <= 0.80
    assert followers.max() <= 59


def test_later_pages_join_within_hours(seed_shaped: SyntheticCase) -> None:
    """C, D and E take part in an event 2 to 9 h after their creation; A and B on 2 Feb 2020."""
    accounts = seed_shaped.truth_account.filter(pl.col("side") == "network").sort("account_key")
    hours = ((accounts["joined_s"] - accounts["created_s"]) / 3600).to_list()
    assert all(2 <= value <= 9.1 for value in hours[2:])
    assert {18294} == {value // 86_400 for value in accounts["joined_s"][:2]}


def test_events_name_living_pages_once(seed_shaped: SyntheticCase) -> None:
    """An event has two pages or more, each once, within 59 s of its start."""
    posts = seed_shaped.truth_post.drop_nulls("event_id").join(
        seed_shaped.truth_event, on="event_id"
    )
    sizes = posts.group_by("event_id").agg(
        pl.col("account_key").n_unique().alias("accounts"), pl.len().alias("posts")
    )
    assert (sizes["accounts"] == sizes["posts"]).all()
    assert sizes["accounts"].min() == 2
    assert (posts["posted_at_s"] == posts["started_s"] + posts["lag_s"]).all()
    planted = seed_shaped.truth_event.filter(pl.col("kind") != "disclosed")
    shared = planted["shared"].value_counts(normalize=True)
    share = dict(shared.iter_rows())
    assert share["text"] == pytest.approx(0.85, abs=0.02)


def test_contacts_are_shared_only_where_planted(
    seed_shaped: SyntheticCase, null: SyntheticCase
) -> None:
    """Two numbers appear on several pages of the network, none in the null variant."""
    accounts = pl.col("account_key").n_unique()
    shared = seed_shaped.truth_contact.group_by("contact_id").agg(accounts)
    assert {"tel-13", "tel-88"} == set(shared.filter(pl.col("account_key") > 1)["contact_id"])
    assert {"tel-13", "tel-88", "tel-88-other", "mail-a", "mail-d"} == set(shared["contact_id"])
    alone = null.truth_contact.group_by("contact_id").agg(accounts)
    assert alone["account_key"].max() == 1


def test_day_levels_keep_their_law() -> None:
    """Logarithms of day levels have the asked standard deviation and lag-1 autocorrelation."""
    logs = np.log(day_levels(stream(1, "levels"), 40_000, rho=0.9, sd=0.6))
    assert np.std(logs) == pytest.approx(0.6, abs=0.04)
    assert np.corrcoef(logs[1:], logs[:-1])[0, 1] == pytest.approx(0.9, abs=0.02)


def test_co_timed_counts_ties_and_edges() -> None:
    """Two pages at 0 and 60 s count, at 61 s not; the same page never counts."""
    at = np.array([0, 60, 1000, 1061, 2000, 2001, 3000, 3000])
    page = np.array([0, 1, 0, 1, 0, 0, 0, 1])
    assert co_timed_n(at, page, 60) == 4


def test_unreachable_target_is_an_error() -> None:
    """A target beyond all candidate events stops with what to do."""
    parameters = Parameters(target_co_timed_n=20_000)
    with pytest.raises(MethodError, match="choose another seed"):
        make_timeline(1, draw_news(1, parameters), parameters)
