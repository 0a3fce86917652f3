"""Which parts of a text are bank accounts: IBANs whose check digits are right (ISO 13616)."""

import re

from lockstep.ingest.contacts.contact import Contact, Found

_REGISTRY = (
    "AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 "
    "CI28 CM27 CR22 CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 FR27 "
    "GA27 GB22 GE22 GI23 GL18 GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 "
    "JO30 KM27 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MA28 MC27 MD24 ME22 MG27 MK19 ML28 "
    "MN20 MR27 MT31 MU30 MZ25 NE28 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 "
    "SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27 TG28 TL23 TN24 TR26 UA29 VA22 "
    "VG24 XK20 YE30"
)
_CHARACTERS = {entry[:2]: int(entry[2:]) for entry in _REGISTRY.split()}
"""Length of an IBAN in each country: SWIFT's registry, and those that use it outside of it."""
_HEADS = {20: "TN59", 21: "PT50", 23: "FR76"}
"""Digits of an account without the head that all IBANs of its country have."""

_START = re.compile(
    r"(?<![^\W\d_])(?P<head>[A-Za-z]{2})[ -]?\d\d(?=[ .-]{0,2}[A-Za-z0-9])"
    r"|(?<![\w.,/-])\d(?=(?:[ .-]?\d){19})"
)
_MAY_START = re.compile(
    r"\d(?:(?<=[A-Za-z]{2}\d)|(?<=[A-Za-z]{2}[ -]\d))\d(?:[ .-]{0,2}[A-Za-z0-9]){11}"
    r"|\d(?:[ .-]?\d){19}"
)
"""Stands in every text in which an account is: the shortest has 15 characters."""
_WITH_HEAD = {
    n: re.compile(rf"..[ -]?\d\d(?:[ .-]{{0,2}}[A-Za-z0-9]){{{n - 4}}}(?!\d)")
    for n in set(_CHARACTERS.values())
}
_WITHOUT_HEAD = {n: re.compile(rf"\d(?:[ .-]?\d){{{n - 1}}}(?!\d)") for n in _HEADS}
_SIX_DIGITS = re.compile(r"\d(?:[ .-]{0,2}\d){5}")
"""No real account is without them, and few other texts have them: the prefilter looks for them."""
_BETWEEN = re.compile(r"[ .-]")


def find(text: str) -> list[Found]:
    """Return the bank accounts of a text, in order."""
    found: list[Found] = []
    if _MAY_START.search(text) is None:
        return found
    for start in _START.finditer(text):
        if not found or start.start() >= found[-1].end:
            found += _account(text, start)
    return found


def is_iban(text: str) -> bool:
    """Tell whether the length is the country's and the check digits are right (mod 97 is 1)."""
    if _CHARACTERS.get(text[:2]) != len(text):
        return False
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


def _account(text: str, start: re.Match[str]) -> list[Found]:
    """Return the account that begins at a start; none or one."""
    for head, body in _bodies(start):
        written = body.match(text, start.start())
        iban = head + _BETWEEN.sub("", written.group()).upper() if written else ""
        if written and is_iban(iban) and _SIX_DIGITS.search(written.group()):
            digits = "".join(c for c in iban if c.isdigit())
            account = Contact("iban", iban, digits[-2:], country_known=True, is_valid=True)
            return [Found(*written.span(), account)]
    return []


def _bodies(start: re.Match[str]) -> list[tuple[str, re.Pattern[str]]]:
    """Return what an account may look like, and the head that it lacks."""
    if start["head"]:
        length = _CHARACTERS.get(start["head"].upper())
        return [("", _WITH_HEAD[length])] if length else []
    return [(head, _WITHOUT_HEAD[n]) for n, head in _HEADS.items()]
