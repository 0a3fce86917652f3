"""Counts as exports print them, and what proves how thousands are written."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from lockstep.ingest.digits import Digits, digits
from lockstep.ingest.formats import Checksum

Locale = Literal["en", "eu", "space", "plain"]

_PLAIN = r"^[0-9]+(?:\.0)?$"
"""Whole numbers, also as pandas writes a column with gaps."""
_SEPARATORS: dict[Locale, str] = {"en": ",", "eu": r"\.", "space": "[ \u00a0\u202f]"}
_GROUPED: dict[Locale, str] = {
    # In India groups before the last hold two digits: 12,34,567.
    "en": r"^[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}$",
    "eu": r"^[0-9]{1,3}(?:\.[0-9]{3})+$",
    "space": "^[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+$",
}
_PROOF: dict[Locale, str] = {
    "en": r"^[0-9]{1,3}(?:,[0-9]{2,3})+,[0-9]{3}$",
    "eu": r"^[0-9]{1,3}(?:\.[0-9]{3}){2,}$",
    "space": _GROUPED["space"],
}
"""Numbers that can be no decimals: of several groups, or with spaces between them."""
_MAX_BAD_SHARE = 0.01
_DECIMALS: dict[Locale, str] = {
    "en": r"^-?[0-9]+\.[0-9]{1,2}%?$",
    "eu": r"^-?[0-9]+,[0-9]{1,2}%?$",
}
"""How scores are written in the locale."""
_TRIED: tuple[Locale, ...] = ("space", "eu", "en")
_UNPROVED = "{}: thousands or decimals? Nothing in the file proves it; export all counts and totals"


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts as whole numbers, with `checksum_ok`, and the locale in which they were read.

    `said` has one row per record: reason, field (the first column that is no count) and detail
    (what stands in it); null where all are counts.
    """

    frame: pl.DataFrame
    locale: Locale
    said: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Tally:
    """How numbers come out in a locale.

    `faults_n` is how many values are no counts and how many totals are not the sum of their parts,
    of `tested_n`; `is_proved` whether a number can be nothing else.
    """

    faults_n: int
    sums_bad_n: int
    tested_n: int
    is_proved: bool = False

    def __add__(self, other: "Tally") -> "Tally":
        """Return the tally of both."""
        return Tally(
            self.faults_n + other.faults_n,
            self.sums_bad_n + other.sums_bad_n,
            self.tested_n + other.tested_n,
            self.is_proved or other.is_proved,
        )

    @property
    def sums_are_wrong(self) -> bool:
        """Whether too many totals are not the sum of their parts."""
        return sums_are_wrong(self.sums_bad_n, self.tested_n)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What numbers of a file tell of how it writes thousands; that of its parts adds up.

    `tallies` has the plain one, and those of the locales that are shown; where a locale is not
    shown, numbers come out in it as in the plain one. `scored` are the locales in whose decimals
    scores are written.
    """

    tallies: dict[Locale, Tally]
    scored: frozenset[Locale]

    def __add__(self, other: "Evidence") -> "Evidence":
        """Return the evidence of both."""
        shown = {*self.tallies, *other.tallies}
        both = {name: self.tally(name) + other.tally(name) for name in shown}
        return Evidence(both, self.scored | other.scored)

    def tally(self, locale: Locale) -> Tally:
        """Return how numbers come out in a locale."""
        return self.tallies.get(locale, self.tallies["plain"])

    @property
    def locale(self) -> Locale:
        """The locale that leaves fewest faults; plain where no number shows one.

        1.234 may be a thousand or one and some. A locale is read only where something in the file
        proves it: a total with thousands that is the sum of its parts, a number that can be no
        decimal, or the decimals of a score. Else such a number is no count. Where nothing is proved
        because sums are wrong throughout, they are read all the same, for the file to be refused
        for its sums.
        """
        shown = [name for name in _TRIED if name in self.tallies]
        proved = [n for n in shown if self.tallies[n].is_proved or self.scored == {n}]
        wrong = [n for n in shown if self.tallies[n].sums_are_wrong]
        if wrong and not proved:
            return wrong[0]
        return min(("plain", *proved), key=lambda name: self.tallies[name].faults_n)


def evidence(raw: pl.DataFrame, checksum: Checksum | None, score: pl.Series) -> Evidence:
    """Return what numbers tell of how they are written.

    Args:
        raw: One text column a count, null where the export gives none.
        checksum: Which count is the sum of which others, if one is.
        score: Scores as they are written, null where there is none; none at all where sums prove
            the locale.
    """
    read = digits(raw)
    shown = [name for name in _TRIED if read.shows(_SEPARATORS[name])]
    return Evidence(
        tallies={name: _tally(raw, read, name, checksum) for name in ("plain", *shown)},
        scored=frozenset(
            n for n, decimals in _DECIMALS.items() if score.str.contains(decimals).any()
        ),
    )


def _tally(raw: pl.DataFrame, read: Digits, locale: Locale, checksum: Checksum | None) -> Tally:
    frame = _in_locale(read, locale, checksum)
    adds_up = frame["checksum_ok"]
    bad_n = int((~adds_up).sum())
    return Tally(
        faults_n=_unread(raw, frame).sum().sum_horizontal().item() + bad_n,
        sums_bad_n=bad_n,
        tested_n=adds_up.count(),
        is_proved=locale != "plain"
        and (read.shows(_PROOF[locale]) or _sums_prove(raw.filter(adds_up), locale, checksum)),
    )


def _sums_prove(summed: pl.DataFrame, locale: Locale, checksum: Checksum | None) -> bool:
    """Whether thousands stand in sums that are right."""
    if checksum is None:
        return False
    return digits(summed.select(checksum.total, *checksum.parts)).shows(_GROUPED[locale])


def read_counts(raw: pl.DataFrame, checksum: Checksum | None, locale: Locale) -> Counts:
    """Read counts as a locale writes them.

    `checksum_ok` is whether the parts add up to the total; null where one of them is missing.

    Args:
        raw: One text column a count, null where the export gives none.
        checksum: Which count is the sum of which others, if one is.
        locale: How thousands are written.
    """
    frame = _in_locale(digits(raw), locale, checksum)
    is_bad = _unread(raw, frame)
    said = _said(raw, {bad.name: bad for bad in is_bad if bad.any()}, locale)
    return Counts(frame, locale, said)


def sums_are_wrong(bad_n: int, tested_n: int) -> bool:
    """Whether sums are wrong in more than 1 % of the records, and in more than one."""
    return bad_n > max(1, _MAX_BAD_SHARE * tested_n)


def _in_locale(read: Digits, locale: Locale, checksum: Checksum | None) -> pl.DataFrame:
    frame = read.with_odd(lambda text: _count(text, locale))
    return frame.with_columns(checksum_ok=_adds_up(checksum))


def _unread(raw: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Return which values of each column are there and no counts."""
    return raw.select(
        pl.col(name).is_not_null() & pl.lit(frame[name]).is_null() for name in raw.columns
    )


