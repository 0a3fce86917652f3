"""When a post was published, where the export says it in UTC or with an offset from it."""

from collections.abc import Callable, Iterator

import polars as pl

from lockstep.ingest.column_identity import ROUNDED
from lockstep.ingest.formats import Instant, Time
from lockstep.ingest.posted_at import posted_at
from lockstep.settings import ExportSection

_DAY_S = 86_400
_UNITS = {"epoch_s": ("s", 1), "epoch_ms": ("ms", 1_000), "epoch_us": ("µs", 1_000_000)}
"""Ways to write a time as a number: the unit, and how many of it a second has."""
_LATEST_S = 4_102_444_800
"""2100-01-01 UTC: milliseconds that were read as seconds lie far behind it."""
_MINUTE_US, _DAY_US = 60_000_000, _DAY_S * 1_000_000
_EPOCH = r"^(-?[0-9]{1,17})(?:\.[0-9]*)?$"
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_ISO = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-5][0-9])(?::([0-5][0-9])(?:[.,][0-9]{1,9})?)?"
    r" ?(Z|UTC|[+-](?:(?:0[0-9]|1[0-3])(?::?[0-5][0-9])?|14(?::?00)?))?$"
)
"""An offset may be hours alone, as databases write it. No place is further than 14 hours from UTC:
what claims to be is no time."""
_LOCAL = Time(
    pattern=r"^(\S+ \S+)(?: (\S+))?$",
    parse="%Y-%m-%d %H:%M:%S",
    resolution_us=1_000_000,
    earliest_s=0,
)
"""How a time without an offset is handed on to be read in a zone that the case names."""


def stated_times(
    raw: pl.Series, rule: Instant, section: ExportSection, until_s: int | None
) -> pl.DataFrame:
    """Read times; parts of a second are cut off.

    A time without an offset is UTC where the platform writes it so, else in the zone that the case
    names for the export (`timezone`); it is never guessed.

    Args:
        raw: Times as the export writes them, null where there is none.
        rule: How the format writes times.
        section: What the case says of the export.
        until_s: When it was exported, if known: a post lies at most a day later.

    Returns:
        As `posted_at`; posted_at_tz_source is row, platform_spec or mapping.

    Raises:
        ConfigError: The case names a zone that does not exist.
    """
    text = raw.str.strip_chars()
    ways = [_READ[written](text) for written in rule.written]
    found_s = [found["posted_at_s"] for found in ways]
    read = pl.select(
        text=text,
        # Of several ways to read a number the first counts by which it is a time.
        posted_at_s=pl.coalesce(*(_sane(at_s, rule) for at_s in found_s), *found_s),
        zone=pl.coalesce(*(found["zone"] for found in ways)),
    )
    local = _local(text)
    if "iso" in rule.written and rule.is_utc:
        at_s = local.str.to_datetime(_LOCAL.parse, strict=False).dt.epoch("s")
        read = read.with_columns(pl.coalesce("posted_at_s", at_s).alias("posted_at_s"))
    elif "iso" in rule.written and local.is_not_null().any():
        return _in_named_zone(_said(read, raw, rule, until_s), local, rule, section, until_s)
    return _said(read, raw, rule, until_s)


def resolutions_us(raw: pl.Series, rule: Time | Instant) -> pl.Series:
    """Return how finely each time is known: as the format tells, or more coarsely as it is written.

    A program that shows no seconds, as spreadsheets do where dates are written as in ISO 8601,
    leaves times to the minute behind, a date none within its day.
    """
    text = raw.str.strip_chars()
    written = (
        pl.when(pl.lit(text).str.contains(_DATE))
        .then(_DAY_US)
        .when(pl.lit(text).str.contains(_ISO) & pl.lit(text.str.extract(_ISO, 3)).is_null())
        .then(_MINUTE_US)
    )
    coarser = pl.max_horizontal(rule.resolution_us, written).cast(pl.Int64)
    if isinstance(rule, Time):
        coarser = pl.repeat(rule.resolution_us, len(raw), dtype=pl.Int64)
    return pl.select(resolution_us=coarser).to_series()


def _sane(at_s: pl.Series, rule: Instant) -> pl.Expr:
    return pl.when(pl.lit(at_s).is_between(rule.earliest_s, _LATEST_S)).then(at_s)


def _epoch(text: pl.Series, unit: int) -> pl.DataFrame:
    at_s = text.str.extract(_EPOCH, 1).cast(pl.Int64, strict=False) // unit
    return pl.DataFrame({"posted_at_s": at_s}).with_columns(zone=pl.lit(None, pl.String))


