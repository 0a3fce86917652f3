"""The rows behind each finding, against brute force."""

from itertools import product
from pathlib import Path

import polars as pl

from lockstep import storage
from lockstep.findings.evidence import finding_evidence
from lockstep.timing.differences import timing_difference
from tests.findings.three_accounts import NAMED, TIMES, A, B, C, accounts, made, network, posts


def brute_force_pairs(window_s: int) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Return the coincidences of each pair, by comparing every post with every other."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for a, b in ((A, B), (A, C), (B, C)):
        found[a, b] = {
            (f"{a}_{i}", f"{b}_{j}")
            for (i, s), (j, t) in product(enumerate(TIMES[a]), enumerate(TIMES[b]))
            if abs(s - t) <= window_s
        }
    return found


def evidence() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return findings and their evidence."""
    frame = made()
    differences = timing_difference(posts=posts(), accounts=accounts(), settings=NAMED)
    return frame, finding_evidence(
        findings=frame.lazy(),
        timing_difference=differences.lazy(),
        posts=posts(),
        settings=NAMED,
    )


def test_evidence_of_a_pair_is_every_coincidence() -> None:
    """Each pair of posts within the window stands behind the pair's finding, and no other."""
    frame, rows = evidence()
    pairs = frame.filter(pl.col("subject_kind") == "pair", pl.col("claim_type") == "A1")
    for row in pairs.iter_rows(named=True):
        mine = rows.filter(pl.col("finding_id") == row["finding_id"])
        seen = set(mine.select("post_key", "other_post_key").rows())
        assert seen == brute_force_pairs(60)[row["subject_a"], row["subject_b"]]


def test_evidence_of_the_network_is_every_co_timed_post() -> None:
    """The distinct posts behind the network's finding are A1, by brute force."""
    frame, rows = evidence()
    co_timed = {post for pairs in brute_force_pairs(60).values() for both in pairs for post in both}
    mine = rows.filter(pl.col("finding_id") == network(frame)["finding_id"])
    assert set(mine["post_key"]) == co_timed
    assert mine["lag_s"].abs().max() == 30


def test_evidence_of_congruence_is_every_post_counted() -> None:
    """Both accounts' posts stand behind a correlation of their counts."""
    frame, rows = evidence()
    claim = frame.row(by_predicate=pl.col("claim_type") == "congruence", named=True)
    mine = rows.filter(pl.col("finding_id") == claim["finding_id"])
    assert len(mine) == len(TIMES[A]) + len(TIMES[B])
    assert set(mine["role"]) == {"counted"}


def test_evidence_obeys_its_contract(tmp_path: Path) -> None:
    """Evidence can be stored and leads to raw rows."""
    _, rows = evidence()
    assert len(storage.write(rows, "finding_evidence", tmp_path / "e.parquet")) == 64
    assert rows["source_row"].null_count() == 0