def _adds_up(checksum: Checksum | None) -> pl.Expr:
    """Return whether the parts are the total: null where one is null, or nothing is summed."""
    if checksum is None:
        return pl.lit(None, dtype=pl.Boolean)
    total = pl.sum_horizontal(checksum.parts, ignore_nulls=False)
    return total == pl.col(checksum.total)


def _said(raw: pl.DataFrame, is_bad: dict[str, pl.Series], locale: Locale) -> pl.DataFrame:
    """Return reason, field and detail of each record, from the columns that hold no counts."""
    nothing = pl.repeat(None, raw.height, dtype=pl.String)
    bad = is_bad.items()
    return pl.select(
        reason=pl.coalesce(
            *(pl.when(here).then(pl.lit("number_unparsable")) for _, here in bad), nothing
        ),
        field=pl.coalesce(*(pl.when(here).then(pl.lit(name)) for name, here in bad), nothing),
        detail=pl.coalesce(
            *(pl.when(here).then(_shown(raw[name], locale)) for name, here in bad), nothing
        ),
    )


def _shown(text: pl.Series, locale: Locale) -> pl.Expr:
    """Return what is no count, and why where it may be one."""
    may_be = pl.any_horizontal(pl.lit(text).str.contains(grouped) for grouped in _GROUPED.values())
    if locale != "plain":
        return pl.lit(text)
    return pl.when(may_be).then(pl.format(_UNPROVED, pl.lit(text))).otherwise(pl.lit(text))


def _count(text: pl.Expr, locale: Locale) -> pl.Expr:
    """Return whole numbers, null where there are neither digits nor groups of digits."""
    plain = text.str.strip_suffix(".0")
    digits = pl.when(text.str.contains(_PLAIN)).then(plain).otherwise(_ungrouped(text, locale))
    return digits.cast(pl.Int64, strict=False)


def _ungrouped(text: pl.Expr, locale: Locale) -> pl.Expr:
    """Return groups of digits without what stands between them, null where they are none."""
    if locale == "plain":
        return pl.lit(None, dtype=pl.String)
    digits = text.str.replace_all(_SEPARATORS[locale], "")
    return pl.when(text.str.contains(_GROUPED[locale])).then(digits)
