"""Whether a window of digits is a telephone number, and how sure that is.

A string that may be one and may be something else is decided so. It is a number where it has a
plus or two zeros and a calling code, where a region's numbers allow its length and it is written
in four pairs or more, where it is valid and grouped as numbers are, where it is valid, mobile and
stands alone, and where a telephone word is near and its length is a region's. Close behind a
telephone word no region is needed, nor with an area code in brackets. Otherwise it is kept.
"""

from enum import IntEnum
from typing import NamedTuple

from lockstep.ingest.contacts import readings
from lockstep.ingest.contacts.chains import Window
from lockstep.ingest.contacts.contact import Contact
from lockstep.ingest.contacts.cues import Cue
from lockstep.ingest.contacts.kept import FIRMLY
from lockstep.ingest.contacts.shapes import Shape

_MAX_E164 = 15
_MIN_UNKNOWN = 7
_MIN_ABROAD = 10
_USUAL_DIGITS = (8, 13)
_LONG_AMOUNT = 9
"""With this many digits a round number is rather a telephone number."""


class Rank(IntEnum):
    """How sure a reading is; a surer one wins where two want the same digits."""

    PART = 0
    """Possible behind a cue, but joined to other digits, or of parts that may be two things."""
    UNKNOWN = 1
    """Behind a cue, of no known country."""
    CUED = 2
    """Possible in a region behind a cue."""
    CUED_VALID = 3
    """Valid in a region behind a cue."""
    PAIRS = 4
    """Possible in a region, in pairs."""
    USUAL = 5
    """Valid in a region, and grouped as numbers are, or a mobile one that stands alone."""
    ABROAD_PARTS = 6
    """Begins with two zeros and a calling code, but is of parts that may be two things."""
    ABROAD = 7
    """Begins with two zeros and a calling code."""


class Judged(NamedTuple):
    """A reading and how sure it is."""

    rank: Rank
    contact: Contact


def with_calling_code(shape: Shape) -> Contact | None:
    """Read digits that begin with a calling code; a lone zero behind it may be too much."""
    if shape.is_thousands and shape.is_round:
        return None
    code, *rest = shape.groups
    contact = readings.international(shape.digits)
    if contact is None and rest[:1] == ["0"]:
        return readings.international(code + "".join(rest[1:]))
    return contact


def judge(
    window: Window, cue: Cue, regions: tuple[str, ...], *, soft_counts: bool
) -> Judged | None:
    """Return what a window is read as; None where it is no number.

    Args:
        window: Successive groups of digits.
        cue: What the text around says of them.
        regions: Known regions of national numbers.
        soft_counts: Whether what is softly kept is kept although it is valid.
    """
    abroad = _behind_zeros(window)
    if abroad is not None:
        return Judged(Rank.ABROAD_PARTS if window.shape.is_torn else Rank.ABROAD, abroad)
    if cue is Cue.OTHER or (window.in_table and cue is Cue.NONE):
        return None
    if window.shape.is_torn and cue < Cue.NEAR:
        return None
    contact = readings.national(window.shape.digits, regions) or _without_plus(window.shape, cue)
    is_valid = contact is not None and bool(contact.is_valid)
    judged = _judge_national(window, contact, cue, regions)
    # What is no number is left early: most digits are none, and looking for dates takes longest.
    if judged is None or _is_amount(window.shape, cue, is_valid):
        return None
    is_kept = window.kept == FIRMLY or (window.kept and (soft_counts or not is_valid))
    return None if is_kept else judged


def _judge_national(
    window: Window, contact: Contact | None, cue: Cue, regions: tuple[str, ...]
) -> Judged | None:
    rank = None if contact is None else _rank(window, contact, cue, regions)
    may_be_unknown = _may_be_unknown(window, cue)
    if contact is not None and rank is not None:
        return Judged(max(rank, Rank.UNKNOWN) if may_be_unknown else rank, contact)
    return Judged(Rank.UNKNOWN, readings.unknown(window.shape.digits)) if may_be_unknown else None


def _behind_zeros(window: Window) -> Contact | None:
    """Read a number that begins with two zeros and a calling code, in one group or in two."""
    shape = window.shape
    first, *rest = shape.groups
    if not first.startswith("00"):
        return None
    if len(first) > len("00"):
        return with_calling_code(Shape((first[2:], *rest), shape.gaps))
    if not rest or window.kept == FIRMLY or window.in_table:
        return None
    return with_calling_code(Shape(tuple(rest), shape.gaps[1:]))