def _date(text: pl.Series) -> pl.DataFrame:
    at_s = text.str.to_datetime("%Y-%m-%d", strict=False).dt.epoch("s")
    return pl.DataFrame({"posted_at_s": at_s}).with_columns(zone=pl.lit(None, pl.String))


def _iso(text: pl.Series) -> pl.DataFrame:
    """Return the times that have an offset."""
    zone = text.str.extract(_ISO, 4)
    digits = pl.col("zone").str.replace_all("[^0-9]", "")
    sign = pl.when(pl.col("zone").str.starts_with("-")).then(-1).otherwise(1)
    hours, minutes = (
        digits.str.slice(at, 2).str.replace("^$", "0").cast(pl.Int64, strict=False) for at in (0, 2)
    )
    return pl.DataFrame({"local": _moment(text), "zone": zone}).select(
        posted_at_s=pl.when(pl.col("zone").is_not_null()).then(
            pl.col("local").str.to_datetime(_LOCAL.parse, strict=False).dt.epoch("s")
            - pl.coalesce(sign * (hours * 3_600 + minutes * 60), 0)
        ),
        zone="zone",
    )


_READ: dict[str, Callable[[pl.Series], pl.DataFrame]] = {
    "iso": _iso,
    "epoch_s": lambda text: _epoch(text, 1),
    "epoch_ms": lambda text: _epoch(text, 1_000),
    "epoch_us": lambda text: _epoch(text, 1_000_000),
    "date": _date,
}


def _moment(text: pl.Series) -> pl.Series:
    """Return date and time as `_LOCAL` reads them."""
    day, minute, second = (text.str.extract(_ISO, group) for group in (1, 2, 3))
    return pl.select(pl.format("{} {}:{}", day, minute, pl.lit(second).fill_null("00"))).to_series()


def _local(text: pl.Series) -> pl.Series:
    """Return the times that have no offset."""
    moment, zone = _moment(text), text.str.extract(_ISO, 4)
    return pl.select(pl.when(pl.lit(zone).is_null()).then(pl.lit(moment))).to_series()


def _said(read: pl.DataFrame, raw: pl.Series, rule: Instant, until_s: int | None) -> pl.DataFrame:
    latest_s = min(
        _LATEST_S if rule.latest_s is None else rule.latest_s,
        _LATEST_S if until_s is None else until_s + _DAY_S,
    )
    at_s, written = pl.col("posted_at_s"), pl.lit(raw)
    reason = (
        pl.when(written.is_null())
        .then(pl.lit("time_missing"))
        .when(at_s.is_null())
        .then(pl.lit("time_unparsable"))
        .when((at_s < rule.earliest_s) | (at_s > latest_s))
        .then(pl.lit("time_out_of_range"))
    )
    in_row = pl.col("zone").is_not_null()
    return read.with_columns(reason=reason).select(
        "posted_at_s",
        posted_at_uncertainty_s=pl.lit(0, dtype=pl.Int64),
        posted_at_tz=pl.coalesce("zone", pl.lit("UTC")),
        posted_at_tz_source=pl.when(in_row).then(pl.lit("row")).otherwise(pl.lit("platform_spec")),
        reason="reason",
        field=pl.when(pl.col("reason").is_not_null()).then(pl.lit("posted_at_raw")),
        detail=pl.when(pl.col("reason").is_not_null()).then(
            pl.coalesce(*_hints(raw, rule), written)
        ),
    )


def _hints(raw: pl.Series, rule: Instant) -> Iterator[pl.Expr]:
    """Yield what a number may mean that is no time of the format, null where it is none."""
    for name, (unit, per_s) in _UNITS.items():
        at_s = _sane(_epoch(raw.str.strip_chars(), per_s)["posted_at_s"], rule)
        if name not in rule.written:
            yield pl.format(
                f"{{}}: read in {unit} it would be {{}} UTC; a format whose [time] is written as "
                f"{name} reads it so",
                raw,
                pl.from_epoch(at_s).dt.strftime("%Y-%m-%d %H:%M:%S"),
            )
    is_rounded = pl.lit(raw).str.contains(ROUNDED)
    yield pl.when(is_rounded).then(
        pl.format("{}: rounded by a program; export the column again as whole numbers", raw)
    )


def _in_named_zone(
    said: pl.DataFrame, local: pl.Series, rule: Instant, section: ExportSection, until_s: int | None
) -> pl.DataFrame:
    """Return times as said, those without an offset as the case's zone has them."""
    as_local = _LOCAL.model_copy(update={"earliest_s": rule.earliest_s, "latest_s": rule.latest_s})
    named = posted_at(local, as_local, section, until_s)
    here = pl.lit(local).is_not_null()
    return said.select(
        pl.when(here).then(named[name]).otherwise(pl.col(name)).alias(name) for name in said.columns
    )
