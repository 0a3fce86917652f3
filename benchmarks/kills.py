"""Kill a real `lockstep run` at random moments: what is published stays whole, the next run ends.

    python -m benchmarks.kills [kills, 20 by default]

A small SYNTHETIC case is run over and over, its case file changed each time so that there is
something to make. Each run is killed (SIGKILL) at a moment drawn between its start and the time a
whole run takes. After each kill the database must open and hold the rows its own lineage names, and
the manifest must be whole; after the last kill a run must end, clear up and publish.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from assets.cases import Case
from assets.exclusive import scratch
from lockstep.export import run_log
from tests.pipeline import small_case

_RUN = "from pipeline.cli import main; main()"


def main(kills_n: int) -> None:
    """Run, kill, look, and say what was found."""
    draw = random.Random(20220217)  # noqa: S311 - moments, no secrets
    with tempfile.TemporaryDirectory() as folder:
        case = Case(small_case.make(Path(folder) / "cases" / "small", days_n=10))
        whole_s = _timed(case)
        torn_n = sum(_killed(case, draw.uniform(0.0, whole_s), n) for n in range(kills_n))
        last_s = _timed(case)
        left_n = len(scratch(case))
    print(f"a whole run took {whole_s:.0f} s; {kills_n} runs killed, {torn_n} results torn or lost")
    print(f"the run after them ended in {last_s:.0f} s and left {left_n} scratch files")
    sys.exit(bool(torn_n or left_n))


def _timed(case: Case) -> float:
    start = time.monotonic()
    said = small_case.lockstep("run", case.folder)
    if said.returncode:
        sys.exit(said.stderr)
    return time.monotonic() - start


def _killed(case: Case, after_s: float, n: int) -> bool:
    """Ask another question, kill its run, and return whether anything is torn or lost."""
    with case.config.open("a", encoding="utf-8") as file:
        file.write(f"# question {n}\n")
    before = _published(case)
    run = subprocess.Popen(  # noqa: S603 - our own words only
        [sys.executable, "-c", _RUN, "run", str(case.folder)],
        cwd=small_case.REPOSITORY,
        env=small_case.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after_s)
    run.kill()
    run.wait()
    is_lost = _published(case)[: len(before)] != before
    is_torn = not _is_whole(case)
    state = "TORN" if is_torn else "LOST" if is_lost else "whole"
    print(f"killed after {after_s:5.1f} s: {state}, {len(scratch(case))} scratch files", flush=True)
    return is_torn or is_lost


def _published(case: Case) -> list[str]:
    return [e["run_id"] for e in run_log.read(case.runs_log) if e["event"] == "published"]


def _is_whole(case: Case) -> bool:
    """Whether each table of the database holds the rows that the database itself says it does."""
    json.loads(case.manifest.read_text("utf-8"))
    with duckdb.connect(str(case.database), read_only=True) as client:
        told = client.execute(
            "select table_name, rows_n from lineage.table_versions where run_id = "
            "(select run_id from lineage.runs order by published_at desc nulls last limit 1)"
        ).fetchall()
        held = [client.execute(f"select count(*) from {name}").fetchall() for name, _ in told]  # noqa: S608 - names of our own tables
    return bool(told) and [rows for _, rows in told] == [rows[0][0] for rows in held]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
