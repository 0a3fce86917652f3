"""Whose post it is, and which, where an export has a column for either."""

import polars as pl

from lockstep.ingest.formats import ColumnIdentity

ROUNDED = r"^(?:[0-9](?:[.,][0-9]+)?[Ee]\+?[0-9]+|[0-9]{16,}[.,]0+)$"
"""An id that a program wrote as a rounded number: with a power of ten, or with more digits before
a point than a real number keeps."""
_AS_DECIMAL = r"^([0-9]{1,15})\.0$"
"""A number that pandas wrote with a point; up to 15 digits it is exact."""


def column_identities(values: pl.DataFrame, rule: ColumnIdentity, platform: str) -> pl.DataFrame:
    """Read ids as they stand.

    Args:
        values: The columns that the rule names, and `post_url`, as text; null where there is none.
        rule: Where ids stand, and addresses made of them.
        platform: Prefix of the keys.

    Returns:
        As `identities`: one row per record, without groups; reason, field and detail where a record
        has no id, or one that was rounded.
    """
    read = pl.DataFrame(
        {
            "post_written": values[rule.post_value],
            "account_written": values[rule.account_value],
            "post_id": _within(values, rule, _ids(values[rule.post_value])),
            "account_id": _ids(values[rule.account_value]),
            "post_url": values["post_url"],
        }
    )
    # In the order of `identities`: a case may hold exports of both kinds.
    return read.select(
        "post_id",
        pl.lit(value=False).alias("is_group"),
        "account_id",
        account_id_raw="account_id",
        is_id_lost=pl.col("account_written").str.contains(ROUNDED).fill_null(value=False),
        account_in_url=pl.lit(None, dtype=pl.String),
        handle_in_url=pl.lit(None, dtype=pl.String),
        post_url=pl.coalesce("post_url", _post_address(rule)),
        post_key=pl.format(f"{platform}:{{}}", "post_id"),
        account_key=pl.format(f"{platform}:{{}}", "account_id"),
        account_url=_address(rule.account_url, "account_id"),
        **_problem(rule),
    )


def _ids(written: pl.Series) -> pl.Series:
    """Return ids without what a program put around them; null where digits were lost."""
    text = written.str.strip_chars().str.replace(_AS_DECIMAL, "${1}")
    return text.set((text == "") | text.str.contains(ROUNDED), None)


def _within(values: pl.DataFrame, rule: ColumnIdentity, post_id: pl.Series) -> pl.Series:
    """Return ids that are one everywhere; none where that is missing within which they are one."""
    if not rule.post_within:
        return post_id
    return pl.select(pl.concat_str(values[rule.post_within], post_id, separator="/")).to_series()


def _post_address(rule: ColumnIdentity) -> pl.Expr:
    if rule.post_parts is None:
        return _address(rule.post_url, "post_id")
    post_id = pl.col("post_id")
    address = post_id.str.replace(rule.post_parts, rule.post_url)
    return pl.when(post_id.str.contains(rule.post_parts)).then(address)


def _address(template: str, ident: str) -> pl.Expr:
    """Return an address with an id in it; none where a format has none."""
    if not template:
        return pl.lit(None, dtype=pl.String)
    before, _, after = template.partition("{}")
    return pl.concat_str(pl.lit(before), ident, pl.lit(after))


def _problem(rule: ColumnIdentity) -> dict[str, pl.Expr]:
    """Return why a record has no id: the first of its post and its account that is wrong."""
    no_post, no_account = pl.col("post_id").is_null(), pl.col("account_id").is_null()
    written = pl.when(no_post).then("post_written").otherwise("account_written")
    return {
        "reason": pl.when(no_post | no_account).then(
            pl.when(written.str.contains(ROUNDED).fill_null(value=False))
            .then(pl.lit("id_precision_lost"))
            .when(no_post)
            .then(pl.lit("post_id_missing"))
            .otherwise(pl.lit("account_id_missing"))
        ),
        "field": pl.when(no_post)
        .then(pl.lit(rule.post_value))
        .when(no_account)
        .then(pl.lit(rule.account_value)),
        "detail": pl.when(no_post | no_account).then(written),
    }
