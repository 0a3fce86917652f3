"""Bluesky's interface: posts wrapped or bare, and which of two times is believed."""

from pathlib import Path

import pytest

from tests.ingest.exports_writer import reasons
from tests.ingest.json_writer import (
    DID,
    START_S,
    Json,
    document,
    lines,
    posts_of,
    read,
    skeet,
    source_of,
    utc,
)
from tests.ingest.test_stage import broken_rules

ISO = "%Y-%m-%dT%H:%M:%SZ"
POSTS = [skeet(1), skeet(2, by=2), skeet(3)]
WRAPPED = [{"post": post} for post in POSTS]


def claimed(at: object, **more: object) -> Json:
    """Return a post that its author's program dated."""
    record = {**skeet(1)["record"], "createdAt": at}
    return skeet(1, record=record, **more)


@pytest.mark.parametrize(
    "content",
    [
        *(document({"feed": WRAPPED, "cursor": "x"}), lines({"feed": WRAPPED[:1]}, *[])),
        *(document({"posts": POSTS}), document(POSTS), document(WRAPPED)),
        *(lines(*POSTS), lines(*WRAPPED), lines(*POSTS[:2], WRAPPED[2])),
    ],
)
def test_posts_are_read_back_exactly(content: bytes, tmp_path: Path) -> None:
    """However they are wrapped and kept."""
    tables = read(tmp_path, content)
    source, first = source_of(tables), posts_of(tables)[0]
    found = tables["engagement"].sort("source_row").row(0, named=True)

    assert source["format_id"] == "bluesky"
    assert source["posts_new_n"] == source["records_in"] in {1, 3}
    assert first["post_key"] == f"bluesky:at://{DID.format(1)}/app.bsky.feed.post/syn1"
    assert first["account_key"] == f"bluesky:{DID.format(1)}"
    assert (first["posted_at_s"], first["posted_at_tz_source"]) == (START_S + 1, "row")
    assert (first["text"], first["is_share"]) == ("Bonjour 1", False)
    assert first["post_url"] == f"https://bsky.app/profile/{DID.format(1)}/post/syn1"
    assert (found["likes"], found["comments"], found["shares"]) == (1, 1, 0)
    assert tables["accounts"].sort("account_key").row(0, named=True)["handle"] == "syn1.example"
    assert "server_time_taken" not in source["warnings"]
    assert broken_rules(tables, tmp_path) == set()


def test_what_is_no_address_of_a_post_gives_none(tmp_path: Path) -> None:
    """An id is kept as it stands, and nothing is made of it."""
    tables = read(tmp_path, lines(skeet(1, uri="at://x/app.bsky.feed.post/a/../b ${1}")))

    assert tables["posts"].select("post_id", "post_url").row(0) == (
        "at://x/app.bsky.feed.post/a/../b ${1}",
        None,
    )


BELIEVED = ["2023-01-29T14:46:41+01:00", "2023-01-29T13:46:41.12345678Z", utc(START_S + 62, ISO)]
NOT_BELIEVED = [
    *("0000-01-01T00:00:00Z", "2023-02-30T00:00:00Z", "soon", "", 1_675_000_001, None, {"at": 1}),
    *("2023-01-29T13:46:41", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-0001-01-01T00:00Z"),
    *(utc(START_S + 64, ISO), utc(START_S - 58, ISO), "2023-01-29T13:46:41-14:00"),
]


@pytest.mark.parametrize("at", BELIEVED)
def test_a_time_near_that_of_the_server_is_believed(at: str, tmp_path: Path) -> None:
    """Within 60 s, however it is written."""
    tables = read(tmp_path, lines(claimed(at)))
    (post,) = posts_of(tables)

    assert post["posted_at_raw"] == at
    assert post["posted_at_s"] in {START_S + 1, START_S + 62}
    assert "server_time_taken" not in source_of(tables)["warnings"]


@pytest.mark.parametrize("at", NOT_BELIEVED)
def test_else_the_servers_counts(at: object, tmp_path: Path) -> None:
    """And is told: how many, and what stands in it."""
    tables = read(tmp_path, lines(claimed(at), skeet(2)))
    first, second = posts_of(tables)

    assert (first["posted_at_s"], second["posted_at_s"]) == (START_S + 3, START_S + 2)
    assert first["posted_at_raw"] == skeet(1)["indexedAt"]
    assert "server_time_taken 1" in source_of(tables)["warnings"].split("; ")
    assert broken_rules(tables, tmp_path) == set()


def test_what_was_reposted_is_its_authors(tmp_path: Path) -> None:
    """At its own time, once, and never of the account in whose feed it stands."""
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": {"did": DID.format(9), "handle": "syn9.example"},
        "indexedAt": utc(START_S + 500, ISO),
    }
    feed = [{"post": skeet(1)}, {"post": skeet(1), "reason": reason}, {"post": skeet(2, by=9)}]
    tables = read(tmp_path, document({"feed": feed}))

    assert [(post["account_key"], post["posted_at_s"]) for post in posts_of(tables)] == [
        (f"bluesky:{DID.format(1)}", START_S + 1),
        (f"bluesky:{DID.format(9)}", START_S + 2),
    ]
    assert sorted(tables["records"]["outcome"]) == ["new", "new", "observation"]


