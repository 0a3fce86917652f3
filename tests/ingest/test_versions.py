"""Contents of a post that differ between exports: all of them, each once, and nothing else."""

import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep import storage
from lockstep.ingest.exports import ExportFile
from lockstep.synthetic.headers import HEADERS
from tests.ingest.exports_writer import (
    EARLIER,
    EXPORTED,
    FB_5,
    Row,
    csv_bytes,
    export,
    group_post,
    post,
    reasons,
    staged,
)

LAST = "2022-03-01-08-00-00-GMT-search-csv-export.csv"
NAMES = (EARLIER, EXPORTED, LAST)
COLUMNS = {
    "text": "Message",
    "title": "Link Text",
    "description": "Description",
    "image_text": "Image Text",
}
HOSTILE = [
    "'; drop table post_versions; --",
    "=cmd|' /c calc'!A1",
    "<script>alert(1)</script>",
    "\x1b[31mred\u202e\u0000",
    'a "quoted",\r\nfield',
    "e\u0301",
    "\u00e9",
    " ",
]
Content = tuple[str | None, ...]


def versions(*files: ExportFile) -> pl.DataFrame:
    return staged(*files)["post_versions"].sort("post_key", "version")


def seen(folder: Path, *values: dict[str, str]) -> pl.DataFrame:
    """Return the versions of one post that each of several exports shows in another way."""
    files = [
        export(folder, [post(1, **shown), post(2 + place)], name)
        for place, (name, shown) in enumerate(zip(NAMES, values, strict=False))
    ]
    return versions(*files)


def test_a_changed_text_has_two_versions(tmp_path: Path) -> None:
    """The earliest first, the newest current, each with its times and its first record."""
    table = seen(tmp_path, {"Message": "before"}, {"Message": "after"}, {"Message": "after"})

    assert table.select(
        "version", "text", "is_current", "changed_fields", "records_n", "source_row"
    ).rows() == [(1, "before", False, None, 1, 1), (2, "after", True, "text", 2, 1)]
    assert [str(moment)[:10] for moment in table["first_observed_at"]] == [
        "2022-01-20",
        "2022-02-11",
    ]
    assert [str(moment)[:10] for moment in table["last_observed_at"]] == [
        "2022-01-20",
        "2022-03-01",
    ]


def test_a_version_leads_back_to_its_first_record(tmp_path: Path) -> None:
    """File, row and keyed hash are those of the record that shows it first."""
    files = [
        export(tmp_path, [post(2), post(1, Message=text)], name)
        for name, text in zip(NAMES, ("a", "b", "a c"), strict=True)
    ]
    tables = staged(*files)
    names = dict(tables["sources"].select("source_id", "file_name").iter_rows())
    table = tables["post_versions"].sort("version")

    assert [names[source] for source in table["source_id"]] == list(NAMES)
    assert table["source_row"].to_list() == [2, 2, 2]
    assert table["row_hmac"].n_unique() == 3


def test_a_text_that_comes_back_is_the_same_version(tmp_path: Path) -> None:
    """Two contents in three exports: the first is current again, and was last seen last."""
    table = seen(tmp_path, {"Message": "a"}, {"Message": "b"}, {"Message": "a"})

    assert table.select("text", "is_current", "records_n").rows() == [
        ("a", True, 2),
        ("b", False, 1),
    ]
    assert table["last_observed_at"].arg_max() == 0


@pytest.mark.parametrize("column", ["Message", "Link Text", "Description", "Image Text"])
def test_a_field_that_is_filled_later_is_no_edit(tmp_path: Path, column: str) -> None:
    """Nor is one that a later export leaves empty: it may not give it."""
    name = column.replace(" ", "_")

    assert seen(tmp_path, {name: ""}, {name: "filled"}).is_empty()
    assert seen(tmp_path, {name: "filled"}, {name: ""}).is_empty()
    assert seen(tmp_path, {name: "a"}, {name: ""}, {name: "b"})["records_n"].to_list() == [2, 1]


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("Final_Link", "", "https://example.org/long"),
        ("Final_Link", "https://example.org/a", "https://example.org/b"),
        ("Link", "https://e.example/a", "https://e.example/b"),
        ("Type", "Video", "Native Video"),
        ("Sponsor_Name", "ORG-1", "ORG-2"),
        ("Likes", "5", "3"),
        ("Page_Name", "SYN-1", "SYN-1 bis"),
        ("Message", "a https://e.ex/1", "a https://e.ex/1:=:https://example.org/long"),
    ],
)
def test_what_the_platform_fills_or_counts_is_no_edit(
    tmp_path: Path, column: str, before: str, after: str
) -> None:
    """Nor is a short link whose end became known."""
    assert seen(tmp_path, {column: before}, {column: after}).is_empty()


def test_tools_write_white_space_in_their_own_ways(tmp_path: Path) -> None:
    """Line ends for spaces are no edit; a word more is, and each is shown as it was written."""
    shown = [{"Message": text} for text in ("a\n\nb", "a b", " a\tb c\n")]
    table = seen(tmp_path, *shown)

    assert seen(tmp_path, *shown[:2]).is_empty()
    assert table.select("text", "records_n").rows() == [("a b", 2), (" a\tb c\n", 1)]


@pytest.mark.parametrize("rest", ["", "\ufffd", "é et la suite"])
def test_a_text_that_one_export_cut_is_no_version(tmp_path: Path, rest: str) -> None:
    """It is compared as far as it goes; a difference before that is an edit."""
    long = "é" * 4_995
    cut, whole = {"Message": long}, {"Message": f"{long}{rest}"}

    assert seen(tmp_path, cut, whole).is_empty()
    assert seen(tmp_path, whole, cut).is_empty()
    assert seen(tmp_path, cut, {"Message": f"x{long}{rest}"}).height == 2


