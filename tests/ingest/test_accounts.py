"""Accounts as the newest export shows them."""

from pathlib import Path

import polars as pl

from lockstep.synthetic.headers import HEADERS
from tests.ingest.exports_writer import (
    EARLIER,
    GROUP,
    PAGE,
    csv_bytes,
    export,
    group_post,
    post,
    staged,
)


def shown(folder: Path, **values: str) -> dict[str, object]:
    """Return the one account of an export."""
    return staged(export(folder, [post(1, **values)]))["accounts"].row(0, named=True)


def test_kinds_of_accounts(tmp_path: Path) -> None:
    """A group by its address, a page by its creation, else a profile; the header does not tell."""
    rows = [group_post(1), post(1), post(2, "100000000000003", Page_Created="")]
    table = staged(export(tmp_path, rows))["accounts"].sort("account_key")

    assert table.select("account_id", "kind", "url").rows() == [
        (PAGE, "page", f"https://www.facebook.com/{PAGE}"),
        ("100000000000003", "profile", "https://www.facebook.com/100000000000003"),
        (GROUP, "group", f"https://www.facebook.com/groups/{GROUP}"),
    ]


def test_the_zone_of_its_creation_is_assumed(tmp_path: Path) -> None:
    """The export names none: UTC is taken, and that is told."""
    found = shown(tmp_path, Page_Created="2015-02-20 10:00:00")

    assert found["created_at_s"] == 1_424_426_400
    assert (found["created_at_tz_source"], found["created_at_resolution_s"]) == ("assumed", 1)


def test_a_creation_that_cannot_be_read_is_none_and_told(tmp_path: Path) -> None:
    """Another form of date, or a zone behind it, is not guessed at; a page it is all the same."""
    for raw in ("2/20/15", "2015-02-30 10:00:00", "2015-02-20 10:00:00 EST", "2015-02-20"):
        tables = staged(export(tmp_path, [post(1, Page_Created=raw)]))
        found = tables["accounts"].row(0, named=True)
        assert (found["created_at_s"], found["created_at"], found["kind"]) == (
            None,
            None,
            "page",
        )
        assert (found["created_at_tz_source"], found["created_at_resolution_s"]) == (None, None)
        assert "page_created_unparsable 1" in tables["sources"]["warnings"].item()


def test_without_a_column_of_creations_an_account_is_a_page(tmp_path: Path) -> None:
    """Until an export that has one leaves it empty; a group is one by its address."""
    profile = "100000000000003"
    rows = [group_post(1), post(1), post(2, profile, Page_Created="")]
    older = [{**row, "Created": row["Post Created"]} for row in rows]
    alone = export(tmp_path, csv_bytes(older, HEADERS["FB-2a"]), EARLIER)
    kinds = [
        dict(staged(*files)["accounts"].select("account_id", "kind").iter_rows())
        for files in ((alone,), (alone, export(tmp_path, rows)))
    ]

    assert kinds[0] == {GROUP: "group", PAGE: "page", profile: "page"}
    assert kinds[1] == {GROUP: "group", PAGE: "page", profile: "profile"}


def test_a_creation_told_once_makes_a_page(tmp_path: Path) -> None:
    """Whether a later export leaves it empty, or an earlier one did."""
    for before, after in (("", "2015-02-20 10:00:00"), ("20/02/2015 10:00", "")):
        earlier = export(tmp_path, [post(1, Page_Created=before)], EARLIER)
        later = export(tmp_path, [post(1, Page_Created=after)])
        assert staged(earlier, later)["accounts"]["kind"].to_list() == ["page"]


def test_the_newest_export_decides_and_older_ones_fill_in(tmp_path: Path) -> None:
    """Each value on its own, and with it whether it was cut."""
    earlier = [post(1, Page_Name="before", Page_Description="é" * 50, User_Name="old.name")]
    later = [post(1, Page_Name="after", Page_Description="", User_Name="")]
    table = staged(export(tmp_path, later), export(tmp_path, earlier, EARLIER))["accounts"]

    assert table.select("name", "handle", "description", "description_truncated").row(0) == (
        "after",
        "old.name",
        "é" * 50,
        True,
    )


def test_descriptions_of_a_hundred_bytes_were_probably_cut(tmp_path: Path) -> None:
    """Bytes count, and 99 or 101 are no sign."""
    for size, truncated in ((99, False), (100, True), (101, False)):
        assert shown(tmp_path, Page_Description="x" * size)["description_truncated"] is truncated


def test_what_stands_for_nothing_is_missing(tmp_path: Path) -> None:
    """`none` is no category, a long word no country; a page may be called N/A."""
    found = shown(
        tmp_path,
        Page_Category="none",
        Page_Admin_Top_Country="Mali",
        User_Name="",
        Page_Name="N/A",
    )

    assert (found["category"], found["admin_country"], found["handle"]) == (None, None, None)
    assert found["name"] == "N/A"


def test_its_posts_are_counted_once(tmp_path: Path) -> None:
    """Posts in two exports count once, with the first and the last."""
    files = (
        export(tmp_path, [post(1), post(2)], EARLIER),
        export(tmp_path, [post(2), post(3, Type="Live Video Scheduled")]),
    )
    found = staged(*files)["accounts"].row(0, named=True)

    assert (found["posts_n"], found["last_post_s"] - found["first_post_s"]) == (3, 2)


def test_an_account_whose_posts_are_all_kept_apart_is_none(tmp_path: Path) -> None:
    """Accounts are those of accepted posts."""
    rows = [post(1), post(2, "100000000000003", Post_Created="2022-01-03 00:00:00 XYZ")]
    table = staged(export(tmp_path, rows))["accounts"]

    assert table["account_id"].to_list() == [PAGE]
    assert table.select(pl.col("name")).item() == "SYN-1"
