"""Which parts of a text are web addresses, and which parts of these are contacts.

In an address only these are contacts: every number of six digits or more in a contact link
(`https://wa.me/22330112288`, `tel:`, `viber://` ...), the number behind `t.me/+` or behind a key
such as `phone=`, and e-mail addresses before the host, in the query and behind `mailto:`. Ids in
paths are none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from lockstep.ingest.contacts import readings
from lockstep.ingest.contacts.contact import Contact, Found
from lockstep.ingest.contacts.opaque import NUMBER, PLACEHOLDER, cover

_REST = rf"(?:{PLACEHOLDER}|[\w.~:/?\#\[\]@!$&'()*+,;=%-])*"
_HOST = rf"(?:<email>|[\w.~:\[\]@!$&'*+=%-])(?:{PLACEHOLDER}|[\w.~:\[\]@!$&'*+=%-])*"
_TOP = (
    "com|org|net|info|edu|gov|int|me|ly|gl|gd|be|co|io|tv|cc|gg|to|link|page|app|news|africa|"
    "fr|ml|sn|ci|bf|ne|gn|tg|bj|ma|dz|tn|pt|br|es|it|de|uk|ru|eu|ch|ca|us"
)
_URL = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.-]{{0,15}}://|www\.){_HOST}(?:[/?\#]{_REST})?"
    rf"|(?<![\w@.-])(?:\w[\w-]{{0,62}}\.){{0,3}}(?=\d{{0,62}}[^\W\d_])\w[\w-]{{0,62}}\.(?:{_TOP})"
    rf"(?=[/?]){_REST}"
    rf"|(?:wa|t)\.me(?=/){_REST}"
)
_SIGN = re.compile(rf"://|www\.|\.(?:{_TOP})[/?]")
"""Stands in every address; me is a top domain."""
_SPACE = re.compile(r"\s")

_NUMBER = (
    r"(?P<number>\(?(?:\+|%2B)?(?:(?<![A-Z0-9%])|(?<=%[0-9A-F]{2}))"
    r"\d(?:(?:[-.()+ ]|%20|%28|%29|%2B|%2D){0,4}\d){5,16})(?![A-Z0-9])"
)
_ANY_NUMBER = re.compile(_NUMBER, re.IGNORECASE | re.ASCII)
_KEYED_NUMBER = re.compile(
    r"(?:(?:t|telegram)\.me/(?=\+|%2B)|[?&;](?:phone(?:_?number)?|tel|telephone|mobile|msisdn|"
    rf"whatsapp)=(?:%20)?){_NUMBER}",
    re.IGNORECASE | re.ASCII,
)
_DIALLED = re.compile(
    r"^(?:tel|callto|facetime(?:-audio)?|sms|smsto|mms|mmsto|skype):(?:[^A-Z?]|%2[A-F])*",
    re.IGNORECASE | re.ASCII,
)
_MESSENGER = re.compile(
    r"(?:^|[/.@:=]|%2F)(?:wa\.me|whatsapp\.com|signal\.me|viber\.me|zalo\.me)(?=[/?#%]|$)"
    r"|(?:^|[/:=]|%2F)(?:whatsapp|viber|signal|sgnl|tg|intent)(?:://|%3A%2F%2F|:)",
    re.IGNORECASE | re.ASCII,
)
_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+-](?:[\w.+-]|%2B){0,63}(?:@|%40)(?:\w[\w-]{0,62}\.){1,8}[^\W\d_]{2,24}(?!\w)",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,15}://[^/?#]*")
_ESCAPE_OR_SIGN = re.compile(r"%..|\D")


@dataclass(frozen=True, slots=True)
class Link:
    """An address in a text, and the contacts in it."""

    start: int
    end: int
    found: tuple[Found, ...]
    has_number: bool
    """Whether a telephone number is in it, or its host is a messenger's."""


def find(text: str, regions: Sequence[str]) -> list[Link]:
    """Return the addresses of a text, in order."""
    links = []
    for match in (m for span in _words(text) for m in _URL.finditer(text, *span)):
        url = match.group()
        found = tuple(within(url, regions, offset=match.start()))
        messenger = "<tel:" in url or _MESSENGER.search(url) is not None
        has_number = messenger or any(one.contact.kind == "phone" for one in found)
        links.append(Link(match.start(), match.end(), found, has_number))
    return links


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches between spaces in which an address may stand."""
    done = 0
    while sign := _SIGN.search(text, done):
        start = sign.start()
        while start > done and not text[start - 1].isspace():
            start -= 1
        space = _SPACE.search(text, sign.end())
        done = space.start() if space else len(text)
        yield start, done


def within(url: str, regions: Sequence[str], *, offset: int = 0) -> list[Found]:
    """Return the contacts in one address, in order; spans begin at `offset`."""
    numbers = list(_numbers(url, regions))
    covered = cover(url, ((one.start, one.end, NUMBER) for one in numbers))
    found = sorted([*numbers, *_emails(covered)], key=lambda one: one.start)
    return [Found(one.start + offset, one.end + offset, one.contact) for one in found]


def _emails(url: str) -> Iterator[Found]:
    """Yield the addresses behind `mailto:`, before the host and in the query."""
    authority = _AUTHORITY.match(url)
    host_end = len(url) if url[:7].lower() == "mailto:" else authority.end() if authority else 0
    query = min((i for i in (url.find("?"), url.find("#")) if i >= 0), default=len(url))
    for match in _EMAIL.finditer(url):
        if match.end() <= host_end or match.start() > query:
            address = unquote(match.group()).lower()
            yield Found(*match.span(), Contact("email", address))


def _numbers(url: str, regions: Sequence[str]) -> Iterator[Found]:
    dialled, messenger = _DIALLED.match(url), _MESSENGER.search(url)
    if dialled:
        numbers = _ANY_NUMBER.finditer(url, url.index(":"), dialled.end())
    elif messenger:
        numbers = _ANY_NUMBER.finditer(url, messenger.end())
    else:
        numbers = _KEYED_NUMBER.finditer(url)
    for match in numbers:
        digits = _ESCAPE_OR_SIGN.sub("", match["number"])
        contact = readings.linked(digits, regions, abroad_first=not dialled)
        yield Found(*match.span("number"), contact)
