"""What table `sources` says of an export: that it is empty, broken off, or odd in another way."""

from pathlib import Path

import pytest

from lockstep.errors import InputError
from lockstep.ingest import csv_file
from lockstep.ingest.sources import refuse_nothing
from tests.ingest.exports_writer import (
    Row,
    csv_bytes,
    export,
    post,
    reasons,
    staged,
)
from tests.ingest.test_stage import BROKEN_BY_BAD_RECORDS, broken_rules


def test_exports_without_any_record_are_taken(tmp_path: Path) -> None:
    """A header and nothing else is told, and every table is empty and valid."""
    tables = staged(export(tmp_path, csv_bytes([])))

    assert tables["sources"].select("records_in", "posts_new_n", "accounts_n").row(0) == (0, 0, 0)
    assert "no_records" in tables["sources"]["warnings"].item().split("; ")
    assert all(table.is_empty() for name, table in tables.items() if name != "sources")
    assert broken_rules(tables, tmp_path) == set()


def test_a_case_without_any_record_is_refused(tmp_path: Path) -> None:
    """The first of its exports are named."""
    tables = staged(*(export(tmp_path, csv_bytes([]) + b"\n" * n, f"{n}.csv") for n in range(8)))
    with pytest.raises(InputError, match=r"^0.csv, 1.csv, .*4.csv and 3 more: no record in it"):
        refuse_nothing(tables["sources"])

    refuse_nothing(staged(export(tmp_path, [post(1)]))["sources"])


def test_a_case_may_lose_all_its_records(tmp_path: Path) -> None:
    """Then all are quarantined, and the other tables are empty and valid."""
    tables = staged(export(tmp_path, [post(1, Post_Created="2022-01-03 00:00:00 XYZ")]))

    assert reasons(tables) == ["tz_unknown"]
    assert [tables[name].height for name in ("posts", "accounts", "links", "engagement")] == [0] * 4
    assert broken_rules(tables, tmp_path) == BROKEN_BY_BAD_RECORDS


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([post(1, Message="a\ufffd", Page_Name="\ufffd")], "replacement_char 2"),
        ([post(1, Message="é" * 4_990)], "text_truncated 1"),
        ([post(1), post(2)], "page_created_tz_assumed 2"),
        ([post(1, Facebook_Id="1E+14")], "id_precision_lost 1"),
        ([post(1, Type="Hologram")], "post_type_unknown 1"),
        ([post(n) for n in range(9_999)], "possible_row_cap 9999"),
        ([post(n) for n in range(10_000)], "possible_row_cap 10000"),
    ],
)
def test_what_is_odd_is_told(tmp_path: Path, rows: list[Row], told: str) -> None:
    """Each with its count."""
    assert told in staged(export(tmp_path, rows))["sources"]["warnings"].item().split("; ")


WHOLE = csv_bytes([post(1), post(2, Message="a\nb"), post(3, Message="c\nd")])
LAST_QUOTE = WHOLE.rindex(b"c\nd")


@pytest.mark.parametrize(
    ("content", "is_told"),
    [
        (WHOLE, False),
        (WHOLE.rstrip(b"\n"), False),
        (WHOLE[: LAST_QUOTE + 1], True),
        (WHOLE[: LAST_QUOTE + 2], True),
        (WHOLE[: WHOLE.rindex(b"/posts/")], True),
        (WHOLE + b"short\n", False),
        (WHOLE.replace(b'"a\nb"', b'"a\nb', 1), False),
    ],
)
@pytest.mark.parametrize("block_bytes", [32 << 20, 1])
def test_a_file_that_breaks_off_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    block_bytes: int,
    *,
    is_told: bool,
) -> None:
    """Within a quoted field, or without a line end: what was behind it is missing."""
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", block_bytes)
    (source,) = staged(export(tmp_path, content))["sources"].iter_rows(named=True)

    assert ("cut_short" in source["warnings"].split("; ")) == source["is_cut_short"] == is_told


def test_an_ambiguous_zone_in_a_name_is_told(tmp_path: Path) -> None:
    """The export then has no time."""
    name = "2022-02-11-08-00-00-CST-search-csv-export.csv"
    table = staged(export(tmp_path, [post(1)], name))["sources"]

    assert "file_name_zone_unknown CST" in table["warnings"].item()
    assert table["exported_at"].to_list() == [None]
