"""Whom a claim is about: their posts, their time span, their gates, and how they are named."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from lockstep.findings.disclosure import Disclosures, load_disclosures
from lockstep.findings.qualifiers import qualified
from lockstep.findings.wording import Language
from lockstep.settings import Settings
from lockstep.timing.calendar import quietest_second
from lockstep.timing.events import NETWORK, event_posts, pair_name, scope_accounts

Row = dict[str, Any]

_BLOCKING_GATES = ("span", "resolution", "zone")
"""Gates without which nothing can be told (METHODS §9, NT); the others qualify."""
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Subjects:
    """The accounts of the scope with their posts counted, and every gate by its subject."""

    by_account: dict[str, Row]
    names: dict[str, str]
    gates: dict[str, tuple[Row, ...]]
    named_by_analyst: bool
    disclosures: Disclosures
    day_boundary_s: int
    """Second of the UTC day at which the scope's days begin."""

    def numbers(self, accounts: tuple[str, ...], *, pair: bool) -> Row:
        """Return posts, event posts, first and last event post, and resolution of accounts.

        Times are known no finer than exports declare and the gate resolution finds.
        """
        asked = accounts if pair else (NETWORK, *accounts)
        known_to_s = [self._known_to_s(subject) for subject in asked]
        rows = [self.by_account[account] for account in accounts]
        declared_s = [r["resolution_s"] for r in rows]
        starts = [r["period_start_s"] for r in rows if r["period_start_s"] is not None]
        ends = [r["period_end_s"] for r in rows if r["period_end_s"] is not None]
        return {
            "posts_n": sum(r["posts_n"] for r in rows),
            "event_posts_n": sum(r["event_posts_n"] for r in rows),
            "period_start_s": min(starts, default=None),
            "period_end_s": max(ends, default=None),
            "resolution_s": max([1, *known_to_s, *declared_s]),
        }

    def gates_of(self, accounts: tuple[str, ...], *, pair: bool) -> tuple[Row, ...]:
        """Return the gates of the network, and those of others that bear on a claim.

        Of a pair these are its own, and its accounts' that were not passed; of a network, which may
        have thousands of accounts, those that block it.
        """
        if pair:
            return (*self._of(NETWORK), *self._of_pair(accounts))
        others = (g for g in self._of_others() if g["gate"] in _BLOCKING_GATES)
        return (*self._of(NETWORK), *(g for g in others if g["outcome"] == "fail"))

    def limits_of(self, accounts: tuple[str, ...], *, pair: bool) -> str:
        """Return what limits a claim by the gates that were not passed.

        Habits of the network are none of a pair's, but days that nobody collected are missing of
        all accounts.
        """
        if not pair:
            return qualified((*self._of(NETWORK), *self._of_others()))
        shared = (g for g in self._of(NETWORK) if g["gate"] == "coverage")
        return qualified((*shared, *self._of_pair(accounts)))

    def _of_pair(self, accounts: tuple[str, ...]) -> tuple[Row, ...]:
        of_accounts = (g for a in accounts for g in self._of(a) if g["outcome"] != "pass")
        return (*of_accounts, *self._of(pair_name(*accounts)))

    def _of_others(self) -> Iterator[Row]:
        return (g for subject, of in self.gates.items() if subject != NETWORK for g in of)

    def failed(self, accounts: tuple[str, ...], *, pair: bool) -> Row | None:
        """Return the first gate that keeps a claim of these accounts from being tested.

        The span of a pair is judged by its own test, from the days that both accounts live. Where
        an account's posts are too few to tell minutes from habit (resolution waived), a pair of it
        cannot be told either. Whether the times of a pair are shifted is its own question.
        """
        minutes = {"fail", "waived"} if pair else {"fail"}
        own = self._of(pair_name(*accounts) if pair else NETWORK)
        blocking = (
            *(g for g in own if g["gate"] in _BLOCKING_GATES and g["outcome"] == "fail"),
            *(
                g
                for account in accounts
                for g in self._of(account)
                if g["gate"] == "resolution" and g["outcome"] in minutes
            ),
        )
        return next(iter(blocking), None)

    def _known_to_s(self, subject: str) -> int:
        """Return to how many seconds times are known, by the gate resolution alone."""
        failed = (
            g for g in self._of(subject) if (g["gate"], g["outcome"]) == ("resolution", "fail")
        )
        return max((int(g["value"]) if g["unit"] == "s" else _MINUTE_S for g in failed), default=1)

    def _of(self, subject: str) -> tuple[Row, ...]:
        return self.gates.get(subject, ())

    @property
    def descriptive(self) -> bool:
        """Whether the accounts' selection lacks its reasons, or was made by the timing itself."""
        return any(g["gate"] == "selection" and g["outcome"] != "pass" for g in self._of(NETWORK))

    def who(self, accounts: tuple[str, ...], language: Language, *, pair: bool) -> str:
        """Return how a sentence names these accounts."""
        if pair:
            link = " and " if language == "en" else " et "
            return link.join(self.names[account] for account in accounts)
        thousands = "," if language == "en" else "\u202f"
        count = f"{len(accounts):,}".replace(",", thousands)
        if language == "en":
            which = "under study" if self.named_by_analyst else "of the exports"
            return f"The {count} accounts {which}"
        which = "étudiés" if self.named_by_analyst else "des exports"
        return f"Les {count} comptes {which}"


