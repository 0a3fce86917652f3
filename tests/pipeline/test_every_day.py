"""A case that is given a new export is run, checked and published by itself; its page shows how."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import dagster as dg
import duckdb
import pytest

from assets.cases import Case
from assets.exclusive import is_held
from assets.resources import Workspace
from assets.steps import steps_of
from lockstep.export import run_log
from pipeline.definitions import build_defs
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

    @property
    def root(self) -> Path:
        """The workspace."""
        return self.case.folder.parents[1]

    def storage(self) -> dg.DagsterInstance:
        """Return Dagster's storage, to be closed by whoever asks."""
        return dg.DagsterInstance.from_config(str(self.root / ".lockstep"))

    def runs(self, case: str) -> list[dg.DagsterRun]:
        """Return the runs of the job of a case, the oldest first."""
        with self.storage() as storage:
            of_case = dg.RunsFilter(job_name="case", tags={"dagster/partition": case})
            return [*reversed(storage.get_runs(of_case))]

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
    runs = served.runs("small")
    assert [run.run_id for run in runs] == [event["run_id"] for event in (first, second)]
    assert {run.tags["dagster/sensor_name"] for run in runs} == {"changed_cases"}


def test_a_run_whose_process_is_killed_is_run_again_by_itself(served: Served) -> None:
    """The sensor notes that its process is gone, the daemon starts it again; the log tells all."""
    wait_until(lambda: bool(served.published()), "a publication", seconds=600)
    wait_until(lambda: not is_held(served.case), "the end of the run")
    done, runs_n = served.published(), len(served.runs("small"))
    signed = served.case.lock.read_bytes()
    with served.case.config.open("a", encoding="utf-8") as file:
        file.write("# another question\n")
    # Whoever holds the case signs its lock before the first step.
    wait_until(lambda: served.case.lock.read_bytes() not in {signed, b""}, "a run at work")
    os.kill(int(served.case.lock.read_bytes().split()[1].strip(b",")), signal.SIGKILL)

    wait_until(lambda: len(served.published()) == len(done) + 1, "the retry", seconds=600)

    assert served.published()[: len(done)] == done
    killed, retry = served.runs("small")[runs_n:]
    assert killed.status == dg.DagsterRunStatus.FAILURE
    assert retry.tags["dagster/parent_run_id"] == killed.run_id
    assert retry.tags["dagster/retry_number"] == "1"
    last = served.published()[-1]
    assert last["run_id"] == retry.run_id
    steps = steps_of(run_log.read(served.case.runs_log), retry.run_id)
    assert {step["table_name"] for step in steps} == {
        *(table["table_name"] for table in last["tables"]),
        "publication",
    }
    told = (served.case.failures / f"{killed.run_id}.txt").read_text("utf-8")
    assert "its process was killed" in told


def test_a_broken_contract_is_reported_and_not_tried_again(served: Served) -> None:
    """Another try would break it once more; the other case is none the worse for it."""
    folder = small_case.make(served.root / "making" / "breaking", days_n=10)
    with (folder / "exports" / "synthetic-a.csv").open("ab") as file:
        file.write(b"a record,that is,cut short\n" * 9)
    broken = Case(folder.rename(served.root / "cases" / "breaking"))

    wait_until(broken.failures.is_dir, "the report", seconds=600)

    (run,) = served.runs("breaking")
    assert run.status == dg.DagsterRunStatus.FAILURE
    assert run.tags["dagster/will_retry"] == "false"
    told = (broken.failures / f"{run.run_id}.txt").read_text("utf-8")
    assert "Step sources_contract: a rule that blocks publication does not hold\n" in told
    assert "quarantine_within_limit" in told
    assert not broken.database.exists()


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
        page.open(f"{served.address}/assets/sources?view=checks", "key_unique", "Succeeded")
        page.click("quarantine_within_limit")
        page.click("Partitions", "small")
        page.draw(figures / "ui-checks.png")
        page.open(f"{served.address}/assets/timing_difference?view=events", "≤ 60 s")
        overview = f"{served.address}/assets/timing_difference?view=overview"
        page.open(overview, "made_from", "posts.posted_at")  # what a cell holds comes later
        page.run(
            "[...document.querySelectorAll('td')].find(e => e.innerText == 'made_from')"
            ".scrollIntoView()"
        )
        page.draw(figures / "ui-columns.png")
        _look_at_the_cases(served)
        wait_until(lambda: _freshness(served.address) == "HEALTHY", "the freshness of the cases")
        page.open(f"{served.address}/assets/case_states", "Freshness policy", "Passing", "small")
        page.draw(figures / "ui-cases.png")


def _look_at_the_cases(served: Served) -> None:
    """Do what the schedule does every six hours."""
    resources = {"workspace": Workspace(root=str(served.root))}
    job = build_defs(resources=resources).resolve_job_def("states")
    with served.storage() as storage:
        assert job.execute_in_process(instance=storage).success


def _freshness(address: str) -> str:
    """Return how fresh Dagster's daemon found the asset of all cases; it looks each half minute."""
    of = 'assetKeys: [{path: ["case_states"]}]'
    query = f"{{assetNodes({of}) {{freshnessStatusInfo {{freshnessStatus}}}}}}"
    body = json.dumps({"query": query}).encode()
    asked = Request(f"{address}/graphql", body, {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(asked, timeout=60) as answer:  # noqa: S310 - an address of ours
        (node,) = json.load(answer)["data"]["assetNodes"]
    return str(node["freshnessStatusInfo"]["freshnessStatus"])


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:  # noqa: S310 - an address of ours
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
