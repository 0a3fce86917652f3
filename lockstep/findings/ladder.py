"""Which level of the wording ladder has a claim earned?

NT  not testable: the data cannot tell coordination from habit
L0  no more than the accounts' habits explain
LX  inconclusive: tested, and neither L0 nor L1; or chance alone gives most of it
L1  synchronised

References:
    METHODS §5 (gates), §5.4 (rule of a pair), §9 (ladder).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lockstep.timing.gates.saturation import SATURATED_SHARE

HABIT_P = Decimal("0.05")
"""Above it, the accounts' habits explain what is seen."""
CLAIM_P = Decimal("0.01")
"""At most this for a claim."""
EFFECT_FLOOR = Decimal(2)
"""At least this ratio of observed to expected for a claim."""


class Level(StrEnum):
    """A rung of the ladder, from what may be claimed to what cannot be told."""

    L1 = "L1"
    LX = "LX"
    L0 = "L0"
    NT = "NT"

    @property
    def meaning(self) -> str:
        """What a finding of this level says, in a few words."""
        return _MEANING[self]


_MEANING = {
    Level.L1: "synchronised",
    Level.LX: "inconclusive",
    Level.L0: "no more than habits explain",
    Level.NT: "not testable",
}


@dataclass(frozen=True, slots=True)
class TimingEvidence:
    """What the level of a timing claim depends on.

    `claimable` is whether everything beside p and ratio is fulfilled: of a network at least 5
    episodes on at least 3 days, of a pair the whole timing rule of METHODS §5.4.
    """

    gates_passed: bool
    expected_share: Decimal | None
    ratio: Decimal | None
    p_robust: Decimal | None
    claimable: bool

    @property
    def saturated(self) -> bool:
        """Whether chance alone gives most of it."""
        return self.expected_share is not None and self.expected_share > SATURATED_SHARE


def timing_level(evidence: TimingEvidence) -> Level:
    """Return the level of a timing claim."""
    if not evidence.gates_passed or evidence.p_robust is None:
        return Level.NT
    if evidence.saturated:
        return Level.LX
    if evidence.p_robust > HABIT_P:
        return Level.L0
    strong = evidence.ratio is not None and evidence.ratio >= EFFECT_FLOOR
    if strong and evidence.claimable and evidence.p_robust <= CLAIM_P:
        return Level.L1
    return Level.LX


def same_schedule(p_value: Decimal | None, p_jitter: Decimal | None) -> bool:
    """Return whether a daily schedule explains what half hours do not (METHODS §6).

    N2 rejects: posts meet more than their half hours give. N1 does not: their days are as good as
    any other days of theirs.
    """
    return (
        p_value is not None and p_jitter is not None and p_jitter <= HABIT_P and p_value > HABIT_P
    )


def congruence_level(q: Decimal | None) -> Level:
    """Return the level of a congruence claim; alone it never supports more than "consistent"."""
    if q is None:
        return Level.NT
    return Level.L0 if q > HABIT_P else Level.LX
