"""Small exports in JSON of fictional accounts, for tests to change and damage."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from tests.ingest.exports_writer import export, staged

Json = dict[str, Any]
Tables = dict[str, pl.DataFrame]

START_S = 1_675_000_000
"""2023-01-29T13:46:40Z."""
CHAT, OTHER_CHAT = 9_100_000_001, 9_100_000_002
DID = "did:plc:synthetic{}"


def utc(at_s: int, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """Return a time as text."""
    return f"{datetime.fromtimestamp(at_s, UTC):{form}}"


def message(number: int, **more: Any) -> Json:
    """Return a message of a channel as Telegram Desktop exports it, exported one hour east."""
    at_s = START_S + number
    return {
        "id": number,
        "type": "message",
        "date": utc(at_s + 3_600, "%Y-%m-%dT%H:%M:%S"),
        "date_unixtime": str(at_s),
        "from": "SYN channel",
        "from_id": f"channel{CHAT}",
        "text": f"Bonjour {number}",
        "text_entities": [{"type": "plain", "text": f"Bonjour {number}"}],
        **more,
    }


def notice(number: int) -> Json:
    """Return a notice of the service."""
    return {
        "id": number,
        "type": "service",
        "date_unixtime": str(START_S + number),
        "actor": "SYN channel",
        "actor_id": f"channel{CHAT}",
        "action": "pin_message",
        "text": "",
        "text_entities": [],
    }


def chat(messages: Sequence[Any], kind: str = "public_channel", ident: int = CHAT) -> Json:
    """Return a chat with its messages."""
    return {"name": f"SYN {ident}", "type": kind, "id": ident, "messages": list(messages)}


def account_export(*chats: Json, left: Sequence[Json] = ()) -> Json:
    """Return what all chats of an account are exported as."""
    return {
        "about": "Synthetic.",
        "personal_information": {"user_id": 1, "first_name": "SYN"},
        "chats": {"about": "Synthetic.", "list": list(chats)},
        "left_chats": {"about": "Synthetic.", "list": list(left)},
    }


def api_post(number: int, page: str = "100000000000001", **more: Any) -> Json:
    """Return a post as CrowdTangle's interface gives it, with the number of `exports_writer`."""
    ident = 900_000_000 + number
    actual = {name: number * (at + 3) % 40 for at, name in enumerate(ACTUAL)}
    return {
        "platformId": f"{page}_{ident}",
        "platform": "Facebook",
        "date": utc(START_S + number),
        "updated": utc(START_S + 86_400 + number),
        "type": "native_video",
        "title": "Titre",
        "description": "Description",
        "message": f"Bonjour {number} https://e.example/s{number}",
        "expandedLinks": [
            {"original": f"https://e.example/s{number}", "expanded": f"https://e.example/l{number}"}
        ],
        "link": f"https://e.example/s{number}",
        "postUrl": f"https://www.facebook.com/{page}/posts/{ident}",
        "subscriberCount": 1_300,
        "score": 1.5,
        "statistics": {"actual": actual, "expected": dict.fromkeys(actual, 1)},
        "account": {
            "id": 17,
            "name": f"SYN-{page[-1]}",
            "handle": f"syn.{page[-1]}",
            "subscriberCount": 1_400,
            "url": f"https://www.facebook.com/{page}",
            "platformId": page,
            "accountType": "facebook_page",
            "pageAdminTopCountry": "ML",
            "pageDescription": "Page fictive.",
            "pageCreatedDate": "2015-02-20 10:00:00",
            "pageCategory": "NON_PROFIT",
        },
        "id": f"17|{ident}",
        **more,
    }


ACTUAL = (
    *("likeCount", "commentCount", "shareCount", "loveCount", "wowCount", "hahaCount"),
    *("sadCount", "angryCount", "careCount"),
)


def answer(posts: Sequence[Any]) -> Json:
    """Return a whole answer of CrowdTangle's interface."""
    return {"status": 200, "result": {"posts": list(posts), "pagination": {}}}


def skeet(number: int, by: int = 1, **more: Any) -> Json:
    """Return a post of Bluesky as its interface shows it, taken by the server two seconds later."""
    at_s = START_S + number
    did = DID.format(by)
    return {
        "uri": f"at://{did}/app.bsky.feed.post/syn{number}",
        "cid": f"synthetic{number}",
        "author": {
            "did": did,
            "handle": f"syn{by}.example",
            "displayName": f"SYN {by}",
            "createdAt": "2023-01-01T00:00:00.000Z",
        },
        "record": {
            "$type": "app.bsky.feed.post",
            "createdAt": utc(at_s, "%Y-%m-%dT%H:%M:%S.123Z"),
            "text": f"Bonjour {number}",
        },
        "likeCount": number,
        "repostCount": 0,
        "replyCount": 1,
        "indexedAt": utc(at_s + 2, "%Y-%m-%dT%H:%M:%S.000Z"),
        **more,
    }


def document(value: Any, *, escaped: bool = False) -> bytes:
    """Return one document over several lines, its letters beyond ASCII escaped or not."""
    return json.dumps(value, ensure_ascii=escaped, indent=1).encode()


def lines(*values: Any) -> bytes:
    """Return one document a line."""
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def read(folder: Path, content: bytes, name: str = "export.json", **section: object) -> Tables:
    """Return the staged tables of one export."""
    return staged(export(folder, content, name, **section))


def source_of(tables: Tables) -> Json:
    """Return what is told of the only export."""
    return tables["sources"].row(0, named=True)


def posts_of(tables: Tables) -> list[Json]:
    """Return posts by their row in the export."""
    return tables["posts"].sort("source_id", "source_row").to_dicts()
