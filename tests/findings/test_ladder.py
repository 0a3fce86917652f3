"""A claim earns its level, and no sentence says more than that level."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep.errors import MethodError
from lockstep.findings.ladder import Level, TimingEvidence, congruence_level, timing_level
from lockstep.findings.wording import (
    _CONGRUENCE,
    _TIMING,
    Language,
    Numbers,
    published,
    refuse_overclaim,
)

P = st.none() | st.decimals("0.000000001", "1", places=9)


def evidence(**changes: object) -> TimingEvidence:
    """Return evidence that earns L1 but for the changes."""
    given = {
        "gates_passed": True,
        "expected_share": Decimal("0.1"),
        "ratio": Decimal(3),
        "p_robust": Decimal("0.001"),
        "claimable": True,
    }
    return TimingEvidence(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, Level.L1),
        ({"gates_passed": False}, Level.NT),
        ({"p_robust": None}, Level.NT),
        ({"expected_share": Decimal("0.51")}, Level.LX),
        ({"expected_share": Decimal("0.5")}, Level.L1),
        ({"p_robust": Decimal("0.050000001")}, Level.L0),
        ({"p_robust": Decimal("0.05")}, Level.LX),
        ({"p_robust": Decimal("0.010000001")}, Level.LX),
        ({"p_robust": Decimal("0.01")}, Level.L1),
        ({"ratio": Decimal("1.999999999")}, Level.LX),
        ({"ratio": Decimal(2)}, Level.L1),
        ({"ratio": None}, Level.LX),
        ({"claimable": False}, Level.LX),
    ],
)
def test_each_condition_moves_the_level(changes: dict[str, object], level: Level) -> None:
    """Every threshold of METHODS §9 is inclusive on the side the page says."""
    assert timing_level(evidence(**changes)) is level


@given(
    gates=st.booleans(),
    share=P,
    ratio=st.none() | st.decimals("0", "50", places=9),
    p=P,
    claimable=st.booleans(),
)
def test_l1_is_never_given_away(
    *, gates: bool, share: Decimal | None, ratio: Decimal | None, p: Decimal | None, claimable: bool
) -> None:
    """L1 implies passed gates, p of at most 0.01, a ratio of at least 2, and no saturation."""
    level = timing_level(TimingEvidence(gates, share, ratio, p, claimable))
    if level is Level.L1:
        assert gates
        assert claimable
        assert p is not None
        assert p <= Decimal("0.01")
        assert ratio is not None
        assert ratio >= 2
        assert share is None or share <= Decimal("0.5")


@pytest.mark.parametrize(
    ("q", "level"), [(None, Level.NT), (Decimal("0.2"), Level.L0), (Decimal("0.001"), Level.LX)]
)
def test_congruence_alone_claims_nothing(q: Decimal | None, level: Level) -> None:
    """However small its q, a correlation of counts stays inconclusive."""
    assert congruence_level(q) is level


@pytest.mark.parametrize("key", [*_TIMING, *_CONGRUENCE])
def test_no_template_overclaims(key: tuple[Language, str]) -> None:
    """The shipped sentences pass the guard; only disclosed links are called coordinated."""
    template = (_TIMING | _CONGRUENCE)[key]
    disclosed = key[1] == "disclosed"
    refuse_overclaim(template, Level.L1, disclosed=disclosed)
    if disclosed:
        with pytest.raises(MethodError, match="may not say"):
            refuse_overclaim(template, Level.L1)
    assert template.removesuffix("{pairs}").endswith(".")


@pytest.mark.parametrize(
    "sentence",
    [
        "A coordinated network.",
        "These accounts are not coordinated.",
        "Inauthentic behaviour.",
        "A network controlled by X.",
        "An influence operation.",
        "Un réseau coordonné.",
    ],
)
def test_what_no_statistic_shows_is_refused(sentence: str) -> None:
    """A sentence that speaks of intent, control or coordination is not printed."""
    with pytest.raises(MethodError, match="may not say"):
        published(sentence, "en", who="", level=Level.L1, descriptive=False, synthetic=False)


@pytest.mark.parametrize(
    "sentence",
    [
        "They are coordinated.",
        "They are openly coordinated, as disclosed, and coordinated.",
        "Openly coordinated, as disclosed, and inauthentic.",
        "They are coordinated openly.",
    ],
)
def test_a_disclosed_link_excuses_no_other_word(sentence: str) -> None:
    """Beside the one phrase everything is refused as ever."""
    with pytest.raises(MethodError, match="may not say"):
        refuse_overclaim(sentence, Level.L1, disclosed=True)


def test_marks_stand_in_the_sentence_itself() -> None:
    """Invented data and unreasoned selection are said where the claim is said."""
    said = published("Text.", "en", who="", level=Level.LX, descriptive=True, synthetic=True)
    assert said == "SYNTHETIC. Accounts selected by the analyst; descriptive: Text."


@pytest.mark.parametrize(
    ("value", "en", "fr"),
    [("0.001", "0.001", "0,001"), ("0.0123456", "0.013", "0,013"), ("1", "1", "1")],
)
def test_p_is_rounded_up(value: str, en: str, fr: str) -> None:
    """The sign of "p ≤" stays true after rounding."""
    assert Numbers("en").bound(Decimal(value)) == en
    assert Numbers("fr").bound(Decimal(value)) == fr


def test_counts_are_written_as_the_language_does() -> None:
    """Thousands are set apart by a comma, or in French by a narrow space."""
    assert Numbers("en").whole(23_685) == "23,685"
    assert Numbers("fr").whole(23_685) == "23\u202f685"
