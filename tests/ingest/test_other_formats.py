"""Exports of other tools than CrowdTangle: what is read of each, and what is refused."""

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import data_contracts
from lockstep.errors import UnknownExportError
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.formats import Instant, format_of, formats
from lockstep.ingest.keys import DEMO_KEY
from lockstep.ingest.stage import stage
from lockstep.ingest.stated_times import stated_times
from lockstep.settings import ExportSection, Settings
from tests.ingest.exports_writer import export, group_post, post
from tests.ingest.exports_writer import staged as staged_files
from tests.ingest.mapped_exports import TABLES
from tests.ingest.test_stage import broken_rules

FORMATS = Path(data_contracts.__file__).parent / "formats"
EIGHT_S = 1_641_369_600
"""2022-01-05T08:00:00Z."""

COORTWEET = """\
object_id,account_id,content_id,timestamp_share
https://example.org/a,u1,c1,1641369600
https://example.org/a,u2,c2,1641369607
"""
MCL = """\
id,creation_time,content_type,post_owner.type,post_owner.id,post_owner.name,surface.type,surface.id,\
surface.name,statistics.like_count,statistics.views,text,shared_post_id
1000000000000000001,2022-01-05T08:00:00+0000,links,page,77,SYN-A,page,77,SYN-A,12,,Bonjour,
1000000000000000002,2022-01-05T10:00:07+02:00,photos,page,78,SYN-B,group,90,SYN group,3,40,,99
"""
FOURCAT = """\
id,thread_id,timestamp,unix_timestamp,author,body,likes
a1,a1,2022-01-05 09:00:00,1641369600,syn_a,Bonjour,3
a2,a1,2022-01-05 09:00:07,1641369607,syn_b,Bonsoir,
"""
OPERATIONS = """\
tweetid,userid,user_display_name,user_screen_name,follower_count,account_creation_date,tweet_text,\
tweet_time,is_retweet,quote_count,reply_count,like_count,retweet_count
900000000000000001,u1hash,SYN A,syn_a,12,2013-04-05,Bonjour,2022-01-05 08:00,false,0,1,2,3
900000000000000002,u2hash,SYN B,syn_b,7,2014-04-05,RT Bonjour,2022-01-05 08:00,True,0,0,0,0
"""
YOUTUBE = """\
position,channelId,channelTitle,videoId,publishedAt,videoTitle,videoDescription,viewCount,likeCount
1,UCsynthetic1,SYN A,v1synthetic,2022-01-05T08:00:00Z,Bonjour,Texte,100,5
2,UCsynthetic2,SYN B,v2synthetic,2022-01-05T08:00:07Z,Bonsoir,Texte,200,6
"""

READ: dict[str, tuple[str, str, dict[str, Any]]] = {
    "coortweet": (COORTWEET, "other:c2", {"posted_at_s": EIGHT_S + 7, "account_key": "other:u2"}),
    "meta_content_library": (
        MCL,
        "facebook-mcl:1000000000000000002",
        {
            "posted_at_s": EIGHT_S + 7,
            "posted_at_tz": "+02:00",
            "posted_at_tz_source": "row",
            "account_key": "facebook-mcl:78",
            "is_share": True,
            "post_type": "photo",
            "post_url": None,
        },
    ),
    "fourcat": (
        FOURCAT,
        "other:a2",
        {"posted_at_s": EIGHT_S + 7, "account_key": "other:syn_b", "text": "Bonsoir"},
    ),
    "x_operations": (
        OPERATIONS,
        "x:900000000000000002",
        {
            "posted_at_s": EIGHT_S,
            "posted_at_resolution_us": 60_000_000,
            "posted_at_tz_source": "platform_spec",
            "account_key": "x:u2hash",
            "is_share": True,
            "post_url": "https://x.com/i/web/status/900000000000000002",
        },
    ),
    "youtube_data_tools": (
        YOUTUBE,
        "youtube:v2synthetic",
        {
            "posted_at_s": EIGHT_S + 7,
            "title": "Bonsoir",
            "post_url": "https://www.youtube.com/watch?v=v2synthetic",
        },
    ),
}


def staged(folder: Path, content: str, **section: Any) -> dict[str, pl.DataFrame]:
    path = folder / "synthetic.csv"
    path.write_text(content, "utf-8")
    chosen = ExportSection(path=path.name, **section)
    file = ExportFile(path, chosen)
    return stage((file,), settings=Settings(exports=(chosen,)), key=DEMO_KEY)


