"""Counts in every locale, and the sum that proves them."""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import add
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.errors import InputError
from lockstep.ingest.formats import COUNTS, Checksum
from lockstep.ingest.numbers import Counts, evidence, read_counts
from tests.ingest.exports_writer import FB_5, csv_bytes, export, post, reasons, staged

CHECKSUM = Checksum(total="total", parts=("likes", "comments"))

NO_COUNTS = (
    *("-5", "+5", " 5", "1.5", "1,23", "12,34", "1,2345", ",123", "1,", "1,234.5", "1,234 567"),
    *("1e5", "7.03E+14", "0x10", "1_000", "NaN", "inf", "five", "1.000", "1,000.00", "1.2K"),
    "9223372036854775808",
)


def read(*rows: Sequence[str | None]) -> Counts:
    """Read rows of total, likes, comments and views, as they themselves tell."""
    names = ("total", "likes", "comments", "views")
    raw = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return read_as_told(raw, pl.Series([None] * len(rows), dtype=pl.String))


def read_as_told(raw: pl.DataFrame, score: pl.Series) -> Counts:
    """Read counts as they and the scores tell, whether all at once or row by row."""
    told = evidence(raw, CHECKSUM, score)
    rows = [evidence(raw[n], CHECKSUM, score[n : n + 1]) for n in range(raw.height)]

    assert reduce(add, rows, evidence(raw[:0], CHECKSUM, score[:0])).locale == told.locale
    return read_counts(raw, CHECKSUM, told.locale)


def grouped(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)


def indian(number: int) -> str:
    """Return a number as it is written in India: groups of two, the last of three."""
    head, tail = divmod(number, 1000)
    groups = [f"{tail:03d}"] if head else [str(tail)]
    while head:
        head, group = divmod(head, 100)
        groups.insert(0, f"{group:02d}" if head else str(group))
    return ",".join(groups)


@pytest.mark.parametrize(
    ("separator", "locale"),
    [
        *((",", "en"), (".", "eu"), (" ", "space"), ("\u00a0", "space"), ("\u202f", "space")),
        *(("'", "space"), ("\u2019", "space")),  # Switzerland
    ],
)
def test_the_locale_is_told_by_the_sum(separator: str, locale: str) -> None:
    """Thousands are read as the total proves, in every column."""
    rows = [(1_971_801, 247), (407_000, 137), (999, 0), (0, 1_000)]
    found = read(
        *[[grouped(a + b, separator), str(a), str(b), grouped(a, separator)] for a, b in rows]
    )

    assert locale == found.locale
    assert found.frame["total"].to_list() == [a + b for a, b in rows]
    assert found.frame["views"].to_list() == [a for a, _ in rows]
    assert found.frame["checksum_ok"].all()


def test_without_thousands_the_locale_is_plain() -> None:
    """Where no number shows a separator, none is claimed."""
    assert read(["999", "900", "99", "0"]).locale == "plain"
    assert read(["1999", "1900", "99", "0"]).locale == "plain"
    assert read(["1", "1", "0", "1,23"]).locale == "plain"
    assert read().locale == "plain"


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)), min_size=1))
@settings(max_examples=100, deadline=None)
def test_indian_groups_are_read(rows: list[tuple[int, int]]) -> None:
    """Groups of two before the last are as English as groups of three."""
    found = read(*[[indian(a + b), indian(a), str(b), None] for a, b in rows])

    assert found.frame["total"].to_list() == [a + b for a, b in rows]
    assert found.frame["checksum_ok"].all()


def test_a_locale_that_does_not_add_up_is_not_chosen() -> None:
    """What one file mixes is read as most of its sums prove; the rest is no count."""
    en, eu = ["1,234", "1234", "0", "0"], ["1.234", "1234", "0", "0"]
    found = read(en, eu, en)

    assert found.locale == "en"
    assert found.frame["total"].to_list() == [1234, None, 1234]
    assert found.said.rows() == [
        (None, None, None),
        ("number_unparsable", "total", "1.234"),
        (None, None, None),
    ]


@pytest.mark.parametrize("raw", NO_COUNTS)
def test_what_is_no_count_is_told(raw: str) -> None:
    """Signs, decimals, odd groups, words, other digits, and what does not fit are no counts."""
    found = read(["1,000", "1000", "0", raw])

    assert found.frame["views"].to_list() == [None]
    assert found.said.rows() == [("number_unparsable", "views", raw)]


@pytest.mark.parametrize("raw", ["1,234", "1.234", "12.345", "999,000"])
def test_thousands_that_nothing_proves_are_no_count(raw: str) -> None:
    """A thousand or one and some: without a sum, several groups or a score it is not guessed."""
    for total, likes in ((None, None), (raw, None), ("1234", "1")):
        found = read([total, likes, "0", raw], ["5", "5", "0", "17"])
        assert found.locale == "plain"
        assert found.frame["views"].to_list() == [None, 17]
        reason, _, detail = found.said.row(0)
        assert reason == "number_unparsable"
        assert detail.startswith(f"{raw}: thousands or decimals? Nothing in the file proves it")


