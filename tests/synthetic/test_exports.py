"""The raw exports of the synthetic case: headers, bytes, zones, overlaps, fictional contacts."""

import csv
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from lockstep.synthetic import SyntheticCase, write_exports
from lockstep.synthetic.parameters import VARIANTS, Variant

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
    "seed-shaped": "2c2690369c69846c140d9f7ff27d393007e9dade74c989b5b85cdb596331740b",
    "null": "5c3508644797ba14e736da3bf8e3b27f30f8fe2d5a42e1bb97faedfad7eae98f",
    "slots": "a17026a38c64e08a4f1d4db68ce1f419fb4d167ffbd797938f4c2c8e93721050",
    "weak": "711eb5c0757356e2adde24df84df2f526889f46bbc827f28ff971f819290e00e",
    "news": "0ba76542d673998a41fe6866a0a66c419f4bbd8fd7dee59b264b0ede4a18c7cd",
    "weekend": "ccac046e870336eab3964a402cd67e28ba5db4ad3f2996eccae767e09b9514f2",
}


def digest(paths: tuple[Path, ...]) -> str:
    whole = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
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
def all_rows(seed_shaped: SyntheticCase) -> list[dict[str, str]]:
    return [row for path in seed_shaped.paths for row in read(path)]


@pytest.fixture(scope="module")
def rows(all_rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the rows whose time can be read."""
    return [row for row in all_rows if row["Post Created"] != "0000-00-00 00:00:00"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_bytes_are_known(
    written: Callable[[Variant], SyntheticCase], variant: Variant, tmp_path: Path
) -> None:
    """Exports and truth of the default seed have the recorded hash."""
    case = written(variant)
    assert SHA256[variant] == digest((*case.paths, *case.write_truth(tmp_path)))


def test_same_seed_same_bytes(seed_shaped: SyntheticCase, tmp_path: Path) -> None:
    """Writing again gives the same files; another seed gives others."""
    assert digest(seed_shaped.paths) == digest(write_exports(tmp_path / "again").paths)
    assert digest(seed_shaped.paths) != digest(write_exports(tmp_path / "other", seed=1).paths)


def test_headers_are_those_of_crowdtangle(seed_shaped: SyntheticCase) -> None:
    """Both header variants occur, byte for byte, with each line end, most behind a byte mark."""
    headers = [path.read_bytes().split(b"\n")[0] for path in seed_shaped.paths]
    assert {header[:3] for header in headers} == {b"\xef\xbb\xbf", b"Pag"}
    assert {header[-1:] for header in headers} == {b"\r", b")", b"e"}
    assert {FB_4, FB_5} == {header.decode("utf-8-sig").rstrip("\r") for header in headers}


def test_names_say_synthetic(seed_shaped: SyntheticCase, rows: list[dict[str, str]]) -> None:
    """Files and pages are marked as synthetic."""
    assert all(path.name.startswith("synthetic_") for path in seed_shaped.paths)
    network = {"SYN-A", "SYN-B", "SYN-B Avant", "SYN-C", "SYN-D", "SYN-E"}
    controls = {f"SYN-K{number:02d}" for number in range(1, 11)}
    assert network | controls == {row["Page Name"] for row in rows}


def test_posts_lead_back_to_the_truth(
    seed_shaped: SyntheticCase, rows: list[dict[str, str]]
) -> None:
    """Read independently, all files together hold exactly the true posts at the true seconds."""
    read_back = {
        (f"facebook:{row['URL'].rsplit('/', 1)[1]}", utc_s(row["Post Created"])) for row in rows
    }
    truth = seed_shaped.truth_post
    assert read_back == set(truth.select("post_key", "posted_at_s").iter_rows())
    assert len(read_back) == seed_shaped.truth_account["posts_n"].sum() + 40 < len(rows)


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


def test_dirt_comes_on_top(seed_shaped: SyntheticCase) -> None:
    """Each file repeats 0.5 % of its rows, and adds 0.2 % without a time, of posts of their own."""
    for path in seed_shaped.paths:
        held = [tuple(row.items()) for row in read(path)]
        undated = [row for row in held if dict(row)["Post Created"].startswith("0000")]
        distinct_n = len(set(held) - set(undated))
        assert round(distinct_n * 0.005) == len(held) - len(undated) - distinct_n
        assert round(distinct_n * 0.002) == len(undated)
        assert all("/posts/8" in dict(row)["URL"] for row in undated)


def test_some_messages_are_missing_or_broken(rows: list[dict[str, str]]) -> None:
    """About 0.3 % of messages are empty and about 2 % have several lines."""
    assert 0.002 < sum(not row["Message"] for row in rows) / len(rows) < 0.004
    assert 0.015 < sum("\n" in row["Message"] for row in rows) / len(rows) < 0.025


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
