"""What a recognised contact is, and the keyed hash that stands for it."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Literal

Kind = Literal["phone", "email", "iban"]

_HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number, an e-mail address or a bank account, in clear: never stored.

    `canonical` is the number in E.164, the address in lower case, or the IBAN without spaces;
    where a number's country is unknown, its ASCII digits as written. Of an address, `last2`,
    `country_known` and `is_valid` are None.
    """

    kind: Kind
    canonical: str
    last2: str | None = None
    country_known: bool | None = None
    is_valid: bool | None = None


def contact_hmac(contact: Contact, key: bytes) -> str:
    """Return HMAC-SHA-256(key, canonical), its first 128 bits in base 32: 26 of a-z and 2-7.

    Numbers are few enough to try them all, so that a hash without a key would give them back.
    """
    digest = hmac.digest(key, contact.canonical.encode(), hashlib.sha256)
    return base64.b32encode(digest[:_HASH_BYTES]).decode().rstrip("=").lower()


def placeholder(contact: Contact) -> str:
    """Return what stands for a contact in staged text: `<tel:88>`, `<email>` or `<iban>`."""
    return f"<tel:{contact.last2}>" if contact.kind == "phone" else f"<{contact.kind}>"


@dataclass(frozen=True, slots=True)
class Found:
    """A contact and the span [start, end) where it stands."""

    start: int
    end: int
    contact: Contact
