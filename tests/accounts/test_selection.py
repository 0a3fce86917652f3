"""Accounts are found by what an analyst has at hand, and never guessed."""

import polars as pl
import pytest

from lockstep.accounts.selection import resolve
from lockstep.errors import ConfigError

ACCOUNTS = pl.LazyFrame(
    {
        "account_key": ["facebook:1", "facebook:2", "facebook:3"],
        "account_id": ["1", "2", "3"],
        "handle": ["alpha", "beta", None],
        "aliases": ["facebook:0 facebook:old.alpha", None, "facebook:groups/gamma"],
        "name": ["Alpha", "Same", "Same"],
    }
)


@pytest.mark.parametrize("name", ["facebook:1", "1", "alpha", "Alpha"])
def test_key_id_handle_and_name_lead_to_the_account(name: str) -> None:
    """An account may be named in four ways."""
    assert resolve(ACCOUNTS, [name]) == ("facebook:1",)


@pytest.mark.parametrize("name", ["facebook:0", "0", "old.alpha", "Old.Alpha"])
def test_an_alias_leads_to_the_account(name: str) -> None:
    """A former id or another handle, with its platform or without, in any case."""
    assert resolve(ACCOUNTS, [name, "1"]) == ("facebook:1",)
    assert resolve(ACCOUNTS, ["groups/gamma"]) == ("facebook:3",)


def test_an_unknown_account_is_refused_with_the_nearest_name() -> None:
    """A slip of the pen is answered with the name that was meant."""
    with pytest.raises(ConfigError, match="Did you mean 'alpha'"):
        resolve(ACCOUNTS, ["alfa"])


def test_an_ambiguous_name_is_refused() -> None:
    """Two accounts of one name are told apart by their keys."""
    with pytest.raises(ConfigError, match="facebook:2, facebook:3"):
        resolve(ACCOUNTS, ["Same"])
