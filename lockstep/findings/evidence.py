"""Which posts does each finding rest on?"""

import polars as pl

from lockstep.engine import run_sql
from lockstep.settings import Settings

_POSTS = ("post_key", "account_key", "posted_at_s", "source_id", "source_row", "post_url")
_FINDINGS = ("finding_id", "claim_type", "subject_kind", "subject_a", "subject_b", "window_s")
_DIFFERENCES = (
    "post_key",
    "account_key",
    "posted_at_s",
    "prev_post_key",
    "gap_before_s",
    "next_post_key",
    "gap_after_s",
)


def finding_evidence(
    *,
    findings: pl.LazyFrame,
    timing_difference: pl.LazyFrame,
    posts: pl.LazyFrame,
    settings: Settings,  # noqa: ARG001 - the signature of every table
) -> pl.DataFrame:
    """Return every post that a finding counts, with its neighbour and the raw rows of both.

    Of a network: one row for each co-timed post and its nearest neighbour before, and after, where
    they lie within the window; the distinct posts are A1. Of a pair: one row for each coincidence,
    account_a's post first; the distinct posts of both are its hits. Of a congruence: every event
    post of both accounts.

    Returns:
        Table `finding_evidence`: one row per finding, post and neighbour; complete, never sampled.
    """
    return run_sql(
        "finding_evidence",
        findings=findings.select(_FINDINGS),
        timing_difference=timing_difference.select(_DIFFERENCES),
        posts=posts.select(_POSTS),
    )
