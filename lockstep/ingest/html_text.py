"""The text that a browser would show of HTML; no markup is kept, nothing is loaded or run.

`html.parser` of the Python versions in use takes the square of the time for markup that is never
closed (CVE-2025-6069): a hostile post of 100 kB would hold a run for minutes. This reads each sign
once.
"""

import re
from collections.abc import Iterator
from html import unescape

_BREAKS = {
    **dict.fromkeys(("p", "blockquote", "pre", "ul", "ol"), "\n\n"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "\n\n"),
    **dict.fromkeys(("br", "div", "li", "tr", "hr"), "\n"),
}
_UNSEEN = {
    name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE | re.ASCII)
    for name in ("script", "style", "title", "template")
}
"""Elements without text, and where each ends."""
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)")
_QUOTE_OR_END = re.compile(r"=\s*([\"'])|>")
_BLANK = re.compile(r"[ \t\r\n\f]+")
_TOO_LONG = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
"""Numbers of no sign; some are too long to be read as a number at all."""
_SPACES = re.compile(" {2,}")
_AROUND_BREAK = re.compile(r" ?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")


def html_text(html: str) -> str:
    """Return the text of HTML: a blank line between paragraphs, a line end for each break.

    Signs that are written by name or number become themselves. What a link shows stays, all of it:
    a long address of which a page hides the ends is whole again. Scripts and styles have no text,
    nor has what follows a tag, a comment or a quotation mark that never ends.
    """
    text = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", "".join(_pieces(html))))
    return _MANY_BREAKS.sub("\n\n", text).strip()


def _pieces(html: str) -> Iterator[str]:
    """Yield texts and breaks in turn."""
    at = 0
    while at < len(html):
        opened = html.find("<", at)
        end = len(html) if opened < 0 else opened
        yield _shown(html[at:end])
        if opened < 0:
            return
        tag = _TAG.match(html, opened)
        if tag:
            is_end, name = bool(tag[1]), tag[2].lower()
            if not (is_end and name == "br"):
                yield _BREAKS.get(name, "")
            at = _behind(html, tag, name, is_end=is_end)
        elif html.startswith(("<!", "<?", "</"), opened):
            at = _behind_comment(html, opened)
        else:
            yield "<"
            at = opened + 1


def _shown(text: str) -> str:
    """Return text with its signs as themselves; line ends in HTML are spaces."""
    return unescape(_TOO_LONG.sub("\ufffd", _BLANK.sub(" ", text)))


def _behind(html: str, tag: re.Match[str], name: str, *, is_end: bool) -> int:
    """Return where a tag ends, or an element without text."""
    at = _behind_tag(html, tag.end())
    if is_end or name not in _UNSEEN:
        return at
    end = _UNSEEN[name].search(html, at)
    return _behind_tag(html, end.end()) if end else len(html)


def _behind_tag(html: str, at: int) -> int:
    """Return where a tag ends: at the first > that no quotation marks enclose."""
    while found := _QUOTE_OR_END.search(html, at):
        if not found[1]:
            return found.end()
        closing = html.find(found[1], found.end())
        if closing < 0:
            break
        at = closing + 1
    return len(html)


def _behind_comment(html: str, opened: int) -> int:
    ending = "-->" if html.startswith("<!--", opened) else ">"
    found = html.find(ending, opened + 2)
    return len(html) if found < 0 else found + len(ending)
