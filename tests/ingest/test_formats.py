"""Headers: variants, order, other delimiters, added and missing columns, and what messages say."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from lockstep.errors import ConfigError, UnknownExportError
from lockstep.ingest.contents import contents
from lockstep.ingest.csv_file import CsvFile, read_csv_file
from lockstep.ingest.formats import formats
from tests.ingest.exports_writer import FB_4, FB_5, csv_bytes, export, post, staged

BRACKETS = "(weighted  —  Likes 1x Shares 3x Comments 2x Love 1x Wow 1x Haha 1x Sad 1x Angry 1x )"
COMMON = FB_4[:-1]


def read(folder: Path, content: bytes, **section: object) -> CsvFile:
    file = export(folder, content, **section)
    return read_csv_file(next(contents(file.path)), file.section)


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
        assert file.values.equals(straight.values)


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
def test_an_index_column_is_passed_over(tmp_path: Path, name: str) -> None:
    """The column that pandas adds is told and changes nothing."""
    rows = [{**post(1), name: "0"}]
    tables = staged(export(tmp_path, csv_bytes(rows, [name, *FB_5])))

    assert "unnamed_column" in tables["sources"]["warnings"].item()
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


def test_missing_columns_are_named(tmp_path: Path) -> None:
    """What the file lacks is told, the first five by name, and what to do."""
    message = refused(tmp_path, [n for n in FB_5 if n not in {"URL", "Page Name"}])

    assert "search-csv-export.csv, header of 39 columns" in message
    assert "of crowdtangle_facebook it lacks Page Name or Group Name, URL" in message
    assert "What to do: export it again with all columns" in message

    message = refused(tmp_path, ["Page Name", "Post Created", "Shares", "Message", "URL"])
    assert "it lacks User Name, Facebook Id, Page Category" in message
    assert message.count("and 29 more") == 1


def test_a_header_without_score_is_named(tmp_path: Path) -> None:
    """The common columns alone are no variant."""
    assert "no score among its columns" in refused(tmp_path, COMMON)


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Two columns of one name leave open which is meant."""
    assert "column 'Likes' stands there 2 times" in refused(tmp_path, [*FB_5, "Likes"])


def test_a_format_that_does_not_exist_is_the_case_files_fault(tmp_path: Path) -> None:
    """The message names the key in the case file and the nearest format."""
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, csv_bytes([post(1)]), format="crowdtangle-facebook")

    assert "[[exports]] 2022-02-11" in str(caught.value)
    assert "Did you mean 'crowdtangle_facebook'?" in str(caught.value)


def test_a_format_may_be_named(tmp_path: Path) -> None:
    """A file may be read as the format that the case names."""
    content = csv_bytes([post(1)])
    named = read(tmp_path, content, format="crowdtangle_facebook")

    assert named.values.equals(read(tmp_path, content).values)


def test_every_value_of_a_format_has_a_required_column() -> None:
    """What a file is told by includes all that is read from it."""
    for fmt in formats():
        assert {*fmt.columns.values(), *fmt.counts.values()} <= set(fmt.detect.required)
        assert {fmt.checksum.total, *fmt.checksum.parts} <= set(fmt.counts)
