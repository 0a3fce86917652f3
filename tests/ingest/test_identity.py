"""Ids from addresses: the shapes of FORMATS §1.4, damaged ids, and addresses made to mislead."""

import polars as pl
import pytest

from lockstep.ingest.formats import format_of
from lockstep.ingest.identity import identities

FORMAT = format_of("crowdtangle_facebook")
FB = "https://www.facebook.com"
GIVEN = "100000000000009"


def read(url: str | None, account: str | None = GIVEN) -> dict[str, object]:
    values = pl.DataFrame(
        {"post_url": [url], "account_id_raw": [account]},
        schema={"post_url": pl.String, "account_id_raw": pl.String},
    )
    return identities(values, FORMAT.identity, FORMAT.platform).row(0, named=True)


@pytest.mark.parametrize(
    ("url", "account_id", "post_id"),
    [
        (f"{FB}/100000000000001/posts/900000000000001", "100000000000001", "900000000000001"),
        (f"{FB}/syn.a/posts/900000000000001", GIVEN, "900000000000001"),
        (f"{FB}/syn.a/videos/900000000000001", GIVEN, "900000000000001"),
        (f"{FB}/syn.a/videos/a-title/900000000000001/", GIVEN, "900000000000001"),
        (f"{FB}/syn.a/photos/a.12/900000000000001/?type=3", GIVEN, "900000000000001"),
        (f"{FB}/1/posts/2?ref=x&id=3", "1", "2"),
        (f"{FB}/1/posts/2#comments", "1", "2"),
        ("http://facebook.com/1/posts/2", "1", "2"),
        ("https://m.facebook.com/1/posts/2", "1", "2"),
        ("https://pt-br.facebook.com/1/posts/2", "1", "2"),
        ("HTTPS://WWW.Facebook.com/1/posts/2", "1", "2"),
        (f"{FB}/nom.à.accents/posts/2", GIVEN, "2"),
    ],
)
def test_posts_of_accounts(url: str, account_id: str, post_id: str) -> None:
    """The id in the address decides; where a name stands there, the account's own column does."""
    found = read(url)

    assert (found["account_id"], found["post_id"]) == (account_id, post_id)
    assert found["account_key"] == f"facebook:{account_id}"
    assert found["post_key"] == f"facebook:{post_id}"
    assert found["account_url"] == f"{FB}/{account_id}"
    assert found["post_url"] == url.partition("?")[0].partition("#")[0]
    assert (found["is_group"], found["reason"]) == (False, None)


@pytest.mark.parametrize(
    ("url", "account_id"),
    [
        (f"{FB}/groups/300000000000001/permalink/800000000000001", "300000000000001"),
        (f"{FB}/groups/300000000000001/posts/800000000000001/?x=1", "300000000000001"),
        (f"{FB}/groups/syn.group/permalink/800000000000001", GIVEN),
    ],
)
def test_posts_in_groups(url: str, account_id: str) -> None:
    """A post in a group belongs to the group, whatever the header of the file says."""
    found = read(url)

    assert (found["account_id"], found["post_id"]) == (account_id, "800000000000001")
    assert found["account_url"] == f"{FB}/groups/{account_id}"
    assert (found["is_group"], found["reason"]) == (True, None)


def test_a_page_that_moved_keeps_the_id_of_its_address() -> None:
    """The newer id stands beside it."""
    found = read(f"{FB}/217000000000001/posts/1", "100057000000001")

    assert found["account_key"] == "facebook:217000000000001"
    assert found["account_id_raw"] == "100057000000001"


@pytest.mark.parametrize(
    "written", ["7.03E+14", "7,03E+14", "7E+14", "7.03e+14", "1.00057764450876e+14", "7.03E14"]
)
def test_ids_that_a_spreadsheet_rounded(written: str) -> None:
    """They are had from the address; where a name stands there they are lost, and told."""
    found = read(f"{FB}/100000000000001/posts/1", written)
    lost = read(f"{FB}/syn.a/posts/1", written)

    assert (found["account_id"], found["reason"], found["is_id_lost"]) == (
        "100000000000001",
        None,
        True,
    )
    assert found["account_id_raw"] is None
    assert [lost[name] for name in ("reason", "field", "detail")] == [
        "id_precision_lost",
        "account_id_raw",
        written,
    ]


