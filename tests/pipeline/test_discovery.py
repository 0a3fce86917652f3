"""A folder of exports of 201 pages and no list: from the command to what it says of their pairs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np

from lockstep.settings import MAX_ACCOUNTS_UNDER_STUDY
from tests.ingest import exports_writer as writer
from tests.pipeline.small_case import lockstep

ACCOUNTS_N = MAX_ACCOUNTS_UNDER_STUDY + 1
DAYS_N = 28
START = datetime(2022, 1, 3, tzinfo=UTC)
CASE = """\
[case]
synthetic = true
[[exports]]
path = "exports/*"
[timing]
windows_s = [60]
surrogates = 99
"""


def exported() -> bytes:
    """Return one post a day of each page, eight of the last two, which publish together."""
    rng = np.random.default_rng(5)
    times = [np.sort(rng.integers(0, DAYS_N * 86_400, DAYS_N)) for _ in range(ACCOUNTS_N - 2)]
    first = np.sort(rng.integers(0, DAYS_N * 86_400, 8 * DAYS_N))
    times += [first, first + 5]
    rows = []
    for page, of_page in enumerate(times):
        for time_s in of_page.tolist():
            created = f"{START + timedelta(seconds=time_s):%Y-%m-%d %H:%M:%S} GMT"
            key = f"{100_000_000_000_000 + page}"
            rows.append(writer.post(len(rows), key, Post_Created=created))
    return writer.csv_bytes(rows)


def test_two_pages_that_publish_together_are_found(tmp_path: Path) -> None:
    """One finding of 20,100 pairs, corrected for all that could be told."""
    folder = tmp_path / "cases" / "many"
    (folder / "exports").mkdir(parents=True)
    (folder / "exports" / "synthetic.csv").write_bytes(exported())
    (folder / "case.toml").write_text(CASE, "utf-8")
    said = lockstep("run", folder)
    assert said.returncode == 0, said.stderr
    with duckdb.connect(str(folder / "out" / "lockstep.duckdb"), read_only=True) as client:
        query = "select subject_a, subject_b, ladder_level, family_n from findings"
        pairs = client.execute(f"{query} where subject_kind = 'pair'").fetchall()
    ((a, b, level, family_n),) = pairs

    assert (a[-3:], b[-3:], level) == ("199", "200", "L1")
    assert 1 <= family_n <= 20_100
    assert "SYNTHETIC Discovery: " in said.stdout
    assert "20,100 pairs screened" in said.stdout
    assert "1 with q at most 0.05" in said.stdout
