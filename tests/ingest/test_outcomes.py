"""What becomes of each record, against the rules spelled out one record at a time."""

import random
from collections import defaultdict
from typing import NamedTuple

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.ingest.outcomes import outcomes


class Record(NamedTuple):
    """One record that could be identified and dated."""

    source_id: str
    source_row: int
    exported_at_s: int | None
    post_key: str
    account_key: str
    posted_at_s: int
    row_hmac: str
    posted_at_resolution_us: int = 1_000_000


Place = tuple[str, int]
Said = tuple[str, str | None]


def frame(records: list[Record]) -> pl.DataFrame:
    types = (pl.String, pl.Int64, pl.Int64, pl.String, pl.String, pl.Int64, pl.String, pl.Int64)
    schema = dict(zip(Record._fields, types, strict=True))
    return pl.DataFrame(records, schema=schema, orient="row")


def decided(records: list[Record]) -> dict[Place, Said]:
    found = outcomes(frame(records))
    return {
        (source, row): (outcome, reason)
        for source, row, outcome, reason in found.select(
            "source_id", "source_row", "outcome", "reason"
        ).iter_rows()
    }


def reference(records: list[Record]) -> dict[Place, Said]:
    """Decide record by record, from the file exported first on."""

    def age(record: Record) -> tuple[bool, int, str, int]:
        exported = record.exported_at_s
        return exported is None, exported or 0, record.source_id, record.source_row

    times, account, seen = defaultdict(list), {}, set()
    for record in records:
        times[record.post_key].append((record.posted_at_resolution_us, record.posted_at_s))
    found: dict[Place, Said] = {}
    for record in sorted(records, key=age):
        place = record.source_id, record.source_row
        post = record.post_key
        same = record.source_id, post, record.row_hmac
        first = account.setdefault(post, record.account_key)
        if disagree(times[post]):
            found[place] = "quarantined", "conflicting_time"
        elif record.account_key != first:
            found[place] = "quarantined", "conflicting_account"
        elif same in seen:
            found[place] = "duplicate_exact", None
        else:
            found[place] = "observation" if post in {p for _, p, _ in seen} else "new", None
            seen.add(same)
    return found


def disagree(times: list[tuple[int, int]]) -> bool:
    """Return whether a time is further from one that is known most finely than it is known."""
    finest = min(times)[0]
    return any(
        abs(at_s - other_s) * 1_000_000 > resolution_us
        for resolution_us, at_s in times
        for other_us, other_s in times
        if other_us == finest
    )


@st.composite
def cases(draw: st.DrawFn) -> list[Record]:
    """Draw files of a few posts, so that records repeat and contradict one another often."""
    exported = draw(st.lists(st.sampled_from([None, 10, 20]), min_size=1, max_size=3))
    return [
        Record(
            source_id=f"source {number}",
            source_row=row + 1,
            exported_at_s=at,
            post_key=draw(st.sampled_from("pqr")),
            account_key=draw(st.sampled_from("aaaaab")),
            posted_at_s=draw(st.sampled_from([0, 0, 0, 0, 1, 2, 3])),
            row_hmac=draw(st.sampled_from("hi")),
            posted_at_resolution_us=draw(st.sampled_from([1_000_000, 1_000_000, 2_000_000])),
        )
        for number, at in enumerate(exported)
        for row in range(draw(st.integers(0, 4)))
    ]


@given(cases())
@settings(max_examples=500, deadline=None)
def test_records_are_decided_as_spelled_out(records: list[Record]) -> None:
    """New, observation, duplicate and conflict are as the rules of FORMATS §7 and §8 say."""
    assert decided(records) == reference(records)


@given(cases(), st.integers(0, 1_000))
@settings(max_examples=200, deadline=None)
def test_the_order_of_records_and_files_is_nothing(records: list[Record], seed: int) -> None:
    """Any permutation gives the same outcomes."""
    assert decided(random.Random(seed).sample(records, len(records))) == decided(records)


@given(cases())
@settings(max_examples=200, deadline=None)
def test_each_post_that_is_accepted_is_new_once(records: list[Record]) -> None:
    """A post with an accepted record has exactly one that is new."""
    found = outcomes(frame(records)).join(frame(records), on=["source_id", "source_row"])
    accepted = found.filter(pl.col("outcome") != "quarantined")
    new = accepted.filter(pl.col("outcome") == "new")["post_key"]

    assert sorted(new) == sorted(accepted["post_key"].unique())


def test_a_minute_and_a_second_in_it_agree() -> None:
    """A file with minutes does not contradict one with seconds, nor hide that two of these do."""
    minute = Record("x", 1, 10, "p", "a", 60, "h", 60_000_000)
    second = Record("y", 1, 20, "p", "a", 107, "i")
    other = Record("z", 1, 30, "p", "a", 70, "i")

    assert decided([minute, second]) == {("x", 1): ("new", None), ("y", 1): ("observation", None)}
    for apart in ([minute, second, other], [minute, second._replace(posted_at_s=121)]):
        assert {*decided(apart).values()} == {("quarantined", "conflicting_time")}


def test_details_say_what_disagrees() -> None:
    """A conflict names the column, the difference, or the account that came first."""
    found = outcomes(
        frame(
            [
                Record("x", 1, 10, "p", "facebook:1", 100, "h"),
                Record("y", 1, 20, "p", "facebook:2", 100, "h"),
                Record("y", 2, 20, "q", "facebook:1", 100, "h"),
                Record("y", 3, 20, "q", "facebook:1", 107, "h"),
            ]
        )
    ).sort("source_id", "source_row")

    assert found.select("field", "detail").rows() == [
        (None, None),
        ("post_url", "an earlier record says that facebook:1 published it"),
        ("posted_at_raw", "records disagree by 7 s about when it was published"),
        ("posted_at_raw", "records disagree by 7 s about when it was published"),
    ]
