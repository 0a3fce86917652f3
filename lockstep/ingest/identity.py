"""Whose post it is, and which: read from its address."""

import polars as pl

from lockstep.ingest.formats import Identity


def identities(values: pl.DataFrame, rule: Identity, platform: str) -> pl.DataFrame:
    """Read ids from addresses.

    The id in the address decides, since the account's own column changes when a page moves and is
    lost in spreadsheets; where the address has a name instead, that column does. A post in a group
    belongs to the group: its author is not known.

    Args:
        values: `post_url` and `account_id_raw` as text, null where there is none.
        rule: The patterns.
        platform: Prefix of the keys.

    Returns:
        One row per record: post_id, account_id, is_group, post_key, account_key, account_id_raw
        (null where it is no number); reason, field and detail where no id can be had.
    """
    url, own_id = pl.col("post_url"), pl.col("account_id_raw")
    in_group = url.str.extract(rule.group_post, 1)
    found = values.select(
        "post_url",
        own_id.alias("written"),
        is_group=in_group.is_not_null(),
        post_id=pl.coalesce(url.str.extract(rule.group_post, 2), url.str.extract(rule.post, 2)),
        in_url=pl.coalesce(in_group, url.str.extract(rule.post, 1)),
        account_id_raw=_number(own_id),
    ).with_columns(account_id=pl.coalesce(_number(pl.col("in_url")), "account_id_raw"))
    no_post, no_account = pl.col("post_id").is_null(), pl.col("account_id").is_null()
    lost = pl.col("written").str.contains(rule.precision_lost)
    return found.select(
        "post_id",
        "account_id",
        "is_group",
        "account_id_raw",
        post_key=pl.format(f"{platform}:{{}}", "post_id"),
        account_key=pl.format(f"{platform}:{{}}", "account_id"),
        reason=pl.when(no_post)
        .then(pl.lit("post_id_missing"))
        .when(no_account & lost)
        .then(pl.lit("id_precision_lost"))
        .when(no_account)
        .then(pl.lit("account_id_missing")),
        field=pl.when(no_post).then(pl.lit("post_url")).otherwise(pl.lit("account_id_raw")),
        detail=pl.when(no_post).then("post_url").otherwise("written"),
    )


def _number(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(r"^\d+$")).then(text)
