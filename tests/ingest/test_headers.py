"""Headers: variants, order, other delimiters, names that were changed, columns too many or few."""

import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest

from lockstep.errors import UnknownExportError
from lockstep.synthetic.headers import HEADERS, HeaderVariant
from tests.ingest.exports_writer import (
    FB_4,
    FB_5,
    AsText,
    Row,
    as_text,
    csv_bytes,
    export,
    post,
    staged,
)

BRACKETS = "(weighted  —  Likes 1x Shares 3x Comments 2x Love 1x Wow 1x Haha 1x Sad 1x Angry 1x )"
COMMON = FB_4[:-1]
FACEBOOK: tuple[HeaderVariant, ...] = (
    *("FB-1", "FB-2a", "FB-2b", "FB-3", "FB-4", "FB-5", "FB-5p", "FB-sub"),
)


def read(folder: Path, content: bytes, **section: object) -> AsText:
    return as_text(export(folder, content, **section))


def row_of_each(number: int) -> Row:
    """Return a record with a value in the columns of every variant."""
    row = post(number)
    older = {"Created": row["Post Created"], "Thankful": "0", "": str(number)}
    oldest = {
        "Page Likes at Posting": row["Likes at Posting"],
        "Total Views for all CrossPosts": row["Total Views For All Crossposts"],
    }
    return {**row, **older, **oldest}


def sources_of(folder: Path, header: Sequence[str], **how: Sequence[str]) -> dict[str, str]:
    content = csv_bytes([row_of_each(1), row_of_each(2)], header, **how)
    return staged(export(folder, content))["sources"].row(0, named=True)


def refused(folder: Path, header: Sequence[str]) -> str:
    with pytest.raises(UnknownExportError) as caught:
        read(folder, csv_bytes([post(1)], header))
    return str(caught.value)


@pytest.mark.parametrize(
    ("names", "variant"),
    [
        (FB_5, "FB-5"),
        (FB_4, "FB-4"),
        ([*COMMON, f"Overperforming Score {BRACKETS}"], "FB-4"),
        ([*COMMON, f"Total Interactions {BRACKETS}"], "FB-4"),
        ([*COMMON, f"Interaction Rate {BRACKETS}"], "FB-4"),
        ([*COMMON, "Overperforming Score"], "FB-4"),
        ([*COMMON, FB_4[-1].replace("—", "â€”")], "FB-4"),
        ([*COMMON, f"Total Interactions {BRACKETS}", "Overperforming Score"], "FB-5"),
        (["Group Name", *FB_5[1:]], "FB-5"),
        ([f" {name}\u00a0" for name in FB_5], "FB-5"),
    ],
)
def test_columns_behind_the_common_ones_tell_the_variant(
    tmp_path: Path, names: Sequence[str], variant: str
) -> None:
    """Weights are set by users, the dash between them may be damaged, a group's header differs."""
    file = read(tmp_path, csv_bytes([post(1)], (FB_4, FB_5)[len(names) - 40], names=names))

    assert variant == file.header.variant
    assert file.header.unknown == ()
    assert file.values["name"].to_list() == ["SYN-1"]


@pytest.mark.parametrize("variant", FACEBOOK)
def test_every_variant_is_told(tmp_path: Path, variant: HeaderVariant) -> None:
    """In any order of its columns it is the same, and the posts are those of the newest."""
    rows = [row_of_each(n) for n in (1, 2)]
    newest = staged(export(tmp_path, csv_bytes(rows)))["posts"].sort("post_key")
    header = HEADERS[variant]
    for names in (header, random.Random(1).sample(header, len(header))):
        tables = staged(export(tmp_path, csv_bytes(rows, names)))
        found = tables["posts"].sort("post_key")
        assert tables["sources"]["variant"].item() == variant
        assert "unknown_columns" not in tables["sources"]["warnings"].item()
        for column in ("post_key", "account_key", "posted_at_s", "text", "post_url"):
            assert found[column].to_list() == newest[column].to_list()


@pytest.mark.parametrize("variant", FACEBOOK)
def test_columns_that_a_variant_never_had_are_null(tmp_path: Path, variant: HeaderVariant) -> None:
    """What no column holds is not given, never zero and never wrong."""
    tables = staged(export(tmp_path, csv_bytes([row_of_each(1)], HEADERS[variant])))
    seen, had = tables["engagement"].row(0, named=True), {*HEADERS[variant]}
    expected = {
        "likes": "Likes" in had,
        "thankful": "Thankful" in had,
        "care": "Care" in had,
        "total_interactions": "Total Interactions" in had,
        "checksum_ok": "Total Interactions" in had,
        "likes_at_posting": bool({"Likes at Posting", "Page Likes at Posting"} & had),
        "followers_at_posting": "Followers at Posting" in had,
        "views_crossposts": variant != "FB-sub",
    }

    assert {name: seen[name] is not None for name in expected} == expected
    assert seen["shares"] == 5


