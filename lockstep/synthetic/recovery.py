"""How much of what was planted a published case finds, and how much it finds that was not."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Recovery:
    """Counts of what was flagged, what was planted, and what was both."""

    flagged_n: int
    planted_n: int
    both_n: int

    @property
    def precision(self) -> float | None:
        """Share of the flagged that was planted; None where nothing was flagged."""
        return self.both_n / self.flagged_n if self.flagged_n else None

    @property
    def recall(self) -> float | None:
        """Share of the planted that was flagged; None where nothing was planted."""
        return self.both_n / self.planted_n if self.planted_n else None


def recovered_posts(
    timing_difference: pl.LazyFrame, *, truth_post: pl.DataFrame, window_s: int
) -> Recovery:
    """Compare posts with a neighbour within the window (A1) with the posts of planted events.

    Only posts of the network are compared. A post that chance put beside another one is flagged
    and not planted, so precision is below one even where everything works.

    References:
        METHODS §4 (A1), §11 (truth).
    """
    posts = (
        timing_difference.filter(scope="network")
        .select("post_key", flagged=pl.col("nearest_gap_s").fill_null(window_s + 1) <= window_s)
        .collect()
        .join(truth_post.select("post_key", "event_id"), on="post_key", validate="1:1")
    )
    return _recovery(posts["flagged"], posts["event_id"].is_not_null())


def recovered_pairs(findings: pl.LazyFrame, *, truth_pair: pl.DataFrame) -> Recovery:
    """Compare the pairs tested by timing, and called synchronised, with those that share events."""
    pairs = findings.filter(claim_type="A1", subject_kind="pair").select(
        account_a="subject_a", account_b="subject_b", flagged=pl.col("ladder_level") == "L1"
    )
    tested = pairs.collect().join(truth_pair, on=["account_a", "account_b"], how="left")
    return _recovery(tested["flagged"], tested["events_n"].fill_null(0) > 0)


def _recovery(flagged: pl.Series, planted: pl.Series) -> Recovery:
    return Recovery(int(flagged.sum()), int(planted.sum()), int((flagged & planted).sum()))
