"""What becomes of each record: new, an observation, an exact duplicate, no post, or kept apart.

Decided over all exports of a case at once, so that nothing depends on the order of files.
"""

import polars as pl

NOT_A_POST = "not_a_post"
"""What becomes of a record that is to be none: a notice of the service, an answer without posts."""

_DISAGREEMENT_S = 1
_SECOND_US = 1_000_000


def outcomes(rows: pl.DataFrame) -> pl.DataFrame:
    """Decide over every record that can be identified and dated.

    A post whose records disagree about its time is kept apart with all of them: by more than a
    second, and more than the resolution of the coarser of two. Of records that
    disagree about the account, those that come after the first are. A record that repeats another
    of its file byte for byte is an exact duplicate. A post is new in the file that was exported
    first (those that do not say come last, then by source_id), in its first record there; every
    other record observes it again.

    Args:
        rows: source_id, source_row, exported_at_s, post_key, account_key, posted_at_s,
            posted_at_resolution_us, row_hmac of records that may be accepted.

    Returns:
        One row per record: source_id, source_row, outcome, reason, field, detail.

    References:
        FORMATS §4, §7, §8.
    """
    ordered = rows.sort("exported_at_s", "source_id", "source_row", nulls_last=True)
    of_post = ordered.join(
        _at_odds(ordered), on="post_key", how="left", maintain_order="left"
    ).with_columns(first_account=pl.col("account_key").first().over("post_key"))
    of_post = of_post.with_columns(
        reason=pl.when(pl.col("conflict_s").is_not_null())
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


def _at_odds(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the posts whose records disagree about their time, and by how many seconds.

    Each record is compared with those that know the time most finely.
    """
    at_s, resolution_us = pl.col("posted_at_s"), pl.col("posted_at_resolution_us")
    apart = rows.filter((at_s.max() - at_s.min()).over("post_key") > _DISAGREEMENT_S)
    finest = apart.filter(resolution_us == resolution_us.min().over("post_key"))
    known = finest.group_by("post_key").agg(first_s=at_s.min(), last_s=at_s.max())
    off_s = pl.max_horizontal(at_s, "last_s") - pl.min_horizontal(at_s, "first_s")
    allowed_s = pl.max_horizontal(resolution_us // _SECOND_US, pl.lit(_DISAGREEMENT_S))
    return (
        apart.join(known, on="post_key")
        .filter(off_s > allowed_s)
        .group_by("post_key")
        .agg(conflict_s=off_s.max())
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
