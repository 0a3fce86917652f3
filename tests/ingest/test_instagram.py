"""CrowdTangle's Instagram export, as scripts that read it show it: no real file was seen."""

from pathlib import Path

import pytest

from lockstep.errors import UnknownExportError
from lockstep.synthetic.headers import HEADERS
from tests.ingest.exports_writer import Row, csv_bytes, export, post, reasons, staged

IG = HEADERS["IG"]
CODE = "CYabc-_123"


def image(code: str = CODE, account: str = "syn.a", **values: str) -> Row:
    """Return the record of a post, values by header (`_` for a space)."""
    row = post(len(code), account) | {
        "Account": "SYN-A",
        "User Name": account,
        "Followers at Posting": "1300",
        "Type": "Photo",
        "Likes": "1200",
        "Comments": "34",
        "Total Interactions": "1,234",
        "Views": "0",
        "URL": f"https://www.instagram.com/p/{code}/",
        "Description": "Bonjour à toutes",
        "Title": "",
    }
    return row | {name.replace("_", " "): value for name, value in values.items()}


def test_posts_accounts_and_counts(tmp_path: Path) -> None:
    """The post is its short code, the account its name, the text its caption."""
    tables = staged(export(tmp_path, csv_bytes([image(), image("B2", "syn.b")], IG)))
    found = tables["posts"].filter(post_id=CODE).row(0, named=True)
    account = tables["accounts"].filter(account_id="syn.a").row(0, named=True)
    seen = tables["engagement"].row(0, named=True)

    assert found["post_key"] == f"instagram:{CODE}"
    assert (found["account_key"], found["author_kind"]) == ("instagram:syn.a", "account")
    assert (found["text"], found["post_type"]) == ("Bonjour à toutes", "photo")
    assert (account["kind"], account["name"], account["handle"]) == ("profile", "SYN-A", "syn.a")
    assert account["url"] == "https://www.instagram.com/syn.a/"
    assert (seen["total_interactions"], seen["checksum_ok"], seen["shares"]) == (1234, True, None)
    assert tables["account_aliases"].height == 0


def test_it_is_told_as_unverified(tmp_path: Path) -> None:
    """Until somebody has read a real file; an account that changes its name is another."""
    source = staged(export(tmp_path, csv_bytes([image()], IG)))["sources"].row(0, named=True)

    assert (source["format_id"], source["variant"]) == ("crowdtangle_instagram", "IG")
    assert source["warnings"] == "account_id_is_handle 1; format_unverified"
    assert source["number_locale"] == "en"


@pytest.mark.parametrize(
    ("url", "post_id"),
    [
        (f"https://www.instagram.com/p/{CODE}/", CODE),
        (f"https://www.instagram.com/reel/{CODE}", CODE),
        (f"https://instagram.com/tv/{CODE}/?utm=x", CODE),
        (f"https://www.instagram.com/syn.other/p/{CODE}/", CODE),
        ("https://www.instagram.com/syn.a/", None),
        (f"https://www.example.org/p/{CODE}/", None),
        (f"https://www.instagram.com/p/{CODE}/comments", None),
    ],
)
def test_addresses(tmp_path: Path, url: str, post_id: str | None) -> None:
    """An account in the address is not the one that counts: a post may have two."""
    tables = staged(export(tmp_path, csv_bytes([image(URL=url)], IG)))

    assert tables["posts"]["post_id"].to_list() == ([post_id] if post_id else [])
    assert reasons(tables) == ([] if post_id else ["post_id_missing"])
    assert set(tables["posts"]["account_key"]) <= {"instagram:syn.a"}


@pytest.mark.parametrize("name", ["", "syn a", "syn/a", "x" * 31])
def test_a_post_without_a_name_has_no_account(tmp_path: Path, name: str) -> None:
    """Nothing else in the file tells it."""
    tables = staged(export(tmp_path, csv_bytes([image(User_Name=name)], IG)))

    assert reasons(tables) == ["account_id_missing"]
    assert tables["quarantine"]["field"].item() == "User Name"


def test_a_case_may_hold_both_platforms(tmp_path: Path) -> None:
    """Keys begin with the platform; a name is of one platform alone."""
    facebook = export(tmp_path, [post(1, User_Name="syn.a")], "facebook.csv")
    tables = staged(facebook, export(tmp_path, csv_bytes([image()], IG)))

    assert set(tables["accounts"]["account_key"]) == {
        "facebook:100000000000001",
        "instagram:syn.a",
    }
    assert tables["accounts"].filter(platform="facebook")["handle"].to_list() == ["syn.a"]


def test_a_file_that_two_formats_fit_is_refused(tmp_path: Path) -> None:
    """The message names both and the line to add, which decides."""
    header = ["Page Name", "Account", "User Name", "Post Created", "URL"]
    row = image(Page_Name="SYN-A")
    with pytest.raises(UnknownExportError, match="both crowdtangle_") as caught:
        staged(export(tmp_path, csv_bytes([row], header)))

    assert 'What to do: add to [[exports]]: format = "crowdtangle_' in str(caught.value)
    chosen = staged(export(tmp_path, csv_bytes([row], header), format="crowdtangle_instagram"))
    assert chosen["sources"]["variant"].item() == "IG-sub"


def test_a_time_before_the_platform_is_refused(tmp_path: Path) -> None:
    """Instagram opened in October 2010."""
    row = image(Post_Created="2009-01-01 00:00:00 GMT")

    assert reasons(staged(export(tmp_path, csv_bytes([row], IG)))) == ["time_out_of_range"]
