"""A finished case, made once for all, and an address to which something is posted."""

import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from tests.pipeline import small_case


@pytest.fixture(scope="session", autouse=True)
def _dagsters_storage_may_be_lost_with_the_machine() -> Iterator[None]:
    """Let SQLite not wait for the disk: no test takes the power away.

    It would wait some 2,700 times in each run of a case. Runs in a process of their own do wait.
    """

    def without_waiting(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("pragma synchronous = off")

    event.listen(Engine, "connect", without_waiting)
    yield
    event.remove(Engine, "connect", without_waiting)


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with the case `small` after its first run, and what that run said.

    All workers of a test session share it: whoever needs it first makes it, nobody changes it.
    """
    of_worker = tmp_path_factory.getbasetemp()
    shared = of_worker.parent if "PYTEST_XDIST_WORKER" in os.environ else of_worker
    root = shared / "finished"
    with (shared / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            said = small_case.lockstep_process("run", small_case.make(root / "cases" / "small"))
            assert said.returncode == 0, said.stderr
            (root / "stdout").write_text(said.stdout, "utf-8")
            (root / "stderr").write_text(said.stderr, "utf-8")
    return root


@pytest.fixture
def finished_case(finished_once: Path, tmp_path: Path) -> Path:
    """Return a copy of the finished case, in a workspace of its own, that a test may change."""
    shutil.copytree(finished_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "cases" / "small"


@pytest.fixture
def posted() -> Iterator[tuple[str, list[bytes]]]:
    """Return an address on this machine, and what was posted there."""
    bodies: list[bytes] = []

    class Keeps(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Keeps)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook", bodies
    server.shutdown()
    thread.join()
    server.server_close()
