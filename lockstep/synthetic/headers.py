"""The headers that CrowdTangle wrote over the years, column by column (FORMATS §1.1)."""

from typing import Literal

HeaderVariant = Literal["FB-1", "FB-2a", "FB-2b", "FB-3", "FB-4", "FB-5", "FB-5p", "FB-sub", "IG"]

COUNTS = ("Likes", "Comments", "Shares", "Love", "Wow", "Haha", "Sad", "Angry", "Care")
"""The columns whose sum is `Total Interactions`."""
TOTAL = "Total Interactions"
WEIGHTED_TOTAL = (
    "Total Interactions (weighted  —  Likes 1x Shares 1x Comments 1x Love 1x Wow 1x Haha 1x Sad 1x "
    "Angry 1x Care 1x )"
)
SCORE = "Overperforming Score"

_WEIGHTED_SCORE = WEIGHTED_TOTAL.replace(TOTAL, SCORE)
_WEIGHTED_SCORE_OF_IMAGES = f"{SCORE} (weighted  —  Likes 1x Comments 1x )"
_TIME = ("Post Created", "Post Created Date", "Post Created Time")
_VIEWS = ("Post Views", "Total Views", "Total Views For All Crossposts")
_WRITTEN = ("URL", "Message", "Link", "Final Link", "Image Text", "Link Text", "Description")
_SPONSOR = ("Sponsor Id", "Sponsor Name")
_PAGE = ("Page Category", "Page Admin Top Country", "Page Description", "Page Created")
_NAME = ("Page Name", "User Name", "Facebook Id")

_IN_2020 = (
    *(*_NAME, "Likes at Posting", "Created", "Type", *COUNTS, "Video Share Status", *_VIEWS),
    *("Video Length", *_WRITTEN, *_SPONSOR),
)
_FROM_LIKES = (
    *("Likes at Posting", "Followers at Posting", *_TIME, "Type", TOTAL, *COUNTS),
    *("Video Share Status", "Is Video Owner?", *_VIEWS, "Video Length", *_WRITTEN, *_SPONSOR),
    "Sponsor Category",
)
_NEWEST = (*_NAME, *_PAGE, *_FROM_LIKES)

HEADERS: dict[HeaderVariant, tuple[str, ...]] = {
    "FB-1": (
        *("Page Name", "Page Likes at Posting", "Created", "Type", *COUNTS[:-1], "Thankful"),
        *("Video Share Status", "Post Views", "Total Views", "Total Views for all CrossPosts"),
        *("URL", "Message", "Link", "Final Link", "Link Text", SCORE),
    ),
    "FB-2a": (*_IN_2020, TOTAL, WEIGHTED_TOTAL),
    "FB-2b": (*_IN_2020, SCORE),
    "FB-3": (*_NAME, *_FROM_LIKES, _WEIGHTED_SCORE),
    "FB-4": (*_NEWEST, _WEIGHTED_SCORE),
    "FB-5": (*_NEWEST, WEIGHTED_TOTAL, SCORE),
    "FB-5p": ("", *_NEWEST, WEIGHTED_TOTAL, SCORE),
    "FB-sub": ("Page Name", "Post Created", "Shares", "Message", "URL"),
    "IG": (
        *("Account", "User Name", "Followers at Posting", *_TIME, "Type", TOTAL, *COUNTS[:2]),
        *("Views", "URL", "Link", "Photo", "Title", "Description", "Image Text", *_SPONSOR),
        _WEIGHTED_SCORE_OF_IMAGES,
    ),
}
"""The columns of each variant, in order. Of FB-1 and IG no real file was seen."""

SORTED_BY_TOTAL = ("FB-2a", "FB-5", "FB-5p", "FB-sub")
"""Variants whose exports begin with the post of most interactions; others with the newest."""
NAMED_IN_ADDRESS = ("FB-2a", "FB-2b")
"""Variants in which the address of a post has the name of its page, not the id."""
