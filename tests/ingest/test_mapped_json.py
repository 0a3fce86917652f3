"""Exports in JSON of formats that are mapping files alone: read back exactly, or set aside."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.ingest import mapped_exports as made
from tests.ingest.mapped_exports import EIGHT_S, JSON, THREADS_S, lines, small, small_json, wall
from tests.ingest.test_mapped_formats import links, one, staged
from tests.ingest.test_stage import broken_rules

INSTAGRAM = "https://www.instagram.com"


@pytest.mark.parametrize("ident", JSON)
def test_each_is_told_by_what_it_holds_and_obeys_the_contracts(ident: str, tmp_path: Path) -> None:
    """Every record is a post in its second; nothing was verified."""
    tables = staged(tmp_path, small_json(ident))
    source = one(tables, "sources")
    first_s = THREADS_S if ident == "threads_zeeschuimer" else EIGHT_S

    assert (source["format_id"], source["records_in"], source["posts_new_n"]) == (ident, 5, 5)
    assert "format_unverified" in source["warnings"]
    assert tables["posts"]["posted_at_s"].sort().to_list() == [first_s + n for n in range(1, 6)]
    assert broken_rules(tables, tmp_path) == set()


@pytest.mark.parametrize("ident", JSON)
def test_a_list_or_a_record_a_line_says_the_same(ident: str, tmp_path: Path) -> None:
    """Whatever tool kept it; captures are lines by their nature."""
    records = [JSON[ident][0](n) for n in range(1, 6)]
    kept = (
        [lines(records)]
        if ident.endswith("_zeeschuimer")
        else [lines(records), json.dumps(records)]
    )
    whole = staged(tmp_path, small_json(ident))["posts"].drop("source_id", "row_hmac")
    told = ("post_key", "account_key", "posted_at_s", "text", "is_share")

    for content in kept:
        tables = staged(tmp_path, content)
        assert tables["sources"]["format_id"].to_list() == [ident]
        assert tables["posts"].select(told).equals(whole.select(told))


def test_statuses_are_told_by_their_address(tmp_path: Path) -> None:
    """Two instances show one status under numbers of their own; HTML is text with its breaks."""
    elsewhere = [made.status(n, id=f"77{n}") for n in (1, 2)]
    here = [
        made.status(1),
        made.status(2),
        made.status(3, content="", reblog={"uri": "https://b.example/1", "content": "<p>Ã</p>"}),
        made.status(4, visibility="direct"),
    ]
    tables = staged(tmp_path, json.dumps(here), json.dumps({"statuses": elsewhere}))
    key = "mastodon:https://a.example/users/syn_1/statuses/1"
    shown = one(tables, "posts", post_key=key)
    account = one(tables, "accounts", account_key="mastodon:https://a.example/@syn_1")

    assert tables["posts"].height == 3
    assert tables["quarantine"].is_empty()
    assert sorted(tables["sources"]["not_posts_n"]) == [0, 1]
    assert (shown["text"], shown["title"]) == ("Un & deux\n\nTrois\nquatre", "Titre")
    assert (shown["image_text"], shown["posted_at_s"]) == ("Une photo", EIGHT_S + 1)
    assert shown["post_url"] == "https://a.example/@syn_1/1"
    assert links(tables, key) == [("primary", "https://b.example/x")]
    assert (account["name"], account["handle"]) == ("SYN 1", "syn_1")
    assert (account["url"], account["description"]) == ("https://a.example/@syn_1", "Compte fictif")
    assert one(tables, "posts", is_share=True)["text"] == "Ã"


def test_posts_of_walls(tmp_path: Path) -> None:
    """Numbers begin anew on each wall; names stand beside; a repost is a share."""
    original = {
        "id": 5,
        "owner_id": 8,
        "text": "Original",
        "attachments": [{"type": "link", "link": {"url": "https://o.example/"}}],
    }
    posts = [
        made.wall_post(1),
        made.wall_post(1, owner_id=12, from_id=12),
        made.wall_post(3, text="", attachments=[], copy_history=[original], edited=EIGHT_S + 9),
        made.wall_post(4, post_type="postpone"),
    ]
    beside = {
        "profiles": [
            {"id": 77, "first_name": "Other"},
            {"id": 12, "first_name": "SYN", "last_name": "A"},
        ],
        "groups": [
            {"id": 12, "name": "Other"},
            {"id": 77, "name": "SYN-K", "screen_name": "syn_k", "type": "group"},
        ],
    }
    tables = staged(tmp_path, json.dumps(wall(posts, **beside)))
    community = one(tables, "accounts", account_key="vk:-77")
    person = one(tables, "accounts", account_key="vk:12")
    shared = one(tables, "posts", post_key="vk:-77_3")

    assert tables["posts"]["post_key"].sort().to_list() == ["vk:-77_1", "vk:-77_3", "vk:12_1"]
    assert (community["name"], community["handle"], community["kind"]) == (
        *("SYN-K", "syn_k"),
        "page",
    )
    assert (person["name"], person["kind"]) == ("SYN A", "user")
    assert one(tables, "posts", post_key="vk:-77_1")["post_url"] == "https://vk.com/wall-77_1"
    assert links(tables, "vk:-77_1")[0] == ("primary", "https://a.example/")
    assert (shared["text"], shared["is_share"]) == ("Original", True)
    assert links(tables, "vk:-77_3") == [("primary", "https://o.example/")]
    assert one(tables, "sources")["not_posts_n"] == 1


def test_a_video_in_json_and_in_csv_is_one(tmp_path: Path) -> None:
    """No digit is lost in either."""
    tables = staged(tmp_path, small_json("tiktok_research"), small("tiktok_research"))

    assert tables["quarantine"].is_empty()
    assert (tables["posts"].height, tables["engagement"].height) == (5, 10)


def test_a_video_that_was_captured_too_is_told_once(tmp_path: Path) -> None:
    """The capture has the number of its account, the interface its name: nothing joins them."""
    video = made.studied_video(1)
    data = {"id": str(video["id"]), "createTime": EIGHT_S + 1, "author": {"id": "5"}}
    tables = staged(tmp_path, json.dumps([video]), lines([{"data": data}]))

    assert set(tables["sources"]["format_id"]) == {"tiktok_research", "tiktok_zeeschuimer"}
    assert tables["quarantine"]["reason"].to_list() == ["conflicting_account"]
    assert tables["posts"].height == 1


def test_captures_of_threads_say_when_they_were_made(tmp_path: Path) -> None:
    """Counts are of that moment; an account is known by its name alone."""
    tables = staged(tmp_path, small_json("threads_zeeschuimer"))

    assert tables["engagement"]["observed_at_s"].unique().to_list() == [THREADS_S + 3_600]
    assert "account_id_is_handle 5" in one(tables, "sources")["warnings"]
    assert one(tables, "posts", post_key="threads:C1")["account_key"] == "threads:syn.1"


def test_captures_of_instagram_join_what_crowdtangle_exported(tmp_path: Path) -> None:
    """One post of both is one; likes that an account hides are not what the site sends."""
    captured = lines([made.captured_post(n) for n in (1, 2)])
    header = ("Account", "User Name", "Post Created", "Type", "Likes", "URL", "Description")
    known = ("SYN A", "syn.a", "2022-01-05 08:00:01 UTC", "Album", "4", f"{INSTAGRAM}/p/C1/", "x")
    tables = staged(tmp_path, captured, f"{','.join(header)}\n{','.join(known)}\n")
    engagement = tables["engagement"].filter(post_key="instagram:C1").sort("observed_at_s")

    assert tables["quarantine"].is_empty()
    assert tables["accounts"]["account_key"].to_list() == ["instagram:syn.a"]
    assert tables["posts"].select("post_key", "post_url", "post_type").sort("post_key").rows() == [
        (f"instagram:C{n}", f"{INSTAGRAM}/p/C{n}/", "album") for n in (1, 2)
    ]
    assert engagement.select("likes", "comments", "views_post").rows() == [
        (4, None, None),
        (None, 2, 90),
    ]
    assert engagement["observed_at_s"].to_list()[1] == EIGHT_S + 3_600


WRONG: dict[str, list[tuple[dict[str, Any], str]]] = {
    "mastodon": [
        ({"uri": None}, "post_id_missing"),
        ({"account": {"acct": "syn"}}, "account_id_missing"),
        ({"created_at": "soon"}, "time_unparsable"),
        ({"created_at": None}, "time_missing"),
        ({"created_at": "1999-01-05T08:00:00Z"}, "time_out_of_range"),
        ({"favourites_count": "many"}, "number_unparsable"),
    ],
    "vk_wall": [
        ({"owner_id": None}, "post_id_missing"),
        ({"from_id": None}, "account_id_missing"),
        ({"date": "soon"}, "time_unparsable"),
        ({"date": None}, "time_missing"),
        ({"date": 7}, "time_out_of_range"),
        ({"likes": {"count": "many"}}, "number_unparsable"),
    ],
    "tiktok_research": [
        ({"id": None}, "post_id_missing"),
        ({"id": "7.3E+18"}, "id_precision_lost"),
        ({"username": ""}, "account_id_missing"),
        ({"create_time": "soon"}, "time_unparsable"),
        ({"create_time": None}, "time_missing"),
        ({"create_time": 7}, "time_out_of_range"),
    ],
    "threads_zeeschuimer": [
        ({"code": None}, "post_id_missing"),
        ({"user": None}, "account_id_missing"),
        ({"taken_at": "soon"}, "time_unparsable"),
        ({"taken_at": None}, "time_missing"),
        ({"taken_at": 7}, "time_out_of_range"),
    ],
    "instagram_zeeschuimer": [
        ({"code": None}, "post_id_missing"),
        ({"user": {"pk": "77"}}, "account_id_missing"),
        ({"taken_at": "soon"}, "time_unparsable"),
        ({"taken_at": None}, "time_missing"),
        ({"taken_at": 7}, "time_out_of_range"),
        ({"comment_count": "many"}, "number_unparsable"),
    ],
}


@pytest.mark.parametrize("ident", JSON)
def test_each_reason_is_counted(ident: str, tmp_path: Path) -> None:
    """And what is no record at all."""
    make, write = JSON[ident]
    wrong = [make(n, **values) for n, (values, _) in enumerate(WRONG[ident], start=2)]
    tables = staged(tmp_path, write([make(1), *wrong]))
    source = one(tables, "sources")

    assert Counter(tables["quarantine"]["reason"]) == Counter(why for _, why in WRONG[ident])
    assert (source["posts_new_n"], source["quarantined_n"]) == (1, len(wrong))


def test_answers_that_are_errors_are_no_posts(tmp_path: Path) -> None:
    """Between answers with posts, in either interface."""
    vk = [wall([made.wall_post(1)]), {"error": {"error_code": 6, "error_msg": "Too many requests"}}]
    tiktok = [
        made.answer([made.studied_video(1)]),
        {"error": {"code": "internal_error", "log_id": "2"}},
    ]
    tables = staged(tmp_path, lines(vk), lines(tiktok))

    assert tables["sources"]["not_posts_n"].to_list() == [1, 1]
    assert tables["quarantine"].is_empty()
    assert tables["posts"].height == 2


def test_hostile_html_is_stored_as_text(tmp_path: Path) -> None:
    """No script of it, and contacts behind markup are recognised as in any text."""
    content = (
        "<p>x<script>alert(1)</script></p><p>Appelez +223&nbsp;20&nbsp;22&nbsp;<b>1</b>2 34</p>"
    )
    tables = staged(tmp_path, json.dumps([made.status(1, content=content)]))

    assert tables["posts"]["text"].item() == "x\n\nAppelez <tel:34>"
    assert tables["post_contacts"].height == 1