def test_links_of_facets_and_of_what_is_embedded(tmp_path: Path) -> None:
    """Whole, though the text shows them shortened; mentions and tags are none."""
    link, mention = "app.bsky.richtext.facet#link", "app.bsky.richtext.facet#mention"
    facets = [
        {"features": [{"$type": mention, "did": DID.format(2)}]},
        {"features": [{"$type": link, "uri": "https://e.example/long/a"}]},
        {"features": [{"$type": link, "uri": "https://e.example/long/b"}], "index": {}},
    ]
    external = {"uri": "https://e.example/card", "title": "Titre", "description": "Texte"}
    record = {
        **skeet(1)["record"],
        "text": "Voir e.example/lo...",
        "facets": facets,
        "embed": {"$type": "app.bsky.embed.external", "external": external},
    }
    tables = read(tmp_path, lines(skeet(1, record=record)))
    (post,) = posts_of(tables)

    assert tables["links"].select("role", "url").rows() == [
        ("primary", "https://e.example/card"),
        ("in_text", "https://e.example/long/a"),
        ("in_text", "https://e.example/long/b"),
    ]
    assert (post["title"], post["description"]) == ("Titre", "Texte")


NEGATIVE: list[tuple[object, str, str | None]] = [
    (7, "bad_json", None),
    (skeet(1, uri=None), "post_id_missing", "post.uri"),
    (skeet(1, author=None), "account_id_missing", "post.author.did"),
    (skeet(1, author={"did": ["x"]}), "account_id_missing", "post.author.did"),
    (skeet(1, indexedAt=None), "time_missing", "post.indexedAt"),
    (skeet(1, indexedAt="soon"), "time_unparsable", "post.indexedAt"),
    (skeet(1, indexedAt="2023-01-29T13:46:41"), "tz_missing", "post.indexedAt"),
    (skeet(1, indexedAt="2003-01-29T13:46:41Z"), "time_out_of_range", "post.indexedAt"),
    (skeet(1, likeCount="many"), "number_unparsable", "post.likeCount"),
]


@pytest.mark.parametrize(("bad", "reason", "field"), NEGATIVE)
def test_what_cannot_be_read_is_set_aside(
    bad: object, reason: str, field: str | None, tmp_path: Path
) -> None:
    """What no server dated is no post of a known time, whatever its author claims."""
    tables = read(tmp_path, document({"posts": [skeet(8), bad, skeet(9)]}))

    assert tables["quarantine"].select("source_row", "reason", "field").rows() == [
        (2, reason, field)
    ]
    assert len(posts_of(tables)) == 2


@pytest.mark.parametrize("text", ["'; drop table posts; --", "<b>", "=1+1", "\u202e\x1b[31m", "\0"])
def test_hostile_texts_are_kept_as_they_are(text: str, tmp_path: Path) -> None:
    """Half a character is none."""
    record = {**skeet(1)["record"], "text": text}
    half = skeet(2, record={**record, "text": "\ud83d"})
    tables = read(tmp_path, document([skeet(1, record=record), half], escaped=True))

    assert reasons(tables) == ["bad_json"]
    assert [found["text"] for found in posts_of(tables)] == [text]