@pytest.mark.parametrize(
    ("proof", "raw", "locale", "value"),
    [
        ("1.234.567", "1.234", "eu", 1_234),
        ("1,234,567", "1,234", "en", 1_234),
        ("12,34,567", "1,234", "en", 1_234),
        ("1\u202f234", "1\u00a0234", "space", 1_234),
        ("1.234.567", "1,234", "eu", None),
        ("1,234,567", "1.234", "en", None),
    ],
)
def test_a_number_that_can_be_no_decimal_proves_the_locale(
    proof: str, raw: str, locale: str, value: int | None
) -> None:
    """Several groups, or spaces between digits, are thousands wherever they are written."""
    found = read([None, None, None, proof], [None, None, None, raw])

    assert (found.locale, found.frame["views"].to_list()[1]) == (locale, value)


@pytest.mark.parametrize(
    ("scores", "locale"),
    [
        (["1,4", "-2,5", "3"], "eu"),
        (["1.4", "-2.5", None], "en"),
        (["0.05%"], "en"),
        (["1,4", "2.5"], "plain"),
        (["1", "-6", None], "plain"),
        (["1,234", "1.234"], "plain"),
    ],
)
def test_the_decimals_of_a_score_prove_the_locale(scores: list[str | None], locale: str) -> None:
    """What separates decimals separates no thousands; both signs prove nothing."""
    raw = pl.DataFrame({"total": None, "likes": None, "comments": "0", "views": ["1.234", "1,234"]})
    scored = pl.DataFrame({"score": scores}, schema={"score": pl.String})
    told = evidence(raw.cast(pl.String), CHECKSUM, scored["score"])
    found = read_counts(raw.cast(pl.String), CHECKSUM, told.locale)

    assert locale == found.locale
    assert (
        found.frame["views"].to_list()
        == {
            "eu": [1_234, None],
            "en": [None, 1_234],
            "plain": [None, None],
        }[locale]
    )


def test_a_column_with_gaps_is_written_with_a_point_by_pandas() -> None:
    """1300.0 is a whole number in every locale, and 1.0 too."""
    found = read(["1,007", "1000.0", "7.0", "1300.0"], ["8", "1.0", "7.0", "1300.5"])

    assert found.frame["views"].to_list() == [1_300, None]
    assert found.frame["checksum_ok"].to_list() == [True, True]


def test_decimals_that_are_zero_leave_a_whole_number() -> None:
    """As spreadsheets show it; three zeros may be a thousand."""
    found = read(["1000,0", "1000.00", "0,00", "1300,0"], ["8", "1", "7", "1,000"])

    assert found.frame["views"].to_list() == [1_300, None]
    assert found.frame["checksum_ok"].all()


@pytest.mark.parametrize(
    "digits",
    ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯"],
)
def test_numbers_of_other_scripts(tmp_path: Path, digits: str) -> None:
    """Arabic, Persian, Hindi and Bengali digits, with Arabic separators and another minus."""
    told = {"Likes": "1200", "Comments": "34", "Total Interactions": "1\u066c234"}
    told |= {"Overperforming Score": "\u061c\u22122\u066b5", "Post Views": "5"}
    told |= dict.fromkeys(("Shares", "Love", "Wow", "Haha", "Sad", "Angry", "Care"), "0")
    written = str.maketrans("0123456789", digits)
    row = post(1) | {name: number.translate(written) for name, number in told.items()}
    tables = staged(export(tmp_path, csv_bytes([row])))

    found = tables["engagement"].row(0, named=True)
    assert [found[n] for n in ("likes", "comments", "total_interactions", "views_post")] == [
        *(1_200, 34, 1_234, 5)
    ]
    assert (found["checksum_ok"], str(found["score"])) == (True, "-2.500000000")


@pytest.mark.parametrize("mark", ["NA", "NaN", "None", "NULL", "<NA>", r"\N"])
def test_words_for_nothing_are_nothing_in_every_column(tmp_path: Path, mark: str) -> None:
    """What R, pandas and MySQL write in place of a number is no text that accounts share."""
    row = post(1, Post_Views=mark, Message=mark, Image_Text=mark, Final_Link=mark, Sponsor_Id=mark)
    other = staged(export(tmp_path, csv_bytes([post(1, Message=mark)]), "other.csv"))
    tables = staged(export(tmp_path, csv_bytes([row, post(2)])))

    found = tables["posts"].filter(post_id="900000001").row(0, named=True)
    assert reasons(tables) == []
    assert [found[name] for name in ("text", "image_text", "sponsor_id")] == [None] * 3
    assert tables["engagement"]["views_post"].null_count() == 1
    assert other["posts"]["text"].to_list() == [mark]  # there no number says what it means


