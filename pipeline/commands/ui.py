"""`lockstep ui`: Dagster's web page on this workspace."""

import os
import subprocess
import sys
from pathlib import Path

from pipeline.console import say
from pipeline.workspace import find_root, prepare_home


def ui(*, root: Path | None, port: int) -> None:
    """Run Dagster's web server and daemon on the loopback address until interrupted."""
    workspace = find_root(root)
    prepare_home(workspace)
    os.environ["LOCKSTEP_ROOT"] = str(workspace)
    say(f"workspace {workspace}; http://127.0.0.1:{port} (Ctrl-C ends it)")
    command = [sys.executable, "-m", "dagster", "dev", "-m", "pipeline.definitions"]
    done = subprocess.run(  # noqa: S603 - our own words only
        [*command, "-h", "127.0.0.1", "-p", str(port)], cwd=workspace, check=False
    )
    if done.returncode:
        raise SystemExit(done.returncode)
