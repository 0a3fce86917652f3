"""One account under several ids and names: which are the same, as the exports themselves tell.

A page that moved has its old id in the addresses of its posts and a new one beside them. Left
alone it is two accounts, which then post in lockstep with each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from lockstep.ingest.formats import ColumnIdentity, Format
from lockstep.ingest.identity import NAMES, account_names, id_pairs, plain_moves
from lockstep.ingest.mapping import SAID
from lockstep.ingest.reading import Source
from lockstep.ingest.written import redacted
from lockstep.storage import empty

_NOT_KNOWN = ("account_id_missing", "id_precision_lost")
_WORKING = ("account_in_url", "handle_in_url", "otherwise")
"""What is only needed until every account is known."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """Former ids (`ids`) and names in addresses (`handles`) of accounts, each of one account.

    One row per platform and alias, with account_id (the id in the newest export), evidence and
    first_source_id; the name of a group stands behind `groups/`, as in its address.
    """

    ids: pl.DataFrame
    handles: pl.DataFrame


def find_aliases(sources: Sequence[Source]) -> Aliases:
    """Return which ids and names are of one account, whatever the order of the exports.

    An account has the id that the newest export shows which tells one (exported_at_s, or else the
    latest post or observation; then source_id). A name that is seen with several accounts is no
    alias.

    References:
        FORMATS §1.4, §8.
    """
    every = pl.concat(_of_source(source.told, source) for source in sources)
    told = every.sort("seen_s", "source_id")
    moved = pl.concat(_of_source(plain_moves(id_pairs(source.told)), source) for source in sources)
    ids = _former_ids(told, moved)
    return Aliases(ids=ids, handles=_handles(_current(told, ids)))


def _of_source(told: pl.DataFrame, source: Source) -> pl.DataFrame:
    return told.with_columns(
        platform=pl.lit(source.format.platform),
        source_id=pl.lit(source.id),
        seen_s=pl.lit(source.seen_s, dtype=pl.Int64),
    )


def _former_ids(told: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Return each id of an account that moved but its current one."""
    united = _united(moved)
    of_account = told.drop_nulls("account_id_raw").join(
        united, left_on=("platform", "account_id_raw"), right_on=("platform", "alias")
    )
    is_new = pl.col("account_in_url").is_not_null() & (
        pl.col("account_in_url") != pl.col("account_id_raw")
    )
    newest = (
        of_account.sort("seen_s", "source_id", is_new, "account_id_raw")
        .group_by("platform", "first_id")
        .agg(account_id=pl.col("account_id_raw").last())
    )
    first = (
        moved.join(united, left_on=("platform", "old"), right_on=("platform", "alias"))
        .sort("seen_s", "source_id")
        .group_by("platform", "first_id")
        .agg(first_source_id=pl.col("source_id").first())
    )
    return (
        united.join(newest, on=("platform", "first_id"))
        .join(first, on=("platform", "first_id"))
        .filter(pl.col("alias") != pl.col("account_id"))
        .select("platform", "alias", "account_id", "first_source_id", evidence=pl.lit("url_id"))
    )


def _united(moved: pl.DataFrame) -> pl.DataFrame:
    """Return for each id the smallest id of its account, over any number of moves."""
    first: dict[tuple[str, str], str] = {}
    pairs = moved.select("platform", "old", "new").unique().sort("platform", "old", "new")
    for platform, old, new in pairs.iter_rows():
        ends = sorted(first.setdefault((platform, name), name) for name in (old, new))
        joined = [key for key, end in first.items() if key[0] == platform and end == ends[1]]
        first |= dict.fromkeys(joined, ends[0])
    rows = [(platform, alias, end) for (platform, alias), end in first.items()]
    return pl.DataFrame(
        rows, schema=dict.fromkeys(("platform", "alias", "first_id"), pl.String), orient="row"
    )


def _current(told: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the current id of each account."""
    found = told.join(
        ids.select("platform", account_id="alias", current="account_id"),
        on=("platform", "account_id"),
        how="left",
        maintain_order="left",
    )
    return found.with_columns(account_id=pl.coalesce("current", "account_id")).drop("current")


def _handles(told: pl.DataFrame) -> pl.DataFrame:
    """Return names that one account alone has or had, oldest source first."""
    named = pl.concat(
        told.select(
            "platform", "account_id", "source_id", alias=column, evidence=pl.lit(evidence)
        ).drop_nulls("alias")
        for column, evidence in zip(NAMES, ("user_name", "url"), strict=True)
    )
    return (
        named.group_by("platform", "alias", maintain_order=True)
        .agg(
            accounts_n=pl.col("account_id").n_unique(),
            account_id=pl.col("account_id").first(),
            first_source_id=pl.col("source_id").first(),
            evidence=pl.col("evidence").max(),
        )
        .filter(pl.col("accounts_n") == 1, pl.col("alias") != pl.col("account_id"))
        .select("platform", "alias", "account_id", "first_source_id", "evidence")
    )


def with_aliases(rows: pl.DataFrame, fmt: Format, aliases: Aliases) -> pl.DataFrame:
    """Return records of an export, each with its account under the current id.

    A record that was kept apart for want of an id, and whose address has a name that another export
    tells, has that account; what else is against it remains.
    """
    rule, platform = fmt.identity, fmt.platform
    if isinstance(rule, ColumnIdentity):
        return rows.drop(_WORKING)
    known = _with_handles(rows, aliases.handles.filter(pl.col("platform") == platform))
    ids = aliases.ids.filter(pl.col("platform") == platform)
    account_id = pl.col("account_id").replace(ids["alias"], ids["account_id"])
    names = account_names(account_id, rule, platform)
    return known.with_columns(account_id=account_id, **names).drop(_WORKING)


def _with_handles(rows: pl.DataFrame, handles: pl.DataFrame) -> pl.DataFrame:
    wanted = pl.col("handle_in_url").str.to_lowercase()
    wanted = pl.when("is_group").then(pl.format("groups/{}", wanted)).otherwise(wanted)
    told = wanted.replace_strict(
        handles["alias"], handles["account_id"], default=None, return_dtype=pl.String
    )
    is_found = pl.col("reason").is_in(_NOT_KNOWN) & told.is_not_null()
    otherwise = pl.col("otherwise").struct
    return rows.with_columns(
        pl.when(is_found).then(told).otherwise("account_id").alias("account_id"),
        *(pl.when(is_found).then(otherwise.field(n)).otherwise(n).alias(n) for n in SAID),
    )


def account_aliases_table(
    aliases: Aliases, shown: pl.DataFrame, regions: Sequence[str]
) -> pl.DataFrame:
    """Return table `account_aliases`: one row per alias of an account with an accepted post.

    A name that holds a contact is left out.

    Args:
        aliases: What the exports tell.
        shown: Accounts as accepted records show them, newest last: account_key, admin_country.
        regions: Countries of national numbers where an account names none.
    """
    found = pl.concat(
        [
            aliases.ids.with_columns(kind=pl.lit("migrated_id")),
            aliases.handles.with_columns(kind=pl.lit("handle")),
        ]
    ).with_columns(
        alias_key=pl.format("{}:{}", "platform", "alias"),
        account_key=pl.format("{}:{}", "platform", "account_id"),
    )
    countries = shown.group_by("account_key").agg(pl.col("admin_country").drop_nulls().last())
    of_accounts = found.join(countries, on="account_key")
    clean = redacted(of_accounts["alias"], of_accounts["admin_country"], regions).texts
    is_clean = (of_accounts["kind"] == "migrated_id") | (clean == of_accounts["alias"])
    return of_accounts.filter(is_clean).select(empty("account_aliases").columns)
