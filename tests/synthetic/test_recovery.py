"""Precision and recall against the truth, by numbers that a reader can count."""

import polars as pl

from lockstep.synthetic.recovery import Recovery, recovered_pairs, recovered_posts


def test_posts_within_the_window_are_flagged() -> None:
    """Of a, b, c and d the first three are flagged and a, b, d planted; e is a control."""
    differences = pl.LazyFrame(
        {
            "scope": ["network"] * 4 + ["control"],
            "post_key": ["a", "b", "c", "d", "e"],
            "nearest_gap_s": [0, 60, 12, None, 5],
        }
    )
    truth = pl.DataFrame({"post_key": list("abcde"), "event_id": ["1", "1", None, "2", "3"]})
    found = recovered_posts(differences, truth_post=truth, window_s=60)
    assert Recovery(flagged_n=3, planted_n=3, both_n=2) == found
    assert found.precision == found.recall == 2 / 3


def test_pairs_called_synchronised_are_flagged() -> None:
    """Only claims of timing about pairs count; a planted pair that is inconclusive is missed."""
    findings = pl.LazyFrame(
        {
            "claim_type": ["A1", "A1", "A1", "congruence", "A1"],
            "subject_kind": ["pair", "pair", "pair", "pair", "network"],
            "subject_a": ["a", "a", "b", "b", "network"],
            "subject_b": ["b", "c", "c", "c", None],
            "ladder_level": ["L1", "LX", "L0", "L1", "L1"],
        }
    )
    truth = pl.DataFrame({"account_a": ["a", "a"], "account_b": ["b", "c"], "events_n": [9, 1]})
    assert Recovery(flagged_n=1, planted_n=2, both_n=1) == recovered_pairs(
        findings, truth_pair=truth
    )


def test_nothing_planted_has_no_recall() -> None:
    """A share of nothing is not defined, and not zero."""
    assert Recovery(flagged_n=0, planted_n=0, both_n=0).precision is None
    assert Recovery(flagged_n=0, planted_n=0, both_n=0).recall is None
