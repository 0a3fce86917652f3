"""What a zone abbreviation means: our own versioned table, and nothing guessed.

An abbreviation that had one meaning since 2004 has an offset. One that several zones share is
refused unless the case says which is meant, and whatever is not listed is unknown.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import polars as pl

import data_contracts
from lockstep.errors import ConfigError, did_you_mean

_STATED = re.compile(r"(?:UTC|GMT)?([+-])(0?[0-9]|1[0-4])(?::?([0-5][0-9]))?", re.ASCII)
"""An offset from UTC, as ISO 8601 or Java writes it."""


class Zones(NamedTuple):
    """The table: offset in s of each plain abbreviation, meanings of each ambiguous one."""

    version: str
    offset_s: dict[str, int]
    ambiguous: dict[str, tuple[str, ...]]


@cache
def zones() -> Zones:
    """Return `data_contracts/zones.toml`."""
    text = resources.files(data_contracts).joinpath("zones.toml").read_text("utf-8")
    table = tomllib.loads(text)
    return Zones(
        version=table["version"],
        offset_s={name: _seconds(offset) for name, offset in table["fixed"].items()},
        ambiguous={name: tuple(meant) for name, meant in table["ambiguous"].items()},
    )


def _seconds(offset: str) -> int:
    hours, minutes = offset[1:].split(":")
    return (int(hours) * 3600 + int(minutes) * 60) * (-1 if offset[0] == "-" else 1)


def offset_s(name: str) -> int | None:
    """Return what a plain abbreviation or a stated offset means, in s east of UTC, else None."""
    stated = _STATED.fullmatch(name)
    if stated is None:
        return zones().offset_s.get(name)
    sign, hours, minutes = stated.groups(default="00")
    return _seconds(f"{sign}{hours}:{minutes}")


def zone_info(name: str, *, where: str) -> ZoneInfo:
    """Return the IANA zone that a case names.

    Raises:
        ConfigError: There is no such zone.
    """
    known = available_timezones()
    if name not in known or not abbreviations(name):
        raise ConfigError(
            f"{name!r} is no time zone",
            where=where,
            expected="an IANA zone such as Africa/Bamako",
            fix=did_you_mean(name, known),
        )
    return ZoneInfo(name)


@cache
def abbreviations(name: str) -> frozenset[str]:
    """Return every abbreviation of an IANA zone since 2004; none if Polars does not know it."""
    months = pl.datetime_range(
        pl.datetime(2004, 1, 1), pl.datetime(2030, 1, 1), interval="1mo", eager=True
    )
    try:
        local = months.dt.replace_time_zone("UTC").dt.convert_time_zone(name)
    except pl.exceptions.ComputeError:
        return frozenset()
    return frozenset(local.dt.strftime("%Z"))
