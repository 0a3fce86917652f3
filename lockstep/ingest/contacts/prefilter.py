"""Which strings may hold a contact at all, so that Python sees few of them."""

import polars as pl

from lockstep.ingest.contacts.chains import MIN_DIGITS
from lockstep.ingest.contacts.emails import PROVIDERS
from lockstep.ingest.contacts.folding import UNSEEN, twins

_GAP = rf"(?:[{UNSEEN}{twins(' ./()-')}_~*]|%2[0-9A-Za-z])*"
_DIGIT = r"[\p{Nd}oO]"
_DIGITS = rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{{MIN_DIGITS - 1}}}"
_PLAIN_ADDRESS = (
    r"https?://[A-Za-z0-9_.~:@!$&'*+=%\[\]-]+"
    r"(?:[/?#][A-Za-z0-9_.~:/?#\[\]@!$&'()*+,;=%-]*)?(?:[ \n]|$)"
)
_CONTACT_LINK = (
    r"(?i)wa\.me|whatsapp|signal|sgnl|viber|zalo|(?:tg|intent)(?::|%3A)"
    r"|(?:t|telegram)\.me/(?:\+|%2B)|[?&;](?:phone|tel|mobile|msisdn)"
)
_AT, _OPENING = twins("@"), twins("(") + r"\[{"
_EMAIL = rf"(?i)[^\s][{_AT}]|%40|[{_AT}]\s?(?:{PROVIDERS})|[{_OPENING}]\s?(?:at|ar+ob|[{_AT}])"
_VEILED_EMAIL = rf"(?s)[{UNSEEN}].*[{_AT}{_OPENING}]|[{_AT}{_OPENING}].*[{UNSEEN}]"


def may_hold_contact(text_column: pl.Expr) -> pl.Expr:
    """Return whether a text or an address may hold a contact; false for null.

    False only where `redact` and `redact_url` certainly change nothing: outside of web addresses
    there are no six digits with nothing but gaps between them, and there is no sign of an e-mail
    address and no link to a messenger.
    """
    outside = text_column.str.replace_all(_PLAIN_ADDRESS, " ")
    return (
        outside.str.contains(_DIGITS)
        | text_column.str.contains(_CONTACT_LINK)
        | text_column.str.contains(_EMAIL)
        | text_column.str.contains(_VEILED_EMAIL)
    ).fill_null(value=False)