@pytest.mark.parametrize("ident", READ)
def test_each_format_is_told_by_its_header_and_read(ident: str, tmp_path: Path) -> None:
    """Both records are posts, and what the second says is in its columns."""
    content, post_key, said = READ[ident]
    tables = staged(tmp_path, content)
    (source,) = tables["sources"].to_dicts()
    found = tables["posts"].row(by_predicate=pl.col("post_key") == post_key, named=True)

    assert (source["format_id"], source["records_in"], source["posts_new_n"]) == (ident, 2, 2)
    assert {name: found[name] for name in said} == said
    assert "format_unverified" in source["warnings"]
    assert tables["accounts"]["posts_n"].to_list() == [1, 1]
    assert broken_rules(tables, tmp_path) == set()


@pytest.mark.parametrize("ident", READ)
def test_a_missing_sum_is_told_where_interactions_are_counted(ident: str, tmp_path: Path) -> None:
    """Four columns that count nothing have nothing to prove."""
    (source,) = staged(tmp_path, READ[ident][0])["sources"].to_dicts()

    assert ("no_checksum" in source["warnings"].split("; ")) == (ident != "coortweet")


@pytest.mark.parametrize(("before", "is_told"), [("", False), (",", True), ("Unnamed: 0,", True)])
def test_a_position_in_a_list_is_no_index_of_pandas(
    tmp_path: Path, before: str, *, is_told: bool
) -> None:
    """YouTube Data Tools number their videos; a column without a name is told beside that."""
    header, *rows = YOUTUBE.splitlines()
    numbered = [f"{n},{row}" if before else row for n, row in enumerate(rows)]
    content = "\n".join([f"{before}{header}", *numbered]) + "\n"
    (source,) = staged(tmp_path, content)["sources"].to_dicts()

    assert (source["format_id"], source["posts_new_n"]) == ("youtube_data_tools", 2)
    assert ("pandas_index_column" in source["warnings"].split("; ")) == is_told
    assert "unknown_columns" not in source["warnings"]


def test_a_file_of_another_tool_does_not_end_where_crowdtangles_do(tmp_path: Path) -> None:
    """Each format names its own limits; most have none that is known."""
    rows = (f"https://example.org/{n},u1,c{n},{EIGHT_S + n}" for n in range(10_000))
    content = "\n".join([COORTWEET.partition("\n")[0], *rows]) + "\n"
    own = (FORMATS / "coortweet.toml").read_text("utf-8").replace('id = "coortweet"', 'id = "mine"')
    (tmp_path / "my.toml").write_text(f"row_caps = [10_001]\n{own}", "utf-8")
    theirs = staged(tmp_path, content)["sources"]["warnings"].item()
    mine = staged(tmp_path, content, format=str(tmp_path / "my.toml"))["sources"]["warnings"].item()

    assert "possible_row_cap" not in theirs
    assert "possible_row_cap 10000" in mine.split("; ")


def test_exports_of_all_tools_may_lie_in_one_case(tmp_path: Path) -> None:
    """With one of CrowdTangle each post is as it is alone, and every record accounted for."""
    files = [export(tmp_path, [post(1), group_post(2)])]
    files += [
        export(tmp_path, content.encode(), f"{ident}.csv")
        for ident, (content, _, _) in READ.items()
    ]
    together = staged_files(*files)
    alone = pl.concat(staged_files(file)["posts"] for file in files)

    assert together["posts"].sort("post_key").equals(alone.sort("post_key"))
    assert together["sources"]["posts_new_n"].sum() == 2 * len(files)
    assert broken_rules(together, tmp_path) <= {"possible_same_posts.nothing_counted_twice"}


def test_every_table_but_those_of_crowdtangle_is_tried_here() -> None:
    """A format that nobody reads in a test is a promise; those in JSON: test_json_export."""
    of_crowdtangle = {"crowdtangle_facebook", "crowdtangle_instagram", "fourcat_crowdtangle"}
    tables = {fmt.id for fmt in formats() if fmt.delimiters}
    assert tables == {*READ, *TABLES, *of_crowdtangle}


