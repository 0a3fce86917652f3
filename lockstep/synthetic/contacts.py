"""Telephone numbers that no operator gives out, addresses at example.org, and how pages write them.

`+223 30 xx xx xx` is outside every range in use in Mali, yet has the length of a real number.
Only the endings 88 and 13 are used, one of them by two different numbers: an ending identifies
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lockstep.synthetic.parameters import DAY_S, Parameters, utc_s


@dataclass(frozen=True, slots=True)
class Contact:
    """A fictional number (`national`, eight digits) or address (`email`)."""

    contact_id: str
    national: str = ""
    email: str = ""


TEL_88 = Contact("tel-88", national="30112288")
TEL_13 = Contact("tel-13", national="30445513")
TEL_88_OTHER = Contact("tel-88-other", national="30776688")
MAIL_A = Contact("mail-a", email="contact@syn-a.example.org")
MAIL_D = Contact("mail-d", email="infoline@syn-d.example.org")
CONTACTS = (TEL_88, TEL_13, TEL_88_OTHER, MAIL_A, MAIL_D)


@dataclass(frozen=True, slots=True)
class Use:
    """One page's use of a contact in [from_s, until_s), in a share of its habitual posts."""

    contact: Contact
    page: int
    role: str
    from_s: int
    until_s: int
    share: float


def uses(parameters: Parameters) -> tuple[Use, ...]:
    """Return who writes which contact when; without events no page carries another's number."""
    if not parameters.contact_share:
        return ()
    end, share = parameters.end_s, parameters.contact_share
    started_13 = utc_s("2019-02-11")
    started_88 = parameters.pages[3].created_s + 2 * DAY_S
    own = (
        Use(TEL_13, 0, "post_body", started_13, end, share),
        Use(MAIL_A, 0, "post_body", started_13, end, share / 6),
        Use(TEL_88_OTHER, 2, "post_body", parameters.pages[2].created_s, end, share / 3),
        Use(TEL_88, 3, "post_body", started_88, end, share),
        Use(MAIL_D, 3, "post_body", started_88, end, share / 6),
    )
    if parameters.event_posts_share == 0:
        return own
    until = started_88 + parameters.promotion_days * DAY_S
    promoted = tuple(
        Use(TEL_88, page, "third_party_promotion", started_88, until, share) for page in (0, 1)
    )
    return own + promoted


def _in_pairs(digits: str) -> str:
    return " ".join(digits[i : i + 2] for i in range(0, 8, 2))


TEL_STYLES: dict[str, Callable[[str], str]] = {
    "spaced": lambda d: f"Contact : {_in_pairs(d)}",
    "compact": lambda d: f"Tél : {d}",
    "hyphens": lambda d: f"Infoline {_in_pairs(d).replace(' ', '-')}",
    "brackets": lambda d: f"Appelez le (+223) {d}",
    "plus": lambda d: f"WhatsApp +223{d}",
    "plus_spaced": lambda d: f"Numéro : +223 {_in_pairs(d)}",
    "double_zero": lambda d: f"Depuis l'étranger : 00223 {_in_pairs(d)}",
    "wa_me": lambda d: f"https://wa.me/223{d}",
}
"""How a page writes a number; a compact number stands behind a cue word."""

_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def written(contact: Contact, style: str) -> str:
    """Return the contact as a page writes it; `arabic_indic` writes other digits."""
    if contact.email:
        return f"Écrivez à {contact.email}"
    if style == "arabic_indic":
        return f"Tél : {_in_pairs(contact.national).translate(_ARABIC_INDIC)}"
    return TEL_STYLES[style](contact.national)


def on_image(contacts: tuple[Contact, ...], *, misread: bool) -> str:
    """Return what text recognition reads of contacts on an image; misread, 0 becomes O."""
    numbers = [c.email or _in_pairs(c.national) for c in contacts]
    text = "INFOLINE " + " / ".join(numbers)
    return text.replace("0", "O", 1) if misread else text


def in_description(page_code: str) -> str:
    """Return the contact line of a page's description, or an empty string."""
    lines = {
        "A": f"Contact : {_in_pairs(TEL_13.national)}",
        "D": f"Infoline : +223 {_in_pairs(TEL_88.national)}",
    }
    return lines.get(page_code, "")
