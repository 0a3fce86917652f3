"""Posts as the newest export shows them, filled from others, and the contacts counted in them."""

from pathlib import Path

import polars as pl
import pytest

from tests.ingest.exports_writer import (
    EARLIER,
    OTHER_PAGE,
    PAGE,
    csv_bytes,
    export,
    group_post,
    post,
    reasons,
    staged,
)

Asked = set[tuple[str, tuple[str, ...]]]


def shown(folder: Path, **values: str) -> dict[str, object]:
    """Return the one post of an export."""
    return staged(export(folder, [post(1, **values)]))["posts"].row(0, named=True)


def both(folder: Path, before: dict[str, str], after: dict[str, str]) -> dict[str, object]:
    """Return the post that two exports show, the later one with other values."""
    earlier = export(folder, [post(1, **before)], EARLIER)
    later = export(folder, [post(1, **after), post(2)])
    table = staged(later, earlier)["posts"]
    return table.filter(pl.col("post_id") == "900000001").row(0, named=True)


def test_a_post_leads_back_to_its_record(tmp_path: Path) -> None:
    """File, row, line and bytes are those of the record shown."""
    rows = [post(n, Description="a\nb") for n in range(3)]
    content = csv_bytes(rows)
    table = staged(export(tmp_path, content))["posts"].sort("source_row")
    for row, place in zip(rows, table.iter_rows(named=True), strict=True):
        start, size = place["source_byte_start"], place["source_byte_len"]
        assert content[start : start + size] == csv_bytes([row]).split(b"\n", 1)[1].rstrip(b"\n")
        assert content[:start].count(b"\n") + 1 == place["source_line"]
        assert row["URL"] == place["post_url"]


@pytest.mark.parametrize(
    ("raw", "post_type", "announced"),
    [
        ("Link", "link", False),
        ("Native Video", "native_video", False),
        ("Live Video Complete", "live_video_complete", False),
        ("Live Video Scheduled", "live_video_scheduled", True),
        ("YouTube", "youtube", False),
        ("Hologram", "other", False),
    ],
)
def test_kinds_of_posts(tmp_path: Path, raw: str, post_type: str, *, announced: bool) -> None:
    """Known kinds have a word of ours; what only announces a live video is marked."""
    found = shown(tmp_path, Type=raw)

    assert (found["post_type"], found["post_type_raw"]) == (post_type, raw)
    assert found["is_scheduled_announcement"] is announced


def test_a_post_without_a_kind_is_another(tmp_path: Path) -> None:
    """Nothing is known of it, and nothing claimed."""
    found = shown(tmp_path, Type="")

    assert (found["post_type"], found["post_type_raw"]) == ("other", None)
    assert found["is_scheduled_announcement"] is False


@pytest.mark.parametrize(
    ("raw", "status", "is_share"),
    [
        ("owned", "owned", False),
        ("original", "original", False),
        ("share", "share", True),
        ("Share", "share", True),
        ("crosspost", "crosspost", False),
        ("", None, False),
        ("-", None, False),
        ("something else", None, False),
    ],
)
def test_whose_video_it_is(tmp_path: Path, raw: str, status: str | None, *, is_share: bool) -> None:
    """Only what the platform says is known; another account's video is a share."""
    found = shown(tmp_path, Video_Share_Status=raw)

    assert (found["video_share_status"], found["is_share"]) == (status, is_share)


@pytest.mark.parametrize(("chars", "truncated"), [(4_989, False), (4_990, True), (5_000, True)])
def test_texts_that_were_probably_cut(tmp_path: Path, chars: int, *, truncated: bool) -> None:
    """Characters count, not bytes."""
    assert shown(tmp_path, Message="é" * chars)["text_truncated"] is truncated


def test_what_a_person_wrote_is_missing_only_where_it_is_empty(tmp_path: Path) -> None:
    """A dash is a text; a dash for an address is none."""
    found = shown(tmp_path, Message="-", Link_Text="N/A", Description="", Sponsor_Id="-")

    assert (found["text"], found["title"]) == ("-", "N/A")
    assert (found["description"], found["sponsor_id"]) == (None, None)


def test_a_post_in_a_group_has_no_author(tmp_path: Path) -> None:
    """The group is account and surface; a page's post has no surface."""
    table = staged(export(tmp_path, [group_post(1), post(1)]))["posts"].sort("post_key")

    assert table.select("account_key", "surface_key", "author_kind").rows() == [
        ("facebook:300000000000001", "facebook:300000000000001", "surface_only"),
        (f"facebook:{PAGE}", None, "account"),
    ]


def test_ids_are_numbers_or_missing(tmp_path: Path) -> None:
    """What stands in a column of ids and is none is not kept."""
    found = shown(tmp_path, Facebook_Id="7.03E+14", Sponsor_Id="ORG-1")

    assert (found["account_id_raw"], found["sponsor_id"]) == (None, None)
    assert found["account_key"] == f"facebook:{PAGE}"


