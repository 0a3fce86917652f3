"""Small exports of formats that are mapping files, for tests to read and damage: all fictional."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

from lockstep.ingest.formats import format_of

Row = dict[str, str]
Record = dict[str, Any]

EIGHT_S = 1_641_369_600
"""2022-01-05T08:00:00Z."""
THREADS_S = EIGHT_S + 730 * 86_400
"""2024-01-05T08:00:00Z: Threads opened in 2023."""
EIGHT = "2022-01-05T08:00:0{}{}"
SNOWFLAKE_MS = 1_288_834_974_657
PAGES = ("100000000000001", "100000000000002")
GROUP = "300000000000001"


def snowflake(at_ms: int, low: int = 7) -> str:
    """Return the id of a tweet made then."""
    return str(((at_ms - SNOWFLAKE_MS) << 22) | low)


def table(ident: str, rows: Sequence[Row], variant: int = 0) -> str:
    """Return a file with every column of a variant, empty where a row says nothing."""
    fmt = format_of(ident)
    header = [name for chosen in fmt.variants[variant].sets for name in fmt.column_sets[chosen]]
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def mcl_instagram(number: int, **values: str) -> Row:
    return {
        "id": f"200000000000000000{number}",
        "creation_time": EIGHT.format(number, "+0000"),
        "content_type": "reels",
        "post_owner.type": "instagram_account",
        "post_owner.id": f"77{number}",
        "post_owner.name": f"SYN {number}",
        "post_owner.username": f"syn_{number}",
        "statistics.like_count": str(number),
        "text": f"Bonjour {number}",
    } | values


def minet_post(number: int, **values: str) -> Row:
    """Return a post of a page; its number is also its second."""
    page = PAGES[number % 2]
    return {
        "ct_id": f"1|{page}_{900_000_000 + number}",
        "id": f"{page}_{900_000_000 + number}",
        "platform": "Facebook",
        "type": "native_video",
        "title": "Titre",
        "message": "Bonjour",
        "date": "2022-01-05",
        "datetime": f"2022-01-05 08:00:0{number}",
        "updated": "2022-02-01 09:00:00",
        "link": "https://short.example/x",
        "post_url": f"https://www.facebook.com/{page}/posts/{900_000_000 + number}",
        "score": "1.5",
        "actual_like_count": "12",
        "actual_love_count": "3",
        "actual_care_count": "0",
        "account_ct_id": "55",
        "account_id": page,
        "account_platform": "Facebook",
        "account_name": f"SYN-{page[-1]}",
        "account_handle": f"syn.{page[-1]}",
        "account_url": f"https://www.facebook.com/{page}",
        "account_type": "facebook_page",
        "account_page_admin_top_country": "ML",
        "links": "https://short.example/x|https://b.example/",
        "expanded_links": "https://long.example/x?a=1|https://b.example/",
        "media": '[{"type":"video","url":"https://cdn.example/v|1"}]',
    } | values


def twarc_tweet(number: int, **values: str) -> Row:
    return {
        "id": snowflake((EIGHT_S + number) * 1_000),
        "author_id": f"1{number}",
        "created_at": EIGHT.format(number, ".000Z"),
        "text": r"Un\nDeux, \"trois\"",
        "entities.urls": '[{"start": 1, "url": "https://t.co/x", "expanded_url": "https://a.example/"}]',
        "public_metrics.like_count": "4",
        "public_metrics.retweet_count": "0",
        "author.id": f"1{number}",
        "author.username": f"syn_{number}",
        "author.name": f"SYN {number}",
        "author.created_at": "2013-04-05T06:07:08.000Z",
        "author.public_metrics.followers_count": "70",
    } | values


def minet_tweet(number: int, **values: str) -> Row:
    """Return a tweet that was collected on a computer in Paris."""
    return {
        "id": snowflake((EIGHT_S + number) * 1_000),
        "timestamp_utc": str(EIGHT_S + number),
        "local_time": f"2022-01-05T09:00:0{number}",
        "user_screen_name": f"syn_{number}",
        "text": "Bonjour",
        "retweet_count": "0",
        "like_count": "4",
        "user_id": f"1{number}",
        "user_name": f"SYN {number}",
        "user_followers": "70",
        "user_created_at": "2013-04-05T08:07:08",
        "user_timestamp_utc": "1365142028",
        "collected_via": "search|stream",
        "links": "https://a.example/|https://b.example/",
        "domains": "a.example|b.example",
    } | values


def archived_tweet(number: int, **values: str) -> Row:
    """Return a tweet of the archive: its id knows the second, the file the minute."""
    return {
        "tweetid": snowflake((EIGHT_S + number) * 1_000 + 999),
        "userid": f"hash{number}",
        "user_display_name": f"SYN {number}",
        "user_screen_name": f"syn_{number}",
        "follower_count": "12",
        "account_creation_date": "2013-04-05",
        "tweet_text": "Bonjour",
        "tweet_time": "2022-01-05 08:00",
        "is_retweet": "False",
        "like_count": "2",
        "urls": "[]",
    } | values


def researched_video(number: int, **values: str) -> Row:
    return {
        "id": str((EIGHT_S + number) << 32),
        "video_description": "Bonjour",
        "create_time": str(EIGHT_S + number),
        "region_code": "ML",
        "like_count": "3",
        "view_count": "90",
        "username": f"syn.{number}",
        "voice_to_text": "",
    } | values


TABLES = {
    "meta_content_library_instagram": mcl_instagram,
    "minet_crowdtangle": minet_post,
    "twarc_csv": twarc_tweet,
    "minet_tweets": minet_tweet,
    "x_operations": archived_tweet,
    "tiktok_research": researched_video,
}
"""How a record of each format is made, by its number."""


def status(number: int, **values: Any) -> Record:
    """Return a status of an instance; its number is also its second."""
    home = f"https://a.example/users/syn_{number}"
    return {
        "id": f"10900000000000000{number}",
        "uri": f"{home}/statuses/{number}",
        "url": f"https://a.example/@syn_{number}/{number}",
        "created_at": EIGHT.format(number, ".123Z"),
        "visibility": "public",
        "content": "<p>Un &amp; deux</p><p>Trois<br>quatre</p>",
        "account": {
            "url": f"https://a.example/@syn_{number}",
            "acct": f"syn_{number}",
            "display_name": f"SYN {number}",
            "note": "<p>Compte <b>fictif</b></p>",
            "created_at": "2019-04-05T00:00:00.000Z",
            "followers_count": 70,
        },
        "card": {"url": "https://b.example/x", "title": "Titre"},
        "media_attachments": [{"description": "Une photo"}, {"description": None}],
        "favourites_count": 4,
        "replies_count": 0,
        "reblog": None,
    } | values


def wall_post(number: int, **values: Any) -> Record:
    """Return a post of a community on its own wall."""
    return {
        "id": number,
        "owner_id": -77,
        "from_id": -77,
        "date": EIGHT_S + number,
        "post_type": "post",
        "text": "Bonjour",
        "attachments": [
            {"type": "photo", "photo": {"id": 1}},
            {"type": "link", "link": {"url": "https://a.example/", "title": "Titre"}},
        ],
        "likes": {"count": 4},
        "views": {"count": 90},
    } | values


def captured_thread(number: int, **values: Any) -> Record:
    """Return a capture of a post of Threads, made an hour later."""
    return {
        "nav_index": "1:1",
        "item_id": f"C{number}",
        "timestamp_collected": (THREADS_S + 3_600) * 1_000,
        "source_platform": "threads.net",
        "data": {
            "code": f"C{number}",
            "taken_at": THREADS_S + number,
            "user": {"username": f"syn.{number}"},
            "caption": {"text": "Bonjour"},
            "like_count": 4,
            "text_post_app_info": {"repost_count": 0, "direct_reply_count": 1},
        }
        | values,
    }


def captured_post(number: int, **values: Any) -> Record:
    """Return a capture of a post of Instagram, made an hour later."""
    return {
        "nav_index": "1:1",
        "item_id": f"310000000000000000{number}_77",
        "timestamp_collected": (EIGHT_S + 3_600) * 1_000,
        "source_platform": "instagram.com",
        "data": {
            "id": f"310000000000000000{number}_77",
            "code": f"C{number}",
            "taken_at": EIGHT_S + number,
            "media_type": 8,
            "user": {"pk": "77", "username": "syn.a", "full_name": "SYN A"},
            "caption": {"text": "Bonjour"},
            "like_count": 3,
            "like_and_view_counts_disabled": True,
            "comment_count": 2,
            "view_count": None,
            "play_count": 90,
            "_zs_partial": False,
        }
        | values,
    }


def studied_video(number: int, **values: Any) -> Record:
    row = researched_video(number)
    numbers = {name: int(row[name]) for name in ("id", "create_time", "like_count", "view_count")}
    return {**row, **numbers, "hashtag_names": ["syn"]} | values


def lines(records: Sequence[object]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def answer(videos: Sequence[Record]) -> Record:
    """Return an answer of TikTok's interface for research."""
    return {"data": {"videos": videos, "cursor": 5}, "error": {"code": "ok", "log_id": "1"}}


def wall(posts: Sequence[Record], **beside: object) -> Record:
    """Return an answer of VK."""
    return {"response": {"count": len(posts), "items": posts, **beside}}


JSON: dict[str, tuple[Callable[..., Record], Callable[[Sequence[Record]], str]]] = {
    "mastodon": (status, json.dumps),
    "vk_wall": (wall_post, lambda posts: json.dumps(wall(posts), indent=1)),
    "tiktok_research": (studied_video, lambda videos: lines([answer(videos)])),
    "threads_zeeschuimer": (captured_thread, lines),
    "instagram_zeeschuimer": (captured_post, lines),
}
"""How a record of each format in JSON is made, and a file of some."""


def small(ident: str, records_n: int = 5) -> str:
    """Return a small table of a format."""
    return table(ident, [TABLES[ident](n) for n in range(1, records_n + 1)])


def small_json(ident: str, records_n: int = 5) -> str:
    """Return a small export of a format in JSON."""
    make, write = JSON[ident]
    return write([make(n) for n in range(1, records_n + 1)])
