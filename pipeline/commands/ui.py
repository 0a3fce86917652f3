"""`lockstep ui`: Dagster's web page on this workspace."""

import os
import sys
from pathlib import Path

from pipeline.console import say
from pipeline.workspace import find_root, prepare_home


def ui(*, root: Path | None, port: int) -> None:
    """Become Dagster's web server and daemon, on the loopback address, until interrupted."""
    workspace = find_root(root)
    prepare_home(workspace)
    os.environ["LOCKSTEP_ROOT"] = str(workspace)
    os.environ["PYTHONWARNINGS"] = "ignore"  # Dagster's advice to its own users
    say(f"workspace {workspace}; http://127.0.0.1:{port} (Ctrl-C ends it)")
    os.chdir(workspace)
    dagster = [sys.executable, "-m", "dagster", "dev", "-m", "pipeline.definitions"]
    os.execv(sys.executable, [*dagster, "-h", "127.0.0.1", "-p", str(port)])  # noqa: S606 - our own words only
