"""Whose post it is, and which: read from its address."""

import polars as pl

from lockstep.ingest.formats import ColumnIdentity, Identity
from lockstep.ingest.key_types import groups_of
from lockstep.ingest.rounded_ids import EXACT_DIGITS

NAMES = ("handle", "handle_in_url")
"""What an account is called, beside its post and in the address."""

_OF_ACCOUNT = ("account_in_url", "account_id_raw", "account_id", "is_group")
_IN_ADDRESS = ("group_account", "group_post", "other_account", "other_post")
_QUERY = r"(?s)[?#].*$"


def identities(values: pl.DataFrame, rule: Identity, platform: str) -> pl.DataFrame:
    """Read ids from addresses.

    The id in the address decides, since the account's own column changes when a page moves and is
    lost in spreadsheets; where the address has a name instead, that column does. A post in a group
    belongs to the group: its author is not known.

    Args:
        values: `post_url` and `account_id_raw` as text, null where there is none; and what else the
            rule has a pattern for.
        rule: The patterns.
        platform: Prefix of the keys.

    Returns:
        One row per record: post_id, post_url (without its query), post_key, is_group, account_id,
        account_url, account_key, account_id_raw (null where it is no id), is_id_lost (whether a
        program rounded that number), account_in_url and handle_in_url (the id or else the name
        that the address has); reason, field and detail where no id can be had.
    """
    return _read(values, rule).select(
        "post_id",
        "is_group",
        "account_id",
        "account_id_raw",
        "is_id_lost",
        "account_in_url",
        "handle_in_url",
        post_url=pl.col("post_url").str.replace(_QUERY, ""),
        post_key=pl.format(f"{platform}:{{}}", "post_id"),
        **account_names(pl.col("account_id"), rule, platform),
        **_problem(),
    )


def account_names(account_id: pl.Expr, rule: Identity, platform: str) -> dict[str, pl.Expr]:
    """Return account_key and account_url of an id; whether it is a group's is in is_group."""
    url = pl.format(rule.account_url, account_id)
    if rule.group_url is not None:
        url = pl.when("is_group").then(pl.format(rule.group_url, account_id)).otherwise(url)
    return {"account_key": pl.format(f"{platform}:{{}}", account_id), "account_url": url}


def _read(values: pl.DataFrame, rule: Identity) -> pl.DataFrame:
    own_id, in_url = pl.col("account_id_raw"), pl.coalesce("group_account", "other_account")
    exact = own_id
    if rule.as_decimal is not None:
        exact = pl.coalesce(own_id.str.extract(rule.as_decimal, 1), own_id)
    is_lost = pl.lit(value=False)
    if rule.precision_lost is not None:
        is_lost = own_id.str.contains(rule.precision_lost).fill_null(value=False)
    return (
        _searched(values, rule)
        .select(
            "post_url",
            *_IN_ADDRESS,
            written=own_id,
            account_id_raw=_matching(exact, rule.account),
            is_id_lost=is_lost,
            post_number=_extracted("post_id", rule.post_number),
            in_account=_extracted("account_address", rule.account_address),
        )
        .with_columns(
            is_group=pl.col("group_post").is_not_null(),
            post_id=pl.coalesce("group_post", "other_post", "post_number"),
            is_id_lost=pl.col("is_id_lost") | _is_rounded(pl.col("account_id_raw"), in_url),
        )
        .with_columns(account_id_raw=pl.when(~pl.col("is_id_lost")).then("account_id_raw"))
        .with_columns(account_in_url=_in_url(_matching(in_url, rule.account)))
        .with_columns(
            account_id=pl.coalesce("account_in_url", "account_id_raw"),
            handle_in_url=pl.when(pl.col("account_in_url").is_null()).then(in_url),
        )
    )


