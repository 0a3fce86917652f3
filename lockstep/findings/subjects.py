"""Whom a claim is about: their posts, their time span, their gates, and how they are named."""

import json
from dataclasses import dataclass
from typing import Any

import polars as pl

from lockstep.findings.wording import Language
from lockstep.settings import Settings
from lockstep.timing.events import NETWORK, event_posts, scope_accounts

Row = dict[str, Any]

_BLOCKING_GATES = ("span", "resolution")
"""Gates without which nothing can be told (METHODS §9, NT); saturation and selection qualify."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """The accounts of the scope with their posts counted, and every gate."""

    by_account: dict[str, Row]
    names: dict[str, str]
    gates: tuple[Row, ...]
    named_by_analyst: bool

    def numbers(self, accounts: tuple[str, ...]) -> Row:
        """Return posts, event posts, first and last event post, and resolution of accounts."""
        rows = [self.by_account[account] for account in accounts]
        starts = [r["period_start_s"] for r in rows if r["period_start_s"] is not None]
        ends = [r["period_end_s"] for r in rows if r["period_end_s"] is not None]
        return {
            "posts_n": sum(r["posts_n"] for r in rows),
            "event_posts_n": sum(r["event_posts_n"] for r in rows),
            "period_start_s": min(starts, default=None),
            "period_end_s": max(ends, default=None),
            "resolution_s": max((r["resolution_s"] for r in rows), default=1),
        }

    def gates_of(self, accounts: tuple[str, ...], *, pair: bool) -> tuple[Row, ...]:
        """Return the gates of the network, and those of the accounts that bear on a claim.

        Of a pair these are all; of a network, which may have thousands of accounts, those that its
        accounts did not pass.
        """
        of = set(accounts)
        return tuple(
            gate
            for gate in self.gates
            if gate["subject"] == NETWORK
            or (gate["subject"] in of and (pair or gate["outcome"] != "pass"))
        )

    def failed(self, accounts: tuple[str, ...], *, pair: bool) -> Row | None:
        """Return the first gate that keeps a claim of these accounts from being tested.

        The span of a pair is judged by its own test, from the days that both accounts live. Where
        an account's posts are too few to tell minutes from habit (resolution waived), a pair of it
        cannot be told either.
        """
        asked = ("resolution",) if pair else _BLOCKING_GATES
        of = set(accounts) if pair else {NETWORK, *accounts}
        outcomes = {"fail", "waived"} if pair else {"fail"}
        failed = (
            gate
            for gate in self.gates
            if gate["subject"] in of and gate["gate"] in asked and gate["outcome"] in outcomes
        )
        return next(failed, None)

    @property
    def descriptive(self) -> bool:
        """Whether the accounts' selection lacks its reasons, or was made by the timing itself."""
        return any(g["gate"] == "selection" and g["outcome"] != "pass" for g in self.gates)

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
    rows = {row["account_key"]: row for row in joined.iter_rows(named=True)}
    return Subjects(
        by_account=rows,
        names={key: _name(row) for key, row in rows.items()},
        gates=tuple(gates.sort("gate", "subject").collect().iter_rows(named=True)),
        named_by_analyst=bool(settings.accounts.network),
    )


def _name(row: Row) -> str:
    """Return an account's name and key: names alone are not unique."""
    name = " ".join((row["name"] or "").split())
    return f"{name} ({row['account_key']})" if name else str(row["account_key"])


def gates_as_json(gates: tuple[Row, ...]) -> str:
    """Return gates as the JSON that a finding carries."""
    kept = [{name: g[name] for name in ("gate", "subject", "outcome", "note")} for g in gates]
    return json.dumps(kept, ensure_ascii=False)
