"""When a post was published, in UTC: read in the zone beside the time, which is never guessed."""

import polars as pl

from lockstep.ingest.ascii_numbers import UNSEEN, is_ascii
from lockstep.ingest.formats import Time
from lockstep.ingest.zones import abbreviations, offset_s, zone_info, zones
from lockstep.settings import ExportSection

_DAY_S = 86_400
_REWRITTEN = "{}: a spreadsheet rewrote it and lost the zone; take the export as it was downloaded"
_BLANKS = "[\u00a0\u2009\u202f]"
_ISO_DATE = "^([0-9]{4}-[0-9]{2}-[0-9]{2})T"


def posted_at(
    raw: pl.Series, time: Time, section: ExportSection, until_s: int | None
) -> pl.DataFrame:
    """Read times.

    A zone that the case names (`timezone` where a time has none, `tz_overrides` for an
    abbreviation) is an IANA zone. Where its clocks were set back the abbreviation tells which hour
    is meant; without one the earlier is taken and the difference is the uncertainty. An
    abbreviation that the zone has at other times, but not then, shows that another zone is meant.

    Args:
        raw: Times as the export writes them, null where there is none.
        time: How the format writes times.
        section: What the case says of the export.
        until_s: When it was exported, if known: a post lies at most a day later.

    Returns:
        One row per time: posted_at_s, posted_at_uncertainty_s, posted_at_tz, posted_at_tz_source
        (row or mapping); of a time that cannot be accepted, reason, field and detail.

    Raises:
        ConfigError: The case names a zone that does not exist.
    """
    moment, zone, *_ = _plain(raw).str.extract_groups(time.pattern).struct.unnest()
    moment = moment.str.replace(_ISO_DATE, "$1 ")
    offsets_s = {name: offset_s(name) for name in zone.drop_nulls().unique()}
    read = pl.DataFrame(
        {
            "raw": raw,
            "local": moment.str.to_datetime(time.parse, strict=False, time_unit="us"),
            "zone": zone,
        }
    ).with_columns(
        named=_named_zone(section),
        offset_s=pl.col("zone").replace_strict(offsets_s, default=None, return_dtype=pl.Int64),
    )
    at = pl.concat([read, _instants(read)], how="horizontal")
    return at.with_columns(reason=_reason(time, until_s)).select(
        "posted_at_s",
        posted_at_uncertainty_s="uncertainty_s",
        posted_at_tz=pl.coalesce("named", "zone"),
        posted_at_tz_source=pl.when(pl.col("named").is_null())
        .then(pl.lit("row"))
        .otherwise(pl.lit("mapping")),
        reason="reason",
        field=pl.when(pl.col("reason").is_not_null()).then(pl.lit("posted_at_raw")),
        detail=_detail(time),
    )


def _plain(raw: pl.Series) -> pl.Series:
    """Return times without blanks around them and marks of which nothing is seen."""
    if is_ascii(raw):
        return raw.str.strip_chars()
    seen = raw.str.replace_many(list(UNSEEN), [""])
    return seen.str.replace_all(_BLANKS, " ").str.strip_chars()


def _named_zone(section: ExportSection) -> pl.Expr:
    """Return the IANA zone that the case names for a time, if it does."""
    overrides = section.tz_overrides
    for name in (*overrides.values(), *([section.timezone] if section.timezone else [])):
        zone_info(name, where=f"case.toml, [[exports]] {section.path}")
    zone = pl.col("zone")
    named = zone.replace_strict(overrides, default=None, return_dtype=pl.String)
    return pl.when(zone.is_null()).then(pl.lit(section.timezone, dtype=pl.String)).otherwise(named)


def _instants(read: pl.DataFrame) -> pl.DataFrame:
    """Return posted_at_s, uncertainty_s and is_other_zone: by the zone's offset, or as named."""
    instants = read.select(
        posted_at_s=pl.col("local").dt.epoch("s") - pl.col("offset_s"),
        uncertainty_s=pl.lit(0, dtype=pl.Int64),
        is_other_zone=pl.lit(value=False),
    )
    for name in read["named"].drop_nulls().unique().sort().to_list():
        here = (read["named"] == name).fill_null(value=False)
        there = _in_zone(read, name)
        instants = pl.select(
            pl.when(here).then(there[column]).otherwise(instants[column]).alias(column)
            for column in instants.columns
        )
    return instants


