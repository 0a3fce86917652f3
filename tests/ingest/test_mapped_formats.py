"""Exports of formats that are mapping files alone: read back exactly, and what is set aside why."""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lockstep.errors import UnknownExportError
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.keys import DEMO_KEY
from lockstep.ingest.stage import stage
from lockstep.settings import ExportSection, Settings
from tests.ingest import mapped_exports as made
from tests.ingest.exports_writer import csv_bytes, group_post, post
from tests.ingest.mapped_exports import EIGHT_S, TABLES, small, table
from tests.ingest.test_stage import broken_rules

Tables = dict[str, pl.DataFrame]


def staged(folder: Path, *contents: str | bytes, **section: Any) -> Tables:
    """Return the tables of a case with these exports; their names tell nothing."""
    files = []
    for number, content in enumerate(contents):
        path = folder / f"synthetic-{number}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        files.append(ExportFile(path, ExportSection(path=path.name, **section)))
    chosen = tuple(file.section for file in files)
    return stage(files, settings=Settings(exports=chosen), key=DEMO_KEY)


def one(tables: Tables, name: str, **where: Any) -> dict[str, Any]:
    """Return the only row of a table that is so."""
    (row,) = tables[name].filter(**where).to_dicts()
    return row


def links(tables: Tables, post_key: str) -> list[tuple[str, str]]:
    found = tables["links"].filter(post_key=post_key).sort("position")
    return list(found.select("role", "url").iter_rows())


@pytest.mark.parametrize("ident", TABLES)
def test_each_is_told_by_its_header_and_obeys_the_contracts(ident: str, tmp_path: Path) -> None:
    """Every record is a post of an account, each in its second; nothing was verified."""
    tables = staged(tmp_path, small(ident))
    source = one(tables, "sources")

    assert (source["format_id"], source["records_in"], source["posts_new_n"]) == (ident, 5, 5)
    assert "format_unverified" in source["warnings"]
    assert "columns_missing" not in source["warnings"]
    assert "unknown_columns" not in source["warnings"]
    assert tables["posts"]["posted_at_s"].sort().to_list() == [EIGHT_S + n for n in range(1, 6)]
    assert broken_rules(tables, tmp_path) == set()


def test_posts_of_instagram_in_the_library(tmp_path: Path) -> None:
    """Views that are not given are no zero; ids join nothing of CrowdTangle."""
    content = table(
        "meta_content_library_instagram",
        [made.mcl_instagram(1), made.mcl_instagram(2, **{"statistics.views": "0"})],
    )
    tables = staged(tmp_path, content)
    key = "instagram-mcl:2000000000000000001"
    shown = one(tables, "posts", post_key=key)
    account = one(tables, "accounts", account_key="instagram-mcl:771")

    assert (shown["text"], shown["post_type"], shown["posted_at_tz"]) == (
        "Bonjour 1",
        "reel",
        "+0000",
    )
    assert (account["name"], account["handle"], account["kind"]) == ("SYN 1", "syn_1", "profile")
    assert one(tables, "engagement", post_key=key)["views_total"] is None
    assert tables["engagement"].sort("post_key")["views_total"].to_list() == [None, 0]


MCL_FACEBOOK = ("surface.id", "statistics.love_count", "shared_post_id")


@pytest.mark.parametrize("column", MCL_FACEBOOK)
def test_what_only_facebook_has_is_no_instagram(tmp_path: Path, column: str) -> None:
    """A cut export of Facebook is never taken for one of Instagram, whoever names it so."""
    header, _, rest = small("meta_content_library_instagram").partition("\n")
    content = "".join([f"{header},{column}\n", *(f"{line},1\n" for line in rest.splitlines())])
    if column == "surface.id":
        assert staged(tmp_path, content)["sources"]["format_id"].item() == "meta_content_library"
    else:
        with pytest.raises(UnknownExportError, match=r"meta_content_library it lacks surface\.id"):
            staged(tmp_path, content)
    with pytest.raises(UnknownExportError, match=f"has no column '{column}'"):
        staged(tmp_path, content, format="meta_content_library_instagram")


