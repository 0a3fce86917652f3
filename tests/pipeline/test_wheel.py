"""The wheel works in an environment of its own, outside a checkout."""

import http.client
import json
import os
import signal
import site
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from tests.ingest import exports_writer as writer
from tests.pipeline import small_case


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment that holds the built wheel and sees the locked dependencies.

    A path file makes the dependencies importable without the checkout's own editable install.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(
        [sys.executable, *build], cwd=small_case.REPOSITORY, check=True, capture_output=True
    )
    (wheel,) = folder.glob("*.whl")
    home = folder / "environment"
    venv.create(home, with_pip=False, symlinks=True)
    (packages,) = home.glob("lib/python*/site-packages")
    install = ["-m", "pip", "install", "--no-deps", "--target", str(packages), str(wheel)]
    subprocess.run([sys.executable, *install], check=True, capture_output=True)
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    return home


def command(environment: Path, *words: str | Path, where: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder that is no checkout."""
    code = "from pipeline.cli import main; main()"
    return subprocess.run(
        [environment / "bin" / "python", "-c", code, *map(str, words)],
        cwd=where,
        env=small_case.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_all_it_needs(environment: Path) -> None:
    """Contracts, formats, zones and statements come with it."""
    (packages,) = environment.glob("lib/python*/site-packages")
    for pattern, least in (
        ("data_contracts/tables/*.yaml", 20),
        ("data_contracts/formats/*.toml", 1),
        ("data_contracts/zones.toml", 1),
        ("lockstep/sql/*.sql", 6),
    ):
        assert len(list(packages.glob(pattern))) >= least, pattern
    assert not (packages / "tests").exists()


def test_a_folder_of_exports_is_run_outside_a_checkout(environment: Path, tmp_path: Path) -> None:
    """From raw files to findings with nothing but the wheel."""
    (tmp_path / "exports").mkdir()
    rows = small_case.posts(9)
    (tmp_path / "exports" / "synthetic.csv").write_bytes(writer.csv_bytes(rows))
    said = command(environment, "run", tmp_path, where=tmp_path)

    assert said.returncode == 0, said.stderr
    assert (tmp_path / "out" / "lockstep.duckdb").is_file()
    shown = command(environment, "sql", tmp_path, "select count(*) from posts", where=tmp_path)
    assert shown.stdout.split()[-1] == str(len(rows))


def test_the_ui_answers_outside_a_checkout(environment: Path, tmp_path: Path) -> None:
    """Dagster's page loads the definitions of the installed package, on the loopback address."""
    (tmp_path / "cases").mkdir()
    port = _free_port()
    code = "from pipeline.cli import main; main()"
    server = subprocess.Popen(
        [environment / "bin" / "python", "-c", code, "--root", tmp_path, "ui", "--port", str(port)],
        cwd=tmp_path,
        env=small_case.environment(),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert '"name":"case"' in _jobs(port).replace(" ", "")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


def _jobs(port: int) -> str:
    """Return what the page's own interface says of the jobs, once it answers."""
    query = (
        "{ repositoriesOrError { ... on RepositoryConnection { nodes { pipelines { name } } } } }"
    )
    for _ in range(120):
        client = http.client.HTTPConnection("127.0.0.1", port)
        try:
            body = json.dumps({"query": query})
            client.request("POST", "/graphql", body, {"Content-Type": "application/json"})
            return client.getresponse().read().decode()
        except OSError:
            time.sleep(1)
        finally:
            client.close()
    raise TimeoutError("the page does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
