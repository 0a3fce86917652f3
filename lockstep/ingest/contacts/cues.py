"""Words beside a number that tell what it is: closed lists, part of the recogniser's version.

They are compared without case, accents and ornament (`plain_words`), so that "Tél", "TEL" and
letters of the mathematical alphabets are one word.
"""

import re
import unicodedata
from enum import IntEnum

from lockstep.ingest.contacts.opaque import NUMBER, OPAQUE

_TELEPHONE = (
    # French and English
    r"tel(?:s|e|em|ephon\w{0,8})? t(?=\ ?:) tph phones? fixe mobiles? portables? cell? cellulaire",
    r"gsm fax info-?\ ?line hot-?\ ?line standard sms texto appel(?:ez|er|le) call joindre",
    r"joignables? contact\w{0,5} infos? inform\w{0,8} renseign\w{0,8} reserv\w{0,6}",
    r"w?h?ats?\ ?[au]p+\w? whats wathsapp? zap+ viber telegram imo malitel airtel moov",
    # Portuguese and Spanish
    r"tel(?:ef|efs|m|efon\w{0,8}|emovel|emoveis) tlm tlfn?o? tfno? fones? fijo movil\w{0,3}",
    r"celular\w{0,2} contat\w{0,4} lig(?:ue|uem|ar|ando) llam(?:e|a|ar|en|ada)",
    # Arabic
    r"هاتف الهاتف تلفون تليفون جوال الجوال موبايل محمول نقال واتس\w{0,3} واتساب فاكس",
    r"اتصل\w{0,2} الاتصال للاتصال للتواصل التواصل",
    # Russian
    r"тел телефон\w{0,3} моб мобильн\w{0,3} звоните звонить позвонит\w{0,2} смс факс",
    r"контакт\w{0,3} в[оа][тц]с?ап\w{0,2} ваибер вибер",  # noqa: RUF001 - Cyrillic it is
)
_MONEY = (r"(?:orange|mobile|moov|airtel)\ ?money momo mb\ ?way m-?pesa flooz t-?money",)
"""Names of money that is sent to a number: an amount may follow them as well."""
_WEAKER = (
    r"n° n\.o no(?=\W*$) nr num numeros? number numer[oi] номер\w{0,2} رقم",
    r"signal wave orange appels? rdv rendez-?\ ?vous commande[rz]? livraison urgences? secours",
    r"permanence [tpm](?=\ ?[:.]) inscri\w{0,8} marcac\w{0,4} encomend\w{0,4} confirmac\w{0,5}",
    r"agend\w{0,6} bilheteira",
)
_OTHER_NUMBERS = (
    r"isbn issn nif nipc niss nib siret siren cnpj cpf creci crm rccm rc ifu nina imei ean swift",
    r"bic iban ref\w{0,6} id zoom reunion meeting ip version v bp cp cep zip code\ postal loi lei",
    r"decret\w{0,3} arrete decision ordonnance agrement recepisse portaria processo art apolice",
)
_SMALL = (
    r"au aux le les la sur on at to us me now today o a ao os as de do du moi nous is est for",
    r"para por pelo via ou or et and y e en al el num numeros? n[°º.o]{0,2} no",
)
_AND = (r"ou or et and e y o le au и или و او",)
_EMOJI = "[\u260e\u260f\u2706\U0001f4de-\U0001f4e0\U0001f4f1\U0001f4f2\U0001f57b-\U0001f57f]"

LEFT = 48
"""Characters before a number in which a telephone word counts."""
RIGHT = 16
"""Characters behind a number in which one counts."""
_WEAKER_LEFT = 24
_SIGNS = rf"[^\w\n{NUMBER}{OPAQUE}]"


class Cue(IntEnum):
    """How much the text around a number says that it is a telephone number."""

    OTHER = -1
    """The word before it names another kind of number."""
    NONE = 0
    WEAK = 1
    """A word that often stands before numbers of this and other kinds."""
    STRONG = 2
    """A telephone word is near."""
    NEAR = 3
    """One stands at most 24 characters before the number, and no digit between them."""
    LISTED = 4
    """It follows a telephone number, with nothing but signs and "or" or "and" between them."""
    TIGHT = 5
    """Nothing but signs and small words stands between a telephone word and the number."""


def _one_of(lists: tuple[str, ...]) -> str:
    """Return a regex of whole words; a space within a word is escaped."""
    words = "|".join(re.sub(r"(?<!\\) ", "|", line) for line in lists)
    return rf"(?<![^\W\d_])(?:{words})(?![^\W\d_])"


_TIGHT_CUE = rf"(?:{_one_of(_TELEPHONE)}|{_EMOJI})"
_CUE = rf"(?:{_TIGHT_CUE}|{_one_of(_MONEY)}|wa\.me)"
_TIGHT = re.compile(rf"{_TIGHT_CUE}{_SIGNS}{{0,8}}(?:{_one_of(_SMALL)}{_SIGNS}{{0,4}}){{0,3}}$")
_TIGHT_MONEY = re.compile(rf"{_one_of(_MONEY)}{_SIGNS}{{0,8}}$")
_OTHER = re.compile(
    rf"{_one_of(_OTHER_NUMBERS)}{_SIGNS}{{0,4}}(?:{_one_of(('n[°º.o]{0,2}',))}{_SIGNS}{{0,4}})?$"
)
_LISTED = re.compile(rf"{NUMBER}{_SIGNS}{{0,8}}(?:{_one_of(_AND)}{_SIGNS}{{0,4}}){{0,2}}$")
_NEAR = re.compile(rf"{_CUE}[^\d{NUMBER}{OPAQUE}]{{0,24}}$")
_STRONG = re.compile(_CUE)
_WEAK = re.compile(_one_of(_WEAKER))
_BEHIND = re.compile(rf"[^\w<\n]{{0,4}}{_CUE}")


def plain_words(text: str) -> str:
    """Return the text in lower case, without accents and ornament."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).casefold()


def cue_before(left: str) -> Cue:
    """Return what the text before a number says of it; NUMBER stands for a recognised one."""
    words = plain_words(left[-LEFT:])
    if _TIGHT.search(words) and not _TIGHT_MONEY.search(words):
        return Cue.TIGHT
    if _OTHER.search(words):
        return Cue.OTHER
    if _LISTED.search(words):
        return Cue.LISTED
    if _NEAR.search(words):
        return Cue.NEAR
    if _STRONG.search(words):
        return Cue.STRONG
    return Cue.WEAK if _WEAK.search(words[-_WEAKER_LEFT:]) else Cue.NONE


def cue_behind(right: str) -> Cue:
    """Return what the text directly behind a number says of it."""
    return Cue.STRONG if _BEHIND.match(plain_words(right[:RIGHT])) else Cue.NONE
