"""Which posts timing is counted over, and which accounts are searched for neighbours."""

from typing import Literal

import polars as pl

from lockstep.errors import ConfigError
from lockstep.settings import Settings

Scopes = Literal["network", "control", "network_control"]

NETWORK: Scopes = "network"
"""The scope of the accounts under study."""
CONTROL: Scopes = "control"
"""The scope of the accounts that the network is compared with (null N5)."""
NETWORK_CONTROL: Scopes = "network_control"
"""The scope of both, in which an account under study meets a control (null N5)."""

IS_EVENT_POST = (
    ~pl.col("is_scheduled_announcement")
    & (pl.col("posted_at_uncertainty_s") == 0)
    & ~pl.col("is_back_dated")
)
"""Posts that every timing number and every count is of (METHODS §3): of table `posts`."""


def pair_name(a: str, b: str) -> str:
    """Return the subject of a row that is about an unordered pair of accounts."""
    return "|".join(sorted((a, b)))


def scope_accounts(
    accounts: pl.LazyFrame, settings: Settings, scope: Scopes = NETWORK
) -> pl.DataFrame:
    """Return the accounts of a scope, among which neighbours are searched.

    The network are the accounts that the case names, or all but the controls where it names none.
    Without controls nothing lies between them and the network.

    Returns:
        One row per account, columns account_key and created_at_s, ordered by account_key.

    Raises:
        ConfigError: The case names an account that no export holds, or one in both scopes.
    """
    every = accounts.select("account_key", "created_at_s").sort("account_key").collect()
    named = settings.accounts
    if not named.network and not named.control:
        return every if scope == NETWORK else every.clear()
    from lockstep.accounts.selection import resolve  # noqa: PLC0415 - only for named accounts

    control = resolve(accounts, named.control, key="control")
    network = resolve(accounts, named.network, key="network")
    _refuse_both(network, control)
    is_control = pl.col("account_key").is_in(control)
    is_network = pl.col("account_key").is_in(network) if network else ~is_control
    chosen = {
        NETWORK: is_network,
        CONTROL: is_control,
        NETWORK_CONTROL: (is_network | is_control) & bool(control),
    }
    return every.filter(chosen[scope])


def _refuse_both(network: tuple[str, ...], control: tuple[str, ...]) -> None:
    both = sorted({*network} & {*control})
    if both:
        raise ConfigError(
            f"{both[0]} is under study and a control",
            where="case.toml, [accounts]",
            expected="each account in network or in control",
            fix="take it out of one of the two lists",
        )


def event_posts(
    posts: pl.LazyFrame, accounts: pl.LazyFrame, settings: Settings, scope: Scopes = NETWORK
) -> pl.LazyFrame:
    """Return the posts that every timing number is of.

    A post counts where its account is in the scope, it is no scheduled announcement, its time is
    certain and it is not back-dated (METHODS §3).

    Returns:
        One row per scope and post, columns scope, post_key, account_key, posted_at_s and
        posted_at_resolution_us, in the total order of METHODS §4: (posted_at_s, account_key,
        post_key).
    """
    chosen = scope_accounts(accounts, settings, scope)["account_key"]
    return (
        posts.filter(
            IS_EVENT_POST,
            pl.col("account_key").is_in(chosen.to_list()),
        )
        .select(
            pl.lit(scope).alias("scope"),
            "post_key",
            "account_key",
            "posted_at_s",
            "posted_at_resolution_us",
        )
        .sort("posted_at_s", "account_key", "post_key")
    )
