"""Damage at random to exports of formats that are mapping files: no loss and no wrong time."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.exports_writer import EXPORTED
from tests.ingest.mapped_exports import SNOWFLAKE_MS, TABLES, small
from tests.ingest.test_mutations import MUTATIONS, check, outcome


def valid(ident: str) -> bytes:
    """Return an export in which every text stands as it is stored."""
    return small(ident).replace(r"\n", " ").encode()


def mutated(ident: str, seed: int) -> bytes:
    """Return a valid export after a few mutations, some of them of its header."""
    rng = random.Random(seed)
    whole = valid(ident)
    body = 0 if rng.random() < 0.2 else whole.index(b"\n") + 1
    content = whole[body:]
    for mutation in rng.choices(MUTATIONS, k=rng.choice((1, 1, 2, 5))):
        content = mutation(rng, content)
    return whole[:body] + content


def stated_s(raw: str) -> int:
    """Return what a time says, read in another way than exports are."""
    if "-" not in raw.lstrip("-"):
        return int(raw.partition(".")[0])
    at = datetime.fromisoformat(raw.strip())
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def check_time(post: dict[str, Any]) -> None:
    """Check that a post's time is that of its own record, and finer only by its own id."""
    stated = stated_s(post["posted_at_raw"])
    if post["posted_at_tz_source"] == "id_embedded":
        at_ms = (int(post["post_id"]) >> 22) + SNOWFLAKE_MS
        assert (post["posted_at_s"], stated) == (at_ms // 1_000, at_ms // 60_000 * 60)
        assert post["posted_at_resolution_us"] == 1_000_000
    else:
        assert post["posted_at_s"] == stated


@given(seed=st.integers(0, 2**32), ident=st.sampled_from(sorted(TABLES)))
@settings(max_examples=150, deadline=None)
def test_damaged_exports_are_refused_or_accounted_for(*, seed: int, ident: str) -> None:
    """Whatever happens to its bytes, an export is refused with a reason or read without a loss."""
    content = mutated(ident, seed)
    found = outcome(content)
    if isinstance(found, str):
        assert found.startswith(EXPORTED)
    else:
        check(found, content)
        for post in found["posts"].iter_rows(named=True):
            check_time(post)


@pytest.mark.parametrize("ident", TABLES)
def test_all_kinds_of_damage_are_met(ident: str) -> None:
    """Some leave every post, some keep records apart, some refuse the file."""
    whole = outcome(valid(ident))
    assert not isinstance(whole, str)
    assert whole["posts"].height == 5

    found = [outcome(mutated(ident, seed)) for seed in range(30)]
    apart = {None if isinstance(one, str) else one["quarantine"].height for one in found}
    assert {None, 0, 1} <= apart
