"""What 4CAT makes of CrowdTangle's exports, for tests to change: all fictional."""

import csv
import io
from datetime import UTC, datetime

from tests.ingest.exports_writer import Row, group_post, post

COLUMNS = {
    "body": "Message",
    "author": "User Name",
    "page_id": "Facebook Id",
    "page_name": "Page Name",
    "page_category": "Page Category",
    "page_top_country": "Page Admin Top Country",
    "page_description": "Page Description",
    "page_created": "Page Created",
    "page_likes": "Likes at Posting",
    "page_followers": "Followers at Posting",
    "type": "Type",
    "likes": "Likes",
    "comments": "Comments",
    "shares": "Shares",
    "likes_love": "Love",
    "likes_wow": "Wow",
    "likes_haha": "Haha",
    "likes_sad": "Sad",
    "likes_angry": "Angry",
    "likes_care": "Care",
    "views_post": "Post Views",
    "views_total": "Total Views",
    "views_total_crossposts": "Total Views For All Crossposts",
    "overperforming_score": "Overperforming Score",
    "video_status": "Video Share Status",
    "url": "URL",
    "url_original": "Link",
    "body_image": "Image Text",
    "body_link": "Link Text",
    "body_description": "Description",
    "sponsor_id": "Sponsor Id",
    "sponsor_name": "Sponsor Name",
    "sponsor_category": "Sponsor Category",
}
"""Columns of 4CAT and those of CrowdTangle that it copies."""
MADE = ["id", "thread_id", "timestamp", "unix_timestamp", "interactions", "video_own", "hashtags"]


def as_4cat(row: Row) -> Row:
    """Return a record as 4CAT writes it: its zone dropped, its epoch by the server's clock."""
    moment = row["Post Created"].rpartition(" ")[0]
    server = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    ident = row["URL"].rpartition("/")[2]
    return {
        **{name: row.get(column, "") for name, column in COLUMNS.items()},
        "id": ident,
        "thread_id": ident,
        "timestamp": moment,
        "unix_timestamp": str(int(server.timestamp())),
        "video_own": "no",
        "hashtags": "",
        "interactions": row["Total Interactions"].replace(",", ""),
    }


def content(*rows: Row) -> bytes:
    """Return a file of records as 4CAT writes it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [*MADE, *COLUMNS])
    writer.writeheader()
    writer.writerows(as_4cat(row) for row in rows)
    return text.getvalue().encode()


ROWS = [
    post(1, Post_Created="2022-01-03 01:00:01 EST", Message="a\nb, c", Likes="1007"),
    group_post(2, Post_Created="2021-07-03 01:00:02 EDT"),
]