@pytest.mark.parametrize(
    ("in_url", "written"),
    [
        ("1606554142863145", "1606554142863140"),  # a spreadsheet that shows whole numbers
        ("1606554142863148", "1606554142863150"),
        ("10150123456789013", "10150123456789012"),  # a real number
        ("101501234567890123", "101501234567890000"),
    ],
)
def test_long_ids_that_were_rounded(in_url: str, written: str) -> None:
    """What differs from the address behind the 15th digit alone is no page that moved."""
    found = read(f"{FB}/groups/{in_url}/permalink/1", written)

    assert (found["account_id"], found["account_in_url"]) == (in_url, in_url)
    assert (found["account_id_raw"], found["is_id_lost"]) == (None, True)


@pytest.mark.parametrize(
    ("in_url", "written"),
    [
        ("1606554142863145", "1606554142863145"),
        ("1606554142863145", "1606554142863155"),
        ("160655414286314", "160655414286310"),  # 15 digits are exact
        ("1606554142863145", "160655414286314"),
        ("1606554142863145", "99999999999999999999"),
    ],
)
def test_long_ids_that_were_not_rounded(in_url: str, written: str) -> None:
    """They are what stands there, and may be another id of the account."""
    found = read(f"{FB}/{in_url}/posts/1", written)

    assert (found["account_id_raw"], found["is_id_lost"]) == (written, False)


@pytest.mark.parametrize("written", ["100000000000001.0", "1.0"])
def test_ids_that_pandas_wrote_with_a_point(written: str) -> None:
    """A column with gaps is one of real numbers, exact up to 15 digits."""
    found = read(f"{FB}/syn.a/posts/1", written)

    assert found["account_id"] == found["account_id_raw"] == written.removesuffix(".0")
    assert (found["reason"], found["is_id_lost"]) == (None, False)


@pytest.mark.parametrize(
    "written",
    [None, "syn.a", "12a", "-1", "1.5", "1000000000000001.0", "١٢٣", " 1"],
)
def test_accounts_without_an_id(written: str | None) -> None:
    """A name in the address and no number in the column is no account."""
    found = read(f"{FB}/syn.a/posts/1", written)

    assert [found[name] for name in ("account_key", "reason", "field", "detail")] == [
        None,
        "account_id_missing",
        "account_id_raw",
        written,
    ]


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        FB,
        f"{FB}/1",
        f"{FB}/1/posts/",
        f"{FB}/1/posts/pfbid02abc",
        f"{FB}/1/posts/2abc",
        f"{FB}/1/posts/2/comments",
        f"{FB}/groups/1/permalink/2abc",
        f"{FB}/groups/1/permalink/2/extra",
        f"{FB}/permalink.php?story_fbid=2&id=1",
        f"{FB}/1/posts?id=/posts/2",
        f"{FB}/1/posts/٢",
        f"{FB}/ 1/posts/2",
        f"{FB}/1\n/posts/2",
        f" {FB}/1/posts/2",
        f"{FB}/1/posts/2\n",
        "https://facebook.com.example.org/1/posts/2",
        "https://example.org/https://www.facebook.com/1/posts/2",
        "https://examplefacebook.com/1/posts/2",
        "https://www.facebook.com@example.org/1/posts/2",
        "https://example.org/?u=https://www.facebook.com/1/posts/2",
        "https://www.facebook.com:8080/1/posts/2",
        "//www.facebook.com/1/posts/2",
        "javascript://www.facebook.com/1/posts/2",
        "www.facebook.com/1/posts/2",
        "2",
    ],
)
def test_addresses_that_name_no_post(url: str | None) -> None:
    """Other hosts, other paths, other digits and half addresses are no post of the platform."""
    found = read(url)

    assert [found[name] for name in ("post_key", "reason", "field", "detail")] == [
        None,
        "post_id_missing",
        "post_url",
        url,
    ]


def test_the_post_is_missed_before_the_account() -> None:
    """Of two reasons the first counts."""
    assert read(None, None)["reason"] == "post_id_missing"
