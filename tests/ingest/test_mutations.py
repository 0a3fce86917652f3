"""Damage at random: never a crash, never a record lost, never a value that the file has not."""

import csv
import io
import random
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep import storage
from lockstep.errors import LockstepError
from lockstep.ingest.zones import offset_s
from lockstep.synthetic.headers import HEADERS, HeaderVariant
from tests.ingest.exports_writer import BOM, EXPORTED, csv_bytes, export, group_post, post, staged
from tests.synthetic import small_posts

Tables = dict[str, pl.DataFrame]
Mutation = Callable[[random.Random, bytes], bytes]

VALID = csv_bytes(
    [
        post(1, Message='a, "b"\n\nc', Page_Description='"', Link="https://e.example"),
        post(2, Page_Name="SYN\n-A", Likes="407000", Total_Interactions="407,120"),
        group_post(3, Description=",\n,"),
        post(4, Message="é👉" * 20, Final_Link="https://e.example/x"),
        post(5, Image_Text='""'),
    ]
)
BODY = VALID.index(b"\n") + 1
ODD = [b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"\0", b"\xff", b";", b" ", b"0", BOM, b"NaN"]


def span(rng: random.Random, content: bytes) -> slice:
    """Return a stretch, mostly short."""
    start = rng.randrange(len(content) + 1)
    return slice(start, start + int(rng.paretovariate(0.7)))


def cut(rng: random.Random, content: bytes) -> bytes:
    where = span(rng, content)
    return content[: where.start] + content[where.stop :]


def duplicate(rng: random.Random, content: bytes) -> bytes:
    where = span(rng, content)
    return content[: where.stop] + content[where] + content[where.stop :]


def swap(rng: random.Random, content: bytes) -> bytes:
    where, other = sorted((span(rng, content), span(rng, content)), key=lambda s: s.start)
    stop = min(where.stop, other.start)
    middle = content[stop : other.start]
    moved = content[other] + middle + content[where.start : stop]
    return content[: where.start] + moved + content[other.stop :]


def insert(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(ODD) + content[at:]


def corrupt(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.randbytes(1) + content[at + 1 :]


MUTATIONS: list[Mutation] = [cut, duplicate, swap, insert, corrupt]


def mutated(seed: int, *, header_too: bool) -> bytes:
    """Return the valid file after a few mutations."""
    rng = random.Random(seed)
    head, content = (b"", VALID) if header_too else (VALID[:BODY], VALID[BODY:])
    for mutation in rng.choices(MUTATIONS, k=rng.choice((1, 1, 2, 5))):
        content = mutation(rng, content)
    return head + content


def check(tables: Tables, content: bytes) -> None:
    """Check what holds of any export."""
    for name, table in tables.items():
        storage.conform(table, name)
        assert not any(column.dtype.is_float() for column in table)
    counts = tables["sources"].row(0, named=True)
    parts = (
        *("posts_new_n", "observations_n", "duplicate_exact_n", "not_posts_n"),
        "quarantined_n",
    )
    assert counts["records_in"] == tables["records"].height == sum(counts[n] for n in parts)
    spans = tables["records"].sort("source_row").select("source_byte_start", "source_byte_len")
    bounds = list(chain.from_iterable((a, a + n) for a, n in spans.iter_rows()))
    assert bounds == sorted(bounds)
    between = zip(bounds[1::2], [*bounds[2::2], len(content)], strict=True)
    assert all(not content[a:b].strip(b"\r\n") for a, b in between)
    header = content[: bounds[0]].decode("utf-8-sig").strip("\r\n")
    assert len(list(csv.reader(io.StringIO(header, newline="")))) == 1
    for place in tables["posts"].iter_rows(named=True):
        start, size = place["source_byte_start"], place["source_byte_len"]
        record = content[start : start + size].decode()
        written = ("post_id", "posted_at_raw", "text", "title", "description", "image_text")
        for name in written:
            assert (place[name] or "").replace('"', '""') in record or place[name] in record


def outcome(content: bytes) -> Tables | str:
    """Return the tables of an export, or why it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return staged(export(Path(folder), content))
        except LockstepError as error:
            return str(error)


@given(seed=st.integers(0, 2**32), header_too=st.booleans())
@settings(max_examples=150, deadline=None)
def test_damaged_exports_are_refused_or_accounted_for(*, seed: int, header_too: bool) -> None:
    """Whatever happens to its bytes, an export is refused with a reason or read without a loss."""
    content = mutated(seed, header_too=header_too)
    found = outcome(content)
    if isinstance(found, str):
        assert found.startswith(EXPORTED)
    else:
        check(found, content)


@given(st.lists(st.one_of(st.sampled_from(ODD), st.binary(max_size=8)), max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_bytes_behind_an_export_are_accounted_for(pieces: list[bytes]) -> None:
    """Bytes that are no export at all are still records, each in its place."""
    content = VALID + b"".join(pieces)
    found = outcome(content)
    if isinstance(found, str):
        assert "not UTF-8" in found
    else:
        check(found, content)


@given(
    seed=st.integers(0, 2**32),
    variant=st.sampled_from(sorted(HEADERS)),
    header_too=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_damaged_exports_of_every_variant_tell_no_wrong_time(
    *, seed: int, variant: HeaderVariant, header_too: bool
) -> None:
    """A time is that of the record's own bytes, whatever else happened to the file."""
    rng = random.Random(seed)
    whole = _of_variant(variant)
    body = 0 if header_too else whole.index(b"\n") + 1
    content = whole[body:]
    for mutation in rng.choices(MUTATIONS, k=rng.choice((1, 1, 2, 5))):
        content = mutation(rng, content)
    content = whole[:body] + content
    found = outcome(content)
    if isinstance(found, str):
        assert found.startswith(EXPORTED)
    else:
        check(found, content)
        for row in found["posts"].iter_rows(named=True):
            told = datetime.fromisoformat(row["posted_at_raw"][:19])
            east_s = offset_s(row["posted_at_tz"])
            assert row["posted_at_s"] == told.replace(tzinfo=UTC).timestamp() - east_s


@cache
def _of_variant(variant: HeaderVariant) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return small_posts.cut(Path(folder), header=variant, row_cap=6)[0].path.read_bytes()


def test_all_kinds_of_damage_are_met() -> None:
    """Some mutations refuse the file, some keep records apart, and some leave every post."""
    found = [outcome(mutated(seed, header_too=seed % 2 == 0)) for seed in range(40)]
    apart_n = [o if isinstance(o, str) else o["quarantine"].height for o in found]

    assert any(isinstance(n, str) for n in apart_n)
    assert {0, 1, 2} <= {n for n in apart_n if isinstance(n, int)}
