"""Files that are wrong in a known way: what is kept apart and why, or the message and exit code.

The accounting identity holds for each that is read: every record is new, observed again, an exact
duplicate or kept apart.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lockstep.errors import LockstepError
from lockstep.ingest.exports import ExportFile
from lockstep.settings import ExportSection
from lockstep.synthetic.headers import HeaderVariant
from tests.ingest.exports_writer import BOM, reasons, staged
from tests.synthetic.small_posts import POSTS_N, cut

Damage = Callable[[list[bytes]], bytes]
VARIANTS: tuple[HeaderVariant, ...] = (
    *("FB-1", "FB-2a", "FB-2b", "FB-3", "FB-4", "FB-5", "FB-5p", "FB-sub", "IG"),
)
MIDDLE = POSTS_N // 2


def records(folder: Path, variant: HeaderVariant) -> list[bytes]:
    """Return the lines of an export, the header first; no field holds a line end."""
    file, _ = cut(folder, header=variant)
    content = file.path.read_bytes().removeprefix(BOM)
    return content.replace(b"tiques.\n", b"tiques. ").splitlines()


def joined(lines: list[bytes]) -> bytes:
    return b"\n".join(lines) + b"\n"


def unterminated(lines: list[bytes]) -> bytes:
    """Return the file with one closing quotation mark less."""
    before, _, behind = lines[MIDDLE].rpartition(b'"')
    lines[MIDDLE] = before + behind
    return joined(lines)


def ragged(lines: list[bytes]) -> bytes:
    lines[MIDDLE] += b",more"
    lines[MIDDLE + 1] = lines[MIDDLE + 1].partition(b",")[2]
    return joined(lines)


def repeated(lines: list[bytes]) -> bytes:
    return joined([*lines[: MIDDLE + 1], lines[0], *lines[MIDDLE + 1 :]])


def bad_byte(lines: list[bytes]) -> bytes:
    lines[MIDDLE] = lines[MIDDLE].replace(b"fictif", b"fi\xffctif", 1)
    return joined(lines)


def ambiguous(lines: list[bytes]) -> bytes:
    return joined(lines).replace(b" GMT", b" CST")


def no_zone(lines: list[bytes]) -> bytes:
    return joined(lines).replace(b" GMT", b"")


def no_number(lines: list[bytes]) -> bytes:
    """Return the file with a share count that is none; of Instagram a count of comments."""
    header = lines[0].split(b",")
    at = header.index(b"Shares") if b"Shares" in header else header.index(b"Comments")
    fields = lines[MIDDLE].split(b",")
    fields[at] = b"many"
    lines[MIDDLE] = b",".join(fields)
    return joined(lines)


KEPT_APART: dict[str, tuple[Damage, dict[str, int]]] = {
    "unterminated quote": (unterminated, {"unterminated_quote": 1}),
    "ragged rows": (ragged, {"ragged_row": 2}),
    "header in the middle": (repeated, {"repeated_header": 1}),
    "a byte that is no UTF-8": (bad_byte, {"bad_encoding": 1}),
    "CST without override": (ambiguous, {"tz_ambiguous": POSTS_N}),
    "no zone": (no_zone, {"tz_missing": POSTS_N}),
    "a word for a number": (no_number, {"number_unparsable": 1}),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("damage", KEPT_APART)
def test_what_is_wrong_with_records_is_counted(
    tmp_path: Path, variant: HeaderVariant, damage: str
) -> None:
    """Each record at fault is kept apart for its reason, and no other is."""
    change, expected = KEPT_APART[damage]
    path = tmp_path / "damaged.csv"
    path.write_bytes(BOM + change(records(tmp_path, variant)))
    tables = staged(ExportFile(path, ExportSection(path=path.name)))
    counts = tables["sources"].row(0, named=True)
    repeated_n = expected.get("repeated_header", 0)

    assert Counter(reasons(tables)) == expected
    parts = (
        *("posts_new_n", "observations_n", "duplicate_exact_n", "not_posts_n"),
        "quarantined_n",
    )
    assert counts["records_in"] == sum(counts[name] for name in parts)
    assert counts["records_in"] == POSTS_N + repeated_n
    assert counts["posts_new_n"] == POSTS_N + repeated_n - sum(expected.values())


REFUSED: dict[str, tuple[Callable[[list[bytes]], bytes], str]] = {
    "UTF-16": (lambda lines: joined(lines).decode().encode("utf-16"), "text in UTF-16 or UTF-32"),
    "cp1252": (
        lambda lines: joined(lines).decode().encode("cp1252", "replace"),
        "bytes that are not UTF-8 in",
    ),
    "zero bytes": (lambda _: b"", "an empty file"),
    "no export": (lambda _: b"name,age\nSYN,3\n", "no known format"),
    "a picture": (lambda _: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no known format"),
    "no address": (
        lambda lines: joined(lines).replace(b"URL", b"Address", 1),
        "it lacks URL",
    ),
    "no time": (
        lambda lines: joined([lines[0].replace(b"Created", b"Made"), *lines[1:]]),
        "it lacks Post Created or Created",
    ),
    "a title above": (
        lambda lines: joined([b"Report, 3 January 2022", b"", *lines]),
        "stands in line 3\n",
    ),
    "a note without columns above": (
        lambda lines: joined([b"," * lines[0].count(b","), *lines]),
        "stands in line 2\n",
    ),
    "bars between fields": (
        lambda lines: joined([lines[0].replace(b",", b"|")]),
        "write the line sep=| above the header",
    ),
    "all columns in one": (
        lambda lines: joined([b'"' + line.replace(b'"', b'""') + b'";;' for line in lines]),
        "each line is one field",
    ),
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("damage", REFUSED)
def test_what_is_no_export_is_refused(tmp_path: Path, variant: HeaderVariant, damage: str) -> None:
    """The message names the file, what is wrong and what to do; the command ends with 3."""
    change, said = REFUSED[damage]
    path = tmp_path / "damaged.csv"
    path.write_bytes(change(records(tmp_path, variant)))
    with pytest.raises(LockstepError) as caught:
        staged(ExportFile(path, ExportSection(path=path.name)))

    assert caught.value.exit_code == 3
    assert str(caught.value).startswith("damaged.csv")
    assert said in str(caught.value)
    assert "What to do: " in str(caught.value)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """It is no export, and the message says what to name instead."""
    with pytest.raises(LockstepError, match="a folder, not an export") as caught:
        staged(ExportFile(tmp_path, ExportSection(path=tmp_path.name)))

    assert caught.value.exit_code == 3


@pytest.mark.parametrize("variant", VARIANTS)
def test_exports_that_were_joined_are_read(tmp_path: Path, variant: HeaderVariant) -> None:
    """Two files behind each other: the second header is kept apart, and no post counts twice."""
    content = BOM + joined(records(tmp_path, variant))
    path = tmp_path / "joined.csv"
    path.write_bytes(content * 2)
    tables = staged(ExportFile(path, ExportSection(path=path.name)))

    assert reasons(tables) == ["repeated_header"]
    assert tables["posts"].height == tables["sources"]["duplicate_exact_n"].item() == POSTS_N


@pytest.mark.parametrize("variant", ["FB-2a", "FB-3", "FB-4", "FB-5", "FB-5p"])
def test_columns_that_were_shifted_refuse_the_file(tmp_path: Path, variant: HeaderVariant) -> None:
    """Where there is a total the sums do not add up, and the message says what that means."""
    lines = records(tmp_path, variant)
    swapped = lines[0].replace(b",Likes,", b",*,").replace(b",Post Views,", b",Likes,")
    lines[0] = swapped.replace(b",*,", b",Post Views,")
    path = tmp_path / "shifted.csv"
    path.write_bytes(joined(lines))
    with pytest.raises(LockstepError, match="the interactions do not add up") as caught:
        staged(ExportFile(path, ExportSection(path=path.name)))

    assert caught.value.exit_code == 3
    assert "columns are shifted" in str(caught.value)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("line", [BOM + b"sep={}\r\n", b'"sep={}"\n', b"SEP={}\n"])
@pytest.mark.parametrize("delimiter", [";", ",", "|"])
def test_a_spreadsheets_first_line_says_the_delimiter(
    tmp_path: Path, variant: HeaderVariant, line: bytes, delimiter: str
) -> None:
    """It is no record, it may say a sign that no format has, and places are the file's."""
    file, _ = cut(tmp_path, header=variant, delimiter=delimiter)
    plain = staged(file)["records"] if delimiter != "|" else None
    before = file.path.read_bytes()
    file.path.write_bytes(line.replace(b"{}", delimiter.encode()) + before.removeprefix(BOM))
    before_n = file.path.stat().st_size - len(before)
    tables = staged(file)
    source, records = tables["sources"].row(0, named=True), tables["records"]

    assert reasons(tables) == []
    assert source["records_in"] == source["posts_new_n"] == POSTS_N
    assert "separator_line" in source["warnings"]
    if plain is not None:
        starts = plain["source_byte_start"] + before_n
        assert records["source_byte_start"].to_list() == starts.to_list()
        assert records["source_line"].to_list() == (plain["source_line"] + 1).to_list()


