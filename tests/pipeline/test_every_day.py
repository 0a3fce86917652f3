"""A case that is given a new export is run, checked and published by itself; its page shows how."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import dagster as dg
import duckdb
import pytest

from assets.cases import Case
from assets.exclusive import is_held
from lockstep.export import run_log
from tests.ingest import exports_writer as writer
from tests.pipeline import small_case
from tests.pipeline.browser import browser, wait_until
from tests.pipeline.test_wheel import _free_port


@dataclass(frozen=True)
class Served:
    """A workspace that Dagster's daemon and page look after."""

    case: Case
    address: str

    def published(self) -> list[run_log.Event]:
        """Return the publications of the case."""
        return [e for e in run_log.read(self.case.runs_log) if e["event"] == "published"]

    def posts_n(self) -> int:
        """Return how many posts the published database holds."""
        with duckdb.connect(str(self.case.database), read_only=True) as client:
            return int(client.execute("select count(*) from posts").fetchall()[0][0])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a workspace of one case that nobody has run, with `lockstep ui` at work on it."""
    root = tmp_path_factory.mktemp("workspace")
    case = Case(small_case.make(root / "cases" / "small", days_n=10))
    port = _free_port()
    code = "from pipeline.cli import main; main()"
    with (root / "said").open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-c", code, "--root", root, "ui", "--port", str(port)],
            cwd=root,
            env={**small_case.environment(), "PYTHONPATH": str(small_case.REPOSITORY)},
            start_new_session=True,
            stdout=said,
            stderr=said,
        )
    try:
        yield Served(case, f"http://127.0.0.1:{port}")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


def test_a_new_case_and_then_a_new_export_are_run_checked_and_published(served: Served) -> None:
    """By the sensor, without a word from anybody; nobody holds the case afterwards."""
    wait_until(lambda: len(served.published()) == 1, "the first publication", seconds=600)
    before = served.posts_n()
    rows = small_case.posts(12)[before:]
    (served.case.folder / "exports" / "synthetic-c.csv").write_bytes(writer.csv_bytes(rows))

    wait_until(lambda: len(served.published()) == 2, "the second publication", seconds=600)

    assert served.posts_n() == before + len(rows)
    first, second = served.published()
    assert first["received"] != second["received"]
    checked = [e for e in run_log.read(served.case.checks_log) if e["run_id"] == second["run_id"]]
    assert checked
    assert all(e["passed"] for e in checked if e["severity"] == "critical")
    wait_until(lambda: not is_held(served.case), "the end of the run")
    with dg.DagsterInstance.from_config(
        str(served.case.folder.parents[1] / ".lockstep")
    ) as storage:
        runs = {
            event["run_id"]: storage.get_run_by_id(event["run_id"]) for event in (first, second)
        }
    assert [run.tags["dagster/sensor_name"] for run in runs.values() if run] == [
        "changed_cases",
        "changed_cases",
    ]


def test_the_page_shows_graph_checks_and_where_columns_come_from(
    served: Served, tmp_path: Path
) -> None:
    """In a browser, as an analyst sees it; pictures go where LOCKSTEP_FIGURES says."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    figures = Path(os.environ.get("LOCKSTEP_FIGURES", tmp_path))
    wait_until(lambda: _answers(served.address), "the page")
    wait_until(lambda: bool(served.published()), "a publication", seconds=600)

    with browser(chromium, tmp_path / "profile") as page:
        page.open(
            f"{served.address}/asset-groups",
            "received",
            "staged",
            "measured",
            "findings",
            "products",
        )
        page.open(f"{served.address}/assets/timing_difference?view=lineage", "posts", "pair_lags")
        page.draw(figures / "ui-graph.png")
        page.open(f"{served.address}/assets/posts?view=checks", "key_unique", "Succeeded")
        page.draw(figures / "ui-checks.png")
        page.open(f"{served.address}/assets/timing_difference?view=events", "made_from", "≤ 60 s")
        assert "posts.posted_at" in page.text()
        page.run(
            "[...document.querySelectorAll('td')].find(e => e.innerText == 'made_from')"
            ".scrollIntoView()"
        )
        page.draw(figures / "ui-columns.png")


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:  # noqa: S310 - an address of ours
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
