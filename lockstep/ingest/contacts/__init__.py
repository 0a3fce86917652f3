"""Telephone numbers, e-mail addresses and bank accounts in text, and placeholders for them."""

from lockstep.ingest.contacts.contact import Contact, contact_hmac
from lockstep.ingest.contacts.prefilter import may_hold_contact
from lockstep.ingest.contacts.redaction import RECOGNISER_VERSION, redact, redact_url

__all__ = [
    "RECOGNISER_VERSION",
    "Contact",
    "contact_hmac",
    "may_hold_contact",
    "redact",
    "redact_url",
]