def test_minet_and_crowdtangle_show_one_post(tmp_path: Path) -> None:
    """Of pages and of groups, by the same account, at the same second."""
    minet = [
        made.minet_post(1),
        made.minet_post(
            2,
            post_url=f"https://www.facebook.com/groups/{made.GROUP}/permalink/800000002",
            account_id=made.GROUP,
            account_type="facebook_group",
        ),
    ]
    own = [
        post(1, made.PAGES[1], Post_Created="2022-01-05 03:00:01 EST"),
        group_post(2, Post_Created="2022-01-05 03:00:02 EST"),
    ]
    tables = staged(tmp_path, table("minet_crowdtangle", minet), csv_bytes(own))

    assert tables["quarantine"].is_empty()
    assert tables["posts"]["post_key"].sort().to_list() == [
        "facebook:800000002",
        "facebook:900000001",
    ]
    assert tables["engagement"].height == 4
    assert tables["accounts"].sort("account_key")["kind"].to_list() == ["page", "group"]
    assert set(tables["sources"]["observations_n"]) == {0, 2}


def test_what_minet_says_of_a_post(tmp_path: Path) -> None:
    """All addresses; counts of reactions that are there, and when they were read."""
    tables = staged(tmp_path, small("minet_crowdtangle"))
    key = "facebook:900000002"
    shown = one(tables, "posts", post_key=key)
    counted = one(tables, "engagement", post_key=key)
    account = one(tables, "accounts", account_key=f"facebook:{made.PAGES[0]}")

    assert (shown["text"], shown["title"], shown["post_type"]) == (
        *("Bonjour", "Titre"),
        "native_video",
    )
    assert (shown["posted_at_tz"], shown["posted_at_tz_source"]) == ("UTC", "platform_spec")
    assert links(tables, key) == [
        ("primary", "https://short.example/x"),
        ("in_text", "https://long.example/x?a=1"),
        ("in_text", "https://b.example/"),
    ]
    assert counted["observed_at"].isoformat() == "2022-02-01T09:00:00+00:00"
    assert (counted["likes"], counted["love"], counted["care"], counted["wow"]) == (12, 3, 0, None)
    assert (account["name"], account["handle"], account["admin_country"]) == (
        *("SYN-1", "syn.1"),
        "ML",
    )


def test_links_that_minet_was_asked_about(tmp_path: Path) -> None:
    """A column in front."""
    content = table("minet_crowdtangle", [made.minet_post(1, url="https://a.example")], variant=1)
    source = one(staged(tmp_path, content), "sources")

    assert source["variant"] == "minet CrowdTangle by link"


def test_tweets_of_twarc(tmp_path: Path) -> None:
    """Line ends are such again; the fuller address counts; a retweet is a share."""
    rows = [
        made.twarc_tweet(1),
        made.twarc_tweet(
            2, **{"referenced_tweets.retweeted.id": "3", "entities.urls": '["https://b.example/"]'}
        ),
        made.twarc_tweet(
            3, **{"entities.urls": '[{"expanded_url": "e", "unwound_url": "https://u.example/"}]'}
        ),
        made.twarc_tweet(4, **{"entities.urls": "[{'url': 'no JSON'}]"}),
    ]
    tables = staged(tmp_path, table("twarc_csv", rows))
    posts = tables["posts"].sort("posted_at_s")

    assert posts["text"].to_list() == ['Un\nDeux, \\"trois\\"'] * 4
    assert posts["is_share"].to_list() == [False, True, False, False]
    assert [links(tables, key)[:1] for key in posts["post_key"]] == [
        [("primary", "https://a.example/")],
        [("primary", "https://b.example/")],
        [("primary", "https://u.example/")],
        [],
    ]
    assert one(tables, "accounts", account_key="x:11")["created_at_s"] == 1_365_142_028


