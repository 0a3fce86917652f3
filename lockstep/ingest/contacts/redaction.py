"""Written text and addresses, with placeholders where contacts stood."""

from collections.abc import Iterable, Sequence

from lockstep.ingest.contacts import emails, ibans, links, phones, readings
from lockstep.ingest.contacts.contact import Contact, Found, placeholder
from lockstep.ingest.contacts.folding import Folded, fold
from lockstep.ingest.contacts.opaque import NUMBER, OPAQUE, cover, cover_placeholders

RECOGNISER_VERSION = "1"
"""Changes with everything that is recognised, word lists included; part of the data version."""


def redact(text: str, regions: Sequence[str]) -> tuple[str, tuple[Contact, ...]]:
    """Return a written text with `<tel:88>`, `<email>` and `<iban>` in the place of contacts.

    Web addresses are cut out first and only contacts in them are replaced (`redact_url`); then
    e-mail addresses, bank accounts and telephone numbers are looked for, in this order. What
    stands between two readings is decided in `judging` (numbers), `kept` (dates, amounts, ids)
    and `emails`. Placeholders stay as they are. The work grows with the length of the text.

    Args:
        text: What a person wrote; any string.
        regions: ISO countries of national numbers, the likeliest first; others are ignored.

    Returns:
        The text, and its contacts in order, repeats included.

    Example:
        >>> redact("Tél : 30 11 22 88, 2 500 FCFA", ["ML"])[0]
        'Tél : <tel:88>, 2 500 FCFA'
    """
    folded = fold(text)
    known = readings.known(tuple(regions))
    addresses = links.find(folded.plain, known)
    found = [one for link in addresses for one in link.found]
    signs = ((link.start, link.end, NUMBER if link.has_number else OPAQUE) for link in addresses)
    plain = cover_placeholders(cover(folded.plain, signs))
    for recognise in (emails.find, ibans.find):
        here = recognise(plain)
        plain = cover(plain, ((one.start, one.end, OPAQUE) for one in here))
        found += here
    found += phones.find(plain, known)
    return _replaced(text, folded, found)


def redact_url(url: str, regions: Sequence[str]) -> tuple[str, tuple[Contact, ...]]:
    """Return one address with placeholders in the place of contacts, and these in order.

    Example:
        >>> redact_url("https://wa.me/22330112288", [])[0]
        'https://wa.me/<tel:88>'
    """
    folded = fold(url)
    return _replaced(url, folded, links.within(folded.plain, readings.known(tuple(regions))))


def _replaced(text: str, folded: Folded, found: Iterable[Found]) -> tuple[str, tuple[Contact, ...]]:
    in_order = sorted(found, key=lambda one: one.start)
    parts, done = [], 0
    for one in in_order:
        start, end = folded.span(one.start, one.end)
        parts += [text[done:start], placeholder(one.contact)]
        done = end
    return "".join([*parts, text[done:]]), tuple(one.contact for one in in_order)
