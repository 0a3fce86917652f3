"""Which accounts does the case file mean?"""

from collections.abc import Sequence

import polars as pl

from lockstep.errors import ConfigError, did_you_mean

_NAMED_BY = ("account_key", "account_id", "handle", "alias_key", "alias", "name")


def resolve(
    accounts: pl.LazyFrame, wanted: Sequence[str], *, key: str = "network"
) -> tuple[str, ...]:
    """Return the keys of the accounts named by key, platform id, handle, alias or exact name.

    An alias is a former id or another handle, with its platform before it or without. The first of
    these that matches decides; keys come back sorted, each once. `key` is the list of `[accounts]`
    that an error names.

    Raises:
        ConfigError: A name matches no account, or more than one.
    """
    known = _with_aliases(accounts)
    return tuple(sorted({_one(known, name, key) for name in wanted}))


def _with_aliases(accounts: pl.LazyFrame) -> pl.DataFrame:
    """Return one row per account and alias, or a single one for an account without."""
    alias = pl.col("aliases").str.split(" ")
    known = accounts.select("account_key", "account_id", "handle", "name", alias_key=alias).explode(
        "alias_key"
    )
    return known.with_columns(alias=pl.col("alias_key").str.replace("^[^:]*:", "")).collect()


def _one(known: pl.DataFrame, name: str, key: str) -> str:
    for column in _NAMED_BY:
        wanted = name.lower() if column.startswith("alias") else name
        keys = known.filter(pl.col(column) == wanted)["account_key"].unique().sort().to_list()
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
        expected="an account key, id, handle, alias or exact name",
        fix=did_you_mean(name, names),
    )
