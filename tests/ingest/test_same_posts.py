"""Posts that two tools may show under two keys: told and never merged; no copies by others."""

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep import storage
from lockstep.ingest.same_posts import compared, may_be_one, possible_same_posts_table
from tests.ingest.exports_writer import export, post, reasons, staged
from tests.ingest.test_stage import broken_rules

MCL = "id,creation_time,content_type,post_owner.id,post_owner.name,surface.id,text\n"
FOURCAT = "id,thread_id,timestamp,unix_timestamp,author,body\n"
AT_S = 1_641_168_001
"""When post 1 of the writer is published."""
CROWDTANGLE, LIBRARY, UNKNOWN, TWEETS = "facebook", "facebook-mcl", "other", "x"

Given = tuple[str, int, int, str | None, str | None, str | None]
"""Platform, id, second, text, name and handle of a post; each has an account of its own."""


def found(given: list[Given]) -> list[tuple[str, str, str, int]]:
    """Return the pairs that are reported of these posts, by key."""
    posts, accounts = tables(given)
    two = may_be_one(posts["platform"])
    table = possible_same_posts_table(compared(posts), accounts, two)
    rows = table.select("post_key_a", "post_key_b", "evidence", "alike_n").rows()
    assert len(storage.conform(table, "possible_same_posts")) == len(rows)
    return sorted(rows)


def tables(given: list[Given]) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = [
        {
            "platform": platform,
            "post_id": str(ident),
            "post_key": f"{platform}:{ident}",
            "account_key": f"{platform}:of-{ident}",
            "posted_at_s": at_s,
            "posted_at": datetime.fromtimestamp(at_s, UTC),
            "text": text,
            "name": name,
            "handle": handle,
        }
        for platform, ident, at_s, text, name, handle in given
    ]
    text = {"text": pl.String, "name": pl.String, "handle": pl.String}
    frame = pl.DataFrame(rows, schema_overrides=text, infer_schema_length=None)
    return frame.drop("name", "handle"), frame.select("account_key", "name", "handle")


def of_facebook(text: str | None = "Bonjour", name: str | None = "SYN-A") -> Given:
    return (CROWDTANGLE, 1, AT_S, text, name, "syn.a")


def test_the_same_text_of_the_same_name_in_the_same_second() -> None:
    """CrowdTangle and the Content Library have other ids for it."""
    assert found([of_facebook(), (LIBRARY, 9, AT_S, "Bonjour", "SYN-A", None)]) == [
        ("facebook:1", "facebook-mcl:9", "text_and_name", 2)
    ]


@pytest.mark.parametrize(
    "other",
    [
        (LIBRARY, 9, AT_S + 1, "Bonjour", "SYN-A", None),
        (LIBRARY, 9, AT_S, "Bonsoir", "SYN-A", None),
        (LIBRARY, 9, AT_S, "Bonjour", "SYN-B", "syn.b"),
        (LIBRARY, 9, AT_S, None, "SYN-B", None),
        (CROWDTANGLE, 9, AT_S, "Bonjour", "SYN-A", "syn.a"),
        (TWEETS, 1, AT_S, "Bonjour", "SYN-A", "syn.a"),
        ("facebookish", 9, AT_S, "Bonjour", "SYN-A", "syn.a"),
        (UNKNOWN, 9, AT_S, "Bonjour", None, None),
        (UNKNOWN, 9, AT_S, None, "SYN-A", None),
        (UNKNOWN, 9, AT_S, "Bonjour", "SYN-B", None),
    ],
)
def test_what_may_be_coordination_is_no_pair(other: Given) -> None:
    """Another second, text, name or platform; of an unknown platform nothing less than all."""
    assert found([of_facebook(), other]) == []


@pytest.mark.parametrize(
    ("one", "other", "evidence"),
    [
        (of_facebook(), (UNKNOWN, 1, AT_S, None, None, None), "post_id"),
        (of_facebook(), (UNKNOWN, 1, AT_S, "Bonsoir", "SYN-B", None), "post_id"),
        (of_facebook(), (UNKNOWN, 9, AT_S, "Bonjour", None, "syn.a"), "text_and_name"),
        (of_facebook(), (UNKNOWN, 9, AT_S, "Bonjour", None, "SYN-A"), "text_and_name"),
        (of_facebook(), (LIBRARY, 9, AT_S, "Bonjour", "@Syn.A ", None), "text_and_name"),
        (of_facebook(), (LIBRARY, 9, AT_S, "Bonjour", None, None), "text"),
        (of_facebook(), (LIBRARY, 9, AT_S, None, "syn-a", None), "name"),
        (of_facebook(None), (LIBRARY, 9, AT_S, "Bonjour", "SYN-A", None), "name"),
        (of_facebook(" 123 "), (LIBRARY, 9, AT_S, "👉", "SYN-A", None), "name"),
        (of_facebook("Bon\njour"), (LIBRARY, 9, AT_S, "Bon jour", "SYN-A", None), "text_and_name"),
        (of_facebook("a é"), (LIBRARY, 9, AT_S, "a e\u0301", "SYN-A", None), "text_and_name"),
        (
            of_facebook("Appelez le <tel:88> !"),
            (LIBRARY, 9, AT_S, "Appelez le 76 00 11 88 !", "SYN-A", None),
            "text_and_name",
        ),
        (
            of_facebook("é" * 4_990),
            (LIBRARY, 9, AT_S, "é" * 8_000, "SYN-A", None),
            "text_and_name",
        ),
    ],
)
def test_what_two_tools_show_of_one_post(one: Given, other: Given, evidence: str) -> None:
    """However they write names, line ends and what is replaced; the surest evidence is told."""
    (pair,) = found([one, other])

    assert pair[2:] == (evidence, 2)


