"""Real exports, where they are present: the counts that are known of them, file by file."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from lockstep.ingest.exports import ExportFile
from lockstep.settings import ExportSection
from tests.ingest.exports_writer import staged

pytestmark = pytest.mark.private

Tables = dict[str, pl.DataFrame]
LOCALES = {"comma": "en", "dot": "eu"}


@pytest.fixture(scope="module")
def expected(private_data: Path) -> list[dict[str, str]]:
    path = private_data / "samples" / "crowdtangle" / "EXPECTED.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.fixture(scope="module")
def tables(private_data: Path) -> Tables:
    paths = sorted((private_data / "samples" / "crowdtangle").glob("*.csv"))
    return staged(*(ExportFile(path, ExportSection(path=path.name)) for path in paths))


def second(moment: str) -> int:
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())


def test_totals(tables: Tables) -> None:
    """Records, posts and accounts, with and without announcements; nothing kept apart."""
    events = tables["posts"].filter(~pl.col("is_scheduled_announcement"))

    assert tables["records"].height == 16_119
    assert tables["posts"].height == 10_938
    assert tables["accounts"].height == 3_061
    assert tables["quarantine"].height == 0
    assert (events.height, events["account_key"].n_unique()) == (10_902, 3_051)
    assert not events["is_back_dated"].any()
    assert tables["engagement"]["checksum_ok"].all()
    assert tables["engagement"]["checksum_ok"].null_count() == 0


def test_order_and_versions(tables: Tables) -> None:
    """Each lists the posts with most interactions first, and all of them; none was edited."""
    sources = tables["sources"]

    assert set(sources["sort_order"]) == {"interactions_descending"}
    assert not sources["warnings"].str.contains("possible_row_cap").any()
    assert (sources["lines_n"] > sources["records_in"]).all()
    assert tables["post_versions"].is_empty()


def test_counts_of_each_file(tables: Tables, expected: list[dict[str, str]]) -> None:
    """What is known of each file is what staging says of it."""
    ours = {row["file_name"]: row for row in tables["sources"].iter_rows(named=True)}

    assert sorted(ours) == sorted(row["file"] for row in expected)
    for row in expected:
        found = ours[row["file"]]
        accepted = tables["records"].filter(
            (pl.col("source_id") == found["source_id"]) & (pl.col("outcome") != "quarantined")
        )
        zones = json.loads(row["tz_counts"])
        most = accepted.join(tables["engagement"], on=["source_id", "source_row"])
        shows_thousands = most.select(pl.col("total_interactions").max()).item() >= 1_000
        assert [
            found["records_in"],
            accepted.height,
            found["quarantined_n"],
            accepted["post_key"].n_unique(),
            found["accounts_n"],
            found["number_locale"],
            found["zones"],
            found["first_posted_s"],
            found["last_posted_s"],
            found["checksum_ok_n"],
            found["checksum_bad_n"],
        ] == [
            int(row["rows_in"]),
            int(row["accepted"]),
            sum(json.loads(row["quarantined"]).values()),
            int(row["distinct_posts"]),
            int(row["distinct_accounts"]),
            LOCALES[row["number_locale"]] if shows_thousands else "plain",
            ", ".join(sorted(zones)),
            second(row["min_utc"]),
            second(row["max_utc"]),
            int(row["interactions_checksum_ok"]),
            int(row["interactions_checksum_bad"]),
        ]


def test_kinds_of_accounts_in_each_file(tables: Tables, expected: list[dict[str, str]]) -> None:
    """Pages, groups and profiles are told apart as known."""
    records = tables["records"].filter(pl.col("outcome") != "quarantined")
    kinds = records.join(tables["posts"].select("post_key", "account_key"), on="post_key").join(
        tables["accounts"].select("account_key", "kind"), on="account_key"
    )
    for row in expected:
        source = tables["sources"].filter(pl.col("file_name") == row["file"])["source_id"].item()
        counted = kinds.filter(pl.col("source_id") == source)["kind"].value_counts()
        assert dict(counted.iter_rows()) == json.loads(row["entity_counts"])
