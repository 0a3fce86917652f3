"""Zone abbreviations: each has one meaning since 2004, checked against the tz database, or none."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import polars as pl
import pytest

from lockstep.errors import ConfigError
from lockstep.ingest.zones import abbreviations, offset_s, zone_info, zones

JAVA_ONLY = {
    "AFT": "Asia/Kabul",
    "ART": "America/Argentina/Buenos_Aires",
    "BNT": "Asia/Brunei",
    "BOT": "America/La_Paz",
    "BTT": "Asia/Thimphu",
    "COT": "America/Bogota",
    "CVT": "Atlantic/Cape_Verde",
    "FNT": "America/Noronha",
    "GFT": "America/Cayenne",
    "GYT": "America/Guyana",
    "ICT": "Asia/Bangkok",
    "MMT": "Asia/Yangon",
    "MVT": "Indian/Maldives",
    "MYT": "Asia/Kuala_Lumpur",
    "NCT": "Pacific/Noumea",
    "NPT": "Asia/Kathmandu",
    "PET": "America/Lima",
    "PGT": "Pacific/Port_Moresby",
    "PHT": "Asia/Manila",
    "RET": "Indian/Reunion",
    "SBT": "Pacific/Guadalcanal",
    "SCT": "Indian/Mahe",
    "SGT": "Asia/Singapore",
    "SRT": "America/Paramaribo",
    "TJT": "Asia/Dushanbe",
    "TLT": "Asia/Dili",
    "TMT": "Asia/Ashgabat",
    "UZT": "Asia/Tashkent",
    "VUT": "Pacific/Efate",
}
"""Abbreviations that tzdata writes as numbers, of zones whose clocks never changed since 2004."""


@pytest.fixture(scope="module")
def offsets_s() -> dict[str, set[int]]:
    """Return every offset in s that each abbreviation had in any zone since 2004."""
    found: dict[str, set[int]] = {}
    moments = [datetime(2004, 1, 15, tzinfo=UTC) + timedelta(days=30 * n) for n in range(280)]
    for name in available_timezones():
        zone = ZoneInfo(name)
        for moment in moments:
            local = moment.astimezone(zone)
            offset = local.utcoffset() or timedelta()
            found.setdefault(local.tzname() or "", set()).add(int(offset.total_seconds()))
    return found


def test_fixed_abbreviations_have_one_meaning(offsets_s: dict[str, set[int]]) -> None:
    """Wherever the tz database uses one of ours, it means our offset."""
    for name, east_s in zones().offset_s.items():
        assert offsets_s.get(name, {east_s}) == {east_s}, name


def test_abbreviations_with_several_meanings_are_refused(offsets_s: dict[str, set[int]]) -> None:
    """What the tz database uses with several offsets is in the ambiguous part of the table."""
    several = {name for name, offsets in offsets_s.items() if len(offsets) > 1}

    assert several <= set(zones().ambiguous)
    assert not set(zones().ambiguous) & set(zones().offset_s)


@pytest.mark.parametrize(("name", "zone"), JAVA_ONLY.items())
def test_abbreviations_of_java_mean_their_zone(name: str, zone: str) -> None:
    """The offset of the zone that Java prints so."""
    offset = datetime(2021, 7, 1, tzinfo=ZoneInfo(zone)).utcoffset()

    assert timedelta(seconds=zones().offset_s[name]) == offset


JAVA_SEASONS = {
    "Asia/Baku": ("AZT", "AZST"),
    "Asia/Karachi": ("PKT", "PKST"),
    "Asia/Tehran": ("IRST", "IRDT"),
    "America/Argentina/Buenos_Aires": ("ART", "ARST"),
    "America/Montevideo": ("UYT", "UYST"),
    "Atlantic/Azores": ("AZOT", "AZOST"),
    "Australia/Lord_Howe": ("LHST", "LHDT"),
    "Pacific/Chatham": ("CHAST", "CHADT"),
    "Pacific/Fiji": ("FJT", "FJST"),
}
"""Zones that had two seasons since 2004, and what Java calls these."""


@pytest.mark.parametrize(("zone", "names"), JAVA_SEASONS.items())
def test_abbreviations_of_java_mean_both_seasons(zone: str, names: tuple[str, str]) -> None:
    """Together they are all offsets that the zone had since 2004."""
    moments = [datetime(2004, 2, 4, tzinfo=UTC) + timedelta(days=7 * n) for n in range(1_100)]
    had = {moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in moments}

    assert {timedelta(seconds=zones().offset_s[name]) for name in names} == had


@pytest.mark.parametrize(
    ("name", "east_s"),
    [
        *(
            ("+0530", 19_800),
            ("-03:00", -10_800),
            ("+03", 10_800),
            ("+00:00", 0),
            ("+1400", 50_400),
        ),
        *(("GMT+02:00", 7_200), ("UTC-3", -10_800), ("SGT", 28_800), ("-0030", -1_800)),
        *(("+1500", None), ("+0560", None), ("GMT+", None), ("+", None), ("CST", None)),
        *(("+05:", None), ("EST+1", None), ("+\u0660\u0663", None), ("5", None), ("", None)),
    ],
)
def test_what_is_stated_is_read(name: str, east_s: int | None) -> None:
    """An offset means itself; an abbreviation what the table says; nothing else means anything."""
    assert offset_s(name) == east_s


def test_examples_of_ambiguous_abbreviations_exist() -> None:
    """Each zone that a message proposes is one that can be named."""
    for meant in zones().ambiguous.values():
        assert meant
        for name in meant:
            assert str(zone_info(name, where="")) == name


def test_every_zone_that_is_accepted_can_be_computed() -> None:
    """A zone either converts times or is refused: none fails later."""
    times = pl.Series([datetime(2021, 7, 1)])  # noqa: DTZ001 - local times have no zone
    for name in sorted(available_timezones()):
        try:
            zone_info(name, where="")
        except ConfigError:
            continue
        assert times.dt.replace_time_zone(name).null_count() == 0


@pytest.mark.parametrize("name", ["Factory", "localtime", "Africa/Bamoko", "CST", "", "../etc"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    """The message says where, and names the nearest zone."""
    with pytest.raises(ConfigError, match=f"case.toml: '{name}' is no time zone") as caught:
        zone_info(name, where="case.toml")

    assert ("Did you mean 'Africa/Bamako'?" in str(caught.value)) == (name == "Africa/Bamoko")


def test_abbreviations_of_a_zone_are_those_of_both_seasons() -> None:
    """Summer and winter time, and numbers where tzdata has no letters."""
    assert abbreviations("America/Chicago") == {"CST", "CDT"}
    assert abbreviations("Asia/Singapore") == {"+08"}
    assert abbreviations("Nowhere/Atall") == set()
