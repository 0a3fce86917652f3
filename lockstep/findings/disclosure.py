"""Which accounts are openly linked, and where is that said?"""

from dataclasses import dataclass

import polars as pl

from lockstep.accounts.selection import resolve
from lockstep.settings import Settings


@dataclass(frozen=True, slots=True)
class Disclosures:
    """Groups of accounts that openly belong together, each with what says so."""

    groups: tuple[tuple[frozenset[str], str], ...] = ()

    def source(self, accounts: tuple[str, ...]) -> str | None:
        """Return what says that these accounts openly belong together, None where nothing does."""
        said = [source for group, source in self.groups if group.issuperset(accounts)]
        return "; ".join(said) if said and len(accounts) > 1 else None


def load_disclosures(accounts: pl.LazyFrame, settings: Settings) -> Disclosures:
    """Return the groups that the case states.

    Raises:
        ConfigError: A group names an account that no export holds.
    """
    return Disclosures(
        tuple(
            (
                frozenset(resolve(accounts, group.accounts, key="disclosed")),
                _printable(group.source),
            )
            for group in settings.accounts.disclosed
        )
    )


def _printable(text: str) -> str:
    """Return a text on one line, without what is not seen: it stands beside our own words."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
