"""Times: read in the zone beside them or named by the case, and never guessed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.ingest.formats import format_of
from lockstep.ingest.posted_at import posted_at
from lockstep.settings import ExportSection

FORMAT = format_of("crowdtangle_facebook")
CHICAGO = {"CST": "America/Chicago", "CDT": "America/Chicago"}


def read(
    *raw: str | None,
    timezone: str | None = None,
    overrides: dict[str, str] | None = None,
    until_s: int | None = None,
) -> pl.DataFrame:
    section = ExportSection(path="x", timezone=timezone, tz_overrides=overrides or {})
    return posted_at(pl.Series(raw, dtype=pl.String), FORMAT.time, section, until_s)


def utc(frame: pl.DataFrame) -> list[str | None]:
    """Return the times accepted, null for each that is not."""
    return [
        None if reason else f"{datetime.fromtimestamp(at, tz=UTC):%Y-%m-%d %H:%M:%S}"
        for at, reason in frame.select("posted_at_s", "reason").iter_rows()
    ]


def reason(frame: pl.DataFrame) -> str:
    return str(frame["reason"].item())


@pytest.mark.parametrize(
    "raw",
    [
        "\u200f2022-01-03 12:00:00 GMT\u200f",
        "2022-01-03\u00a012:00:00\u202fGMT",
        "\ufeff2022-01-03 12:00:00\u200b GMT",
    ],
)
def test_what_is_not_seen_changes_no_time(raw: str) -> None:
    """Marks of direction, blanks of no width or that do not break."""
    found = read(raw)

    assert utc(found) == ["2022-01-03 12:00:00"]
    assert found["posted_at_tz"].item() == "GMT"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2022-01-03 12:00:00 WET", "2022-01-03 12:00:00"),
        ("2022-07-03 12:00:00 WEST", "2022-07-03 11:00:00"),
        ("2022-01-03 12:00:00 UTC", "2022-01-03 12:00:00"),
        ("2021-07-01 12:00:00 EDT", "2021-07-01 16:00:00"),
        ("2021-12-01 12:00:00 EST", "2021-12-01 17:00:00"),
        ("2021-07-01 12:00:00 BRT", "2021-07-01 15:00:00"),
        ("2021-07-01 12:00:00 SGT", "2021-07-01 04:00:00"),
        ("2021-07-01 12:00:00 CEST", "2021-07-01 10:00:00"),
        ("2021-07-01 12:00:00 NZST", "2021-07-01 00:00:00"),
        ("2021-07-01 12:00:00 NPT", "2021-07-01 06:15:00"),
        ("2021-07-01 12:00:00 NST", "2021-07-01 15:30:00"),
        ("  2021-07-01 12:00:00 UTC ", "2021-07-01 12:00:00"),
        ("2004-02-04 00:00:00 UTC", "2004-02-04 00:00:00"),
        ("2020-02-29 23:59:59 UTC", "2020-02-29 23:59:59"),
    ],
)
def test_the_zone_beside_the_time_is_read(raw: str, expected: str) -> None:
    """Its offset holds, whatever the season."""
    found = read(raw)

    assert utc(found) == [expected]
    assert found["posted_at_tz_source"].item() == "row"
    assert found["posted_at_tz"].item() == raw.rsplit(maxsplit=1)[-1]
    assert found["posted_at_uncertainty_s"].item() == 0


@pytest.mark.parametrize(
    ("raw", "zone"),
    [
        ("2021-07-01T12:00:00Z", "Z"),
        ("2021-07-01 14:00:00+02:00", "+02:00"),
        ("2021-07-01 17:30:00 +0530", "+0530"),
        ("2021-07-01 09:00:00-03", "-03"),
        ("2021-07-01 14:00:00 GMT+02:00", "GMT+02:00"),
        ("2021-07-01T12:00:00.000 UTC", "UTC"),
        ("2021-07-01 12:00:00UTC", "UTC"),
    ],
)
def test_offsets_are_read_as_stated(raw: str, zone: str) -> None:
    """As pandas and R write a time that they have read with its zone."""
    found = read(raw)

    assert utc(found) == ["2021-07-01 12:00:00"]
    assert (found["posted_at_tz"].item(), found["posted_at_tz_source"].item()) == (zone, "row")


def test_both_seasons_stand_in_one_file() -> None:
    """The hour that comes twice is told apart by its abbreviation."""
    found = read("2021-11-07 01:30:00 EDT", "2021-11-07 01:30:00 EST")

    assert utc(found) == ["2021-11-07 05:30:00", "2021-11-07 06:30:00"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2022-01-03 12:00 WET", "time_unparsable"),
        ("2021-02-30 12:00:00 UTC", "time_unparsable"),
        ("2021-02-29 12:00:00 UTC", "time_unparsable"),
        ("2021-13-01 12:00:00 UTC", "time_unparsable"),
        ("2021-07-01 24:00:00 UTC", "time_unparsable"),
        ("2016-12-31 23:59:60 UTC", "time_unparsable"),
        ("2021-07-01 12:00:00 Central Standard Time", "time_unparsable"),
        ("7/1/21 12:00", "time_unparsable"),
        ("1625140800", "time_unparsable"),
        ("\u0662021-07-01 12:00:00 UTC", "time_unparsable"),
        ("yesterday", "time_unparsable"),
        ("", "time_unparsable"),
        (None, "time_missing"),
        ("2021-07-01 12:00:00", "tz_missing"),
        ("2021-07-01 12:00:00 CST", "tz_ambiguous"),
        ("2021-07-01 12:00:00 IST", "tz_ambiguous"),
        ("2021-07-01 12:00:00 XYZ", "tz_unknown"),
        ("2021-07-01 12:00:00 utc", "tz_unknown"),
        ("2021-07-01 12:00:00+15:00", "tz_unknown"),
        ("2021-07-01 12:00:00.5 UTC", "time_unparsable"),
        ("2021-07-01T12:00:00", "tz_missing"),
        ("2025-01-01 00:00:01 UTC", "time_out_of_range"),
        ("2004-02-03 23:59:59 UTC", "time_out_of_range"),
        ("1970-01-01 00:00:00 UTC", "time_out_of_range"),
        ("0000-01-01 00:00:00 UTC", "time_out_of_range"),
    ],
)
def test_what_cannot_be_read_is_kept_apart(raw: str | None, expected: str) -> None:
    """Nothing is filled in: each has its reason and the column at fault."""
    found = read(raw)

    assert reason(found) == expected
    assert found["field"].item() == "posted_at_raw"


def test_times_after_the_export_are_out_of_range() -> None:
    """At most a day behind the time of its export; without one, while CrowdTangle was there."""
    raw = ("2022-01-04 00:00:00 UTC", "2022-01-04 00:00:01 UTC")
    until_s = int(datetime(2022, 1, 3, tzinfo=UTC).timestamp())

    assert read(*raw, until_s=until_s)["reason"].to_list() == [None, "time_out_of_range"]
    assert read(*raw)["reason"].to_list() == [None, None]


@pytest.mark.parametrize("raw", ["2021-13-01 12:00:00 UTC", "0000-00-00 00:00:00", "2021-07-01"])
def test_a_time_that_nobody_rewrote_is_told_as_it_stands(raw: str) -> None:
    """It was no time from the start."""
    assert read(raw)["detail"].item() == raw


@pytest.mark.parametrize(
    "raw", ["7/1/21 12:00", "01.07.2021 12:00", "2021/7/1 12:00 PM", "2021-07-01 12:00"]
)
def test_a_time_that_a_spreadsheet_rewrote_is_told(raw: str) -> None:
    """Its zone is gone and day and month may be either: only the file as downloaded has it."""
    assert read(raw)["detail"].item() == (
        f"{raw}: a spreadsheet rewrote it and lost the zone; take the export as it was downloaded"
    )


def test_details_say_what_to_add() -> None:
    """Where the case can mend it, the line to write stands there, and it is valid."""
    found = read("2021-07-01 12:00:00 CST", "2021-07-01 12:00:00 X+Y", "2021-07-01 12:00:00")

    ambiguous, unknown, missing = found["detail"]
    assert ambiguous == (
        "CST may mean America/Chicago or Asia/Shanghai or America/Havana; add to [[exports]]: "
        'tz_overrides = { "CST" = "America/Chicago" }, or whichever is meant'
    )
    assert unknown == (
        "X+Y is not in the zone table; "
        'add to [[exports]]: tz_overrides = { "X+Y" = "Area/City" }, if you know it'
    )
    assert missing == 'no zone beside the time; add to [[exports]]: timezone = "Area/City"'


def test_an_override_says_what_an_abbreviation_means() -> None:
    """Central time in both seasons, in the hour that comes twice too."""
    found = read(
        "2021-01-01 12:00:00 CST",
        "2021-07-01 12:00:00 CDT",
        "2021-11-07 01:30:00 CDT",
        "2021-11-07 01:30:00 CST",
        overrides=CHICAGO,
    )

    assert utc(found) == [
        "2021-01-01 18:00:00",
        "2021-07-01 17:00:00",
        "2021-11-07 06:30:00",
        "2021-11-07 07:30:00",
    ]
    assert found["posted_at_uncertainty_s"].to_list() == [0, 0, 0, 0]
    assert set(found["posted_at_tz"]) == {"America/Chicago"}
    assert set(found["posted_at_tz_source"]) == {"mapping"}


def test_an_override_that_the_season_contradicts_is_not_believed() -> None:
    """Chicago has no CST in July: the dashboard stood elsewhere, perhaps in Shanghai."""
    raw = "2021-07-01 12:00:00 CST"

    assert reason(read(raw, overrides=CHICAGO)) == "tz_mismatch"
    assert read(raw, overrides=CHICAGO)["detail"].item() == (
        "2021-07-01 12:00:00 CST: America/Chicago has no CST then, so another zone is meant"
    )
    assert utc(read(raw, overrides={"CST": "Asia/Shanghai"})) == ["2021-07-01 04:00:00"]


def test_an_override_leaves_other_abbreviations_alone() -> None:
    """What is not named stays ambiguous, unknown or fixed."""
    found = read(
        "2021-07-01 12:00:00 CDT",
        "2021-07-01 12:00:00 IST",
        "2021-07-01 12:00:00 EDT",
        overrides={"IST": "Asia/Kolkata"},
    )

    assert found["reason"].to_list() == ["tz_ambiguous", None, None]
    assert utc(found)[1:] == ["2021-07-01 06:30:00", "2021-07-01 16:00:00"]
    assert found["posted_at_tz_source"].to_list()[1:] == ["mapping", "row"]


def test_an_abbreviation_that_the_zone_does_not_use_follows_its_clock() -> None:
    """Java writes BRST where tzdata has a number; the fold is then uncertain by an hour."""
    found = read(
        "2018-11-04 12:00:00 XBT",
        "2018-02-17 23:30:00 XBT",
        overrides={"XBT": "America/Sao_Paulo"},
    )

    assert utc(found) == ["2018-11-04 14:00:00", "2018-02-18 01:30:00"]
    assert found["posted_at_uncertainty_s"].to_list() == [0, 3600]


def test_the_cases_zone_is_for_times_without_one() -> None:
    """The earlier of two hours is taken and the difference told; an hour left out is refused."""
    found = read(
        "2021-07-01 12:00:00",
        "2021-11-07 01:30:00",
        "2021-03-14 02:30:00",
        "2021-07-01 12:00:00 UTC",
        timezone="America/Chicago",
    )

    assert utc(found) == ["2021-07-01 17:00:00", "2021-11-07 06:30:00", None, "2021-07-01 12:00:00"]
    assert found["posted_at_uncertainty_s"].to_list()[:2] == [0, 3600]
    assert found["reason"].to_list()[2] == "tz_gap"
    assert found["detail"].to_list()[2] == (
        "2021-03-14 02:30:00 does not exist in America/Chicago: clocks were set forward"
    )
    assert found["posted_at_tz_source"].to_list() == ["mapping", "mapping", "mapping", "row"]


def test_an_abbreviation_in_the_hour_left_out_is_refused() -> None:
    """A time that no clock showed is none, with either abbreviation."""
    found = read("2021-03-14 02:30:00 CST", "2021-03-14 02:30:00 CDT", overrides=CHICAGO)

    assert found["reason"].to_list() == ["tz_gap", "tz_gap"]


def test_no_times_are_no_rows() -> None:
    """An export without records has no times."""
    assert read(timezone="America/Chicago", overrides=CHICAGO).height == 0


@given(
    st.datetimes(datetime(2005, 1, 1), datetime(2029, 12, 31)).map(  # noqa: DTZ001 - local times
        lambda local: local.replace(microsecond=0, fold=0)
    ),
    st.sampled_from(["America/Chicago", "Europe/Dublin", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
@settings(max_examples=300, deadline=None)
def test_times_in_a_named_zone_are_pythons(local: datetime, zone: str) -> None:
    """Every local time is the instant that Python's own zones give, or in a gap of theirs."""
    early, late = (local.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    exists = early.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local
    found = read(f"{local:%Y-%m-%d %H:%M:%S}", timezone=zone)

    if exists:
        assert found["posted_at_s"].item() == int(early.timestamp())
        assert found["posted_at_uncertainty_s"].item() == late.timestamp() - early.timestamp()
    else:
        assert reason(found) == "tz_gap"


@pytest.mark.parametrize("half", ["AM", " PM", " am", " p.m."])
def test_halves_of_a_day_are_no_zones(half: str) -> None:
    """A zone in their place would be twelve hours off later; others begin like them."""
    found = read(f"2022-01-03 01:00:01{half}", timezone="Europe/Paris")

    assert reason(found) == "time_unparsable"
    assert "a spreadsheet rewrote it" in found["detail"].item()
    assert utc(read("2022-01-03 01:00:01 PET", "2022-01-03 01:00:01 AEST")) == [
        "2022-01-03 06:00:01",
        "2022-01-02 15:00:01",
    ]
    assert reason(read("2022-01-03 01:00:01 AMST")) == "tz_ambiguous"
