"""Which accounts does the case file mean?"""

from collections.abc import Sequence

import polars as pl

from lockstep.errors import ConfigError, did_you_mean

_NAMED_BY = ("account_key", "account_id", "handle", "name")


def resolve(
    accounts: pl.LazyFrame, wanted: Sequence[str], *, key: str = "network"
) -> tuple[str, ...]:
    """Return the keys of the accounts named by key, platform id, handle or exact name.

    The first of these that matches decides; keys come back sorted, each once. `key` is the list of
    `[accounts]` that an error names.

    Raises:
        ConfigError: A name matches no account, or more than one.
    """
    known = accounts.select(_NAMED_BY).collect()
    return tuple(sorted({_one(known, name, key) for name in wanted}))


def _one(known: pl.DataFrame, name: str, key: str) -> str:
    for column in _NAMED_BY:
        keys = known.filter(pl.col(column) == name)["account_key"].sort().to_list()
        if len(keys) > 1:
            raise ConfigError(
                f"{name!r} is the {column} of {len(keys)} accounts: {', '.join(keys)}",
                where=f"case.toml, [accounts] {key}",
                fix="name the account by its key",
            )
        if keys:
            return str(keys[0])
    names = [n for column in _NAMED_BY for n in known[column].drop_nulls().to_list()]
    raise ConfigError(
        f"no account {name!r} in the exports",
        where=f"case.toml, [accounts] {key}",
        expected="an account key, id, handle or exact name",
        fix=did_you_mean(name, names),
    )
