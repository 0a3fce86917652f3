"""All findings of a case, the negative and the untestable ones among them."""

import polars as pl

import data_contracts
from lockstep.findings.congruence_claims import congruence_claims
from lockstep.findings.identity import finding_id, finding_sha256
from lockstep.findings.subjects import Row, Subjects, load_subjects
from lockstep.findings.timing_claims import network_claims, pair_claims
from lockstep.settings import Settings
from lockstep.storage import empty
from lockstep.timing.events import NETWORK
from lockstep.timing.headline import network_pairs

_DEFINITION_VERSION = 1


def findings(
    *,
    timing_statistics: pl.LazyFrame,
    pair_timing: pl.LazyFrame,
    post_count_correlation: pl.LazyFrame,
    gates: pl.LazyFrame,
    episodes: pl.LazyFrame,
    posts: pl.LazyFrame,
    accounts: pl.LazyFrame,
    settings: Settings,
) -> pl.DataFrame:
    """Return what may be said: network timing, pair timing and congruence of post counts.

    Returns:
        Table `findings`: one row a claim. Ids depend on the claim alone, hashes on what it says;
        nothing of the run enters.

    Raises:
        MethodError: A sentence would claim more than its level carries.

    References:
        METHODS §9 (ladder), §13 (table).
    """
    subjects = load_subjects(posts, accounts, gates, settings)
    pairs = pair_timing.filter(network_pairs(settings)).collect()
    rows = [
        *network_claims(timing_statistics.collect(), episodes, pairs, subjects, settings),
        *pair_claims(pairs, subjects, settings),
        *congruence_claims(post_count_correlation.collect(), subjects, settings),
    ]
    complete = [_complete(row, subjects, settings) for row in rows]
    return pl.DataFrame(complete, schema=empty("findings").schema, orient="row")


def _complete(row: Row, subjects: Subjects, settings: Settings) -> Row:
    """Return a row with every column of the contract, its id and its hash."""
    pair = (row["subject_a"], row["subject_b"])
    accounts = pair if row["subject_kind"] == "pair" else tuple(subjects.by_account)
    disclosed = subjects.disclosures.source(accounts) is not None
    said = {
        **dict.fromkeys(data_contracts.load("findings").column_names),
        **row,
        "definition_version": _DEFINITION_VERSION,
        "scope": NETWORK,
        "disclosed_link": "yes" if disclosed else "unknown",
        # Timing alone is low by METHODS §9, whatever the gates say.
        "confidence": "low",
        "synthetic": settings.case.synthetic,
    }
    del said["finding_id"], said["finding_sha256"]
    claim = ("claim_type", "definition_id", "scope", "subject_kind", "subject_a", "subject_b")
    width = said["window_s"] if said["window_s"] is not None else said["bin"]
    ident = finding_id(*(str(said[name]) for name in claim), str(width))
    return {"finding_id": ident, "finding_sha256": finding_sha256(said), **said}