def _without_plus(shape: Shape, cue: Cue) -> Contact | None:
    """Read the calling code of a country that is not among the regions, behind a cue."""
    if cue < Cue.STRONG or len(shape.digits) < _MIN_ABROAD or ")" in "".join(shape.gaps):
        return None
    contact = readings.international(shape.digits)
    return contact if contact is not None and contact.is_valid else None


def _is_amount(shape: Shape, cue: Cue, is_valid: bool) -> bool:  # noqa: FBT001 - of the reading
    """Tell whether digits written like round thousands are an amount."""
    enough = Cue.STRONG if len(shape.digits) >= _LONG_AMOUNT else Cue.LISTED
    return shape.is_round and cue is not Cue.TIGHT and not (is_valid and cue >= enough)


def _rank(window: Window, contact: Contact, cue: Cue, regions: tuple[str, ...]) -> Rank | None:
    shape = window.shape
    if shape.is_torn:
        return Rank.PART
    if contact.is_valid and (_is_usual(shape, contact) or _stands_alone(window, contact, regions)):
        return Rank.USUAL
    if shape.is_pairs or _is_code_and_pairs(shape, regions):
        return Rank.PAIRS
    in_a_word = shape.is_compact and window.follows_letter and cue is not Cue.TIGHT
    is_short = cue is Cue.WEAK and len(shape.digits) < _MIN_UNKNOWN
    is_count = cue <= Cue.STRONG and _may_be_millions(shape)
    if cue is Cue.NONE or in_a_word or is_short or is_count:
        return None
    if not (window.is_whole or shape.is_compact):
        return Rank.PART
    return Rank.CUED_VALID if contact.is_valid else Rank.CUED


def _is_usual(shape: Shape, contact: Contact) -> bool:
    """Tell whether it is grouped as numbers are; what may be millions has to be a mobile one."""
    return shape.is_usual and (not _may_be_millions(shape) or readings.is_mobile(contact))


def _may_be_millions(shape: Shape) -> bool:
    return shape.is_thousands and len(shape.digits) < _LONG_AMOUNT


def _is_code_and_pairs(shape: Shape, regions: tuple[str, ...]) -> bool:
    """Tell whether four pairs stand behind a region's calling code, as in "223 30 11 22 88"."""
    has_code = shape.groups[0] in readings.calling_codes(regions)
    return has_code and Shape(shape.groups[1:], shape.gaps[1:]).is_pairs


def _stands_alone(window: Window, contact: Contact, regions: tuple[str, ...]) -> bool:
    """Tell whether digits in one group are a mobile number, or begin with a region's code."""
    shape, in_a_word = window.shape, window.follows_letter or window.precedes_letter
    if not shape.is_compact or shape.is_round or in_a_word:
        return False
    codes = tuple(code for code in readings.calling_codes(regions) if len(code) > 1)
    has_code = contact.canonical == f"+{shape.digits}" and shape.digits.startswith(codes)
    return has_code or readings.is_mobile(contact)


def _may_be_unknown(window: Window, cue: Cue) -> bool:
    """Tell whether digits that no region explains are a number all the same."""
    shape, digits_n = window.shape, len(window.shape.digits)
    is_marked = window.has_plus or window.opens_bracket or shape.is_north_american
    if cue < Cue.NEAR and not is_marked:
        return False
    is_amount = shape.is_round and digits_n < _LONG_AMOUNT
    if digits_n > _MAX_E164 or is_amount or shape.has_wide_gap:
        return False
    if cue is Cue.TIGHT:
        return digits_n >= _MIN_UNKNOWN or not (shape.is_compact or shape.is_thousands)
    has_area = (window.opens_bracket and shape.ends_in_line) or shape.is_north_american
    if has_area or (cue is Cue.NEAR and not shape.is_thousands):
        return _USUAL_DIGITS[0] <= digits_n <= _USUAL_DIGITS[1]
    listed = cue is Cue.LISTED or window.has_plus
    return listed and digits_n >= (_LONG_AMOUNT if shape.is_thousands else _MIN_UNKNOWN)