def test_a_score_is_read_where_there_is_no_total(tmp_path: Path) -> None:
    """Then its decimals tell a Brazilian export; without them the numbers are refused."""
    row = {**post(1, Post_Views="407.137", Overperforming_Score="1,4")}
    header = [name for name in FB_5 if "Total Interactions" not in name]
    told = staged(export(tmp_path, csv_bytes([row], header)))
    other = staged(export(tmp_path, csv_bytes([{**row, "Overperforming Score": "6"}], header)))

    assert told["sources"]["number_locale"].item() == "eu"
    assert told["engagement"]["views_post"].item() == 407_137
    assert reasons(other) == ["number_unparsable"]
    assert other["quarantine"]["field"].item() == "Post Views"
    assert "no_checksum" in told["sources"]["warnings"].item()


def test_the_largest_count_fits() -> None:
    """Whole numbers up to 2^63 - 1 are read."""
    assert read([None, None, None, "9223372036854775807"]).frame["views"].item() == 2**63 - 1


def test_the_first_column_at_fault_is_told() -> None:
    """Of several values that are no counts the first column counts."""
    assert read(["x", "y", "0", "z"]).said.row(0) == ("number_unparsable", "total", "x")


def test_a_missing_part_leaves_the_sum_open() -> None:
    """Missing is neither zero nor wrong."""
    found = read(["3", None, "3", None], [None, "1", "2", None], ["4", "1", "2", None])

    assert found.frame["checksum_ok"].to_list() == [None, None, False]
    assert found.frame["likes"].to_list() == [None, 1, 1]


def test_values_that_stand_for_nothing_are_missing(tmp_path: Path) -> None:
    """N/A, a dash and nothing are null, not zero and no fault."""
    rows = [post(1, Likes_at_Posting="N/A", Followers_at_Posting="-", Post_Views="")]
    seen = staged(export(tmp_path, rows))["engagement"]

    assert seen.select("likes_at_posting", "followers_at_posting", "views_post").row(0) == (
        None,
        None,
        None,
    )
    assert seen["likes"].item() == 3


def test_a_number_that_is_none_is_kept_apart(tmp_path: Path) -> None:
    """The record is quarantined with its column and value."""
    tables = staged(export(tmp_path, [post(1, Likes="many", Total_Interactions=""), post(2)]))

    assert reasons(tables) == ["number_unparsable"]
    assert tables["quarantine"].select("field", "detail").row(0) == ("Likes", "many")


@pytest.mark.parametrize(("bad_n", "refused"), [(1, False), (2, True)])
def test_a_file_whose_sums_are_wrong_is_refused(
    tmp_path: Path, bad_n: int, *, refused: bool
) -> None:
    """Up to 1 % of wrong sums are counted, more than that and than one refuse the file."""
    rows = [post(n, **({"Total_Interactions": "1"} if n <= bad_n else {})) for n in range(1, 101)]
    file = export(tmp_path, rows)
    if refused:
        with pytest.raises(InputError, match="in 2 of 100 records the interactions do not add up"):
            staged(file)
    else:
        tables = staged(file)
        assert tables["sources"].select("checksum_ok_n", "checksum_bad_n").row(0) == (99, 1)
        assert tables["engagement"]["checksum_ok"].sum() == 99
        assert "checksum_mismatch 1" in tables["sources"]["warnings"].item().split("; ")


def test_one_wrong_sum_refuses_no_file(tmp_path: Path) -> None:
    """In a small file one is more than 1 %, but no sign that its columns are shifted."""
    rows = [post(1, Total_Interactions="1"), post(2), post(3)]

    tables = staged(export(tmp_path, rows))

    assert tables["sources"].select("checksum_ok_n", "checksum_bad_n").row(0) == (2, 1)


def test_the_locale_of_a_file_is_told(tmp_path: Path) -> None:
    """A Brazilian export prints dots."""
    rows = [post(1, Likes="407000", Total_Interactions="407.060")]
    tables = staged(export(tmp_path, rows))

    assert tables["sources"]["number_locale"].item() == "eu"
    assert tables["engagement"]["total_interactions"].item() == 407_060


def test_a_column_of_counts_keeps_no_other_in_memory() -> None:
    """Totals of every block are kept to the end of a file: a slice would keep all its counts."""
    rows_n = 1_000
    raw = pl.DataFrame({name: ["1"] * (rows_n - 1) + ["1,000"] for name in COUNTS})
    frame = read_counts(raw, None, "en").frame.select(COUNTS)
    places = [column.to_numpy().__array_interface__["data"][0] for column in frame]

    assert all(after - before != 8 * rows_n for before, after in pairwise(places))