def test_tweets_of_minet_are_never_in_local_time(tmp_path: Path) -> None:
    """An hour beside UTC would make one account follow the other by an hour."""
    tables = staged(tmp_path, small("minet_tweets"))
    account = one(tables, "accounts", account_key="x:11")

    assert tables["posts"]["posted_at_s"].min() == EIGHT_S + 1
    assert (account["created_at_s"], account["handle"]) == (1_365_142_028, "syn_1")
    assert links(tables, tables["posts"]["post_key"][0])[0][1] == "https://a.example/"


def test_one_tweet_in_three_formats_is_one_post(tmp_path: Path) -> None:
    """Also in the archive, where its id gives the second that its time has not."""
    archived = [
        made.archived_tweet(n, userid=f"1{n}", tweetid=made.twarc_tweet(n)["id"])
        for n in range(1, 6)
    ]
    tables = staged(
        tmp_path, small("twarc_csv"), small("minet_tweets"), table("x_operations", archived)
    )

    assert tables["quarantine"].is_empty()
    assert (tables["posts"].height, tables["accounts"].height) == (5, 5)
    assert tables["engagement"].height == 15
    assert tables["posts"]["posted_at_resolution_us"].unique().to_list() == [1_000_000]


def test_minutes_of_the_archive_do_not_contradict_seconds(tmp_path: Path) -> None:
    """An id from before ids held times: the second that another export has is kept."""
    old, at = "29700859246", "2010-11-04T01:43:47.000Z"
    author = {"account_creation_date": "2009-04-05", "userid": "11"}
    archived = [
        made.archived_tweet(1, tweetid=old, tweet_time="2010-11-04 01:43", **author),
        made.archived_tweet(2),  # so that the archive is the newer of the two
    ]
    known = made.twarc_tweet(1, id=old, created_at=at, **{"author.created_at": at})
    tables = staged(tmp_path, table("x_operations", archived), table("twarc_csv", [known]))
    found = one(tables, "posts", post_key=f"x:{old}")

    assert tables["quarantine"].is_empty()
    assert found["format_id"] == "x_operations"
    assert (found["posted_at_s"], found["posted_at_raw"]) == (1_288_835_027, at)
    assert found["posted_at_resolution_us"] == 1_000_000


def test_seconds_of_the_archive_come_from_ids(tmp_path: Path) -> None:
    """Where they agree with the minute; what is hashed, older, or another minute stays as it is."""
    rows = [
        made.archived_tweet(7),
        made.archived_tweet(2, tweetid="hashedid"),
        made.archived_tweet(
            3,
            tweetid="29700859246",
            tweet_time="2010-11-04 01:43",
            account_creation_date="2009-04-05",
        ),
        made.archived_tweet(4, tweetid=made.snowflake((EIGHT_S + 60) * 1_000)),
        made.archived_tweet(5, tweetid=made.snowflake(EIGHT_S * 1_000 - 1)),
        made.archived_tweet(6, tweetid=made.snowflake((EIGHT_S + 59) * 1_000 + 999)),
    ]
    tables = staged(tmp_path, table("x_operations", rows))
    posts = tables["posts"].sort("source_row")

    assert posts["posted_at_s"].to_list() == [
        *(EIGHT_S + 7, EIGHT_S, 1_288_834_980),
        *(EIGHT_S, EIGHT_S, EIGHT_S + 59),
    ]
    minute, second = 60_000_000, 1_000_000
    assert posts["posted_at_resolution_us"].to_list() == [second, *[minute] * 4, second]
    of_id, of_rule = "id_embedded", "platform_spec"
    assert posts["posted_at_tz_source"].to_list() == [of_id, *[of_rule] * 4, of_id]
    assert set(posts["posted_at_tz"]) == {"UTC"}
    assert "id_time_differs 2" in one(tables, "sources")["warnings"]
    assert broken_rules(tables, tmp_path) == set()


