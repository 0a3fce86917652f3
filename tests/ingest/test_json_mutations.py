"""Damage at random to exports in JSON: never a crash, never a record lost, never a wrong time."""

import json
import random
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep import storage
from lockstep.errors import LockstepError
from lockstep.ingest import json_export, json_file
from tests.ingest.exports_writer import export, staged
from tests.ingest.json_writer import (
    START_S,
    Tables,
    account_export,
    answer,
    api_post,
    chat,
    document,
    lines,
    message,
    notice,
    skeet,
)
from tests.ingest.mapped_exports import EIGHT_S, JSON, THREADS_S, small_json
from tests.ingest.test_mutations import MUTATIONS, Mutation

PIECES = ["Voir ", {"type": "text_link", "text": "ici 👉", "href": "https://e.example/é"}]
VALID = {
    "telegram chat": document(
        chat([message(1), notice(2), message(3, text=PIECES, text_entities=PIECES)])
    ),
    "telegram account": document(account_export(chat([message(1)]), chat([message(1)], ident=7))),
    "telegram, escaped": document(chat([message(1, text="é👉" * 5), message(2)]), escaped=True),
    "crowdtangle answer": document(answer([api_post(n) for n in range(1, 4)])),
    "crowdtangle lines": lines(*(api_post(n, message='é\n"b"') for n in range(1, 4))),
    "bluesky feed": document({"feed": [{"post": skeet(n)} for n in range(1, 4)]}),
    "bluesky lines": lines(*(skeet(n) for n in range(1, 4))),
    **{ident: small_json(ident, 3).encode() for ident in JSON},
}
ODD = [
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b"\n",
    b"\\ud83d",
    b"\xff",
    b"\0",
    b"null",
    b"1e9",
]


def insert(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(ODD) + content[at:]


JSON_MUTATIONS: list[Mutation] = [*MUTATIONS, insert, insert]


def mutated(name: str, seed: int) -> bytes:
    """Return a valid file after a few mutations."""
    rng, content = random.Random(seed), VALID[name]
    for mutation in rng.choices(JSON_MUTATIONS, k=rng.choice((1, 1, 2, 5))):
        content = mutation(rng, content)
    return content


def check(tables: Tables, content: bytes) -> None:
    """Check what holds of any export: each record at its bytes, and what is told of it there."""
    for name, table in tables.items():
        storage.conform(table, name)
    counts = tables["sources"].row(0, named=True)
    parts = ("posts_new_n", "observations_n", "duplicate_exact_n", "not_posts_n", "quarantined_n")
    assert counts["records_in"] == tables["records"].height == sum(counts[n] for n in parts)
    spans = tables["records"].sort("source_row").select("source_byte_start", "source_byte_len")
    assert all(a + n <= b for (a, n), (b, _) in pairwise(spans.iter_rows()))
    for post in tables["posts"].iter_rows(named=True):
        start, size = post["source_byte_start"], post["source_byte_len"]
        record = content[start : start + size].decode()
        said = json.loads(record)
        assert isinstance(said, dict)
        assert json.dumps(post["posted_at_raw"], ensure_ascii=False)[1:-1] in record
        number = post["post_id"].rpartition("/")[2]  # behind its chat or instance; of VK a wall's
        assert all(part in record for part in number.split("_"))


def outcome(content: bytes) -> Tables | str:
    """Return the tables of an export, or why it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return staged(export(Path(folder), content, "export.json"))
        except LockstepError as error:
            return str(error)


@given(seed=st.integers(0, 2**32), name=st.sampled_from(sorted(VALID)))
@settings(max_examples=250, deadline=None)
def test_damaged_exports_are_refused_or_accounted_for(*, seed: int, name: str) -> None:
    """Whatever happens to its bytes, an export is refused with a reason or read without a loss."""
    content = mutated(name, seed)
    found = outcome(content)
    if isinstance(found, str):
        assert found.startswith("export.json")
    else:
        check(found, content)


@given(seed=st.integers(0, 2**32), name=st.sampled_from(sorted(VALID)))
@settings(max_examples=60, deadline=None)
def test_records_in_blocks_are_those_of_one_block(*, seed: int, name: str) -> None:
    """However an export is damaged, wherever a block ends and wherever a piece of the file does."""
    content = mutated(name, seed)
    whole = outcome(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_export, "BLOCK_BYTES", 1)
        patch.setattr(json_file, "_PIECE_BYTES", 7)
        in_blocks = outcome(content)

    if isinstance(whole, str) or isinstance(in_blocks, str):
        assert in_blocks == whole
    else:
        assert {t: rows.rows() for t, rows in in_blocks.items()} == {
            t: rows.rows() for t, rows in whole.items()
        }


@pytest.mark.parametrize("name", VALID)
def test_what_is_not_damaged_is_read_whole(name: str) -> None:
    """And all kinds of damage are met: refused, set aside, harmless."""
    whole = outcome(VALID[name])
    assert not isinstance(whole, str)
    assert whole["quarantine"].height == 0
    starts = (START_S, EIGHT_S, THREADS_S)
    assert all(
        any(0 <= at_s - start < 10 for start in starts) for at_s in whole["posts"]["posted_at_s"]
    )

    found = [outcome(mutated(name, seed)) for seed in range(40)]
    assert any(isinstance(one, str) for one in found)
    assert any(not isinstance(one, str) for one in found)
