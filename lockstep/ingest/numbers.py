"""Counts as exports print them, and what proves how thousands are written."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

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
_UNPROVED = "{}: thousands or decimals? Nothing in the file proves it; export all counts and totals"


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one file: the frame of whole numbers, with `checksum_ok`, and how they are written.

    `said` has one row per record: reason, field (the first column that is no count) and detail
    (what stands in it); null where all are counts. `faults_n` is how many values are no counts and
    how many totals are not the sum of their parts.
    """

    frame: pl.DataFrame
    locale: Locale
    said: pl.DataFrame
    faults_n: int


def read_counts(raw: pl.DataFrame, checksum: Checksum | None, score: pl.Series) -> Counts:
    """Read counts in the locale that leaves fewest faults; plain where no number shows one.

    1.234 may be a thousand or one and some. A locale is read only where something in the file
    proves it: a total with thousands that is the sum of its parts, a number that can be no decimal,
    or the decimals of a score. Else such a number is no count. Where nothing is proved because sums
    are wrong throughout, they are read all the same, for the file to be refused for its sums.

    `checksum_ok` is whether the parts add up to the total; null where one of them is missing.

    Args:
        raw: One text column a count, null where the export gives none.
        checksum: Which count is the sum of which others, if one is.
        score: Scores as they are written, null where there is none.
    """
    shown = [name for name, separator in _SEPARATORS.items() if _stands_in(raw, separator)]
    tried = [_in_locale(raw, name, checksum) for name in ("plain", *reversed(shown))]
    plain, *grouped = tried
    proved = [counts for counts in grouped if _is_proved(raw, counts, checksum, score)]
    wrong = [counts for counts in grouped if sums_are_wrong(counts.frame["checksum_ok"])]
    if wrong and not proved:
        return wrong[0]
    return min((plain, *proved), key=lambda counts: counts.faults_n)


def sums_are_wrong(checksum_ok: pl.Series) -> bool:
    """Whether sums are wrong in more than 1 % of the records, and in more than one."""
    bad_n = int((~checksum_ok).sum())
    return bad_n > max(1, _MAX_BAD_SHARE * checksum_ok.count())


def _stands_in(raw: pl.DataFrame, pattern: str) -> bool:
    return bool(raw.select(pl.any_horizontal(pl.all().str.contains(pattern).any())).item())


def _is_proved(
    raw: pl.DataFrame, counts: Counts, checksum: Checksum | None, score: pl.Series
) -> bool:
    locale = counts.locale
    if _stands_in(raw, _PROOF[locale]) or _is_scored(locale, score):
        return True
    if checksum is None:
        return False
    summed = raw.filter(counts.frame["checksum_ok"]).select(checksum.total, *checksum.parts)
    return _stands_in(summed, _GROUPED[locale])


def _is_scored(locale: Locale, score: pl.Series) -> bool:
    """Whether scores are written with the locale's decimal sign, and none with the other."""
    used = [name for name, decimals in _DECIMALS.items() if score.str.contains(decimals).any()]
    return used == [locale]


def _in_locale(raw: pl.DataFrame, locale: Locale, checksum: Checksum | None) -> Counts:
    frame = raw.select(_count(name, locale) for name in raw.columns)
    is_bad = {name: raw[name].is_not_null() & frame[name].is_null() for name in raw.columns}
    frame = frame.with_columns(checksum_ok=_adds_up(checksum))
    return Counts(
        frame=frame,
        locale=locale,
        said=_said(raw, {name: bad for name, bad in is_bad.items() if bad.any()}, locale),
        faults_n=sum(int(bad.sum()) for bad in (*is_bad.values(), ~frame["checksum_ok"])),
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


def _count(name: str, locale: Locale) -> pl.Expr:
    """Return a column as whole numbers, null where it is neither digits nor groups of digits."""
    text = pl.col(name)
    plain = text.str.strip_suffix(".0")
    digits = pl.when(text.str.contains(_PLAIN)).then(plain).otherwise(_ungrouped(text, locale))
    return digits.cast(pl.Int64, strict=False).alias(name)


def _ungrouped(text: pl.Expr, locale: Locale) -> pl.Expr:
    """Return groups of digits without what stands between them, null where they are none."""
    if locale == "plain":
        return pl.lit(None, dtype=pl.String)
    digits = text.str.replace_all(_SEPARATORS[locale], "")
    return pl.when(text.str.contains(_GROUPED[locale])).then(digits)