def test_fields_that_changed_are_named(tmp_path: Path) -> None:
    """In the order of the columns; a field that is filled at the same time is none of them."""
    before = {"Message": "a", "Link_Text": "t", "Description": ""}
    after = {"Message": "a", "Link_Text": "u", "Description": "d", "Image_Text": "i"}
    table = seen(tmp_path, before, after, {**after, "Message": "b", "Image_Text": "j"})

    assert table["changed_fields"].to_list() == [None, "title", "text, image_text"]
    assert table["description"].to_list() == ["d", "d", "d"]


def test_a_post_under_a_group_header_and_a_page_header_has_no_version(tmp_path: Path) -> None:
    """The column of its name is called otherwise, nothing else differs: it is observed twice."""
    rows = [group_post(1), post(2)]
    as_groups = csv_bytes(rows, names=["Group Name", *FB_5[1:]])
    tables = staged(export(tmp_path, rows, EARLIER), export(tmp_path, as_groups))

    assert sorted(tables["records"]["outcome"]) == ["new", "new", "observation", "observation"]
    assert tables["engagement"].height == 4
    assert tables["posts"]["first_source_id"].n_unique() == 1
    assert tables["post_versions"].is_empty()


def test_variants_of_the_header_make_no_version(tmp_path: Path) -> None:
    """Columns that a variant lacks are not given: that is no difference."""
    row = {**post(1, Message="a", Link_Text="t", Image_Text="i"), "": "0"}
    row = {**row, "Created": row["Post Created"], "Thankful": "0"}
    files = [
        export(tmp_path, csv_bytes([row], HEADERS[name]), f"{name}.csv")  # type: ignore[index]
        for name in ("FB-2b", "FB-4", "FB-5", "FB-5p", "FB-sub")
    ]
    tables = staged(*files)

    assert reasons(tables) == []
    assert tables["engagement"].height == 5
    assert tables["post_versions"].is_empty()


def test_two_numbers_that_look_alike_once_redacted_are_two_versions(tmp_path: Path) -> None:
    """Contents are compared before contacts are replaced, and shown after."""
    table = seen(tmp_path, {"Message": "+223 76 00 11 88"}, {"Message": "+223 76 00 22 88"})

    assert table["text"].to_list() == ["<tel:88>", "<tel:88>"]


def test_the_same_country_reads_every_version(tmp_path: Path) -> None:
    """A national number is replaced in an earlier content as in the current one."""
    before = {"Message": "76 00 11 88", "Page_Admin_Top_Country": ""}
    table = seen(tmp_path, before, {"Message": "76 00 11 88 !", "Page_Admin_Top_Country": "ML"})

    assert table["text"].to_list() == ["<tel:88>", "<tel:88> !"]


contents = st.fixed_dictionaries(
    {name.replace(" ", "_"): st.sampled_from(["", "a", "b", *HOSTILE]) for name in COLUMNS.values()}
)
exports = st.lists(
    st.lists(st.tuples(st.integers(1, 3), contents), min_size=1, max_size=4),
    min_size=1,
    max_size=3,
)


@given(exports)
@settings(max_examples=30, deadline=None)
def test_versions_are_complete(shown: list[list[tuple[int, Row]]]) -> None:
    """They are the distinct contents of the accepted records, however files are ordered."""
    with tempfile.TemporaryDirectory() as folder:
        files = [
            export(Path(folder), [post(10 + at), *(post(n, **c) for n, c in rows)], NAMES[at])
            for at, rows in enumerate(shown)
        ]
        tables = staged(*files)
        stored = storage.conform(tables["post_versions"], "post_versions")
        for order in (files[::-1], files[1:] + files[:1]):
            assert storage.conform(versions(*order), "post_versions") == stored

    expected = {key: found for key, found in reference(shown).items() if len(found) > 1}
    table = tables["post_versions"].sort("post_key", "version")
    by_post = table.group_by("post_key", maintain_order=True).agg(pl.struct(*COLUMNS))
    found = {key: [tuple(v.values()) for v in rows] for key, rows in by_post.iter_rows()}
    assert found == expected
    accepted = tables["records"].filter(pl.col("outcome").is_in(("new", "observation")))
    of_posts = accepted.filter(pl.col("post_key").is_in(list(expected)))
    assert table["records_n"].sum() == of_posts.height
    shown_now = table.filter("is_current").join(
        tables["posts"], on=["post_key", *COLUMNS], nulls_equal=True
    )
    assert shown_now.height == len(expected)


def reference(shown: list[list[tuple[int, Row]]]) -> dict[str, list[Content]]:
    """Return the contents of each post in the order in which they are first seen."""
    records: dict[str, list[list[str | None]]] = {}
    for rows in shown:
        in_file: list[tuple[int, Row]] = []
        for number, content in rows:
            if (number, content) in in_file:
                continue  # an exact duplicate is no accepted record
            in_file.append((number, content))
            values = [content[name.replace(" ", "_")] or None for name in COLUMNS.values()]
            records.setdefault(f"facebook:{900_000_000 + number}", []).append(values)
    found = {}
    for key, values in records.items():
        filled = _filled(values)
        found[key] = list({tuple(map(_words, content)): content for content in filled}.values())
    return found


def _words(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())


def _filled(records: list[list[str | None]]) -> list[Content]:
    """Return contents in which what is missing is that of the record before, or else after."""
    columns = []
    for column in zip(*records, strict=True):
        known = [value for value in column if value is not None]
        last = known[0] if known else None
        filled = []
        for value in column:
            last = last if value is None else value
            filled.append(last)
        columns.append(filled)
    return list(zip(*columns, strict=True))
