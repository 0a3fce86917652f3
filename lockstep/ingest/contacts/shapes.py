"""How digits are grouped, and whether people group telephone numbers so."""

import re
from dataclasses import dataclass

_PAIRS = re.compile("2{4,}")
_THOUSANDS = re.compile("[1-3]3+")
_USUAL = re.compile("(?:[1-3]|1[23]|1?[23][23])2{2,4}|[1-3]?334|[23]33+|44|224|[1-5].?[678]")
"""Digits in each group, as in 21 345 01 42; 202 555 0142; 912 345 601; 21 3450142."""
_YEAR = re.compile("(?:19|20)..")
_LOCAL_EXCHANGE = re.compile(".+[345]4")
_LIST_STEPS = frozenset({1, 2, 5, 10})


@dataclass(frozen=True, slots=True)
class Shape:
    """Successive groups of digits and the signs between them."""

    groups: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def digits(self) -> str:
        """All digits, without what stands between them."""
        return "".join(self.groups)

    @property
    def lengths(self) -> str:
        """The number of digits in each group, one figure for each; 9 means nine or more."""
        return "".join(["0123456789"[min(len(group), 9)] for group in self.groups])

    @property
    def is_compact(self) -> bool:
        """One group alone."""
        return not self.gaps

    @property
    def is_pairs(self) -> bool:
        """Four pairs or more with like gaps, as in "30 11 22 88"; no list as "10 20 30 40"."""
        alike = len(set(self.gaps)) == 1
        return alike and not self.counts_on and _PAIRS.fullmatch(self.lengths) is not None

    @property
    def is_thousands(self) -> bool:
        """Grouped like an amount: "2 500 000"."""
        return _THOUSANDS.fullmatch(self.lengths) is not None and not self.is_compact

    @property
    def is_round(self) -> bool:
        """Written like an amount of whole thousands: "2 500 000" or "2500000"."""
        return (self.is_thousands or self.is_compact) and self.groups[-1].endswith("000")

    @property
    def counts_on(self) -> bool:
        """The groups go up or down by 1, 2, 5 or 10."""
        steps = {int(b) - int(a) for a, b in zip(self.groups, self.groups[1:], strict=False)}
        return len(steps) == 1 and abs(steps.pop()) in _LIST_STEPS

    @property
    def is_torn(self) -> bool:
        """Some gaps part two things, others do not."""
        return len(set(self.gaps)) > 1 and self.has_wide_gap

    @property
    def has_wide_gap(self) -> bool:
        """A gap parts two things; the bracket behind a lone digit, as in "8 (912)", does not."""
        behind_digit = self.lengths[:1] == "1" and "(" in "".join(self.gaps[:1])
        return any(wide(gap) for gap in self.gaps[behind_digit:])

    @property
    def ends_in_line(self) -> bool:
        """The last four digits stand behind a hyphen and an exchange: "95550-0142"."""
        return self.gaps[-1:] == ("-",) and _LOCAL_EXCHANGE.fullmatch(self.lengths) is not None

    @property
    def is_north_american(self) -> bool:
        """Three, three and four digits with hyphens or dots: "202-555-0142"."""
        return self.gaps in {("-", "-"), (".", ".")} and self.lengths == "334"

    @property
    def is_usual(self) -> bool:
        """Grouped as people group telephone numbers, and as they hardly group anything else."""
        if self.is_compact or self.counts_on:
            return False
        if self.ends_in_line or ")" in "".join(self.gaps[:2]):
            return True
        is_even = len(set(self.gaps[1:])) <= 1
        last_or_first = self.groups[-1 if self.lengths == "224" else 0]
        is_year = _YEAR.fullmatch(last_or_first) is not None
        known = self.groups[0].startswith("0") or _USUAL.fullmatch(self.lengths) is not None
        return is_even and known and not is_year


def wide(gap: str) -> bool:
    """Tell whether a gap parts two things rather than the digits of one: " - ", "/", ". ", " ("."""
    sign = gap.strip()
    apart = sign not in {"", ")"} and gap.endswith(" ") and (gap.startswith(" ") or sign == ".")
    return apart or "/" in sign or "(" in sign
