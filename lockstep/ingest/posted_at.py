"""When a post was published, in UTC: read in the zone beside the time, which is never guessed."""

import polars as pl

from lockstep.ingest.formats import Time
from lockstep.ingest.zones import zone_info, zones
from lockstep.settings import ExportSection

_DAY_S = 86_400


def posted_at(
    raw: pl.Series, time: Time, section: ExportSection, until_s: int | None
) -> pl.DataFrame:
    """Read times.

    A zone that the case names (`timezone` where a time has none, `tz_overrides` for an
    abbreviation) is an IANA zone. Where its clocks were set back the abbreviation tells which hour
    is meant; without one the earlier is taken and the difference is the uncertainty.

    Args:
        raw: Times as the export writes them, null where there is none.
        time: How the format writes times.
        section: What the case says of the export.
        until_s: When it was exported, if known: a post lies at most a day later.

    Returns:
        One row per time: posted_at_s, posted_at_uncertainty_s, posted_at_tz, posted_at_tz_source
        (row or mapping); of a time that cannot be read, reason and detail instead.

    Raises:
        ConfigError: The case names a zone that does not exist.
    """
    moment, zone = (raw.str.strip_chars().str.extract(time.pattern, group) for group in (1, 2))
    read = pl.DataFrame(
        {
            "raw": raw,
            "local": moment.str.to_datetime(time.parse, strict=False, time_unit="us"),
            "zone": zone,
        }
    ).with_columns(_named_zone(section).alias("named"))
    read = read.with_columns(_offset().alias("offset_s"))
    at = pl.concat([read, _instants(read)], how="horizontal")
    return at.select(
        posted_at_s="posted_at_s",
        posted_at_uncertainty_s="uncertainty_s",
        posted_at_tz=pl.coalesce("named", "zone"),
        posted_at_tz_source=pl.when(pl.col("named").is_null())
        .then(pl.lit("row"))
        .otherwise(pl.lit("mapping")),
        reason=_reason(time, until_s),
        detail=_detail(),
    )


def _named_zone(section: ExportSection) -> pl.Expr:
    """Return the IANA zone that the case names for a time, if it does."""
    overrides = section.tz_overrides
    for name in (*overrides.values(), *([section.timezone] if section.timezone else [])):
        zone_info(name, where=f"case.toml, [[exports]] {section.path}")
    zone = pl.col("zone")
    named = zone.replace_strict(overrides, default=None, return_dtype=pl.String)
    return pl.when(zone.is_null()).then(pl.lit(section.timezone, dtype=pl.String)).otherwise(named)


def _offset() -> pl.Expr:
    return pl.col("zone").replace_strict(zones().offset_s, default=None, return_dtype=pl.Int64)


def _instants(read: pl.DataFrame) -> pl.DataFrame:
    """Return posted_at_s and uncertainty_s: by the zone's offset, or by the IANA zone named."""
    plain = read.select(
        posted_at_s=pl.col("local").dt.epoch("s") - pl.col("offset_s"),
        uncertainty_s=pl.lit(0, dtype=pl.Int64),
    )
    for name in read["named"].drop_nulls().unique().sort().to_list():
        here = read["named"] == name
        plain = pl.select(
            pl.when(here.fill_null(value=False)).then(there).otherwise(before).alias(before.name)
            for there, before in zip(_in_zone(read, name), plain.get_columns(), strict=True)
        )
    return plain


def _in_zone(read: pl.DataFrame, name: str) -> list[pl.Series]:
    local = pl.col("local")
    both = read.select(
        "zone",
        earlier=local.dt.replace_time_zone(name, ambiguous="earliest", non_existent="null"),
        later=local.dt.replace_time_zone(name, ambiguous="latest", non_existent="null"),
    ).with_columns(
        told_early=pl.col("earlier").dt.strftime("%Z") == pl.col("zone"),
        told_late=pl.col("later").dt.strftime("%Z") == pl.col("zone"),
        earlier_s=pl.col("earlier").dt.epoch("s"),
        later_s=pl.col("later").dt.epoch("s"),
    )
    only_late = (pl.col("told_late") & ~pl.col("told_early")).fill_null(value=False)
    told = (pl.col("told_late") ^ pl.col("told_early")).fill_null(value=False)
    return both.select(
        posted_at_s=pl.when(only_late).then("later_s").otherwise("earlier_s"),
        uncertainty_s=pl.when(told)
        .then(pl.lit(0, dtype=pl.Int64))
        .otherwise(pl.col("later_s") - pl.col("earlier_s")),
    ).get_columns()


def _reason(time: Time, until_s: int | None) -> pl.Expr:
    zone, named = pl.col("zone"), pl.col("named")
    unnamed = named.is_null() & pl.col("offset_s").is_null()
    early = pl.col("posted_at_s") < time.earliest_s
    late = pl.lit(value=False) if until_s is None else pl.col("posted_at_s") > until_s + _DAY_S
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
        .when(early | late)
        .then(pl.lit("time_out_of_range"))
    )


def _detail() -> pl.Expr:
    """Return what was found and, where the case can mend it, the line to add."""
    meant = {
        zone: f"{zone} may mean {' or '.join(names)}; "
        f'add to [[exports]]: tz_overrides = {{ {zone} = "{names[0]}" }}, or whichever is meant'
        for zone, names in zones().ambiguous.items()
    }
    ambiguous = pl.col("zone").replace_strict(meant, default=None, return_dtype=pl.String)
    unknown = pl.format(
        "{} is not in the zone table; if you know it, add to [[exports]]: tz_overrides", "zone"
    )
    missing = pl.lit("no zone beside the time; add to [[exports]]: timezone, the dashboard's zone")
    return (
        pl.when(pl.col("local").is_null())
        .then(pl.col("raw"))
        .when(pl.col("named").is_not_null() | pl.col("offset_s").is_not_null())
        .then(pl.col("raw"))
        .otherwise(pl.coalesce(ambiguous, unknown, missing))
    )
