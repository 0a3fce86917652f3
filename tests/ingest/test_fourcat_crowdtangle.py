"""What 4CAT makes of CrowdTangle's exports: read in the zone that the case names, or not at all."""

from pathlib import Path

import pytest

from lockstep.errors import UnknownExportError
from tests.ingest.exports_writer import EXPORTED, csv_bytes, export, staged
from tests.ingest.fourcat_writer import ROWS, content
from tests.ingest.json_writer import Tables, posts_of, source_of
from tests.ingest.test_stage import broken_rules


def read(folder: Path, **section: object) -> Tables:
    return staged(export(folder, content(*ROWS), "4cat.csv", **section))


def test_in_the_zone_of_the_dashboard_it_is_what_crowdtangle_wrote(tmp_path: Path) -> None:
    """Post by post, with the keys, counts and times of the export that 4CAT was given."""
    found = read(tmp_path, timezone="America/New_York")
    (tmp_path / "first").mkdir()
    first = staged(export(tmp_path / "first", csv_bytes(ROWS), EXPORTED))
    same = ("post_key", "account_key", "surface_key", "posted_at_s", "text", "post_type")

    assert source_of(found)["format_id"] == "fourcat_crowdtangle"
    assert found["posts"].select(same).equals(first["posts"].select(same))
    counts = (
        *("likes", "love", "total_interactions", "checksum_ok", "followers_at_posting"),
        *("score", "score_kind"),
    )
    assert (
        found["engagement"].sort("post_key").select(counts).rows()
        == first["engagement"].sort("post_key").select(counts).rows()
    )
    assert found["accounts"]["kind"].equals(first["accounts"]["kind"])
    assert broken_rules(found, tmp_path) == set()


def test_both_are_one_post(tmp_path: Path) -> None:
    """The file of 4CAT adds an observation."""
    again = export(tmp_path, content(*ROWS), "4cat.csv", timezone="America/New_York")
    tables = staged(export(tmp_path, csv_bytes(ROWS), EXPORTED), again)

    assert sorted(tables["records"]["outcome"]) == ["new", "new", "observation", "observation"]
    assert tables["quarantine"].height == 0


def test_without_a_zone_nothing_is_read(tmp_path: Path) -> None:
    """Neither its epoch nor its time: both are wrong by hours, and the line to add is told."""
    tables = read(tmp_path)

    assert posts_of(tables) == []
    assert tables["quarantine"].select("reason", "field").rows() == [
        ("tz_missing", "timestamp")
    ] * len(ROWS)
    assert 'add to [[exports]]: timezone = "Area/City"' in tables["quarantine"]["detail"][0]


def test_what_is_left_of_it_is_refused(tmp_path: Path) -> None:
    """Without the address there is no key; the reason is that of 4CAT's other files."""
    header, rest = content(*ROWS).split(b"\n", 1)
    cut = header.replace(b",url,", b",address,") + b"\n" + rest

    with pytest.raises(UnknownExportError, match="4CAT drops the zone"):
        staged(export(tmp_path, cut, "4cat.csv", timezone="America/New_York"))