def test_numbers_of_a_post_are_kept_with_its_observation(tmp_path: Path) -> None:
    """What is not given is no zero."""
    (first, second) = staged(tmp_path, MCL)["engagement"].sort("post_key").to_dicts()

    assert (first["likes"], first["views_total"], first["comments"]) == (12, None, None)
    assert (second["likes"], second["views_total"]) == (3, 40)
    assert first["checksum_ok"] is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1641369607000", "in ms it would be 2022-01-05 08:00:07 UTC; .* epoch_ms"),
        ("1641369607000123", "in µs it would be 2022-01-05 08:00:07 UTC; .* epoch_us"),
        ("1.64e+09", "1.64e[+]09: rounded by a program; export the column again"),
        ("1.6413696E9", "rounded by a program"),
        ("7", "^7$"),
        ("99999999999999999", "^99999999999999999$"),
    ],
)
def test_a_number_of_another_unit_is_told_as_one(written: str, said: str) -> None:
    """What it would be, and how a format of one's own reads it; what is none stands as it is."""
    rule = format_of("coortweet").time
    assert isinstance(rule, Instant)
    (detail,) = stated_times(pl.Series([written]), rule, ExportSection(path="x"), None)["detail"]

    assert re.search(said, detail)


@pytest.mark.parametrize(("written", "unit"), [("s", 1), ("ms", 1_000), ("us", 1_000_000)])
def test_numbers_of_several_units_are_told_by_their_size(written: str, unit: int) -> None:
    """Where a format allows several, the one counts by which it is a time."""
    rule = Instant(
        written=("epoch_s", "epoch_ms", "epoch_us"), resolution_us=1, earliest_s=946_684_800
    )
    alone = rule.model_copy(update={"written": (f"epoch_{written}",)})
    raw = pl.Series([str(EIGHT_S * unit), "1"])
    for chosen in (rule, alone):
        found = stated_times(raw, chosen, ExportSection(path="x"), None)
        assert found["posted_at_s"][0] == EIGHT_S
        assert found["reason"].to_list() == [None, "time_out_of_range"]


def test_what_4cat_made_of_crowdtangle_is_refused(tmp_path: Path) -> None:
    """It dropped the zone."""
    content = FOURCAT.replace(",likes\n", ",page_top_country\n")

    with pytest.raises(UnknownExportError, match="4CAT drops the zone"):
        staged(tmp_path, content)


@pytest.mark.parametrize(
    ("before", "after", "reason", "field"),
    [
        ("u2,", ",", "account_id_missing", "account_id"),
        ("c2,", ",", "post_id_missing", "content_id"),
        ("c2,", "1.0E+15,", "id_precision_lost", "content_id"),
        ("c2,", "1478637397599059968.0,", "id_precision_lost", "content_id"),
        ("u2,", "1478637397599059968.00,", "id_precision_lost", "account_id"),
        ("1641369607", "", "time_missing", "timestamp_share"),
        ("1641369607", "soon", "time_unparsable", "timestamp_share"),
        ("1641369607", "1641369607000", "time_out_of_range", "timestamp_share"),
        ("1641369607", "7", "time_out_of_range", "timestamp_share"),
    ],
)
def test_a_record_that_cannot_be_read_is_set_aside(
    before: str, after: str, reason: str, field: str, tmp_path: Path
) -> None:
    """With its reason and the column as the file has it."""
    tables = staged(tmp_path, COORTWEET.replace(before, after))

    assert tables["quarantine"].select("reason", "field").rows() == [(reason, field)]
    assert tables["posts"].height == 1


ISO = Instant(written=("iso",), resolution_us=1_000_000, earliest_s=0)
UTC = ISO.model_copy(update={"is_utc": True})
ANY = Instant(written=("epoch_s", "iso", "date"), resolution_us=1, earliest_s=0, is_utc=True)


