"""What becomes of each record: new, an observation, an exact duplicate, no post, or kept apart.

Decided over all exports of a case at once, so that nothing depends on the order of files.
"""

import polars as pl

NOT_A_POST = "not_a_post"
"""What becomes of a record that is to be none: a notice of the service, an answer without posts."""

_DISAGREEMENT_S = 1


def outcomes(rows: pl.DataFrame) -> pl.DataFrame:
    """Decide over every record that can be identified and dated.

    A post whose records disagree about its time is kept apart with all of them. Of records that
    disagree about the account, those that come after the first are. A record that repeats another
    of its file byte for byte is an exact duplicate. A post is new in the file that was exported
    first (those that do not say come last, then by source_id), in its first record there; every
    other record observes it again.

    Args:
        rows: source_id, source_row, exported_at_s, post_key, account_key, posted_at_s, row_hmac of
            records that may be accepted.

    Returns:
        One row per record: source_id, source_row, outcome, reason, field, detail.

    References:
        FORMATS §4, §7, §8.
    """
    ordered = rows.sort("exported_at_s", "source_id", "source_row", nulls_last=True)
    of_post = ordered.with_columns(
        conflict_s=(pl.col("posted_at_s").max() - pl.col("posted_at_s").min()).over("post_key"),
        first_account=pl.col("account_key").first().over("post_key"),
    ).with_columns(
        reason=pl.when(pl.col("conflict_s") > _DISAGREEMENT_S)
        .then(pl.lit("conflicting_time"))
        .when(pl.col("account_key") != pl.col("first_account"))
        .then(pl.lit("conflicting_account"))
    )
    accepted = pl.col("reason").is_null()
    repeats = ~pl.struct("source_id", "post_key", "row_hmac", "reason").is_first_distinct()
    is_first = pl.struct("post_key", "reason").is_first_distinct()
    return of_post.select(
        "source_id",
        "source_row",
        "reason",
        outcome=pl.when(~accepted)
        .then(pl.lit("quarantined"))
        .when(repeats)
        .then(pl.lit("duplicate_exact"))
        .when(is_first)
        .then(pl.lit("new"))
        .otherwise(pl.lit("observation")),
        field=_field(),
        detail=_detail(),
    )


def _field() -> pl.Expr:
    return (
        pl.when(pl.col("reason") == "conflicting_time")
        .then(pl.lit("posted_at_raw"))
        .when(pl.col("reason") == "conflicting_account")
        .then(pl.lit("post_url"))
    )


def _detail() -> pl.Expr:
    return (
        pl.when(pl.col("reason") == "conflicting_time")
        .then(pl.format("records disagree by {} s about when it was published", "conflict_s"))
        .when(pl.col("reason") == "conflicting_account")
        .then(pl.format("an earlier record says that {} published it", "first_account"))
    )
