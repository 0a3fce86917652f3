"""Addresses in posts: where they are found, what belongs to them, and whose they are."""

from pathlib import Path

import polars as pl
import pytest

from lockstep.ingest.links import links_table, unresolved
from tests.ingest.exports_writer import EARLIER, KEY, export, post, staged

Link = tuple[str, str]


def links(
    text: str | None,
    link: str | None = None,
    final: str | None = None,
    behind: str | None = None,
) -> pl.DataFrame:
    """Return the links of one post."""
    shown = pl.DataFrame(
        {
            "post_key": ["facebook:1"],
            "link": [link],
            "final_link": [final],
            "text": [text],
            "text_links": [behind],
            "admin_country": [None],
        },
        schema_overrides=dict.fromkeys(
            ("link", "final_link", "text", "text_links", "admin_country"), pl.String
        ),
    )
    table, _ = links_table(shown, internal=["facebook.com", "fb.me"], regions=(), key=KEY)
    return table.sort("position")


def found(text: str) -> list[Link]:
    return links(text).select("role", "url").rows()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nothing here", []),
        ("", []),
        ("https://example.org/a", [("in_text", "https://example.org/a")]),
        ("HTTP://Example.org", [("in_text", "HTTP://Example.org")]),
        ("see https://example.org/a, and", [("in_text", "https://example.org/a")]),
        ("(see https://example.org/a).", [("in_text", "https://example.org/a")]),
        ("« https://example.org/a »", [("in_text", "https://example.org/a")]),
        ("<https://example.org/a>", [("in_text", "https://example.org/a")]),
        ("https://example.org/a_(b)", [("in_text", "https://example.org/a_(b)")]),
        ("https://example.org/a?b=c&d=%20#e", [("in_text", "https://example.org/a?b=c&d=%20#e")]),
        ("👉https://example.org/é😀", [("in_text", "https://example.org/é😀")]),
        (
            "https://example.org/a\nhttps://example.org/b",
            [("in_text", "https://example.org/a"), ("in_text", "https://example.org/b")],
        ),
        (
            "https://example.org/a https://example.org/a",
            [("in_text", "https://example.org/a")] * 2,
        ),
        (
            "https://sh.example/x:=:https://example.org/long.",
            [("in_text", "https://sh.example/x"), ("resolved", "https://example.org/long")],
        ),
        (
            "(sh.example/x:=:https://example.org/long)",
            [("in_text", "sh.example/x"), ("resolved", "https://example.org/long")],
        ),
        (
            "👉http://sh.example/x:=:https://example.org/long",
            [("in_text", "http://sh.example/x"), ("resolved", "https://example.org/long")],
        ),
        (
            "https://a.example/x:=:https://b.example/y:=:https://example.org",
            [
                ("in_text", "https://a.example/x"),
                ("resolved", "https://b.example/y"),
                ("resolved", "https://example.org"),
            ],
        ),
        ("a:=:b", []),
        ("http:// https://", []),
        ("www.example.org", []),
    ],
)
def test_addresses_in_texts(text: str, expected: list[Link]) -> None:
    """Each address without the sentence around it; a short link before where it leads."""
    assert expected == found(text)


def test_own_links_come_first() -> None:
    """A post's own link, where that leads, and then those in its text, numbered from 1."""
    table = links("x https://example.org/c", "https://example.org/a", "https://example.org/b")

    assert table.select("position", "role", "url").rows() == [
        (1, "primary", "https://example.org/a"),
        (2, "resolved", "https://example.org/b"),
        (3, "in_text", "https://example.org/c"),
    ]


@pytest.mark.parametrize(
    ("url", "domain", "internal"),
    [
        ("https://www.Facebook.com/a", "facebook.com", True),
        ("https://m.facebook.com/a", "m.facebook.com", True),
        ("https://fb.me/a", "fb.me", True),
        ("https://facebook.com.", "facebook.com", True),
        ("https://facebook.com:443/a", "facebook.com", True),
        ("https://a@facebook.com/b", "facebook.com", True),
        ("https://examplefacebook.com/a", "examplefacebook.com", False),
        ("https://facebook.com.example.org/a", "facebook.com.example.org", False),
        ("https://facebook.com@example.org/a", "example.org", False),
        ("https://a@facebook.com@example.org/a", "example.org", False),
        ("https://example.org\\@facebook.com/a", "example.org", False),
        ("https://example.org/@facebook.com", "example.org", False),
        ("https://example.org?facebook.com", "example.org", False),
        ("https://example.org#facebook.com", "example.org", False),
        ("https://fbxme/a", "fbxme", False),
        ("HTTPS://WWW.EXAMPLE.ORG", "example.org", False),
        ("https://www.com/a", "www.com", False),
        ("https://bücher.example/a", "bücher.example", False),
        ("example.org/a", None, False),
        ("tel:123", None, False),
        ("tel://+22330112288", None, False),
        ("http://127.0.0.1:80/a", "127.0.0.1", False),
        ("https://", None, False),
    ],
)
def test_the_host_is_the_one_that_a_browser_opens(
    url: str, domain: str | None, *, internal: bool
) -> None:
    """Names before an @, paths and look-alikes do not make a link internal."""
    assert links(None, url).select("domain", "is_platform_internal").row(0) == (domain, internal)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a https://sh.example/x:=:https://example.org/long b", "a https://sh.example/x b"),
        ("sh.example/x:=:https://example.org/long.", "sh.example/x"),
        ("a:=:b stays", "a:=:b stays"),
        ("https://example.org", "https://example.org"),
        (None, None),
    ],
)
def test_texts_keep_the_short_link_alone(text: str | None, expected: str | None) -> None:
    """Where a short link leads was never written by the account."""
    assert unresolved(pl.Series([text], dtype=pl.String)).item() == expected


def test_a_long_text_without_blanks_is_read_in_time() -> None:
    """Tens of thousands of almost-links in one word cost no more than their length."""
    text = "https:/" * 20_000 + ":=:" * 20_000

    assert found(text) == []


def test_links_of_a_post_come_from_all_exports(tmp_path: Path) -> None:
    """The resolved link that a later export adds is there."""
    earlier = export(tmp_path, [post(1, Link="https://sh.example/x")], EARLIER)
    later = export(tmp_path, [post(1, Link="https://sh.example/x", Final_Link="https://e.example")])
    table = staged(earlier, later)["links"].sort("position")

    assert table.select("role", "url").rows() == [
        ("primary", "https://sh.example/x"),
        ("resolved", "https://e.example"),
    ]