def test_the_newest_export_decides(tmp_path: Path) -> None:
    """Its text is shown, with its place, and the export that came first is named."""
    found = both(tmp_path, {"Message": "before"}, {"Message": "after"})

    assert found["text"] == "after"
    assert found["source_id"] == found["current_source_id"] != found["first_source_id"]
    assert found["source_row"] == 1


def test_what_the_newest_leaves_empty_comes_from_the_one_before(tmp_path: Path) -> None:
    """Each value on its own, and with it what follows from it."""
    long = "é" * 5_000
    found = both(
        tmp_path,
        {"Message": long, "Type": "Live Video Scheduled", "Video_Share_Status": "share"},
        {"Message": "", "Type": "", "Video_Share_Status": "", "Image_Text": "new"},
    )

    assert (found["text"], found["text_truncated"]) == (long, True)
    assert (found["post_type"], found["is_scheduled_announcement"]) == (
        "live_video_scheduled",
        True,
    )
    assert (found["video_share_status"], found["is_share"]) == ("share", True)
    assert found["image_text"] == "new"


def test_a_shorter_text_in_the_newest_export_is_not_cut(tmp_path: Path) -> None:
    """What follows from a value follows from the one shown."""
    found = both(tmp_path, {"Message": "é" * 5_000}, {"Message": "short"})

    assert (found["text"], found["text_truncated"]) == ("short", False)


def test_records_that_disagree_about_the_time_are_kept_apart(tmp_path: Path) -> None:
    """All of a post's records, in every file; a second is forgiven."""
    earlier = export(
        tmp_path,
        [
            post(1, Post_Created="2022-01-03 00:00:01 GMT"),
            post(2, Post_Created="2022-01-03 00:00:02 GMT"),
        ],
        EARLIER,
    )
    later = export(
        tmp_path,
        [
            post(1, Post_Created="2022-01-03 00:00:03 GMT"),
            post(2, Post_Created="2022-01-03 00:00:03 GMT"),
        ],
    )
    tables = staged(earlier, later)

    assert reasons(tables) == ["conflicting_time", "conflicting_time"]
    assert tables["posts"]["post_id"].to_list() == ["900000002"]


def test_records_that_disagree_about_the_account_are_kept_apart(tmp_path: Path) -> None:
    """The first export is believed."""
    url = f"https://www.facebook.com/{OTHER_PAGE}/posts/900000001"
    tables = staged(
        export(tmp_path, [post(1)], EARLIER), export(tmp_path, [post(1, OTHER_PAGE, URL=url)])
    )

    assert reasons(tables) == ["conflicting_account"]
    assert tables["posts"]["account_key"].to_list() == [f"facebook:{PAGE}"]
    assert tables["quarantine"].select("field", "detail").row(0) == (
        "URL",
        "an earlier record says that facebook:<digits> published it",
    )


def test_mentions_are_counted_by_field_and_contact(tmp_path: Path, asked: Asked) -> None:
    """Each mention counts, a link in the text with the text, and other links apart."""
    tables = staged(
        export(
            tmp_path,
            [
                post(
                    1,
                    Message="SECRET and SECRET, https://wa.me/SECRET",
                    Description="SECRET",
                    Link="https://wa.me/SECRET",
                    Final_Link="https://wa.me/SECRET",
                ),
                post(2, Image_Text="SECRET SECRET"),
                post(3),
            ],
        ),
        regions=["SN"],
    )

    assert tables["post_contacts"].sort("post_key", "field").select(
        "post_key", "field", "mentions_n", "kind", "last2", "is_valid"
    ).rows() == [
        ("facebook:900000001", "description", 1, "phone", "88", False),
        ("facebook:900000001", "link", 2, "phone", "88", False),
        ("facebook:900000001", "text", 3, "phone", "88", False),
        ("facebook:900000002", "image_text", 2, "phone", "88", False),
    ]
    assert {regions for text, regions in asked if "wa.me" in text} == {("ML", "SN")}
    assert tables["posts"]["text"].to_list()[0] == "<tel:88> and <tel:88>, https://wa.me/<tel:88>"
    assert set(tables["links"]["url"]) == {"https://wa.me/<tel:88>"}


def test_the_country_of_an_older_export_still_tells(tmp_path: Path, asked: Asked) -> None:
    """A number is read as in the page's country, though the newest export leaves it out."""
    both(
        tmp_path,
        {"Page_Admin_Top_Country": "ML"},
        {"Page_Admin_Top_Country": "", "Message": "SECRET"},
    )

    assert ("SECRET", ("ML",)) in asked


def test_a_resolved_link_in_the_text_counts_as_a_link(tmp_path: Path, asked: Asked) -> None:
    """The text keeps the short link; where it leads is no part of it."""
    message = "x https://sh.example/x:=:https://wa.me/SECRET"
    tables = staged(export(tmp_path, [post(1, Message=message)]))

    assert asked
    assert tables["posts"]["text"].item() == "x https://sh.example/x"
    assert tables["post_contacts"].select("field", "mentions_n").rows() == [("link", 1)]
