"""The evidence of a finding is every post that its number counts, with the rows it came from."""

from dataclasses import astuple, dataclass

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lockstep import storage
from lockstep.findings.evidence import finding_evidence
from tests.sql.test_timing_difference import Post, by_hand, frames
from tests.timing import reference


@dataclass(frozen=True)
class Finding:
    """A finding, as far as its evidence reads it."""

    finding_id: str
    claim_type: str
    subject_kind: str
    subject_a: str
    subject_b: str | None
    window_s: int | None


SCHEMA = {
    "finding_id": pl.String,
    "claim_type": pl.String,
    "subject_kind": pl.String,
    "subject_a": pl.String,
    "subject_b": pl.String,
    "window_s": pl.Int64,
}
FINDINGS = [
    Finding("f1", "A1", "network", "network", None, 2),
    Finding("f2", "A1", "network", "network", None, 60),
    Finding("f3", "A1", "pair", "a", "b", 1),
    Finding("f4", "A1", "pair", "a", "c", 3),
    Finding("f5", "A1", "pair", "b", "nobody", 3),
    Finding("f6", "congruence", "pair", "b", "c", None),
    Finding("f7", "something else", "pair", "a", "b", 60),
]


def found(posts: list[Post], findings: list[Finding]) -> pl.DataFrame:
    """Return the table."""
    of_posts, _ = frames(posts, {})
    differences = pl.DataFrame(
        by_hand(posts, dict.fromkeys("abc")), schema=storage.empty("timing_difference").schema
    )
    return finding_evidence(
        findings=pl.LazyFrame([astuple(f) for f in findings], schema=SCHEMA, orient="row"),
        timing_difference=differences.lazy(),
        posts=of_posts.with_columns(
            source_id=pl.lit("s"),
            source_row=pl.col("post_key").str.slice(1).cast(pl.Int64),
            post_url=pl.when(pl.col("post_key") != "p03").then(pl.format("url/{}", "post_key")),
        ).lazy(),
        settings=reference.settings(),
    )


def neighbours(finding: Finding, posts: list[Post]) -> list[tuple[Post, Post | None]]:
    """Return the posts of a finding with their neighbours, by its definition."""
    a, b, window_s = finding.subject_a, finding.subject_b, finding.window_s or 0
    if finding.claim_type == "congruence":
        return [(post, None) for post in posts if post[1] in {a, b}]
    if finding.claim_type != "A1":
        return []
    if finding.subject_kind == "pair":
        return [
            (p, q)
            for p in posts
            for q in posts
            if (p[1], q[1]) == (a, b) and abs(p[0] - q[0]) <= window_s
        ]
    pairs = []
    for p in posts:
        others = [q for q in posts if q[1] != p[1]]
        nearest = [
            max((q for q in others if q < p), default=None),
            min((q for q in others if q > p), default=None),
        ]
        pairs += [(p, q) for q in nearest if q is not None and abs(p[0] - q[0]) <= window_s]
    return pairs


def expected(posts: list[Post], findings: list[Finding]) -> list[dict[str, object]]:
    """Return the table as it must be, in its order."""
    rows = []
    for finding in findings:
        for p, q in neighbours(finding, posts):
            lag_s = None if q is None else p[0] - q[0]
            roles = {True: "follower", False: "leader"}
            role = "counted" if lag_s is None else "same_second" if not lag_s else roles[lag_s > 0]
            rows.append(
                {
                    "finding_id": finding.finding_id,
                    "role": role,
                    "post_key": p[2],
                    "account_key": p[1],
                    "posted_at_s": p[0],
                    "other_post_key": q and q[2],
                    "other_account_key": q and q[1],
                    "lag_s": lag_s,
                    "source_id": "s",
                    "source_row": int(p[2][1:]),
                    "other_source_id": q and "s",
                    "other_source_row": q and int(q[2][1:]),
                    "permalink": None if p[2] == "p03" else f"url/{p[2]}",
                    "other_permalink": None if q is None or q[2] == "p03" else f"url/{q[2]}",
                }
            )
    return sorted(rows, key=lambda r: (r["finding_id"], r["post_key"], str(r["other_post_key"])))


STREAM = st.lists(st.tuples(st.integers(0, 30), st.sampled_from("abc")), max_size=14)


@given(STREAM)
@settings(max_examples=100, deadline=None)
@example([])
@example([(0, "a"), (0, "b"), (0, "c")])
@example([(59, "a"), (60, "b"), (61, "a"), (61, "c"), (120, "b"), (121, "c")])
def test_the_statement_equals_brute_force(stream: list[tuple[int, str]]) -> None:
    """Of networks, pairs and congruences at several windows; across the edges of buckets."""
    posts = [(t, a, f"p{i:02d}") for i, (t, a) in enumerate(stream)]

    assert found(posts, FINDINGS).to_dicts() == expected(posts, FINDINGS)


@given(STREAM, st.sampled_from([1, 2, 5, 60]))
@settings(max_examples=30, deadline=None)
def test_the_distinct_posts_of_the_evidence_are_the_count(
    stream: list[tuple[int, str]], window_s: int
) -> None:
    """A network's evidence holds A1 posts, neither more nor fewer."""
    posts = [(t, a, f"p{i:02d}") for i, (t, a) in enumerate(stream)]
    finding = Finding("f", "A1", "network", "network", None, window_s)
    as_numbers = [(t, "abc".index(a)) for t, a, _ in posts]

    counted = found(posts, [finding])["post_key"].n_unique()

    assert counted == reference.count(as_numbers, window_s)["A1"]


def test_the_table_obeys_its_contract() -> None:
    """With a key that holds a missing neighbour."""
    posts = [(0, "a", "p00"), (1, "b", "p01"), (1, "c", "p02")]

    arrow = storage.conform(found(posts, FINDINGS), "finding_evidence")

    assert arrow["other_post_key"].null_count == 2