def _in_zone(read: pl.DataFrame, name: str) -> pl.DataFrame:
    local, zone = pl.col("local"), pl.col("zone")
    both = read.select(
        zone,
        early=local.dt.replace_time_zone(name, ambiguous="earliest", non_existent="null"),
        late=local.dt.replace_time_zone(name, ambiguous="latest", non_existent="null"),
    ).with_columns(
        is_early=(pl.col("early").dt.strftime("%Z") == zone).fill_null(value=False),
        is_late=(pl.col("late").dt.strftime("%Z") == zone).fill_null(value=False),
        early_s=pl.col("early").dt.epoch("s"),
        late_s=pl.col("late").dt.epoch("s"),
    )
    is_early, is_late = pl.col("is_early"), pl.col("is_late")
    return both.select(
        posted_at_s=pl.when(is_late & ~is_early).then("late_s").otherwise("early_s"),
        uncertainty_s=pl.when(is_early ^ is_late)
        .then(pl.lit(0, dtype=pl.Int64))
        .otherwise(pl.col("late_s") - pl.col("early_s")),
        is_other_zone=zone.is_in(sorted(abbreviations(name))).fill_null(value=False)
        & ~(is_early | is_late),
    )


def _reason(time: Time, until_s: int | None) -> pl.Expr:
    zone = pl.col("zone")
    unnamed = pl.col("named").is_null() & pl.col("offset_s").is_null()
    early = pl.col("posted_at_s") < time.earliest_s
    latest_s = [time.latest_s, None if until_s is None else until_s + _DAY_S]
    late = pl.any_horizontal(
        pl.lit(value=False),
        *(pl.col("posted_at_s") > at_s for at_s in latest_s if at_s is not None),
    )
    return (
        pl.when(pl.col("raw").is_null())
        .then(pl.lit("time_missing"))
        .when(pl.col("local").is_null())
        .then(pl.lit("time_unparsable"))
        .when(unnamed & zone.is_null())
        .then(pl.lit("tz_missing"))
        .when(unnamed & zone.is_in(list(zones().ambiguous)))
        .then(pl.lit("tz_ambiguous"))
        .when(unnamed)
        .then(pl.lit("tz_unknown"))
        .when(pl.col("posted_at_s").is_null())
        .then(pl.lit("tz_gap"))
        .when("is_other_zone")
        .then(pl.lit("tz_mismatch"))
        .when(early | late)
        .then(pl.lit("time_out_of_range"))
    )


def _detail(time: Time) -> pl.Expr:
    """Return what was found and, where the case can mend it, the line to add."""
    reason, zone = pl.col("reason"), pl.col("zone")
    meant = {
        name: f"{name} may mean {' or '.join(zones_meant)}; add to [[exports]]: "
        f'tz_overrides = {{ "{name}" = "{zones_meant[0]}" }}, or whichever is meant'
        for name, zones_meant in zones().ambiguous.items()
    }
    is_rewritten = (reason == "time_unparsable") & pl.col("raw").str.contains(time.rewritten)
    return (
        pl.when(is_rewritten)
        .then(pl.format(_REWRITTEN, "raw"))
        .when(reason.is_in(("time_unparsable", "time_out_of_range")))
        .then("raw")
        .when(reason == "tz_missing")
        .then(pl.lit('no zone beside the time; add to [[exports]]: timezone = "Area/City"'))
        .when(reason == "tz_ambiguous")
        .then(zone.replace_strict(meant, default=None, return_dtype=pl.String))
        .when(reason == "tz_unknown")
        .then(
            pl.format(
                "{} is not in the zone table; "
                'add to [[exports]]: tz_overrides = {{ "{}" = "Area/City" }}, if you know it',
                "zone",
                "zone",
            )
        )
        .when(reason == "tz_gap")
        .then(pl.format("{} does not exist in {}: clocks were set forward", "raw", "named"))
        .when(reason == "tz_mismatch")
        .then(pl.format("{}: {} has no {} then, so another zone is meant", "raw", "named", "zone"))
    )
