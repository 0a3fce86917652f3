"""`lockstep ui`: Dagster's web page on this workspace."""

import os
import signal
import socket
import sys
from pathlib import Path

from lockstep.errors import ConfigError
from pipeline.console import say
from pipeline.workspace import find_root, prepare_home, write_location


def ui(*, root: Path | None, port: int) -> None:
    """Become Dagster's web server and daemon, on the loopback address, until interrupted.

    Raises:
        ConfigError: The port is taken.
    """
    _refuse_taken(port)
    workspace = find_root(root)
    location = write_location(prepare_home(workspace))
    os.environ["LOCKSTEP_ROOT"] = str(workspace)
    os.environ["PYTHONWARNINGS"] = "ignore"  # Dagster's advice to its own users
    say(f"workspace {workspace}; http://127.0.0.1:{port} (Ctrl-C ends it)")
    os.chdir(workspace)
    # A shell that starts us in the background has this signal ignored, which Dagster would inherit.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    dagster = [sys.executable, "-m", "dagster", "dev", "-w", str(location)]
    os.execv(sys.executable, [*dagster, "-h", "127.0.0.1", "-p", str(port)])  # noqa: S606 - our own words only


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise ConfigError(
                "another program uses this port",
                where=f"port {port}",
                fix=f"lockstep ui --port {port + 1}",
            ) from None
