"""The sentence that a level allows, in English and French.

Templates only: nobody writes a claim by hand, and what no statistic can show is refused.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from typing import Literal

from lockstep.errors import MethodError
from lockstep.findings.ladder import Level

Language = Literal["en", "fr"]
Variant = Literal["plain", "saturated", "unexpected", "schedule", "disclosed"]
"""What a sentence says beside its level: why it claims no more, or what explains it."""

_NEVER = re.compile(
    r"inauthenti|controlled by|contrôlés? par|\boperations?\b|\bopérations?\b"
    r"|not coordinated|non coordonné|\bfake\b|\bbots?\b|deception|tromperie",
    re.IGNORECASE,
)
_ABOVE_L1 = re.compile(r"\bcoordinated\b|\bcoordonné", re.IGNORECASE)
_OPENLY = re.compile(
    r"\bopenly coordinated, as disclosed|\bouvertement coordonnés, comme ils le déclarent"
)
"""What alone may be said of coordination, and only of accounts that say it themselves."""

_DESCRIPTIVE = {
    "en": "Accounts selected by the analyst; descriptive: ",
    "fr": "Comptes choisis par l’analyste ; constat descriptif : ",
}

_DISCLOSED_IN = {
    "en": " The analyst names as the source of their link: “{source}”.",
    "fr": " L’analyste cite comme source de leur lien : « {source} ».",
}

_TIMING: dict[tuple[Language, str], str] = {
    ("en", "L1"): "{who} posted within {window} s of each other {ratio} times as often as "
    "expected from their own rhythms ({observed} of {posts} posts; of the {tested} tested posts "
    "{hits}, {expected} expected; p ≤ {p}).{pairs}",
    ("fr", "L1"): "{who} ont publié à {window} s ou moins les uns des autres {ratio} fois plus "
    "souvent que ne le laissent attendre leurs propres rythmes ({observed} publications sur "
    "{posts} ; sur les {tested} testées {hits}, {expected} attendues ; p ≤ {p}).{pairs}",
    (
        "en",
        "disclosed",
    ): "{who} are openly coordinated, as disclosed: they posted within {window} s "
    "of each other {ratio} times as often as expected from their own rhythms ({observed} of "
    "{posts} posts; of the {tested} tested posts {hits}, {expected} expected; p ≤ {p}).",
    ("fr", "disclosed"): "{who} sont ouvertement coordonnés, comme ils le déclarent : ils ont "
    "publié à {window} s ou moins les uns des autres {ratio} fois plus souvent que ne le laissent "
    "attendre leurs propres rythmes ({observed} publications sur {posts} ; sur les {tested} "
    "testées {hits}, {expected} attendues ; p ≤ {p}).",
    ("en", "unexpected"): "{who}: {observed} of {posts} posts lie within {window} s of another "
    "account's; of the {tested} tested posts {hits}, where none is expected from their own rhythms "
    "(p ≤ {p}). More than expected, too weak to claim.",
    ("fr", "unexpected"): "{who} : {observed} publications sur {posts} tombent à {window} s ou "
    "moins de celle d’un autre compte ; sur les {tested} testées {hits}, alors que leurs propres "
    "rythmes n’en laissent attendre aucune (p ≤ {p}). Plus qu’attendu, trop faible pour conclure.",
    ("en", "LX"): "{who}: {observed} of {posts} posts lie within {window} s of another account's; "
    "of the {tested} tested posts {hits}, where {expected} are expected from their own rhythms "
    "({ratio} times as many; p ≤ {p}). More than expected, too weak to claim.",
    ("fr", "LX"): "{who} : {observed} publications sur {posts} tombent à {window} s ou moins de "
    "celle d’un autre compte ; sur les {tested} testées {hits}, alors que leurs propres rythmes "
    "en laissent attendre {expected} ({ratio} fois autant ; p ≤ {p}). Plus qu’attendu, trop "
    "faible pour conclure.",
    ("en", "saturated"): "{who}: {observed} of {posts} posts lie within {window} s of another "
    "account's, but chance alone gives most of it: of the {tested} tested posts {hits}, where "
    "{expected} ({expected_share} %) are expected from their own rhythms ({ratio} times as many; "
    "p ≤ {p}). Too weak to claim.",
    ("fr", "saturated"): "{who} : {observed} publications sur {posts} tombent à {window} s ou "
    "moins de celle d’un autre compte, mais le hasard seul en donne la plus grande part : sur les "
    "{tested} testées {hits}, alors que leurs propres rythmes en laissent attendre {expected} "
    "({expected_share} %) ({ratio} fois autant ; p ≤ {p}). Trop faible pour conclure.",
    ("en", "L0"): "{who} posted within {window} s of each other no more than their habits explain "
    "({observed} of {posts} posts; of the {tested} tested posts {hits}, {expected} expected; "
    "p ≤ {p}).",
    ("fr", "L0"): "{who} n’ont pas publié à {window} s ou moins les uns des autres plus que leurs "
    "habitudes ne l’expliquent ({observed} publications sur {posts} ; sur les {tested} testées "
    "{hits}, {expected} attendues ; p ≤ {p}).",
    ("en", "schedule"): "{who} keep the same daily schedule: {observed} of {posts} posts lie "
    "within {window} s of another account's; of the {tested} tested posts {hits}, {expected} "
    "expected (p ≤ {p}). They posted together no more than their habits explain.",
    ("fr", "schedule"): "{who} suivent le même horaire quotidien : {observed} publications sur "
    "{posts} tombent à {window} s ou moins de celle d’un autre compte ; sur les {tested} testées "
    "{hits}, {expected} attendues (p ≤ {p}). Leurs habitudes suffisent à l’expliquer.",
    ("en", "NT"): "{who}: these data cannot tell coordination from habit: {reason} ({observed} of "
    "{posts} posts lie within {window} s of another account's; what chance would give is not "
    "known).",
    ("fr", "NT"): "{who} : ces données ne permettent pas de distinguer une coordination d’une "
    "habitude : {reason} ({observed} publications sur {posts} tombent à {window} s ou moins de "
    "celle d’un autre compte ; ce que donnerait le hasard est inconnu).",
}

_CONGRUENCE: dict[tuple[Language, str], str] = {
    ("en", "LX"): "{who}: {bin} activity rises and falls together (r = {r}, N_eff = {n_eff}, "
    "q ≤ {p}; r = {r_out} without co-timed posts). This alone is only consistent with a common "
    "rhythm.",
    ("fr", "LX"): "{who} : l’activité {bin} monte et baisse ensemble (r = {r}, N_eff = {n_eff}, "
    "q ≤ {p} ; r = {r_out} sans les publications simultanées). Ce seul fait est tout au plus "
    "compatible avec un rythme commun.",
    ("en", "L0"): "{who}: {bin} activity moves together no more than chance explains (r = {r}, "
    "N_eff = {n_eff}, q ≤ {p}).",
    ("fr", "L0"): "{who} : l’activité {bin} ne varie pas ensemble plus que le hasard ne "
    "l’explique (r = {r}, N_eff = {n_eff}, q ≤ {p}).",
    ("en", "opposed"): "{who}: {bin} activity moves in opposite directions (r = {r}, N_eff = "
    "{n_eff}, q ≤ {p}); it does not rise and fall together.",
    ("fr", "opposed"): "{who} : l’activité {bin} varie en sens contraire (r = {r}, N_eff = "
    "{n_eff}, q ≤ {p}) ; elle ne monte et ne baisse pas ensemble.",
    ("en", "NT"): "{who}: these data cannot tell whether {bin} activity moves together: {reason}.",
    ("fr", "NT"): "{who} : ces données ne permettent pas de dire si l’activité {bin} varie "
    "ensemble : {reason}.",
}

_BINS = {
    "en": {"week": "weekly", "day": "daily"},
    "fr": {"week": "hebdomadaire", "day": "quotidienne"},
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Writes numbers as a language does."""

    language: Language

    def whole(self, value: Decimal | int | None) -> str:
        """Return a count with its thousands set apart."""
        if value is None:
            return "?"
        text = f"{Decimal(value).quantize(Decimal(1), ROUND_HALF_EVEN):,}"
        return text if self.language == "en" else text.replace(",", "\u202f")

    def real(self, value: Decimal | None, places: int) -> str:
        """Return a real number with so many decimals."""
        if value is None:
            return "?"
        text = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):f}"
        return text if self.language == "en" else text.replace(".", ",")

    def bound(self, p: Decimal | None) -> str:
        """Return a p-value rounded up to two significant digits, so that "p ≤" stays true."""
        if p is None:
            return "?"
        step = Decimal(1).scaleb(p.adjusted() - 1)
        text = f"{p.quantize(step, ROUND_CEILING).normalize():f}"
        return text if self.language == "en" else text.replace(".", ",")