@pytest.mark.parametrize(
    ("variant", "told", "not_told"),
    [
        ("FB-5", ["page_created_tz_assumed 2"], ["columns_missing", "no_checksum"]),
        ("FB-5p", ["pandas_index_column"], ["columns_missing"]),
        ("FB-2a", ["account_kind_assumed 2"], ["columns_missing", "no_checksum", "unverified"]),
        ("FB-2b", ["no_checksum"], ["columns_missing"]),
        ("FB-3", ["format_unverified"], ["columns_missing", "no_checksum"]),
        ("FB-1", ["format_unverified", "no_checksum", "preview_columns_missing 2"], []),
        (
            "FB-sub",
            ["no_checksum", "preview_columns_missing 3", "; columns_missing 31 of FB-3"],
            [],
        ),
    ],
)
def test_what_a_variant_lacks_is_told(
    tmp_path: Path, variant: HeaderVariant, told: Sequence[str], not_told: Sequence[str]
) -> None:
    """Only what is lost is called missing; what cannot be proved or told without it is, too."""
    warnings = sources_of(tmp_path, HEADERS[variant])["warnings"]

    assert [word for word in told if word not in warnings] == []
    assert [word for word in not_told if word in warnings] == []


def test_a_file_that_lost_columns_is_told_with_their_names(tmp_path: Path) -> None:
    """It is a subset of the variant that is nearest, and the first five are named."""
    lost = {"Description", "Care"}
    found = sources_of(tmp_path, [name for name in FB_5 if name not in lost])

    assert found["variant"] == "FB-sub"
    assert "columns_missing 2 of FB-5: Care, Description" in found["warnings"]
    assert "no_checksum" in found["warnings"]
    assert (found["checksum_ok_n"], found["checksum_bad_n"]) == (0, 0)

    warnings = sources_of(
        tmp_path, [n for n in FB_4 if not n.startswith("Page") or n == "Page Name"]
    )
    assert warnings["variant"] == "FB-3"
    warnings = sources_of(tmp_path, COMMON)
    assert "columns_missing 1 of FB-4: Overperforming Score or Total" in warnings["warnings"]


CHANGES: dict[str, Callable[[str], str]] = {
    "clean_names": lambda name: "_".join(re.findall(r"[a-z0-9]+", name.lower())),
    "R": lambda name: re.sub(r"[^A-Za-z0-9]", ".", name),
    "underscores": lambda name: name.replace(" ", "_"),
    "lower case": str.lower,
    "upper case": str.upper,
    "two spaces": lambda name: name.replace(" ", "  "),
    "decomposed": lambda name: f"{name}\u200b",
}


@pytest.mark.parametrize("changed", CHANGES)
@pytest.mark.parametrize("variant", FACEBOOK)
def test_names_count_by_their_words(tmp_path: Path, variant: HeaderVariant, changed: str) -> None:
    """R and pandas change case and signs of names, and nothing else."""
    rows = [row_of_each(n) for n in (1, 2)]
    straight = read(tmp_path, csv_bytes(rows, HEADERS[variant]))
    names = [CHANGES[changed](name) if name else name for name in HEADERS[variant]]
    file = read(tmp_path, csv_bytes(rows, HEADERS[variant], names=names))

    assert file.header.variant == straight.header.variant == variant
    assert file.values.equals(straight.values)
    assert file.header.unknown == ()


def test_a_header_that_was_encoded_twice_is_read_and_told(tmp_path: Path) -> None:
    """Its texts probably were, too."""
    names = [name.encode().decode("cp1252") for name in FB_5]
    names[0] = f"\ufeff{names[0]}".encode().decode("cp1252")
    found = sources_of(tmp_path, FB_5, names=names)

    assert found["variant"] == "FB-5"
    assert "header_encoded_twice" in found["warnings"]


def test_an_exact_name_comes_before_one_with_its_words(tmp_path: Path) -> None:
    """A column that somebody added under nearly the same name is passed over, and told."""
    tables = staged(export(tmp_path, csv_bytes([{**post(1), "likes": "7"}], ["likes", *FB_5])))

    assert "unknown_columns 1" in tables["sources"]["warnings"].item()
    assert tables["engagement"]["likes"].item() == 3