def test_a_post_is_in_one_pair_between_two_platforms() -> None:
    """By the surest evidence; a third platform has a pair of its own with each."""
    given = [
        of_facebook(),
        (CROWDTANGLE, 2, AT_S, None, "SYN-A", None),
        (LIBRARY, 9, AT_S, "Bonjour", "SYN-A", None),
        (UNKNOWN, 1, AT_S, "Bonjour", "SYN-A", None),
    ]

    assert found(given) == [
        ("facebook-mcl:9", "other:1", "text_and_name", 2),
        ("facebook:1", "facebook-mcl:9", "text_and_name", 2),
        ("facebook:1", "other:1", "post_id", 2),
    ]


@pytest.mark.parametrize("name", [None, "SYN-A"])
def test_a_viral_text_is_not_quadratic(name: str | None) -> None:
    """3,000 posts and 2,000 of one second, text and name are 2,000 pairs, not six million."""
    given: list[Given] = [
        (platform, n, AT_S, "Bonjour", name, None)
        for platform, posts_n in ((CROWDTANGLE, 3_000), (LIBRARY, 2_000))
        for n in range(10_000 * (platform == LIBRARY), posts_n + 10_000 * (platform == LIBRARY))
    ]
    pairs = found(given)

    assert len(pairs) == len({a for a, *_ in pairs}) == len({b for _, b, *_ in pairs}) == 2_000
    assert {alike_n for *_, alike_n in pairs} == {5_000}


small = st.lists(
    st.tuples(
        st.sampled_from([CROWDTANGLE, LIBRARY, UNKNOWN, TWEETS]),
        st.integers(1, 6),
        st.sampled_from([AT_S, AT_S + 1]),
        st.sampled_from([None, "", "a", "b", "'; drop table posts; --", "\x1b[31m", "<email>"]),
        st.sampled_from([None, "A", "B", "=A"]),
        st.sampled_from([None, "a", "b"]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda given: given[:2],
)


@given(small, st.integers(0, 9))
@settings(max_examples=300, deadline=None)
def test_pairs_are_sound_and_none_is_missing(given: list[Given], seed: int) -> None:
    """Against every two posts: each pair fits, and of two that fit one at least is in a pair."""
    shuffled = random.Random(seed).sample(given, len(given))
    pairs = found(given)
    assert found(shuffled) == pairs
    evidence = {
        (f"{a[0]}:{a[1]}", f"{b[0]}:{b[1]}"): shared
        for a in given
        for b in given
        if (shared := fitting(a, b))
    }
    for key_a, key_b, told, _ in pairs:
        assert told in evidence[key_a, key_b]
    for key_a, key_b in evidence:
        platforms = (key_a.split(":")[0], key_b.split(":")[0])
        taken = [p for p in pairs if (p[0].split(":")[0], p[1].split(":")[0]) == platforms]
        assert any(key_a == a or key_b == b for a, b, *_ in taken)


def fitting(a: Given, b: Given) -> set[str]:
    """Return on what evidence two posts may be one, by brute force."""
    if a[0] >= b[0] or a[2] != b[2]:
        return set()
    is_one = (a[0], b[0]) == (CROWDTANGLE, LIBRARY)
    if not is_one and UNKNOWN not in {a[0], b[0]}:
        return set()
    text_a, text_b = (LETTERS.get(post[3]) for post in (a, b))
    names_a, names_b = ({n.lower() for n in post[4:] if n} for post in (a, b))
    same_text = text_a is not None and text_a == text_b
    same_name = bool(names_a & names_b)
    told = {"post_id"} if a[1] == b[1] else set()
    told |= {"text_and_name"} if same_text and same_name else set()
    if is_one:
        told |= {"text"} if same_text and not (names_a and names_b) else set()
        told |= {"name"} if same_name and not (text_a and text_b) else set()
    return told


LETTERS = {"a": "a", "b": "b", "'; drop table posts; --": "droptableposts", "\x1b[31m": "m"}
"""What is compared of the texts above; the others hold no letter."""


def test_three_exports_of_one_post(tmp_path: Path) -> None:
    """Its pairs are told in a table, in the warnings of each file, and by a rule that warns."""
    at = "2022-01-03T00:00:01+0000"
    files = [
        export(tmp_path, [post(1, Message="Bonjour 76 00 11 88"), post(2)]),
        export(tmp_path, f"{MCL}9,{at},status,77,SYN-1,77,Bonjour 76001188\n".encode(), "mcl.csv"),
        export(tmp_path, f"{FOURCAT}z,z,,{AT_S},SYN-1,Bonjour\n".encode(), "4cat.csv"),
    ]
    tables: dict[str, Any] = staged(*files)
    warnings = dict(tables["sources"].select("file_name", "warnings").iter_rows())

    assert reasons(tables) == []
    assert tables["posts"].height == 4
    assert set(tables["possible_same_posts"]["evidence"]) == {"text_and_name"}
    assert tables["possible_same_posts"].height == 3
    assert all("possible_same_posts 1" in said.split("; ") for said in warnings.values())
    assert broken_rules(tables, tmp_path) == {"possible_same_posts.nothing_counted_twice"}
    for order in (files[::-1], files[1:] + files[:1]):
        again = staged(*order)
        assert {n: storage.conform(t, n) for n, t in again.items()} == {
            n: storage.conform(t, n) for n, t in tables.items()
        }


def test_one_platform_has_no_pair(tmp_path: Path) -> None:
    """The same second and text in one namespace are two posts, and nothing is warned of."""
    rows = [post(1, Message="Bonjour"), post(2, Message="Bonjour")]
    tables = staged(export(tmp_path, rows))

    assert tables["possible_same_posts"].is_empty()
    assert "possible_same_posts" not in tables["sources"]["warnings"].item()
