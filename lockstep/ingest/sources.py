"""What each export is, and what became of its records."""

from collections.abc import Iterable

import polars as pl

from lockstep.errors import InputError
from lockstep.ingest.headers import listed
from lockstep.ingest.instants import timestamp
from lockstep.ingest.reading import Source
from lockstep.rounding import STORED, real
from lockstep.storage import empty

_COUNTED = {
    "posts_new_n": "new",
    "observations_n": "observation",
    "duplicate_exact_n": "duplicate_exact",
    "not_posts_n": "not_a_post",
    "quarantined_n": "quarantined",
}
_EARLY = {"back_dated": True, "ids_not_ordered": False}
"""How records with an earlier time than their id are called: by whether they are back-dated."""
_TWICE = "possible_same_posts"
"""How records are called whose post another tool may show under another key."""


def counted(records: pl.DataFrame) -> pl.DataFrame:
    """Return how many records of each source have each outcome: source_id, outcome, records_n."""
    return records.group_by("source_id", "outcome").agg(records_n=pl.len().cast(pl.Int64))


def seen(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return which source shows which post: what `seen_by_source` needs."""
    return accepted.select("post_key", "source_id", "source_row", "account_key", "posted_at_s")


def seen_by_source(
    seen: pl.DataFrame, early: pl.DataFrame, same_posts: pl.DataFrame
) -> pl.DataFrame:
    """Return what sources show of each account.

    Args:
        seen: Records that were accepted.
        early: Posts with an earlier time than id: post_key, and is_back_dated, false where ids do
            not tell.
        same_posts: Table `possible_same_posts`.
    """
    twice = pl.concat([same_posts["post_key_a"], same_posts["post_key_b"]]).unique().implode()
    told = seen.join(early, on="post_key", how="left")
    published_s = pl.col("posted_at_s").filter(~pl.col("is_back_dated").fill_null(value=False))
    return told.group_by("source_id", "account_key").agg(
        published_s.min().alias("first_posted_s"),
        published_s.max().alias("last_posted_s"),
        *((pl.col("is_back_dated") == is_so).sum().alias(name) for name, is_so in _EARLY.items()),
        pl.col("post_key").is_in(twice).sum().alias(_TWICE),
    )


def sources_table(
    sources: Iterable[Source],
    counted: pl.DataFrame,
    seen: pl.DataFrame,
    *,
    max_quarantine_share: float,
) -> pl.DataFrame:
    """Return table `sources`: one row per export file.

    Args:
        sources: The exports.
        counted: Parts of how many records have each outcome.
        seen: Parts of what each shows of each account.
        max_quarantine_share: Share of a file's records that the case allows to be set aside.
    """
    outcome, records_n = pl.col("outcome"), pl.col("records_n")
    of_records = counted.group_by("source_id").agg(
        records_n.sum().alias("records_in"),
        *(records_n.filter(outcome == name).sum().alias(n) for n, name in _COUNTED.items()),
    )
    of_posts = seen.group_by("source_id").agg(
        pl.col("account_key").n_unique().alias("accounts_n"),
        pl.col("first_posted_s").min(),
        pl.col("last_posted_s").max(),
        *(_noticed(name) for name in (*_EARLY, _TWICE)),
    )
    schema = empty("sources").schema
    facts = [source.facts for source in sources]
    return (
        pl.DataFrame(facts, schema={name: schema[name] for name in facts[0]})
        .join(of_records, on="source_id", how="left")
        .join(of_posts, on="source_id", how="left")
        .with_columns(
            pl.col("records_in", "accounts_n", *_COUNTED).fill_null(0).cast(pl.Int64),
            first_posted_at=timestamp("first_posted_s"),
            last_posted_at=timestamp("last_posted_s"),
            exported_at=timestamp("exported_at_s"),
            max_quarantine_share=pl.lit(real(max_quarantine_share), dtype=STORED),
            warnings=pl.concat_list("warnings", *_EARLY, _TWICE).list.drop_nulls().list.join("; "),
        )
        .with_columns(warnings=pl.when(pl.col("warnings") != "").then("warnings"))
        .select(schema.names())
    )


def refuse_nothing(sources: pl.DataFrame) -> None:
    """Refuse a case of which no export holds a record.

    Args:
        sources: Table `sources`.

    Raises:
        InputError: It names the first exports.
    """
    if not sources["records_in"].sum():
        raise InputError(
            "no record in it",
            where=listed(sources["file_name"].sort().to_list()),
            expected="at least one export with records",
            fix="export it again, with a longer period or other accounts",
        )


def _noticed(name: str) -> pl.Expr:
    found_n = pl.col(name).sum()
    return pl.when(found_n > 0).then(pl.format(f"{name} {{}}", found_n)).alias(name)