def _is_rounded(own_id: pl.Expr, in_url: pl.Expr) -> pl.Expr:
    """Return whether an id is the one in the address, but for the digits behind the 15th.

    It looks like a page that moved; several accounts seem to have moved to the same id.
    """
    own, other = (text.cast(pl.Int64, strict=False) for text in (own_id, in_url))
    digits_n = in_url.str.len_chars().cast(pl.Int64)
    unit = pl.lit(10, pl.Int64).pow((digits_n - EXACT_DIGITS).clip(0))
    is_near = (own_id.str.len_chars() == digits_n) & ((own - other).abs() < unit)
    return (is_near & (own != other)).fill_null(value=False)


def _extracted(value: str, pattern: str | None) -> pl.Expr:
    return pl.lit(None, pl.String) if pattern is None else pl.col(value).str.extract(pattern, 1)


def _in_url(in_post: pl.Expr) -> pl.Expr:
    """Return the id in the address of a post, or else in that of its account.

    Of the two the one that is not the account's own tells that it moved.
    """
    is_own = (in_post == pl.col("account_id_raw")).fill_null(value=True)
    return pl.when(is_own).then(pl.coalesce("in_account", in_post)).otherwise(in_post)


def _searched(values: pl.DataFrame, rule: Identity) -> pl.DataFrame:
    """Return values with account and post of each address, as a group's and as another's.

    Each pattern reads an address once, whatever it tells.
    """
    patterns = {"group": rule.group_post, "other": rule.post}
    found = {
        of: pl.col("post_url").str.extract_groups(pattern)
        for of, pattern in patterns.items()
        if pattern is not None
    }
    told = {
        f"{of}_{name}": pl.col(of).struct.field(name)
        if pattern is not None and name in groups_of(pattern)
        else pl.lit(None, dtype=pl.String)
        for of, pattern in patterns.items()
        for name in ("account", "post")
    }
    return values.with_columns(**found).with_columns(**told)


def ids_told(rows: pl.DataFrame, rule: Identity | ColumnIdentity) -> pl.DataFrame:
    """Return what accepted records of an export tell of accounts and names, each once."""
    known = rows.filter(pl.col("reason").is_null())
    return known.select(*_OF_ACCOUNT, *(_name(column, rule) for column in NAMES)).unique()


def _name(column: str, rule: Identity | ColumnIdentity) -> pl.Expr:
    """Return a name as it stands in addresses, which know no case; none where they tell no id."""
    if isinstance(rule, ColumnIdentity) or rule.handle is None:
        return pl.lit(None, dtype=pl.String).alias(column)
    name = pl.col(column).str.to_lowercase()
    in_address = pl.when("is_group").then(pl.format("groups/{}", name)).otherwise(name)
    return pl.when(name.str.contains(rule.handle)).then(in_address).alias(column)


def id_pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """Return which ids records show of one account, each once: old (in the address) and new."""
    moved = rows.filter(pl.col("account_in_url") != pl.col("account_id_raw"))
    return moved.select(old="account_in_url", new="account_id_raw").unique()


def plain_moves(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of ids of a file that show a move.

    An export shows each account under the id that it has on that day. Where an old id stands beside
    several new ones, or a new one beside several old ones, its columns do not belong together.
    """
    return pairs.filter(pl.col("old").is_unique(), pl.col("new").is_unique())


def _problem() -> dict[str, pl.Expr]:
    """Return why a record has no id: reason, the field that lacks it, and what stands there."""
    no_post, no_account = pl.col("post_id").is_null(), pl.col("account_id").is_null()
    lost = no_account & pl.col("is_id_lost")
    reason = (
        pl.when(no_post)
        .then(pl.lit("post_id_missing"))
        .when(lost)
        .then(pl.lit("id_precision_lost"))
        .when(no_account)
        .then(pl.lit("account_id_missing"))
    )
    of_post, of_account = pl.lit("post_url"), pl.lit("account_id_raw")
    return {
        "reason": reason,
        "field": pl.when(no_post).then(of_post).when(no_account).then(of_account),
        "detail": pl.when(no_post).then("post_url").when(no_account).then("written"),
    }


def _matching(text: pl.Expr, pattern: str) -> pl.Expr:
    return pl.when(text.str.contains(pattern)).then(text)
