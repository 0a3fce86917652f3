"""Posts in HTML as text: what a reader would see, however hostile the markup."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.ingest.html_text import html_text

HIDDEN_ENDS = (
    '<p>Voir <a href="https://example.org/a/b?c=1&amp;d=2"><span class="invisible">https://</span>'
    '<span class="ellipsis">example.org/a/b</span>'
    '<span class="invisible">?c=1&amp;d=2</span></a></p>'
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Un</p><p>Deux<br>trois<br/>quatre</p>", "Un\n\nDeux\ntrois\nquatre"),
        ("<p>a</p>\n  <p>b\nc</p>", "a\n\nb c"),
        ("<p>a<br></br>b</p>", "a\nb"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\n\nb\n\nc"),
        (HIDDEN_ENDS, "Voir https://example.org/a/b?c=1&d=2"),
        ('<a href="/tags/mali" rel="tag">#<span>Mali</span></a>', "#Mali"),
        ("&lt;b&gt; &amp;amp; &eacute; &#233; &#xE9;", "<b> &amp; é é é"),
        ('<a title="a > b">c</a>', "c"),
        ("<a title='\"> b'>c</a>", "c"),
        ("<p don't>x</p>y", "x\n\ny"),
        ("a<3 und 2 < 3", "a<3 und 2 < 3"),
        ("", ""),
        ("no markup", "no markup"),
    ],
)
def test_what_a_reader_sees_is_kept(html: str, text: str) -> None:
    """Paragraphs, lines, whole links, signs by name."""
    assert html_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('a<script>alert("</p>")</SCRIPT >b', "ab"),
        ("a<style>p{}</style><title>t</title>b", "ab"),
        ("a<script>never ends", "a"),
        ("a<!-- b > c -->d<!DOCTYPE x>e<?php f ?>g", "adeg"),
        ("a<!-- never ends", "a"),
        ("a<b", "a"),
        ('a<b title="never ends>c', "a"),
        ("</>a</ b>c", "ac"),
        (f"&#{'9' * 5_000};&#xD800;&#0;", "\ufffd\ufffd\ufffd"),
        ("<scr<script>x</script>ipt>y", "xipt>y"),
        ("&lt;script&gt;x", "<script>x"),
    ],
)
def test_hostile_markup_is_no_text(html: str, text: str) -> None:
    """What a browser would hide stays hidden; what never ends ends with the text."""
    assert html_text(html) == text


PIECES = ("<", ">", "<p>", "</p>", "<a ", "b='", '"', "<!--", "-->", "<script>", "&#", "&amp;", "é")


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=80))
@settings(deadline=None)
def test_any_text_is_read(pieces: list[str]) -> None:
    """Never an error, never more than two line ends in a row or a blank at an end."""
    text = html_text("".join(pieces))

    assert text == text.strip()
    assert "\n\n\n" not in text


@pytest.mark.parametrize("piece", PIECES)
def test_markup_that_never_ends_is_read_once(piece: str) -> None:
    """A hostile post of 1 MB is read at all: the square of its time would be an hour."""
    assert len(html_text(piece * 300_000)) <= len(piece) * 300_000
