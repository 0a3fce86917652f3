"""The accounts of a case, as the newest export shows each."""

from collections.abc import Iterable, Sequence

import polars as pl

from lockstep.ingest.instants import timestamp
from lockstep.ingest.mapping import OF_ACCOUNT
from lockstep.ingest.records import ORDER
from lockstep.ingest.written import redacted
from lockstep.storage import empty

_FILLED = (
    *OF_ACCOUNT,
    "description_truncated",
    "admin_country",
    "created_at_s",
    "created_at_tz_source",
)


_OF_ACCOUNT = ("platform", "account_id", "account_url", "is_group", "kind_assumed")


def attributes(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return what records tell of accounts, each once where it was told last.

    Args:
        accepted: Accepted records, not redacted, newest last.
    """
    told = ("account_key", *_FILLED, *_OF_ACCOUNT, "kind")
    return accepted.select(*told, *ORDER).unique(told, keep="last", maintain_order=True)


def newest_last(told: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return what parts of the records tell of accounts, newest last."""
    return pl.concat(told).sort(ORDER)


def spans(dated: pl.DataFrame, early: pl.DataFrame) -> pl.DataFrame:
    """Return first and last post of accounts, those that are back-dated left out, and their number.

    Args:
        dated: Some posts: post_key, account_key, posted_at_s.
        early: Posts with an earlier time than id: post_key, is_back_dated.
    """
    is_back_dated = pl.col("post_key").is_in(early.filter("is_back_dated")["post_key"].implode())
    published_s = pl.col("posted_at_s").filter(~is_back_dated)
    return dated.group_by("account_key").agg(
        published_s.min().alias("first_post_s"),
        published_s.max().alias("last_post_s"),
        pl.len().cast(pl.Int64).alias("posts_n"),
    )


def all_spans(spans: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return first and last post of accounts, and their number, from those of some posts each."""
    return (
        pl.concat(spans)
        .group_by("account_key")
        .agg(pl.col("first_post_s").min(), pl.col("last_post_s").max(), pl.col("posts_n").sum())
    )


def accounts_table(
    told: pl.DataFrame,
    of_posts: pl.DataFrame,
    account_aliases: pl.DataFrame,
    regions: Sequence[str],
) -> pl.DataFrame:
    """Return table `accounts`: one row per account with an accepted post.

    An account is as its newest record shows it; what that leaves empty comes from the newest record
    that has it. A group is told by its address, a page by its creation, whether or not that can be
    read; the rest are profiles, or what the format takes them for where no export tells a creation.

    Args:
        told: What accepted records tell of accounts, not redacted, newest last.
        of_posts: First and last post of each account, and their number.
        account_aliases: Table `account_aliases`.
        regions: Countries of national numbers where an account names none.
    """
    shown = told.group_by("account_key").agg(
        *(pl.col(name).drop_nulls().last() for name in _FILLED),
        pl.col(_OF_ACCOUNT).last(),
        pl.col("kind").min(),  # a page, if any record tells its creation
    )
    aliases = account_aliases.group_by("account_key").agg(aliases=pl.col("alias_key").sort())
    known = shown.join(of_posts, on="account_key").join(aliases, on="account_key", how="left")
    known = known.sort("account_key")
    clean = known.with_columns(
        redacted(known[name], known["admin_country"], regions).texts.alias(name)
        for name in OF_ACCOUNT
    )
    return clean.with_columns(
        kind=_kind(),
        url="account_url",
        aliases=pl.col("aliases").list.join(" "),
        description="account_description",
        description_truncated=pl.col("description_truncated").fill_null(value=False),
        created_at=timestamp("created_at_s"),
        created_at_resolution_s=_where_created(pl.lit(1, dtype=pl.Int64)),
        first_post_at=timestamp("first_post_s"),
        last_post_at=timestamp("last_post_s"),
    ).select(empty("accounts").columns)


def _kind() -> pl.Expr:
    told = pl.coalesce("kind", "kind_assumed")
    return pl.when("is_group").then(pl.lit("group")).otherwise(told)


def _where_created(value: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("created_at_s").is_not_null()).then(value)
