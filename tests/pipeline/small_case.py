"""A small case of fictional pages, and the command as a user runs it."""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from lockstep.ingest.keys import DEMO_KEY, fingerprint
from lockstep.storage import file_sha256
from pipeline.cli import main
from tests.ingest import exports_writer as writer

REPOSITORY = Path(__file__).resolve().parent.parent.parent
ACCOUNTS = ("100000000000001", "100000000000002", "100000000000003")
START = datetime(2022, 1, 3, tzinfo=UTC)
NUMBER = "30 11 22 88"

_CASE = """\
[case]
title = "Small"
synthetic = true

[[exports]]
path = "exports/*"

[accounts]
network = [{accounts}]
selection = "all pages of the test"
selected_by_timing = false

[timing]
surrogates = 199

[contacts]
regions = ["ML"]
key = "{key}"
"""


def lockstep(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, which has Dagster loaded already, and return what it said.

    It stands where a user's does, sees the variables of a user, and leaves none behind.
    """
    typed, said, told = [*map(str, words)], io.StringIO(), io.StringIO()
    with (
        chdir(REPOSITORY),
        patch.dict(os.environ, environment(), clear=True),
        redirect_stdout(said),
        redirect_stderr(told),
        pytest.raises(SystemExit) as ended,
    ):
        main(typed)
    return subprocess.CompletedProcess(
        typed, int(ended.value.code or 0), said.getvalue(), told.getvalue()
    )


def lockstep_process(*words: str | Path, processors: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a user does, and return what it said."""
    pinned = ["taskset", "-c", processors] if processors else []
    return python("from pipeline.cli import main; main()", *map(str, words), before=pinned)


def environment() -> dict[str, str]:
    """Return the environment of a user without a configuration of their own."""
    own = {name: value for name, value in os.environ.items() if name != "LOCKSTEP_ROOT"}
    return {**own, "LOCKSTEP_CONFIG_DIR": str(Path(tempfile.gettempdir()) / "lockstep-tests")}


def python(code: str, *words: str, before: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run Python on this checkout."""
    return subprocess.run(
        [*before, sys.executable, "-c", code, *words],
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def posts(days_n: int) -> list[writer.Row]:
    """Return posts of three pages: eight a day each; the first two meet three times a day."""
    rng = np.random.default_rng(7)
    rows = []
    for day in range(days_n):
        start = START + timedelta(days=day)
        shared = rng.integers(6 * 3_600, 23 * 3_600, 3)
        for place, account in enumerate(ACCOUNTS):
            own = rng.integers(6 * 3_600, 23 * 3_600, 8)
            seconds = np.concatenate([own[:5], shared + 4 * place]) if place < 2 else own
            rows += [_post(len(rows) + i, account, start, int(s)) for i, s in enumerate(seconds)]
    return rows


def _post(number: int, account: str, start: datetime, second: int) -> writer.Row:
    created = start + timedelta(seconds=second)
    contact = f" Tél : {NUMBER}" if number % 10 == 0 else ""
    return writer.post(
        number,
        account,
        Post_Created=f"{created:%Y-%m-%d %H:%M:%S} GMT",
        Message=f"Bonjour, texte {number}.{contact}",
    )


def make(
    folder: Path,
    *,
    days_n: int = 28,
    backwards: bool = False,
    changed: Callable[[writer.Row], writer.Row] = dict,
) -> Path:
    """Write a case of two exports that overlap, in one order or the other.

    Args:
        folder: Where the case lies.
        days_n: Days of posts.
        backwards: Whether the exports are written in the other order.
        changed: What is written of each record.
    """
    (folder / "exports").mkdir(parents=True)
    rows = [changed(row) for row in posts(days_n)]
    files = {
        "synthetic-a.csv": rows[: len(rows) * 2 // 3],
        "synthetic-b.csv": rows[len(rows) // 2 :],
    }
    for name in sorted(files, reverse=backwards):
        (folder / "exports" / name).write_bytes(writer.csv_bytes(files[name]))
    accounts = ", ".join(f'"{account}"' for account in ACCOUNTS)
    text = _CASE.format(accounts=accounts, key=fingerprint(DEMO_KEY))
    (folder / "case.toml").write_text(text, "utf-8")
    return folder


def table_hashes(case: Path) -> dict[str, str]:
    """Return the SHA-256 of each table file."""
    return {p.name: file_sha256(p) for p in sorted((case / "out" / "tables").glob("*.parquet"))}


def files_below(folders: Sequence[Path]) -> list[Path]:
    """Return all files in these folders."""
    return [p for folder in folders for p in sorted(folder.rglob("*")) if p.is_file()]
