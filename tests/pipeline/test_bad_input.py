"""Wrong files and wrong words: what is said, with which exit code, and that nothing is written."""

import gzip
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lockstep.storage import file_sha256
from lockstep.synthetic.headers import HEADERS
from tests.ingest import exports_writer as writer
from tests.pipeline import small_case
from tests.pipeline.small_case import lockstep

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def _export(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda case: (case / "exports" / name).write_bytes(content)


def _folder(case: Path) -> None:
    (case / "exports" / "more").mkdir()


def _no_exports(case: Path) -> None:
    for path in (case / "exports").iterdir():
        path.unlink()


def _header_only(case: Path) -> None:
    _no_exports(case)
    (case / "exports" / "header.csv").write_bytes(writer.csv_bytes([]))


def _config(before: str, after: str) -> Callable[[Path], object]:
    def change(case: Path) -> None:
        path = case / "case.toml"
        path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")

    return change


@pytest.mark.parametrize(
    ("damage", "exit_code", "said"),
    [
        (_export("empty.csv", b""), 3, "empty.csv: an empty file"),
        (_export("photo.csv", PNG), 3, "photo.csv: no known format"),
        (_export("list.csv", b"name,age\nSYN,3\n"), 3, "list.csv: no known format"),
        (_export("wide.csv", "Page Name,URL\n".encode("utf-16")), 3, "wide.csv: text in UTF-16"),
        (_export("cut.csv.gz", gzip.compress(PNG)[:-9]), 3, "cut.csv.gz: cannot be unpacked"),
        (_export("bomb.gz", gzip.compress(bytes(1 << 25))), 3, "more than 100 times its size"),
        (_folder, 3, "a folder, not an export"),
        (_no_exports, 3, "no file matches"),
        (_header_only, 3, "no record"),
        (_config("surrogates", "surrogate"), 2, "unknown key timing.surrogate"),
        (_config("199", '"many"'), 2, "timing.surrogates"),
        (_config("[timing]", "[timing"), 2, "not valid TOML"),
        (_config('network = ["100000000000001"', 'network = ["SYN-9"'), 2, "no account 'SYN-9'"),
        (_config('key = "', 'key = "0'), 2, "contacts.key"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_published(
    tmp_path: Path, damage: Callable[[Path], object], exit_code: int, said: str
) -> None:
    """The message names the file or the key and what to do; there is no traceback."""
    case = small_case.make(tmp_path / "cases" / "small", days_n=2)
    damage(case)
    found = lockstep("run", case)

    assert found.returncode == exit_code, found.stderr
    assert said in found.stderr
    assert "What to do: " in found.stderr or "Expected: " in found.stderr
    assert "Traceback" not in found.stderr
    assert found.stdout == ""
    assert not (case / "out" / "lockstep.duckdb").exists()


@pytest.mark.parametrize("words", [["run", "nowhere"], ["sql", "nowhere", "from posts"]])
def test_an_unknown_case_is_named(words: list[str]) -> None:
    """With what could have been meant."""
    found = lockstep(*words)

    assert found.returncode == 3
    assert "nowhere: no such case or folder" in found.stderr


def test_a_case_without_a_database_says_how_to_make_one(tmp_path: Path) -> None:
    """`sql` before the first run."""
    case = small_case.make(tmp_path / "cases" / "small", days_n=2)
    found = lockstep("sql", case, "from posts")

    assert found.returncode == 3
    assert f"What to do: lockstep run {case}" in found.stderr


@pytest.mark.parametrize("words", [[], ["run"], ["runn"], ["run", "--windw", "x"]])
def test_usage_errors_end_with_2(words: list[str]) -> None:
    """Without words the help is shown."""
    found = lockstep(*words)

    assert found.returncode == 2
    assert "Usage: lockstep" in found.stdout + found.stderr


def test_help_imports_no_orchestrator() -> None:
    """`--help` stays light."""
    found = small_case.python(
        "import sys; from pipeline.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'dagster', 'great_expectations', 'polars', 'duckdb'} & set(sys.modules)))"
    )
    assert found.stdout.splitlines()[-1] == "[]"


def test_inspect_tells_and_writes_nothing(tmp_path: Path) -> None:
    """Format, variant, zone, records, span, and what would be set aside."""
    case = small_case.make(tmp_path / "cases" / "small", days_n=2)
    file = case / "exports" / "synthetic-a.csv"
    with file.open("ab") as export:
        export.write(b"cut short\n")
    before = sorted(tmp_path.rglob("*"))
    found = lockstep("inspect", file)

    assert found.returncode == 0
    for said in ("crowdtangle_facebook", "FB-5", "GMT", "1 ragged_row"):
        assert said in found.stdout
    assert sorted(tmp_path.rglob("*")) == before


def test_inspect_tells_of_each_export_in_an_archive(tmp_path: Path) -> None:
    """Name, and SHA-256 of export and archive; what is set aside is counted export by export."""
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("a.csv", writer.csv_bytes([writer.post(1)]))
        archive.writestr("b.csv", writer.csv_bytes([writer.post(2)]) + b"cut short\n")
    found = lockstep("inspect", "--json", tmp_path / "all.zip")
    exports = {facts["file_name"]: facts for facts in json.loads(found.stdout)}

    assert {
        n: [(row["n"], row["reason"], row["source_row"]) for row in f["set_aside"]]
        for n, f in exports.items()
    } == {"all.zip/a.csv": [], "all.zip/b.csv": [(1, "ragged_row", 2)]}
    assert {f["received_sha256"] for f in exports.values()} == {file_sha256(tmp_path / "all.zip")}
    assert len({f["source_id"] for f in exports.values()}) == len(exports)


def test_inspect_says_what_a_file_lacks_and_on_what_its_variant_was_verified(
    tmp_path: Path,
) -> None:
    """A subset with the columns that it lost, and a variant of which no real file was read."""
    subset, unseen = tmp_path / "subset.csv", tmp_path / "unseen.csv"
    rows = small_case.posts(1)
    without = [name for name in writer.FB_5 if name != "Description"]
    subset.write_bytes(writer.csv_bytes(rows, without))
    unseen.write_bytes(writer.csv_bytes(rows, HEADERS["FB-3"]))
    found = lockstep("inspect", subset, unseen)

    assert found.returncode == 0, found.stderr
    assert "noticed in subset.csv: columns_missing, " in found.stdout
    assert ", the first five by name: 1 of FB-5: Description\n" in found.stdout
    assert "the header of real files; records of synthetic ones" in found.stdout
    assert "no real file: built from documentation alone" in found.stdout


def test_of_a_folder_with_other_files_no_case_is_made(tmp_path: Path) -> None:
    """Each of them is named, so that one look is enough; nothing is copied."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "synthetic.csv").write_bytes(writer.csv_bytes(small_case.posts(1)))
    (folder / "photo.png").write_bytes(PNG)
    (folder / "README.txt").write_text("What I downloaded", "utf-8")
    found = lockstep("--root", tmp_path, "run", folder)

    assert found.returncode == 3
    assert "2 of 3 files cannot be read as exports" in found.stderr
    assert "README.txt: no known format" in found.stderr
    assert "photo.png: no known format" in found.stderr
    assert not (tmp_path / "cases").exists()


def test_a_file_whose_name_is_no_text_is_told(tmp_path: Path) -> None:
    """As where an archive of another system was unpacked: the others are told before it."""
    folder = tmp_path / "exports"
    folder.mkdir()
    content = writer.csv_bytes([writer.post(1)])
    (folder / "good.csv").write_bytes(content)
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/\xe9t\xe9.csv")).write_bytes(content)
    except OSError:
        pytest.skip("no such name is possible here")
    told, run = lockstep("inspect", folder), lockstep("run", folder)

    assert (told.returncode, run.returncode) == (3, 3)
    assert "good.csv" in told.stdout
    for found in (told, run):
        assert "dce9t" in found.stderr
        assert "its name is not UTF-8" in found.stderr


def test_inspect_tells_of_the_others_when_one_file_is_bad(tmp_path: Path) -> None:
    """Then of the bad one, with its exit code."""
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(writer.csv_bytes([writer.post(1)]))
    bad.write_bytes(PNG)
    found = lockstep("inspect", bad, good)

    assert found.returncode == 3
    assert "good.csv" in found.stdout
    assert "bad.csv: no known format" in found.stderr


def test_a_plain_folder_becomes_a_case(tmp_path: Path) -> None:
    """Its files are copied into the exports of a new case, which a run tells."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    rows = small_case.posts(3)
    (folder / "synthetic.csv").write_bytes(writer.csv_bytes(rows))
    found = lockstep("--root", tmp_path, "run", folder)

    case = tmp_path / "cases" / "downloads"
    assert found.returncode == 0, found.stderr
    assert f"made a case: {case}; copied 1 file" in found.stderr
    assert (case / "exports" / "synthetic.csv").read_bytes() == writer.csv_bytes(rows)
    assert found.stdout.startswith("[NT] ")


def test_the_demo_writes_over_no_case_of_somebody_else(tmp_path: Path) -> None:
    """Files that it did not write stay where they are."""
    kept = tmp_path / "cases" / "synthetic-planted" / "exports" / "mine.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("mine")
    found = lockstep("demo", tmp_path)

    assert found.returncode == 2
    assert "holds a case that lockstep did not make up" in found.stderr
    assert kept.read_text() == "mine"


def test_an_ambiguous_zone_is_told_with_the_line_to_add(tmp_path: Path) -> None:
    """A run that sets too much aside says which file, why, and how to mend it."""
    case = small_case.make(tmp_path / "cases" / "zones", days_n=2)
    for path in (case / "exports").iterdir():
        path.write_bytes(path.read_bytes().replace(b" GMT,", b" CST,"))
    found = lockstep("run", case)

    assert found.returncode == 4
    assert "synthetic-a.csv: " in found.stderr
    assert " tz_ambiguous (a zone that may be one of several), the first in row 1" in found.stderr
    assert " (CST may mean " in found.stderr
    assert "tz_overrides = " in found.stderr
