"""CrowdTangle's interface: keys of the CSV exports, times of observation, one post of both."""

from pathlib import Path

import pytest

from lockstep.errors import UnknownExportError
from tests.ingest.exports_writer import (
    EXPORTED,
    GROUP,
    OTHER_PAGE,
    PAGE,
    csv_bytes,
    export,
    post,
    reasons,
    staged,
)
from tests.ingest.json_writer import (
    START_S,
    Json,
    answer,
    api_post,
    document,
    lines,
    posts_of,
    read,
    source_of,
    utc,
)
from tests.ingest.test_stage import broken_rules

MOVED = "100057000000001"


def account(**more: object) -> Json:
    """Return the account of a post with other values."""
    return {**api_post(1)["account"], **more}


def in_group(number: int, **more: object) -> Json:
    """Return a post in a group."""
    url = f"https://www.facebook.com/groups/{GROUP}/permalink/{800_000_000 + number}"
    of_group = account(
        platformId=GROUP,
        url=f"https://www.facebook.com/groups/{GROUP}",
        accountType="facebook_group",
        pageCreatedDate=None,
    )
    ident = f"{GROUP}_{800_000_000 + number}"
    return api_post(number, platformId=ident, postUrl=url, account=of_group, **more)


POSTS = [api_post(1), in_group(2), api_post(3, OTHER_PAGE)]


@pytest.mark.parametrize(
    "content",
    [
        *(document(answer(POSTS)), lines(answer(POSTS)), document(POSTS), lines(*POSTS)),
        lines(answer(POSTS[:1]), answer(POSTS[1:])),
    ],
)
def test_posts_are_read_back_exactly(content: bytes, tmp_path: Path) -> None:
    """However they were kept."""
    tables = read(tmp_path, content)
    source, (first, second, _) = source_of(tables), posts_of(tables)
    found = tables["engagement"].sort("source_row").row(0, named=True)

    assert (source["format_id"], source["records_in"]) == ("crowdtangle_api", 3)
    assert "no_checksum" in source["warnings"]
    assert (first["post_key"], first["account_key"]) == ("facebook:900000001", f"facebook:{PAGE}")
    assert (first["posted_at_s"], first["posted_at_tz_source"]) == (START_S + 1, "platform_spec")
    assert (first["post_type"], first["title"]) == ("native_video", "Titre")
    assert (second["post_key"], second["surface_key"]) == (
        "facebook:800000002",
        f"facebook:{GROUP}",
    )
    actual = POSTS[0]["statistics"]["actual"]
    assert [found[name] for name in ("likes", "comments", "shares", "love", "care")] == [
        actual[f"{name}Count"] for name in ("like", "comment", "share", "love", "care")
    ]
    assert (found["followers_at_posting"], found["checksum_ok"]) == (1_300, None)
    assert dict(tables["accounts"].select("account_id", "kind").rows()) == {
        PAGE: "page",
        GROUP: "group",
        OTHER_PAGE: "page",
    }
    assert broken_rules(tables, tmp_path) == set()


def test_each_record_says_when_its_numbers_were_read(tmp_path: Path) -> None:
    """Not when the newest post was published; what is earlier than the post is not believed."""
    early = api_post(2, updated=utc(START_S))
    tables = read(tmp_path, lines(api_post(1), early, api_post(3, updated="soon")))
    found = tables["engagement"].sort("source_row")

    assert found["observed_at_s"].to_list() == [START_S + 86_401, START_S + 3, START_S + 3]
    assert found["observed_at_source"].to_list() == [
        "record",
        *["lower_bound_max_posted"] * 2,
    ]
    assert "observed_at_unparsable 2" in source_of(tables)["warnings"].split("; ")


@pytest.mark.parametrize("later", ["csv", "api"])
def test_a_post_of_an_export_and_of_the_interface_is_one(later: str, tmp_path: Path) -> None:
    """Two observations in order of time, whichever is the newer, and one account."""
    at_s = 1_641_168_000 + 1  # exports_writer: 2022-01-03, as many seconds as its number
    updated_s = 1_644_566_400 + (3_600 if later == "api" else -3_600)
    shown = api_post(1, date=utc(at_s), updated=utc(updated_s), message="Bonjour du JSON")
    of_csv = export(tmp_path, csv_bytes([post(1, Likes="7")]), EXPORTED)
    tables = staged(of_csv, export(tmp_path, lines(shown), "api.json"))
    (found,) = posts_of(tables)
    seen = tables["engagement"].sort("observed_at_s")

    assert reasons(tables) == []
    assert sorted(tables["records"]["outcome"]) == ["new", "observation"]
    assert seen["observed_at_source"].to_list() == [
        *(["filename", "record"] if later == "api" else ["record", "filename"])
    ]
    assert found["text"] == ("Bonjour du JSON" if later == "api" else "Bonjour à tous, texte 1")
    assert tables["accounts"].select("account_id", "posts_n").rows() == [(PAGE, 1)]
    assert tables["accounts"]["name"].to_list() == ["SYN-1"]
    assert broken_rules(tables, tmp_path) == set()


