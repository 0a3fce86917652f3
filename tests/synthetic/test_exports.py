"""The raw exports of the synthetic case: headers, bytes, zones, overlaps, fictional contacts."""

import csv
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lockstep.synthetic import SyntheticCase, write_exports

WEIGHTED = (
    "(weighted  —  Likes 1x Shares 1x Comments 1x Love 1x Wow 1x Haha 1x Sad 1x Angry 1x Care 1x )"
)
COMMON = (
    "Page Name,User Name,Facebook Id,Page Category,Page Admin Top Country,Page Description,"
    "Page Created,Likes at Posting,Followers at Posting,Post Created,Post Created Date,"
    "Post Created Time,Type,Total Interactions,Likes,Comments,Shares,Love,Wow,Haha,Sad,Angry,"
    "Care,Video Share Status,Is Video Owner?,Post Views,Total Views,"
    "Total Views For All Crossposts,Video Length,URL,Message,Link,Final Link,Image Text,"
    "Link Text,Description,Sponsor Id,Sponsor Name,Sponsor Category"
)
FB_4 = f"{COMMON},Overperforming Score {WEIGHTED}"
FB_5 = f"{COMMON},Total Interactions {WEIGHTED},Overperforming Score"
REACTIONS = ("Likes", "Comments", "Shares", "Love", "Wow", "Haha", "Sad", "Angry", "Care")
OFFSETS_S = {"GMT": 0, "EST": -5 * 3600, "EDT": -4 * 3600}
FICTIONAL = ("30112288", "30445513", "30776688")
SHA256 = {
    "seed-shaped": "a0e2ee90201e611fb6eefa6df5bfdd7b16c017b0e680b3478b2add781675cf64",
    "null": "6617651f59ff85600955a34c74a6ea70f3e5c8e607b9daeacd6652b3c1ab6ef8",
}


def digest(paths: tuple[Path, ...]) -> str:
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def utc_s(raw: str) -> int:
    day, clock, zone = raw.split(" ")
    local = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=UTC)
    return int(local.timestamp()) - OFFSETS_S[zone]


@pytest.fixture(scope="module")
def rows(seed_shaped: SyntheticCase) -> list[dict[str, str]]:
    return [row for path in seed_shaped.paths for row in read(path)]


@pytest.mark.parametrize("variant", ["seed-shaped", "null"])
def test_bytes_are_known(request: pytest.FixtureRequest, variant: str, tmp_path: Path) -> None:
    """Exports and truth of the default seed have the recorded hash."""
    case = request.getfixturevalue(variant.replace("-", "_"))
    assert SHA256[variant] == digest((*case.paths, *case.write_truth(tmp_path)))


def test_same_seed_same_bytes(seed_shaped: SyntheticCase, tmp_path: Path) -> None:
    """Writing again gives the same files; another seed gives others."""
    assert digest(seed_shaped.paths) == digest(write_exports(tmp_path / "again").paths)
    assert digest(seed_shaped.paths) != digest(write_exports(tmp_path / "other", seed=1).paths)


def test_headers_are_those_of_crowdtangle(seed_shaped: SyntheticCase) -> None:
    """Both header variants occur, byte for byte, behind a byte-order mark."""
    headers = [path.read_bytes().split(b"\n")[0] for path in seed_shaped.paths]
    assert {header[:3] for header in headers} == {b"\xef\xbb\xbf"}
    assert {FB_4, FB_5} == {header[3:].decode() for header in headers}


def test_names_say_synthetic(seed_shaped: SyntheticCase, rows: list[dict[str, str]]) -> None:
    """Files and pages are marked as synthetic."""
    assert all(path.name.startswith("synthetic_") for path in seed_shaped.paths)
    assert {"SYN-A", "SYN-B", "SYN-C", "SYN-D", "SYN-E"} == {row["Page Name"] for row in rows}


def test_posts_lead_back_to_the_truth(
    seed_shaped: SyntheticCase, rows: list[dict[str, str]]
) -> None:
    """Read independently, all files together hold exactly the true posts at the true seconds."""
    read_back = {
        (f"facebook:{row['URL'].rsplit('/', 1)[1]}", utc_s(row["Post Created"])) for row in rows
    }
    truth = seed_shaped.truth_post
    assert read_back == set(truth.select("post_key", "posted_at_s").iter_rows())
    assert len(read_back) == 23_685 < len(rows)


def test_zone_suffix_follows_daylight_saving(rows: list[dict[str, str]]) -> None:
    """EDT and EST stand where New York has them."""
    stamps = {row["Post Created"] for row in rows}
    new_york = ZoneInfo("America/New_York")
    assert {"GMT", "EST", "EDT"} == {stamp[-3:] for stamp in stamps}
    assert all(
        datetime.fromtimestamp(utc_s(stamp), tz=new_york).tzname() == stamp[-3:]
        for stamp in stamps
        if stamp[-3:] != "GMT"
    )


def test_total_interactions_add_up(rows: list[dict[str, str]]) -> None:
    """The total is the sum of its parts, printed with thousands separators."""
    assert all(
        int(row["Total Interactions"].replace(",", "")) == sum(int(row[name]) for name in REACTIONS)
        for row in rows
    )
    assert any("," in row["Total Interactions"] for row in rows)


def test_fields_hold_newlines(rows: list[dict[str, str]]) -> None:
    """A third of the rows or more span several lines."""
    assert sum("\n" in row["Description"] for row in rows) > len(rows) / 3


def test_numbers_are_fictional(rows: list[dict[str, str]]) -> None:
    """Every number of eight digits that a person wrote is in the range nobody has."""
    written = " | ".join(
        row[name] for row in rows for name in ("Message", "Image Text", "Page Description")
    )
    arabic_indic = {0x660 + digit: str(digit) for digit in range(10)}
    plain = written.translate(arabic_indic).replace("O 11", "0 11").replace("3O", "30")
    joined = re.sub(r"(?<=\d)[ -](?=\d\d(?!\d))", "", plain)
    numbers = {n.removeprefix("00").removeprefix("223") for n in re.findall(r"\d{8,}", joined)}
    assert set(FICTIONAL) == numbers
    assert set(re.findall(r"[\w.]+@[\w.-]+", written)) <= {
        "contact@syn-a.example.org",
        "infoline@syn-d.example.org",
    }


def test_ids_cannot_be_taken_for_numbers(rows: list[dict[str, str]]) -> None:
    """No id and no URL but a contact link matches a fictional number."""
    number = re.compile(r"(?:\+|00)?223\d{8}|(?<!\d)30\d{4}(?:88|13)(?!\d)")
    assert not any(
        number.search(row[name]) for row in rows for name in ("Facebook Id", "URL", "Link")
    )
