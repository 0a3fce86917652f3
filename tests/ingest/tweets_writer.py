"""Small exports of tweets in JSON and of captured videos, for tests to change: all fictional."""

import json
from typing import Any

EIGHT_S = 1_641_369_600
"""2022-01-05T08:00:00Z."""
USERS = [{"id": "11", "name": "SYN A", "username": "syn_a"}, {"id": "12", "name": "SYN B"}]


def tweet(number: int, author_id: str, **more: Any) -> dict[str, Any]:
    """Return a tweet of version 2 of the interface; its number is also its second."""
    return {
        "id": f"90000000000000000{number}",
        "author_id": author_id,
        "created_at": f"2022-01-05T08:00:0{number}.000Z",
        "text": "Bonjour",
        "public_metrics": {"like_count": number, "retweet_count": 0},
        **more,
    }


def pages(*of: list[dict[str, Any]]) -> str:
    """Return answers with accounts beside their tweets, one a line."""
    return "".join(
        json.dumps({"data": tweets, "includes": {"users": USERS}}) + "\n" for tweets in of
    )


def captured(number: int) -> dict[str, Any]:
    """Return a captured video of TikTok."""
    data = {
        "id": f"700000000000000000{number}",
        "desc": "Bonjour",
        "createTime": EIGHT_S + number,
        "author": {"id": f"5{number}", "uniqueId": f"syn_{number}", "nickname": "SYN"},
        "stats": {"diggCount": 3, "playCount": 9},
    }
    collected_ms = (EIGHT_S + 86_400) * 1_000 + number
    return {
        "nav_index": "1",
        "item_id": data["id"],
        "timestamp_collected": collected_ms,
        "data": data,
    }


def lines(*records: dict[str, Any]) -> str:
    """Return one record a line."""
    return "".join(json.dumps(record) + "\n" for record in records)
