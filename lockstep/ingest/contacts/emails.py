"""Which parts of a text are e-mail addresses.

An address is written plainly (`nom@domaine.org`) or veiled with brackets (`nom (at) domaine [dot]
org`). Spaces within it are read only where they cannot join two thoughts: at the last dot before a
well-known top domain (`nom@domaine . org`), and around the sign of a well-known provider (`nom @
gmail.com`), which without them needs no top domain (`nom@gmail`). Handles are none (`@nom`,
`@nom@serveur.org`).
"""

import re

from lockstep.ingest.contacts.contact import Contact, Found

_TOP = "com|org|net|info|edu|gov|fr|ml|sn|ci|bf|gn|tg|bj|dz|tn|pt|ru|uk|eu"
PROVIDERS = "gmail|googlemail|yahoo|ymail|hotmail|outlook|icloud|aol|protonmail|sapo|yandex"
_FILE = "(?:png|jpe?g|gif|webp|svg|css|js|html?|php|pdf|mp[34])"
_DOT = r"(?:\.|\ ?[(\[{]\ ?(?:dot|point|ponto|punto|\.)\ ?[)\]}]\ ?)"

_SIGN = re.compile(r"@|\ ?[(\[{]\ ?(?ai:at|arobase|arroba|@)\ ?[)\]}]\ ?", re.VERBOSE)
_LOCAL = re.compile(r"[\w.+%-]{1,64}")
_DOMAIN = re.compile(
    rf"(?:\w[\w-]{{0,62}}{_DOT}){{1,8}}(?!{_FILE}(?!\w))[^\W\d_]{{2,24}}"
    rf"|\w[\w-]{{0,62}}\ ?\.\ ?(?-i:{_TOP})(?![^\W\d_])"
    rf"|(?ai:{PROVIDERS})(?![^\W\d_])",
    re.VERBOSE | re.IGNORECASE,
)
_OF_PROVIDER = re.compile(rf"\ ?(?ai:{PROVIDERS})\ ?[.,]\ ?(?ai:{_TOP})(?![^\W\d_])", re.VERBOSE)
_WRITTEN_DOT = re.compile(rf"\ ?[.,]\ ?|{_DOT}", re.VERBOSE | re.IGNORECASE)


def find(text: str) -> list[Found]:
    """Return the addresses of a text, in order; the work is bounded for each sign."""
    found: list[Found] = []
    done = 0
    for sign in _SIGN.finditer(text):
        one = _address(text, sign.start(), sign.end(), done)
        if one is not None:
            found.append(one)
            done = one.end
    return found


def _address(text: str, start: int, end: int, floor: int) -> Found | None:
    of_provider = _OF_PROVIDER.match(text, end)
    domain = _DOMAIN.match(text, end) or of_provider
    if domain is None:
        return None
    if of_provider and text[start - 1 : start] == " ":
        start -= 1
    local = _local_part(text, start, floor)
    if not local:
        return None
    host = _WRITTEN_DOT.sub(".", domain.group().strip())
    address = Contact("email", f"{local}@{host}".lower())
    return Found(start - len(local), domain.end(), address)


def _local_part(text: str, end: int, floor: int) -> str:
    """Return what stands directly before the sign; empty for the name of a handle."""
    backwards = _LOCAL.match(text[max(floor, end - 64) : end][::-1])
    local = backwards.group()[::-1].lstrip(".-%") if backwards else ""
    start = end - len(local)
    is_handle = text[start - 1 : start] == "@" and not _LOCAL.match(text[start - 2 : start - 1])
    return "" if is_handle else local
