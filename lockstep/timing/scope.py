"""The event posts of a scope as arrays: what the kernels of timing work on."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lockstep.settings import Settings
from lockstep.timing.events import NETWORK, Scopes, event_posts, scope_accounts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ALWAYS = np.iinfo(np.int64).min
"""`alive_from_s` of an account whose creation is unknown: it lives from the window's start."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Event posts in the total order (posted_at_s, account_key, post_key), accounts by key.

    `account` holds positions in `account_keys`. An account lives from its creation, or from its
    first event post where that is earlier: it cannot have posted before it lived.
    """

    account_keys: tuple[str, ...]
    alive_from_s: Ints
    created_unknown: NDArray[np.bool_]
    time_s: Ints
    account: Ints

    @property
    def accounts_n(self) -> int:
        """Accounts of the scope, with event posts or without."""
        return len(self.account_keys)

    @property
    def posts_by_account(self) -> Ints:
        """Event posts of each account."""
        return np.bincount(self.account, minlength=self.accounts_n).astype(np.int64)

    def by_account(self, of_posts: Ints) -> list[Ints]:
        """Return values of the posts account by account, each in the order of its posts."""
        ordered = of_posts[np.argsort(self.account, kind="stable")]
        bounds = [0, *np.cumsum(self.posts_by_account).tolist()]
        return [ordered[first:last] for first, last in pairwise(bounds)]

    @property
    def eligible_n(self) -> int:
        """Event posts at whose moment at least one other account of the scope lives."""
        if self.accounts_n < 2:  # noqa: PLR2004 - a pair
            return 0
        return int(np.count_nonzero(self.time_s >= np.sort(self.alive_from_s)[1]))


def load_scope(
    posts: pl.LazyFrame, accounts: pl.LazyFrame, settings: Settings, scope: Scopes = NETWORK
) -> Scope:
    """Return the event posts and lives of a scope's accounts."""
    chosen = scope_accounts(accounts, settings, scope)
    events = event_posts(posts, accounts, settings, scope).collect()
    keys = tuple(chosen["account_key"].to_list())
    account = chosen["account_key"].search_sorted(events["account_key"]).to_numpy()
    account = np.asarray(account, dtype=np.int64)
    time_s = events["posted_at_s"].to_numpy().astype(np.int64)
    created_s = chosen["created_at_s"].fill_null(ALWAYS).to_numpy().astype(np.int64)
    first_post_s = np.full(len(keys), np.iinfo(np.int64).max)
    np.minimum.at(first_post_s, account, time_s)
    return Scope(
        account_keys=keys,
        alive_from_s=np.minimum(created_s, first_post_s),
        created_unknown=chosen["created_at_s"].is_null().to_numpy(),
        time_s=time_s,
        account=account,
    )