_VARIANTS: dict[Level, tuple[Variant, ...]] = {
    Level.L1: ("disclosed",),
    Level.LX: ("saturated", "unexpected"),
    Level.L0: ("schedule",),
}
"""The variants that a level has a sentence of its own for."""


def timing_sentence(
    level: Level, words: dict[str, str], language: Language, variant: Variant
) -> str:
    """Return the sentence of a timing claim; `words` fills the template."""
    rung = variant if variant in _VARIANTS.get(level, ()) else level.value
    return _TIMING[language, rung].format(**words)


def congruence_sentence(
    level: Level, words: dict[str, str], language: Language, *, opposed: bool
) -> str:
    """Return the sentence of a congruence claim; `words["bin"]` is day or week."""
    named = {**words, "bin": _BINS[language][words["bin"]]}
    rung = "opposed" if opposed and level is Level.L0 else level.value
    return _CONGRUENCE[language, rung].format(**named)


def published(
    sentence: str,
    language: Language,
    *,
    who: str,
    level: Level,
    descriptive: bool,
    synthetic: bool,
    disclosed_in: str | None = None,
) -> str:
    """Return a sentence as it may be published: marked, and refused where it claims too much.

    What the accounts call themselves (`who`) and what the analyst says of where they disclose their
    link (`disclosed_in`, put after the sentence in quotes) is theirs, and no claim of ours.

    Raises:
        MethodError: The sentence says what its level, or any statistic, cannot carry.
    """
    own_words = sentence.replace(who, "") if who else sentence
    refuse_overclaim(own_words, level, disclosed=disclosed_in is not None)
    marked = _DESCRIPTIVE[language] + sentence if descriptive else sentence
    if disclosed_in is not None:
        marked += _DISCLOSED_IN[language].format(source=disclosed_in)
    return f"SYNTHETIC. {marked}" if synthetic else marked


def refuse_overclaim(sentence: str, level: Level, *, disclosed: bool = False) -> None:
    """Refuse words that this level must not say.

    Accounts that say themselves that they belong together may be called openly coordinated.

    Raises:
        MethodError: It speaks of intent, control or authenticity, or of coordination at all.
    """
    beside = _OPENLY.sub("", sentence) if disclosed else sentence
    found = _NEVER.search(sentence) or _ABOVE_L1.search(beside)
    if found:
        raise MethodError(
            f"level {level} may not say {found.group()!r}",
            where="findings wording",
            expected="what the wording ladder of METHODS §9 allows",
        )
