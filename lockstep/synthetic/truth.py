"""What is true of the synthetic case: what a method run on its exports ought to find."""

from collections import Counter
from itertools import combinations

import numpy as np
import polars as pl

from lockstep.streams import stream
from lockstep.synthetic.content import event_contents
from lockstep.synthetic.controls import disclosed_pages
from lockstep.synthetic.parameters import Parameters
from lockstep.synthetic.timeline import NO_EVENT, Timeline


def truth_event(seed: int, timeline: Timeline, parameters: Parameters) -> pl.DataFrame:
    """Return one row per event: event_id, started_s, kind, content_id, shared, accounts_n."""
    shared = event_contents(stream(seed, "content", "events"), timeline, parameters)
    ids = range(timeline.events_n)
    sizes = np.bincount(timeline.event[timeline.event != NO_EVENT], minlength=timeline.events_n)
    return pl.DataFrame(
        {
            "event_id": [f"{parameters.event_prefix}-{i:04d}" for i in ids],
            "started_s": timeline.events.starts_s,
            "kind": list(timeline.events.kinds),
            "content_id": [f"{parameters.event_prefix}-{i:04d}-content" for i in ids],
            "shared": shared,
            "accounts_n": sizes.astype(np.int64),
        },
        schema_overrides=dict.fromkeys(("event_id", "kind", "content_id", "shared"), pl.String),
    ).sort("event_id")


def truth_post(posts: pl.DataFrame, parameters: Parameters) -> pl.DataFrame:
    """Return one row per post: post_key, account_key, posted_at_s, event_id, role, lag_s, contact.

    `lag_s` is behind the event's leader; posts of no event have neither event nor lag. `role` is
    leader or follower of an event, news, slot, imitation, background, or back_dated: then
    `posted_at_s` is the time that it claims.
    """
    keys = _account_keys(parameters)
    in_event = posts["event"] != NO_EVENT
    number = pl.col("event").cast(pl.String).str.zfill(4)
    contact = ("contact_id", "contact_role", "contact_field", "contact_style")
    return posts.select(
        pl.format("facebook:{}", pl.col("post_id")).alias("post_key"),
        keys.gather(posts["page"]).alias("account_key"),
        pl.col("time_s").alias("posted_at_s"),
        pl.when(in_event)
        .then(pl.format("{}-{}", pl.lit(parameters.event_prefix), number))
        .alias("event_id"),
        "role",
        pl.when(in_event).then("lag_s").alias("lag_s"),
        *(pl.when(pl.col(name) != "").then(name).alias(name) for name in contact),
    ).sort("posted_at_s", "account_key", "post_key")


def truth_pair(timeline: Timeline, parameters: Parameters) -> pl.DataFrame:
    """Return one row per pair of accounts (a < b) with events in common: events_n, is_disclosed."""
    of_event: list[list[int]] = [[] for _ in range(timeline.events_n)]
    for event, page in zip(
        timeline.events.event.tolist(), timeline.events.page.tolist(), strict=True
    ):
        of_event[event].append(page)
    together = Counter(pair for pages in of_event for pair in combinations(sorted(pages), 2))
    keys = [page.account_key for page in parameters.all_pages]
    disclosed = disclosed_pages(parameters)
    return pl.DataFrame(
        [
            (*sorted((keys[a], keys[b])), events_n, (a, b) == disclosed)
            for (a, b), events_n in together.items()
        ],
        schema={
            "account_a": pl.String,
            "account_b": pl.String,
            "events_n": pl.Int64,
            "is_disclosed": pl.Boolean,
        },
        orient="row",
    ).sort("account_a", "account_b")


def truth_account(timeline: Timeline, parameters: Parameters) -> pl.DataFrame:
    """Return one row per account: account_key, name, side, created_s, joined_s, posts_n.

    `side` is network, control or disclosed; `joined_s` the first event of a page of the network;
    `posts_n` leaves out back-dated ones.
    """
    network = list(range(len(parameters.pages)))
    disclosed = disclosed_pages(parameters)
    pages = parameters.all_pages
    side = [
        "network" if i in network else "disclosed" if i in disclosed else "control"
        for i in range(len(pages))
    ]
    joined = [timeline.time_s[(timeline.page == i) & (timeline.event != NO_EVENT)] for i in network]
    first = [int(times.min()) if len(times) else None for times in joined]
    return pl.DataFrame(
        {
            "account_key": [page.account_key for page in pages],
            "name": [page.name for page in pages],
            "side": side,
            "created_s": [page.created_s for page in pages],
            "joined_s": first + [None] * len(parameters.controls),
            "posts_n": np.bincount(timeline.page, minlength=len(pages)),
        },
        schema_overrides={"joined_s": pl.Int64},
    ).sort("account_key")


def truth_narrative(posts: pl.DataFrame) -> pl.DataFrame:
    """Return one row per post that tells a narrative: post_key, narrative (its code)."""
    told = posts.filter(pl.col("narrative") != "")
    key = pl.format("facebook:{}", pl.col("post_id")).alias("post_key")
    return told.select(key, "narrative").sort("post_key")


def _account_keys(parameters: Parameters) -> pl.Series:
    return pl.Series([page.account_key for page in parameters.all_pages])


def truth_contact(posts: pl.DataFrame, parameters: Parameters) -> pl.DataFrame:
    """Return one row per contact, account and role: first_s and last_s of its use, posts_n."""
    carrying = posts.filter(pl.col("contact_id") != "")
    return (
        carrying.with_columns(
            pl.col("contact_id").str.split(" "),
            _account_keys(parameters).gather(carrying["page"]).alias("account_key"),
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
