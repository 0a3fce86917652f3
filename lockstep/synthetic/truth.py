"""What is true of the synthetic case: what a method run on its exports ought to find."""

from itertools import combinations

import numpy as np
import polars as pl

from lockstep.streams import stream
from lockstep.synthetic.content import event_contents
from lockstep.synthetic.parameters import Parameters
from lockstep.synthetic.timeline import NO_EVENT, Timeline


def truth_event(seed: int, timeline: Timeline, parameters: Parameters) -> pl.DataFrame:
    """Return one row per event: event_id, started_s, kind, content_id, shared, accounts_n."""
    shared = event_contents(stream(seed, "content", "events"), timeline, parameters)
    ids = range(timeline.events_n)
    sizes = np.bincount(timeline.event[timeline.event != NO_EVENT], minlength=timeline.events_n)
    return pl.DataFrame(
        {
            "event_id": [_event_id(i) for i in ids],
            "started_s": timeline.events.starts_s[: timeline.events_n],
            "kind": list(timeline.events.kinds[: timeline.events_n]),
            "content_id": [f"content-{i:04d}" for i in ids],
            "shared": shared,
            "accounts_n": sizes.astype(np.int64),
        },
        schema_overrides=dict.fromkeys(("event_id", "kind", "content_id", "shared"), pl.String),
    ).sort("event_id")


def _event_id(number: int) -> str:
    return f"event-{number:04d}"


def truth_post(posts: pl.DataFrame, parameters: Parameters) -> pl.DataFrame:
    """Return one row per post: post_key, account_key, posted_at_s, event_id, role, lag_s, contact.

    `lag_s` is behind the event's leader; posts of no event have neither event nor lag.
    """
    keys = pl.Series([page.account_key for page in parameters.pages])
    in_event = posts["event"] != NO_EVENT
    number = pl.col("event").cast(pl.String).str.zfill(4)
    contact = ("contact_id", "contact_role", "contact_field", "contact_style")
    return posts.select(
        pl.format("facebook:{}", pl.col("post_id")).alias("post_key"),
        keys.gather(posts["page"]).alias("account_key"),
        pl.col("time_s").alias("posted_at_s"),
        pl.when(in_event).then(pl.format("event-{}", number)).alias("event_id"),
        "role",
        pl.when(in_event).then("lag_s").alias("lag_s"),
        *(pl.when(pl.col(name) != "").then(name).alias(name) for name in contact),
    ).sort("posted_at_s", "account_key", "post_key")


def truth_pair(timeline: Timeline, parameters: Parameters) -> pl.DataFrame:
    """Return one row per pair of accounts (a < b): events_n shared, and disclosed (never here)."""
    pages_n = len(parameters.pages)
    members = np.zeros((timeline.events_n, pages_n), dtype=np.int64)
    coordinated = timeline.event != NO_EVENT
    members[timeline.event[coordinated], timeline.page[coordinated]] = 1
    together = members.T @ members
    return pl.DataFrame(
        [
            {
                "account_a": parameters.pages[a].account_key,
                "account_b": parameters.pages[b].account_key,
                "events_n": int(together[a, b]),
                "is_disclosed": False,
            }
            for a, b in combinations(range(pages_n), 2)
        ]
    ).sort("account_a", "account_b")


def truth_account(timeline: Timeline, parameters: Parameters) -> pl.DataFrame:
    """Return one row per account: account_key, name, created_s, joined_s (first event), posts_n."""
    joined = [
        timeline.time_s[(timeline.page == page) & (timeline.event != NO_EVENT)]
        for page in range(len(parameters.pages))
    ]
    return pl.DataFrame(
        {
            "account_key": [page.account_key for page in parameters.pages],
            "name": [page.name for page in parameters.pages],
            "created_s": [page.created_s for page in parameters.pages],
            "joined_s": [int(times.min()) if len(times) else None for times in joined],
            "posts_n": [len(timeline.of_page(page)) for page in range(len(parameters.pages))],
        },
        schema_overrides={"joined_s": pl.Int64},
    ).sort("account_key")


def truth_contact(posts: pl.DataFrame, parameters: Parameters) -> pl.DataFrame:
    """Return one row per contact, account and role: first_s and last_s of its use, posts_n."""
    keys = pl.Series([page.account_key for page in parameters.pages])
    return (
        posts.filter(pl.col("contact_id") != "")
        .with_columns(
            pl.col("contact_id").str.split(" "),
            keys.gather(posts.filter(pl.col("contact_id") != "")["page"]).alias("account_key"),
        )
        .explode("contact_id")
        .group_by("contact_id", "account_key", pl.col("contact_role").alias("role"))
        .agg(
            pl.col("time_s").min().alias("first_s"),
            pl.col("time_s").max().alias("last_s"),
            pl.len().cast(pl.Int64).alias("posts_n"),
        )
        .sort("contact_id", "account_key", "role")
    )