@pytest.mark.parametrize("place", ["account", "post", "both"])
def test_a_page_that_moved_is_one_account(place: str, tmp_path: Path) -> None:
    """Its old id stands in its address or in that of its posts; both keep it in the table."""
    url = f"https://www.facebook.com/{MOVED if place == 'account' else PAGE}/posts/900000001"
    where = PAGE if place in {"account", "both"} else MOVED
    moved = account(platformId=MOVED, url=f"https://www.facebook.com/{where}")
    tables = read(tmp_path, lines(api_post(1, postUrl=url, account=moved), api_post(2)))

    assert tables["accounts"]["account_id"].to_list() == [MOVED]
    assert tables["account_aliases"].filter(kind="migrated_id")["alias_key"].to_list() == [
        f"facebook:{PAGE}"
    ]


def test_an_observation_tells_which_id_is_the_newer(tmp_path: Path) -> None:
    """A page is under the id that was seen last, though its posts are old."""
    moved = account(platformId=MOVED)
    at_s = 1_641_168_001
    newer = api_post(1, date=utc(at_s), updated=utc(1_700_000_000), account=moved)
    of_csv = export(tmp_path, csv_bytes([post(2)]), EXPORTED)
    tables = staged(of_csv, export(tmp_path, lines(newer), "api.json"))

    assert tables["accounts"].select("account_id", "posts_n").rows() == [(MOVED, 2)]


def test_where_a_post_has_no_address_its_number_is_read(tmp_path: Path) -> None:
    """Or one with a name; the account is then as it is given."""
    named = api_post(2, postUrl="https://www.facebook.com/syn.a/posts/900000002")
    tables = read(tmp_path, lines(api_post(1, postUrl=None), named))

    assert [found["post_key"] for found in posts_of(tables)] == [
        "facebook:900000001",
        "facebook:900000002",
    ]
    assert tables["accounts"]["account_id"].to_list() == [PAGE]


def test_where_short_links_lead_is_kept(tmp_path: Path) -> None:
    """Beside the link of the post and what stands in its text."""
    tables = read(tmp_path, lines(api_post(1)))

    assert tables["links"].select("role", "url").rows() == [
        ("primary", "https://e.example/s1"),
        ("in_text", "https://e.example/s1"),
        ("in_text", "https://e.example/l1"),
    ]


KINDS = {
    "link": "link",
    "live_video_complete": "live_video_complete",
    "live_video_scheduled": "live_video_scheduled",
    "youtube": "youtube",
    "hologram": "other",
}


@pytest.mark.parametrize(("written", "kind"), KINDS.items())
def test_kinds_of_posts(written: str, kind: str, tmp_path: Path) -> None:
    """An announcement is one here too."""
    (found,) = posts_of(read(tmp_path, lines(api_post(1, type=written))))

    assert found["post_type"] == kind
    assert found["is_scheduled_announcement"] is (kind == "live_video_scheduled")


ACTUAL = api_post(1)["statistics"]["actual"]
NEGATIVE: list[tuple[object, str, str | None]] = [
    (7, "bad_json", None),
    (api_post(1, platformId=None, postUrl=None), "post_id_missing", "postUrl"),
    (api_post(1, platformId="x", postUrl="https://e.example/1"), "post_id_missing", "postUrl"),
    (
        api_post(1, postUrl=None, account=account(platformId=None, url=None)),
        "account_id_missing",
        "account.platformId",
    ),
    (api_post(1, date=None), "time_missing", "date"),
    (api_post(1, date={"at": 1}), "time_missing", "date"),
    (api_post(1, date="2022-02-30 08:00:00"), "time_unparsable", "date"),
    (api_post(1, date="1999-01-01 00:00:00"), "time_out_of_range", "date"),
    (
        api_post(1, statistics={"actual": {**ACTUAL, "likeCount": -1}}),
        "number_unparsable",
        "statistics.actual.likeCount",
    ),
    (
        api_post(1, statistics={"actual": {**ACTUAL, "likeCount": 1.5}}),
        "number_unparsable",
        "statistics.actual.likeCount",
    ),
]


@pytest.mark.parametrize(("bad", "reason", "field"), NEGATIVE)
def test_what_cannot_be_read_is_set_aside(
    bad: object, reason: str, field: str | None, tmp_path: Path
) -> None:
    """Alone, with its reason and the name at fault."""
    tables = read(tmp_path, document(answer([api_post(8), bad, api_post(9)])))

    assert tables["quarantine"].select("source_row", "reason", "field").rows() == [
        (2, reason, field)
    ]
    assert len(posts_of(tables)) == 2


@pytest.mark.parametrize("text", ["'; drop table posts; --", "<b>", "=1+1", "\u202e\x1b[31m", "\0"])
def test_hostile_texts_are_kept_as_they_are(text: str, tmp_path: Path) -> None:
    """In ids they are none."""
    hostile = api_post(1, message=text, postUrl=None, platformId=text)
    tables = read(tmp_path, document(answer([hostile, api_post(2, message=text)]), escaped=True))

    assert reasons(tables) == ["post_id_missing"]
    assert [found["text"] for found in posts_of(tables)] == [text]


def test_an_answer_without_posts_is_an_empty_export(tmp_path: Path) -> None:
    """Beside one that has some; an error is no export."""
    empty = export(tmp_path, document(answer([])), "empty.json")
    tables = staged(empty, export(tmp_path, lines(api_post(1)), "one.json"))
    told = dict(tables["sources"].select("file_name", "records_in").rows())

    assert told == {"empty.json": 0, "one.json": 1}
    assert set(tables["sources"]["format_id"]) == {"crowdtangle_api"}
    with pytest.raises(UnknownExportError):
        read(tmp_path, document({"status": 401, "message": "no token"}))
