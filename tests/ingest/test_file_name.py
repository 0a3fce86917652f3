"""What names of exports tell, and what they do not."""

from datetime import UTC, datetime

import pytest

from lockstep.ingest.file_name import FileFacts, file_facts
from lockstep.ingest.formats import format_of
from lockstep.settings import ExportSection

FORMAT = format_of("crowdtangle_facebook")
SEARCH = "search-csv-export.csv"


def read(name: str, **overrides: str) -> FileFacts:
    return file_facts(name, FORMAT.file_name, ExportSection(path="x", tz_overrides=overrides))


def s(moment: str) -> int:
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("name", "exported"),
    [
        (f"2022-02-11-08-00-00-GMT-{SEARCH}", "2022-02-11 08:00:00"),
        (f"2021-07-01-08-00-00-EDT-{SEARCH}", "2021-07-01 12:00:00"),
        (f"2021-07-01-08-00-00-BRT-{SEARCH}", "2021-07-01 11:00:00"),
        (f"2021-07-01-08-00-00-SGT-{SEARCH}", "2021-07-01 00:00:00"),
        (f"synthetic_2022-02-11-08-00-00-GMT-{SEARCH}", "2022-02-11 08:00:00"),
        ("2022-02-11-08-00-00-GMT-search-csv-export (1).csv", "2022-02-11 08:00:00"),
        ("2022-02-11-08-00-00-GMT-search-csv-export(12).csv", "2022-02-11 08:00:00"),
        ("2022-02-11-08-00-00-GMT-Historical-Report-SYN--A.csv", "2022-02-11 08:00:00"),
        (f"Copy of 2022-02-11-08-00-00-GMT-{SEARCH}", "2022-02-11 08:00:00"),
        ("2022-02-11-08-00-00-GMT-search-csv-export - Kopie (2).csv", "2022-02-11 08:00:00"),
        ("2022-02-11-08-00-00-GMT-search-csv-export copy.CSV", "2022-02-11 08:00:00"),
        ("2022-02-11-08-00-00-GMT-group-csv-export.csv", "2022-02-11 08:00:00"),
        (f"2022-02-11-08-00-00-+0530-{SEARCH}", "2022-02-11 02:30:00"),
        (f"2022-02-11-08-00-00--0300-{SEARCH}", "2022-02-11 11:00:00"),
        (f"2022-02-11-08-00-00-ChST-{SEARCH}", "2022-02-10 22:00:00"),
    ],
)
def test_the_time_of_export(name: str, exported: str) -> None:
    """It stands in front, in the zone beside it; browsers number copies."""
    assert read(name) == FileFacts(exported_at_s=s(exported))


def test_the_days_it_covers() -> None:
    """A report names its first and last day, in the zone of the name."""
    found = read("2022-02-11-08-00-00-EST-Historical-Report-SYN-A-2022-01-01--2022-01-31.csv")

    assert found.collection_start_s == s("2022-01-01 05:00:00")
    assert found.collection_end_s == s("2022-02-01 05:00:00")


@pytest.mark.parametrize("behind", ["", " (1)", " - Copy", "-copy", "_cleaned", " - copie (2)"])
def test_the_last_days_in_the_name_count(behind: str) -> None:
    """A report may be named after days itself, and who copies a file adds to its name."""
    days = "2020-01-01--2020-12-31-2022-01-01--2022-01-31"
    found = read(f"2022-02-11-08-00-00-GMT-Historical-Report-{days}{behind}.csv")

    assert found.collection_start_s == s("2022-01-01")
    assert found.collection_end_s == s("2022-02-01")


def test_a_report_since_ever_has_no_start() -> None:
    """The day before 1970 is none."""
    found = read("2022-02-11-08-00-00-GMT-Historical-Report-SYN-1969-12-31--2022-01-31 (2).csv")

    assert (found.collection_start_s, found.collection_end_s) == (None, s("2022-02-01"))


def test_a_day_that_is_not_over_ends_with_the_export() -> None:
    """Nothing was collected after the export."""
    found = read("2022-02-11-08-00-00-GMT-Historical-Report-SYN-2022-01-01--2022-02-11.csv")

    assert found.collection_end_s == s("2022-02-11 08:00:00")


def test_a_zone_that_the_case_names() -> None:
    """An ambiguous zone tells nothing but itself, until the case says what it means."""
    name = f"2021-07-01-08-00-00-CST-{SEARCH}"

    assert read(name) == FileFacts(unknown_zone="CST")
    assert read(name, CST="Asia/Shanghai") == FileFacts(exported_at_s=s("2021-07-01 00:00:00"))


def test_days_in_a_named_zone_are_its_days() -> None:
    """They begin at midnight there, in either season."""
    found = read(
        "2021-07-01-08-00-00-CDT-Historical-Report-SYN-2021-03-14--2021-03-14.csv",
        CDT="America/Chicago",
    )

    assert found.collection_start_s == s("2021-03-14 06:00:00")
    assert found.collection_end_s == s("2021-03-15 05:00:00")


@pytest.mark.parametrize(
    "name",
    [
        "posts.csv",
        "2022-02-11.csv",
        f"2022-02-11-08-00-00-{SEARCH}",
        f"2022-02-30-08-00-00-GMT-{SEARCH}",
        f"2022-02-11-25-00-00-GMT-{SEARCH}",
        f"0000-00-00-00-00-00-GMT-{SEARCH}",
        "2022-02-11-08-00-00-GMT-Historical-Report-SYN-2022-02-30--2022-02-31.csv",
        "2022-02-11-08-00-00-GMT-Historical-Report-SYN-2022-02-30--9999-12-31.csv",
        "2022-02-11-08-00-00-GMT-Historical-Report-SYN-2022-02-01--9999-12-31.csv",
        f"2022-02-11-08-00-00-GMT-{SEARCH}.bak",
        "",
    ],
)
def test_other_names_tell_nothing(name: str) -> None:
    """Names that people gave, and digits that are no date."""
    assert read(name) == FileFacts()
