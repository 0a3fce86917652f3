from dataclasses import dataclass

RECOGNISER_VERSION = "0"


@dataclass(frozen=True, slots=True)
class Contact:
    kind: str
    canonical: str
    last2: str | None
    country_known: bool | None
    is_valid: bool | None


def redact(text, regions):
    return text, ()


def redact_url(text, regions):
    return text, ()


def may_hold_contact(c):
    return c.is_null()


def contact_hmac(c, key):
    return ""
