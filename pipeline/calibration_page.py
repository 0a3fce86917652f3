"""The page `docs/methods/calibration.md`, made of table `calibration` by `make calibrate`."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl

from lockstep.calibration.grid import ALPHAS, POWER, plan
from lockstep.calibration.progress import CELL
from lockstep.calibration.scenarios import SCENARIOS
from lockstep.calibration.trials import NULLS
from pipeline.console import short_number

PAGE = Path(__file__).resolve().parent.parent / "docs" / "methods" / "calibration.md"

_HEADER = """\
# Calibration: how often the tests are wrong, and what they find

<!-- Written by `make calibrate` from table `calibration`; do not edit. -->

Every null of lockstep is tried on simulated accounts that know nothing of each other, by the
functions that test a case. What share of such pairs and networks does it reject at the level alpha?
A test that keeps its level rejects at most alpha of them. The same numbers are table `calibration`
(view `v_calibration`) of every database, and `lockstep calibrate` prints them in short. `lockstep
calibrate CASE` measures the same on surrogates of one case's own accounts, table
`case_calibration`.

## What is simulated

Accounts have autocorrelated day volumes (log-normal AR(1) of .9, sd .6, unless told otherwise) and
two humps of busy hours with a phase of their own. Networks have five accounts. The window is 60 s.

| scenario | what the accounts do | must hold its level |
|---|---|---|
"""

_READING = """\

N2 is secondary and rejects independent accounts that use a scheduler or the same slots: it is
printed, and never required. News is a true common cause. Where accounts share busy days, N1 alone
rejects them; N1v and robust, which alone carry a claim, must not.

How many simulations a cell has is in column n: cheap cells have more, networks of many posts few.
Networks have 99 surrogates a test where no rate is given for .001, else 999 (199 where posts are
planted); N1 and N2 of a pair are exact. A rate is outside its tolerance, and in **bold**, if it
exceeds alpha + 2 standard errors (of alpha, at n simulations). Of tests that hold their level
exactly, some 2 to 8 in 100 rates are outside by chance, more of them at small levels; tests of few
posts reject less than alpha, since p takes few values.

## Known limits

- Accounts of 100 posts a day whose volumes drift (autoregression of .9) have days that are not
  quite exchangeable within a stratum: N1 alone then rejects more than alpha from 28 days on.
  Without that drift it does not. N1v, which takes the volumes off, and robust are not affected.
- Accounts of one post a day, some of them the start of an album, that share busy days over a year:
  N1v rejects somewhat more than alpha, since the hits of an album come together and scatter most on
  days that are busy for both. Without albums it does not.
- Over 7 days of few posts ratios are somewhat low, perhaps because the weekend is chosen by the
  very posts that are tested; no test rejects too often.
"""

_POWER = """\

## What is found

Pairs of 885 + 1,000 posts over 12 weeks, and networks with the volumes and lives of the case study
(23,685 posts), with the habits of scenario bursts; networks have a scheduler and albums. Of the
posts a share leads or follows another account's by a log-normal lag of median 9 s. Rates at .01 are
the power; N1 of a pair must reach .75 from 2 % on, N1 of a network .9 at 1 %.

| kind | planted | n | ratio | N1 | N1v | N2 | robust |
|---|---:|---:|---:|---:|---:|---:|---:|
"""

_LEVELS = " / ".join(f"{alpha:g}".removeprefix("0") for alpha in ALPHAS)
_POWER_ALPHA = Decimal("0.01")


def page(table: pl.DataFrame) -> str:
    """Return the page."""
    parts = [_HEADER, *_scenarios(), _READING, _judged(table)]
    level = table.filter(pl.col("scenario") != POWER)
    for kind in ("pair", "network"):
        parts += _level(level.filter(pl.col("subject_kind") == kind), kind)
    parts += [_POWER, *_power(table.filter(pl.col("scenario") == POWER))]
    return "".join(parts)


def _scenarios() -> Iterator[str]:
    for scenario in SCENARIOS.values():
        yield f"| {scenario.name} | {scenario.about} | {', '.join(scenario.required) or '–'} |\n"


def _judged(table: pl.DataFrame) -> str:
    judged = table.filter(pl.col("within_tolerance").is_not_null())
    outside_n = int(judged["within_tolerance"].not_().sum())
    versions = ", ".join(table["lockstep_version"].unique().sort())
    cells_n = table.select(CELL).unique().height
    return (
        f"\n{cells_n} of {len(plan())} kinds of simulation are measured (lockstep {versions}). Of "
        f"{judged.height:,} rates that are judged, {outside_n:,} are outside their tolerance.\n"
    )


def _level(table: pl.DataFrame, kind: str) -> Iterator[str]:
    yield f"\n## Independent {kind}s: share rejected at {_LEVELS}\n"
    for name in SCENARIOS:
        of_scenario = table.filter(pl.col("scenario") == name)
        if not of_scenario.is_empty():
            yield f"\n### {name}\n\n"
            yield f"| days | posts a day | n | ratio | {' | '.join(NULLS)} |\n"
            yield "|---:|---:|---:|---:|---:|---:|---:|---:|\n"
            cells = of_scenario.partition_by("span_days", "posts_per_day", maintain_order=True)
            yield from (_level_row(cell) for cell in cells)


def _level_row(cell: pl.DataFrame) -> str:
    first = cell.row(0, named=True)
    rates = [_rates(cell.filter(pl.col("null_id") == null)) for null in NULLS]
    size = f"{first['span_days']} | {short_number(first['posts_per_day'])}"
    return f"| {size} | {first['simulations_n']:,} | {_ratio(first)} | {' | '.join(rates)} |\n"


def _rates(of_null: pl.DataFrame) -> str:
    rows = of_null.sort("alpha", descending=True).iter_rows(named=True)
    return " / ".join(_rate(row["rate"], row["within_tolerance"]) for row in rows)


def _power(table: pl.DataFrame) -> Iterator[str]:
    at_level = table.filter(pl.col("alpha") == _POWER_ALPHA)
    cells = at_level.sort("subject_kind", "planted_share", descending=[True, False])
    for cell in cells.partition_by("subject_kind", "planted_share", maintain_order=True):
        first = cell.row(0, named=True)
        rates = [_rates(cell.filter(pl.col("null_id") == null)) for null in NULLS]
        planted = f"{short_number(first['planted_share'] * 100)} %"
        yield (
            f"| {first['subject_kind']} | {planted} | {first['simulations_n']:,} | "
            f"{_ratio(first)} | {' | '.join(rates)} |\n"
        )


def _rate(rate: Decimal, within_tolerance: bool | None) -> str:  # noqa: FBT001 - a cell of the table
    text = f"{rate:.4f}".rstrip("0").rstrip(".").removeprefix("0") or "0"
    return f"**{text}**" if within_tolerance is False else text


def _ratio(row: dict[str, Decimal | None]) -> str:
    if row["ratio"] is None:
        return "–"
    return f"{row['ratio']:.2f} ± {row['ratio_se']:.2f}"