def test_a_first_line_that_says_the_wrong_sign_is_outvoted(tmp_path: Path) -> None:
    """The header decides between what the line says and what the format knows."""
    file, _ = cut(tmp_path)
    file.path.write_bytes(b"sep=;\n" + file.path.read_bytes())

    assert staged(file)["posts"].height == POSTS_N


def quoted(line: bytes) -> bytes:
    return b",".join(b'"' + name.strip(b'"') + b'"' for name in line.split(b","))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_header_again_that_is_written_in_another_way(
    tmp_path: Path, variant: HeaderVariant
) -> None:
    """It is the header still."""
    lines = records(tmp_path, variant)
    path = tmp_path / "joined.csv"
    path.write_bytes(joined([*lines[: MIDDLE + 1], quoted(lines[0]), *lines[MIDDLE + 1 :]]))
    tables = staged(ExportFile(path, ExportSection(path=path.name)))

    assert reasons(tables) == ["repeated_header"]
    assert tables["posts"].height == POSTS_N


@pytest.mark.parametrize("variant", VARIANTS)
def test_exports_whose_columns_stand_in_another_order_are_not_joined(
    tmp_path: Path, variant: HeaderVariant
) -> None:
    """What follows a second header would be read from the wrong columns: nothing is read."""
    lines = records(tmp_path, variant)
    names = lines[0].split(b",")
    first, last = names.index(b"URL"), names.index(b"Message" if b"Message" in names else b"Likes")
    names[first], names[last] = names[last], names[first]
    path = tmp_path / "joined.csv"
    path.write_bytes(joined([*lines, b",".join(names), *lines[1:]]))

    with pytest.raises(LockstepError, match=r"another header.*\n.*\n.*split the") as caught:
        staged(ExportFile(path, ExportSection(path=path.name)))
    assert f"line {POSTS_N + 2}" in str(caught.value)
