"""Every string that a person wrote, with the contacts in it replaced before anything is stored."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from lockstep.ingest.contacts import (
    Contact,
    contact_hmac,
    may_hold_contact,
    redact,
    redact_url,
)


@dataclass(frozen=True, slots=True)
class Redacted:
    """Texts without contacts, and the contacts: row number, and contact, in order."""

    texts: pl.Series
    contacts: list[tuple[int, Contact]]


def redacted(texts: pl.Series, countries: pl.Series, regions: Sequence[str]) -> Redacted:
    """Replace contacts in texts, read as in each row's country and then the case's regions."""
    return _replaced(texts, countries, regions, redact)


def redacted_urls(urls: pl.Series, countries: pl.Series, regions: Sequence[str]) -> Redacted:
    """Replace contacts in addresses; only links to a person's number or mail are touched."""
    return _replaced(urls, countries, regions, redact_url)


def _replaced(
    texts: pl.Series,
    countries: pl.Series,
    regions: Sequence[str],
    replace: Callable[[str, Sequence[str]], tuple[str, tuple[Contact, ...]]],
) -> Redacted:
    # The same text is read once: descriptions of pages come with every post.
    may_hold = pl.DataFrame({"text": texts.unique()}).filter(may_hold_contact(pl.col("text")))
    asked = pl.DataFrame({"text": texts, "country": countries}).with_row_index("row")
    asked = asked.join(may_hold, on="text", how="semi").sort("row")
    read = {
        (text, country): replace(text, (country, *regions) if country else tuple(regions))
        for text, country in asked.select("text", "country").unique().iter_rows()
    }
    found = [(row, *read[text, country]) for row, text, country in asked.iter_rows()]
    changed = pl.Series([text for _, text, _ in found], dtype=pl.String)
    return Redacted(
        texts=texts.clone().scatter(asked["row"], changed),
        contacts=[(row, contact) for row, _, contacts in found for contact in contacts],
    )


def contact_rows(
    field: str, contacts: Sequence[tuple[int, Contact]], key: bytes
) -> Iterator[dict[str, object]]:
    """Yield a row for each mention of a contact, hashed under the case's key."""
    hashed: dict[Contact, str] = {}
    for row, contact in contacts:
        if contact not in hashed:
            hashed[contact] = contact_hmac(contact, key)
        yield {
            "row": row,
            "field": field,
            "contact_hmac": hashed[contact],
            "kind": contact.kind,
            "last2": contact.last2,
            "country_known": contact.country_known,
            "is_valid": contact.is_valid,
        }
