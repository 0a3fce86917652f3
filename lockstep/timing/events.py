"""Which posts timing is counted over, and which accounts are searched for neighbours."""

import polars as pl

from lockstep.settings import Settings

NETWORK = "network"
"""The scope of the accounts under study."""


def network_accounts(accounts: pl.LazyFrame, settings: Settings) -> pl.DataFrame:
    """Return the accounts under study: those the case names, or all of them where it names none.

    Returns:
        One row per account, columns account_key and created_at_s, ordered by account_key.

    Raises:
        ConfigError: The case names an account that no export holds.
    """
    chosen = accounts.select("account_key", "created_at_s").sort("account_key").collect()
    if not settings.accounts.network:
        return chosen
    from lockstep.accounts.selection import resolve  # noqa: PLC0415 - only for a named network

    return chosen.filter(pl.col("account_key").is_in(resolve(accounts, settings.accounts.network)))


def event_posts(posts: pl.LazyFrame, accounts: pl.LazyFrame, settings: Settings) -> pl.LazyFrame:
    """Return the posts that every timing number is of.

    A post counts where its account is in the scope, it is no scheduled announcement and its time
    is certain (METHODS §3).

    Returns:
        One row per scope and post, columns scope, post_key, account_key, posted_at_s and
        posted_at_resolution_us, in the total order of METHODS §4: (posted_at_s, account_key,
        post_key).
    """
    chosen = network_accounts(accounts, settings)["account_key"]
    return (
        posts.filter(
            ~pl.col("is_scheduled_announcement"),
            pl.col("posted_at_uncertainty_s") == 0,
            pl.col("account_key").is_in(chosen.to_list()),
        )
        .select(
            pl.lit(NETWORK).alias("scope"),
            "post_key",
            "account_key",
            "posted_at_s",
            "posted_at_resolution_us",
        )
        .sort("posted_at_s", "account_key", "post_key")
    )