@pytest.mark.parametrize(
    ("meant", "written"),
    [
        (True, ("true", "True", "1", "WAHR", "DOĞRU", "ИСТИНА")),
        (False, ("false", "0", "FALSCH", "YANLIŞ", "ЛОЖЬ")),
    ],
)
def test_a_share_of_the_archive_is_told_in_any_language(
    *, meant: bool, written: tuple[str, ...], tmp_path: Path
) -> None:
    """Databases write 1, spreadsheets the word of their language."""
    rows = [made.archived_tweet(n, is_retweet=word) for n, word in enumerate(written)]
    posts = staged(tmp_path, table("x_operations", rows))["posts"]

    assert posts["is_share"].to_list() == [meant] * len(written)


def test_videos_of_the_research_interface(tmp_path: Path) -> None:
    """Ids keep every digit; an account is known by its name alone."""
    tables = staged(tmp_path, small("tiktok_research"))
    account = one(tables, "accounts", account_key="tiktok:syn.1")

    assert str((EIGHT_S + 1) << 32) in tables["posts"]["post_id"].to_list()
    assert (account["handle"], account["url"]) == ("syn.1", "https://www.tiktok.com/@syn.1")
    assert "account_id_is_handle 5" in one(tables, "sources")["warnings"]
    assert tables["engagement"]["views_total"].to_list() == [90] * 5
    assert tables["engagement"]["comments"].null_count() == 5


TIME = {
    "meta_content_library_instagram": "creation_time",
    "minet_crowdtangle": "datetime",
    "twarc_csv": "created_at",
    "minet_tweets": "timestamp_utc",
    "x_operations": "tweet_time",
    "tiktok_research": "create_time",
}
POST = {"x_operations": ("tweetid",), "minet_crowdtangle": ("post_url", "id")}
ACCOUNT = {
    "meta_content_library_instagram": "post_owner.id",
    "twarc_csv": "author_id",
    "minet_tweets": "user_id",
    "x_operations": "userid",
    "tiktok_research": "username",
}
COUNT = {
    "meta_content_library_instagram": "statistics.like_count",
    "minet_crowdtangle": "actual_love_count",
    "twarc_csv": "public_metrics.like_count",
}


@pytest.mark.parametrize("ident", TABLES)
def test_each_reason_is_counted(ident: str, tmp_path: Path) -> None:
    """No time, none that can be read, one too early; no id, or a rounded one; no number."""
    time, of_post = TIME[ident], POST.get(ident, ("id",))
    early = "1" if time in {"timestamp_utc", "create_time"} else "1999-01-05T08:00:00Z"
    rows = [
        TABLES[ident](1),
        TABLES[ident](2, **{time: ""}),
        *(TABLES[ident](3, **{time: soon}) for soon in ("soon", "2022-13-05T08:00:00Z")),
        TABLES[ident](4, **{time: early}),
        TABLES[ident](5, **dict.fromkeys(of_post, "")),
        TABLES[ident](6, **{COUNT.get(ident, "like_count"): "many"}),
    ]
    expected = {
        "time_missing": 1,
        "time_unparsable": 2,
        "time_out_of_range": 1,
        "post_id_missing": 1,
        "number_unparsable": 1,
    }
    if ident in ACCOUNT:
        rows += [
            TABLES[ident](7, **{ACCOUNT[ident]: ""}),
            TABLES[ident](8, **{of_post[0]: "1.4783E+18"}),
        ]
        expected |= {"account_id_missing": 1, "id_precision_lost": 1}
    tables = staged(tmp_path, table(ident, rows))
    source = one(tables, "sources")

    assert Counter(tables["quarantine"]["reason"]) == expected
    assert (source["posts_new_n"], source["quarantined_n"]) == (1, len(rows) - 1)
    assert broken_rules(tables, tmp_path) == {
        "sources.nothing_quarantined",
        "sources.quarantine_within_limit",
    }


def test_posts_of_instagram_are_none_of_facebook(tmp_path: Path) -> None:
    """Both are written alike; an address of Instagram holds no post of Facebook."""
    instagram = {"post_url": "https://www.instagram.com/p/Cx1/", "id": "2_syn"}
    rows = [made.minet_post(1), made.minet_post(2, **instagram)]
    tables = staged(tmp_path, table("minet_crowdtangle", rows))

    assert tables["quarantine"]["reason"].to_list() == ["post_id_missing"]