@pytest.mark.parametrize(
    ("written", "rule", "expected_s"),
    [
        ("2022-01-05T08:00:00Z", ISO, EIGHT_S),
        ("2022-01-05T08:00:00.999Z", ISO, EIGHT_S),
        ("2022-01-05 08:00:00 UTC", ISO, EIGHT_S),
        ("2022-01-05T10:00:00+02:00", ISO, EIGHT_S),
        ("2022-01-05T02:30:00-0530", ISO, EIGHT_S),
        ("2022-01-05 08:00:00+00", ISO, EIGHT_S),
        ("2022-01-05 03:00:00-05", ISO, EIGHT_S),
        ("2022-01-05 22:00:00+14", ISO, EIGHT_S),
        ("2022-01-05 22:00:00+15", ISO, None),
        ("2022-01-05T22:00:00+14:00", ISO, EIGHT_S),
        ("2022-01-05T21:59:00+13:59", ISO, EIGHT_S),
        ("2022-01-05T22:01:00+14:01", ISO, None),
        ("2022-01-05T08:00:00+99:99", ISO, None),
        ("2022-01-05T08:00:00-00:99", UTC, None),
        ("2022-01-05T08:00:00+02:60", ANY, None),
        ("2022-01-05T08:00:00+1500", UTC, None),
        ("2022-01-05 08:00", UTC, EIGHT_S),
        (" 1641369600 ", ANY, EIGHT_S),
        ("1641369600.0", ANY, EIGHT_S),
        ("2022-01-05", ANY, EIGHT_S - 8 * 3_600),
        ("2022-01-05T08:00:00", ISO, None),
        ("2022-02-30T08:00:00Z", ISO, None),
        ("2022-01-05", UTC, None),
        ("1641369600", UTC, None),
    ],
)
def test_times_are_read_as_stated(written: str, rule: Instant, expected_s: int | None) -> None:
    """Or not at all."""
    found = stated_times(pl.Series([written]), rule, ExportSection(path="x"), None)

    assert found["posted_at_s"].to_list() == [expected_s]
    assert found["reason"].is_null().to_list() == [expected_s is not None]


@pytest.mark.parametrize("offset", ["+99:99", "-00:99", "+1500"])
def test_an_offset_of_no_place_is_no_time(offset: str) -> None:
    """Nor is it a time without one, which would be read in the zone that the case names."""
    section = ExportSection(path="x", timezone="Europe/Paris")
    found = stated_times(pl.Series([f"2022-01-05T08:00:00{offset}"]), ISO, section, None)

    assert found.select("posted_at_s", "reason").row(0) == (None, "time_unparsable")


def test_a_time_without_an_offset_waits_for_the_case() -> None:
    """And is read in the zone that the case names, its uncertain hour included."""
    section = ExportSection(path="x", timezone="Europe/Paris")
    raw = pl.Series(["2022-01-05T09:00:00", "2022-01-05T08:00:00Z", "2022-10-30T02:30:00"])
    unnamed = stated_times(raw, ISO, ExportSection(path="x"), None)
    named = stated_times(raw, ISO, section, None)

    assert unnamed["reason"].to_list() == ["tz_missing", None, "tz_missing"]
    assert named["posted_at_s"].to_list()[:2] == [EIGHT_S, EIGHT_S]
    assert named["posted_at_tz_source"].to_list() == ["mapping", "row", "mapping"]
    assert named["posted_at_uncertainty_s"].to_list() == [0, 0, 3_600]


@pytest.mark.parametrize(
    ("written", "resolution_us"),
    [
        ("2022-01-05 08:00:07", 1_000_000),
        ("2022-01-05T08:00:07.5Z", 1_000_000),
        ("1641369607", 1_000_000),
        ("2022-01-05 08:00", 60_000_000),
        ("2022-01-05T08:00+00:00", 60_000_000),
    ],
)
def test_a_time_without_seconds_is_known_to_the_minute(
    written: str, resolution_us: int, tmp_path: Path
) -> None:
    """As spreadsheets write it in Sweden or Canada: two such posts prove nothing within it."""
    tables = staged(tmp_path, COORTWEET.replace("1641369607", written))
    (post,) = tables["posts"].filter(pl.col("post_key") == "other:c2").iter_rows(named=True)
    is_coarse = resolution_us > 1_000_000

    assert post["posted_at_resolution_us"] == resolution_us
    assert ("time_coarse 1" in tables["sources"]["warnings"].item()) == is_coarse


def test_ids_of_an_archive_keep_every_digit(tmp_path: Path) -> None:
    """Though they are beyond what a real number holds."""
    content = OPERATIONS.replace("900000000000000001", "1234567890123456789")
    posts = staged(tmp_path, content)["posts"]

    assert "1234567890123456789" in posts["post_id"].to_list()


def test_the_archive_is_known_to_the_minute() -> None:
    """Its resolution is declared: of a post whose id tells no second nothing within 60 s holds."""
    assert format_of("x_operations").time.resolution_us == 60_000_000
