"""Records that were set aside: shown as they stand, and how many a case may do without."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from lockstep.settings import parse_settings
from tests.ingest import exports_writer as writer
from tests.pipeline import small_case
from tests.pipeline.small_case import lockstep

UNDATED = "0000-00-00 00:00:00"
STEERING = "\x1b[31mred"
NUMBER = "+223 30 11 22 88"


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case of which 3 records of 52 have no time, and one is cut short."""
    case = small_case.make(tmp_path_factory.mktemp("workspace") / "cases" / "small", days_n=2)
    for path in (case / "exports").iterdir():
        path.unlink()
    rows = small_case.posts(2)
    bad = [
        {**row, "Post Created": UNDATED, "Message": f"{STEERING}, {NUMBER}", "URL": url(n)}
        for n, row in enumerate(rows[:3])
    ]
    content = writer.csv_bytes([*rows, *bad]) + b"cut short\n"
    (case / "exports" / "synthetic.csv").write_bytes(content)
    return case


@pytest.fixture(scope="module")
def refused(spoilt: Path) -> subprocess.CompletedProcess[str]:
    """What the run of it said."""
    return lockstep("run", spoilt)


@pytest.fixture
def changing(spoilt: Path, refused: subprocess.CompletedProcess[str], tmp_path: Path) -> Path:
    """A copy of the case after that run, in a workspace of its own, that a test may change."""
    assert refused.returncode
    shutil.copytree(spoilt.parents[1], tmp_path, dirs_exist_ok=True)
    return tmp_path / "cases" / "small"


def url(number: int) -> str:
    """Return the address of a post that no other record knows."""
    return f"https://www.facebook.com/{small_case.ACCOUNTS[0]}/posts/77{number:04d}"


def test_too_much_of_it_stops_publication_and_says_how_to_go_on(
    spoilt: Path, refused: subprocess.CompletedProcess[str], changing: Path
) -> None:
    """The message has the command that shows the records, and the one that does without them."""
    assert refused.returncode == 4
    assert "more than 1 % of a file's records were set aside" in refused.stderr
    assert "3 of 52 time_unparsable (a time that cannot be read)" in refused.stderr
    assert f"lockstep quarantine show {spoilt}" in refused.stderr
    assert f"lockstep run {spoilt} --max-quarantine-share SHARE" in refused.stderr

    before = (changing / "case.toml").read_text("utf-8")
    published = lockstep("run", changing, "--max-quarantine-share", "0.1")
    after = (changing / "case.toml").read_text("utf-8")

    assert published.returncode == 0, published.stderr
    assert "case.toml now says [quarantine] max_share = 0.1" in published.stderr
    assert after.startswith(before)
    assert parse_settings(after).quarantine.max_share == 0.1
    limit = lockstep("sql", changing, "select max_quarantine_share from sources")
    assert limit.stdout.splitlines() == ["max_quarantine_share", "0.1"]


@pytest.mark.usefixtures("refused")
def test_a_record_is_shown_as_it_stands_but_for_contacts(spoilt: Path) -> None:
    """Before anything is published; nothing steers the terminal, no number is told."""
    shown = lockstep("quarantine", "show", spoilt)
    lines = shown.stdout.splitlines()

    assert shown.returncode == 0, shown.stderr
    assert lines[0] == (
        "synthetic.csv, row 49, line 50: time_unparsable (a time that cannot be read) "
        f"in Post Created: {UNDATED}"
    )
    assert "red, <tel:88>" in lines[1]
    assert "\x1b" not in shown.stdout
    assert NUMBER not in shown.stdout
    assert lines[-2].startswith("synthetic.csv, row 52, line 53: ragged_row (another ")
    assert lines[-1] == "  cut short"

    one = lockstep("quarantine", "show", spoilt, "--reason", "ragged_row", "--json")
    (row,) = json.loads(one.stdout)
    assert (row["source_row"], row["record"]) == (52, "cut short")


@pytest.mark.usefixtures("refused")
def test_a_limit_says_what_it_leaves_out(spoilt: Path) -> None:
    """And an unknown reason those there are."""
    first = lockstep("quarantine", "show", spoilt, "--limit", "1")
    other = lockstep("quarantine", "show", spoilt, "--reason", "raged_row")

    assert len(first.stdout.splitlines()) == 2
    assert "and 3 more records: --limit 4 shows them all" in first.stderr
    assert other.returncode == 2
    assert "Did you mean 'ragged_row'?" in other.stderr


def test_an_export_that_changed_is_not_read_at_old_places(changing: Path) -> None:
    """Its bytes are no longer those that were staged."""
    with (changing / "exports" / "synthetic.csv").open("ab") as file:
        file.write(b"more\n")
    shown = lockstep("quarantine", "show", changing)

    assert shown.returncode == 3
    assert "synthetic.csv is no longer there as it was read" in shown.stderr