def test_the_time_of_older_files_is_passed_over_beside_the_newer(tmp_path: Path) -> None:
    """Of two columns of one value the first is read, and the other told."""
    row = {**post(1), "Created": "2001-01-01 00:00:00 GMT"}
    tables = staged(export(tmp_path, csv_bytes([row], [*FB_5, "Created"])))

    assert "unknown_columns 1" in tables["sources"]["warnings"].item()
    assert tables["posts"]["posted_at_raw"].item() == post(1)["Post Created"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_other_delimiters(tmp_path: Path, delimiter: str) -> None:
    """Spreadsheets in Europe write semicolons, others tabulators."""
    row = post(1, Message="a;b,c\td", Likes="1234")
    file = read(tmp_path, csv_bytes([row], delimiter=delimiter))

    assert delimiter == file.header.delimiter
    assert file.values["text"].to_list() == ["a;b,c\td"]
    assert file.values["total_interactions"].to_list() == [row["Total Interactions"]]


def test_columns_in_another_order(tmp_path: Path) -> None:
    """Values are found by the names of their columns."""
    rows = [post(1), post(2)]
    straight = read(tmp_path, csv_bytes(rows))
    for seed in range(10):
        shuffled = random.Random(seed).sample(FB_5, len(FB_5))
        file = read(tmp_path, csv_bytes(rows, shuffled))
        assert file.header.variant == "FB-5"
        assert file.values.equals(straight.values.select(file.values.columns))


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "Unnamed: 0.1"])
def test_an_index_column_is_passed_over(tmp_path: Path, name: str) -> None:
    """The column that pandas adds is told and changes nothing."""
    rows = [{**post(1), name: "0"}]
    tables = staged(export(tmp_path, csv_bytes(rows, [name, *FB_5])))

    assert "pandas_index_column" in tables["sources"]["warnings"].item()
    assert tables["sources"]["variant"].item() == "FB-5p"
    assert tables["posts"]["text"].item() == post(1)["Message"]


@pytest.mark.parametrize("at", [0, 10, 40, 41])
def test_an_unknown_column_is_told(tmp_path: Path, at: int) -> None:
    """A column that somebody added, first, last or between, changes nothing."""
    header = [*FB_5[:at], "My notes", *FB_5[at:]]
    tables = staged(export(tmp_path, csv_bytes([{**post(1), "My notes": "x"}], header)))

    assert "unknown_columns 1" in tables["sources"]["warnings"].item()
    assert tables["sources"]["variant"].item() == "FB-5"
    assert tables["posts"]["text"].item() == post(1)["Message"]


def test_a_second_column_of_names_is_told(tmp_path: Path) -> None:
    """Of a page's and a group's column the page's is read, and the other is not passed over."""
    content = csv_bytes([{**post(1), "Group Name": "SYN-G"}], [*FB_5, "Group Name"])
    tables = staged(export(tmp_path, content))

    assert "unknown_columns 1" in tables["sources"]["warnings"].item()
    assert tables["accounts"]["name"].item() == "SYN-1"


def test_columns_that_no_subset_may_lack_are_named(tmp_path: Path) -> None:
    """A name, a time and an address; the message says which are missing and what to do."""
    message = refused(tmp_path, [n for n in FB_5 if n not in {"URL", "Page Name"}])

    assert "search-csv-export.csv, header of 39 columns" in message
    assert "of crowdtangle_facebook it lacks Page Name or Group Name, URL" in message
    assert "Page Name or Group Name, Post Created or Created, URL" in message
    assert "What to do: export it again with all columns" in message
    assert "it lacks Post Created or Created" in refused(tmp_path, ["Page Name", "URL", "Message"])


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Two columns of one name leave open which is meant."""
    assert "column 'Likes' stands there 2 times" in refused(tmp_path, [*FB_5, "Likes"])
    twice = ["likes", "LIKES", *(name for name in FB_5 if name != "Likes")]
    assert "column 'Likes' stands there 2 times" in refused(tmp_path, twice)


def test_a_column_at_fault_is_called_as_in_the_file(tmp_path: Path) -> None:
    """The quarantine names the file's own column, or the newest where it has none."""
    rows = [{**post(1), "Created": "yesterday", "URL": "https://www.facebook.com/syn.a/posts/1"}]
    header = [name.replace("Created", "created") for name in HEADERS["FB-2b"]]
    rows.append({**post(2), "created": "yesterday"})
    tables = staged(export(tmp_path, csv_bytes(rows, [n for n in header if n != "Facebook Id"])))

    assert tables["quarantine"].sort("source_row").select("reason", "field").rows() == [
        ("account_id_missing", "Facebook Id"),
        ("time_unparsable", "created"),
    ]
    assert tables["quarantine"]["preview"].dtype == pl.String