def load_subjects(
    posts: pl.LazyFrame, accounts: pl.LazyFrame, gates: pl.LazyFrame, settings: Settings
) -> Subjects:
    """Count the posts of every account of the scope and bring its gates along."""
    chosen = scope_accounts(accounts, settings)["account_key"]
    of_scope = pl.col("account_key").is_in(chosen.to_list())
    all_posts = posts.filter(of_scope).group_by("account_key").agg(pl.len().alias("posts_n"))
    events = (
        event_posts(posts, accounts, settings)
        .group_by("account_key")
        .agg(
            pl.len().alias("event_posts_n"),
            pl.col("posted_at_s").min().alias("period_start_s"),
            pl.col("posted_at_s").max().alias("period_end_s"),
            (pl.col("posted_at_resolution_us").max() // 1_000_000).alias("resolution_s"),
        )
    )
    joined = (
        accounts.filter(of_scope)
        .select("account_key", "name")
        .join(all_posts, on="account_key", how="left")
        .join(events, on="account_key", how="left")
        .with_columns(
            pl.col("posts_n", "event_posts_n").fill_null(0),
            pl.col("resolution_s").fill_null(1).clip(lower_bound=1),
        )
        .sort("account_key")
        .collect()
    )
    gate_rows = gates.sort("subject", "gate").collect().iter_rows(named=True)
    of_gates = {subject: tuple(of) for subject, of in groupby(gate_rows, itemgetter("subject"))}
    rows = {row["account_key"]: row for row in joined.iter_rows(named=True)}
    times_s = event_posts(posts, accounts, settings).select("posted_at_s").collect()
    return Subjects(
        by_account=rows,
        names={key: _name(row) for key, row in rows.items()},
        gates=of_gates,
        named_by_analyst=bool(settings.accounts.network),
        disclosures=load_disclosures(accounts, settings),
        day_boundary_s=quietest_second(times_s["posted_at_s"].to_numpy()),
    )


def _name(row: Row) -> str:
    """Return an account's name and key: names alone are not unique."""
    name = " ".join((row["name"] or "").split())
    return f"{name} ({row['account_key']})" if name else str(row["account_key"])


def gates_as_json(gates: tuple[Row, ...]) -> str:
    """Return gates as the JSON that a finding carries."""
    kept = [{name: g[name] for name in ("gate", "subject", "outcome", "note")} for g in gates]
    return json.dumps(kept, ensure_ascii=False)
