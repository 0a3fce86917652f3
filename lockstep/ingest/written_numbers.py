"""How a file writes its numbers, told by all of them together."""

from dataclasses import dataclass

from lockstep.ingest.numbers import Evidence, Locale
from lockstep.ingest.scores import decimal_sign


@dataclass(frozen=True, slots=True)
class WrittenNumbers:
    """What counts tell, and the signs that scores have before decimals; that of parts adds up."""

    counts: Evidence
    signs: frozenset[str]

    def __add__(self, other: "WrittenNumbers") -> "WrittenNumbers":
        """Return what both tell."""
        return WrittenNumbers(self.counts + other.counts, self.signs | other.signs)

    @property
    def locale(self) -> Locale:
        """How thousands are written."""
        return self.counts.locale

    @property
    def decimal_sign(self) -> str | None:
        """What stands before decimals."""
        return decimal_sign(self.locale, self.signs)
