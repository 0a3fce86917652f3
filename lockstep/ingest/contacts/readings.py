"""What libphonenumber reads in a string of digits, in its leniency POSSIBLE."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from lockstep.ingest.contacts.contact import Contact


def international(digits: str) -> Contact | None:
    """Read digits that begin with a country's calling code."""
    return read(f"+{digits}", None)


def national(digits: str, regions: Iterable[str]) -> Contact | None:
    """Read digits as written within a country: the first region where they are valid.

    Where they are valid in none, the first where they are possible. Calling codes without a plus
    and the region's prefixes for calls abroad are read as well.
    """
    possible = None
    for region in regions:
        contact = read(digits, region)
        if contact is not None and contact.is_valid:
            return contact
        possible = possible or contact
    return possible


def linked(digits: str, regions: Sequence[str], *, abroad_first: bool) -> Contact:
    """Read the digits of a contact link, which are a number whatever they look like."""
    abroad = international(digits.removeprefix("00"))
    home = national(digits, regions)
    ways = [way for way in ((abroad, home) if abroad_first else (home, abroad)) if way is not None]
    valid = [way for way in ways if way.is_valid]
    return next(iter(valid + ways), unknown(digits))


def unknown(digits: str) -> Contact:
    """Return a number whose country is unknown."""
    return Contact("phone", digits, digits[-2:], country_known=False, is_valid=False)


def is_mobile(contact: Contact) -> bool:
    """Tell whether a number in E.164 lies in a range for mobile telephones alone."""
    import phonenumbers  # noqa: PLC0415 - only texts that hold numbers need it

    number = phonenumbers.parse(contact.canonical, None)
    return bool(phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE)


@lru_cache
def known(regions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the regions that libphonenumber knows, in upper case, each once, in order."""
    import phonenumbers  # noqa: PLC0415 - only texts that hold numbers need it

    upper = dict.fromkeys(region.upper() for region in regions)
    return tuple(region for region in upper if region in phonenumbers.SUPPORTED_REGIONS)


@lru_cache
def calling_codes(regions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the calling codes of known regions, each once, in order."""
    import phonenumbers  # noqa: PLC0415 - only texts that hold numbers need it

    codes = (str(phonenumbers.country_code_for_region(region)) for region in regions)
    return tuple(dict.fromkeys(codes))


@lru_cache(maxsize=4096)
def read(number: str, region: str | None) -> Contact | None:
    """Read a possible number in E.164 form; None where it is none. Every reading comes by here."""
    import phonenumbers  # noqa: PLC0415 - only texts that hold numbers need it

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    canonical = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return Contact(
        kind="phone",
        canonical=canonical,
        last2=canonical[-2:],
        country_known=True,
        is_valid=bool(phonenumbers.is_valid_number(parsed)),
    )
