"""The demo, the README that quotes it, and the figure that is drawn from it."""

import re
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.figure import FIGURE, figure
from tests.pipeline.small_case import REPOSITORY, files_below, lockstep, lockstep_process

PLANTED, NULL = "synthetic-planted", "synthetic-null"


@dataclass(frozen=True)
class Demo:
    """The folder of a finished demo, the null case beside it, and what the demo said."""

    folder: Path
    said: subprocess.CompletedProcess[str]

    def rows(self, case: str, query: str) -> list[tuple[object, ...]]:
        """Ask the database of one of its cases."""
        database = self.folder / "cases" / case / "out" / "lockstep.duckdb"
        with duckdb.connect(str(database), read_only=True) as client:
            return client.execute(query).fetchall()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return the demo, and the same habits with nothing planted, each run once."""
    folder = tmp_path_factory.mktemp("demo")
    said = lockstep_process("demo", folder)
    assert said.returncode == 0, said.stderr
    for command in ("synth", "null", folder / "cases" / NULL), ("run", folder / "cases" / NULL):
        done = lockstep(*command)
        assert done.returncode == 0, done.stderr
    return Demo(folder, said)


def headline(demo: Demo, case: str) -> tuple[int, Decimal, Decimal, str]:
    """Return the network's count, ratio, robust p and level."""
    ((count, ratio, p, level),) = demo.rows(
        case,
        "select observed, ratio, p_robust, ladder_level from findings "
        "where subject_kind = 'network' and window_s = 60",
    )
    return int(str(count)), Decimal(str(ratio)), Decimal(str(p)), str(level)


def test_planted_coordination_is_found_with_its_size(demo: Demo) -> None:
    """8,850 ± 25 co-timed posts, 7 to 11 times chance, synchronised."""
    count, ratio, _, level = headline(demo, PLANTED)

    assert abs(count - 8_850) <= 25
    assert 7 <= ratio <= 11
    assert level == "L1"
    assert demo.rows(
        PLANTED, "select count(*) from findings where ladder_level = 'L1' and subject_kind = 'pair'"
    ) == [(10,)]


def test_habits_alone_are_not_called_synchronised(demo: Demo) -> None:
    """The same volumes with nothing planted: about as many as chance gives, level L0."""
    _, ratio, p, level = headline(demo, NULL)

    assert Decimal("0.9") < ratio < Decimal("1.2")
    assert p > Decimal("0.05")
    assert level == "L0"
    assert demo.rows(NULL, "select count(*) from findings where ladder_level = 'L1'") == [(0,)]


@pytest.mark.parametrize("case", [PLANTED, NULL])
def test_exactly_the_simulated_posts_are_measured(demo: Demo, case: str) -> None:
    """23,685 event posts of five accounts, only the dirt set apart, every record accounted for."""
    assert demo.rows(
        case,
        "select count(*), count(distinct account_key), "
        "(select count(*) from quarantine where reason not like '%time%'), "
        "(select sum(records_in - posts_new_n - observations_n - duplicate_exact_n "
        "- not_posts_n - quarantined_n) from sources) "
        "from timing_difference where scope = 'network'",
    ) == [(23_685, 5, 0, 0)]


@pytest.mark.parametrize("case", [PLANTED, NULL])
def test_back_dated_posts_are_published_and_not_measured(demo: Demo, case: str) -> None:
    """Forty, in no timing and no post count, and the first post of nobody."""
    assert demo.rows(
        case,
        "select count(*), "
        "count(*) filter (where post_key in (select post_key from timing_difference)), "
        "(select sum(posts_n) from post_counts where bin = 'day') "
        "- (select count(*) from posts where not is_back_dated), "
        "(select count(*) from accounts where first_post_s < created_at_s) "
        "from posts where is_back_dated",
    ) == [(40, 0, 0, 0)]
    if case == PLANTED:
        assert "40 of 53,036 rows break rule nothing_back_dated" in demo.said.stderr


def test_everything_printed_says_synthetic(demo: Demo) -> None:
    """Each line of findings, and each message that is no progress."""
    lines = [line for line in demo.said.stdout.splitlines() if line]
    assert all("SYNTHETIC" in line for line in lines if not line.startswith("Next: "))
    messages = [m for m in demo.said.stderr.splitlines() if not m.startswith("  ")]
    assert all("SYNTHETIC" in message for message in messages)
    assert demo.rows(PLANTED, "select count(*) from findings where not synthetic") == [(0,)]


def test_what_was_planted_is_found(demo: Demo) -> None:
    """All planted posts and pairs are flagged; of the flagged posts chance explains the rest."""
    posts, pairs = (
        line for line in demo.said.stdout.splitlines() if line.startswith("SYNTHETIC truth")
    )
    assert 0.90 < float(re.findall(r"precision ([\d.]+)", posts)[0]) < 0.96
    assert "(recall 1.000)" in posts
    assert "10 of 10 flagged were planted (precision 1.000), of 10 planted (recall 1.000)" in pairs


def test_no_planted_number_is_in_any_output(demo: Demo) -> None:
    """Six digits in a row of a simulated number, however written, are nowhere in the outputs."""
    number = re.compile(r"(?<!\d)30[\s.\-]?(?:11|44|77)[\s.\-]?(?:22|55|66)[\s.\-]?(?:88|13)(?!\d)")
    outputs = [
        demo.folder / "cases" / case / name for case in (PLANTED, NULL) for name in ("out", "log")
    ]
    for path in files_below([*outputs, demo.folder / ".lockstep"]):
        if path.suffix == ".parquet":
            for column in pl.read_parquet(path).select(pl.col(pl.String)).get_columns():
                found = column.filter(
                    column.str.contains(
                        number.pattern.replace("(?<!\\d)", "(?:^|\\D)").replace(
                            "(?!\\d)", "(?:\\D|$)"
                        )
                    )
                )
                assert not len(found), (path, column.name)
        else:
            assert not number.search(path.read_bytes().decode("latin-1")), path
    assert demo.rows(PLANTED, "select count(*) > 200 from post_contacts") == [(True,)]


def test_the_readme_shows_what_the_demo_says(demo: Demo) -> None:
    """Its block is the real output, to the letter."""
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    (block,) = re.findall(r"<!-- demo output.*?-->\n```\n(.*?)```", readme, re.DOTALL)
    first_case = demo.said.stdout.partition("\n\n")[0]

    assert block == first_case + "\n"


def test_the_figure_is_what_the_demo_gives(demo: Demo) -> None:
    """`make figure` draws it anew, from both cases."""
    assert FIGURE.read_text("utf-8") == figure(demo.folder)
