"""Where the workspace of a case lies, and how its Dagster home is set up."""

import hashlib
import os
from pathlib import Path

from lockstep.files import whole_file

DAGSTER_YAML = """\
# Written once by lockstep; yours to change. Everything stays on this machine.
telemetry:
  enabled: false
nux:
  enabled: false
# A process a step to copy its output costs more than the steps themselves.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
# A run uses every processor. Two of one case never write at once: the second waits in the queue.
concurrency:
  runs:
    max_concurrent_runs: 2
    tag_concurrency_limits:
      - key: dagster/partition
        value:
          applyLimitPerUniqueValue: true
        limit: 1
# A run whose process died is tried again; one that failed is not until its content changes.
run_retries:
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false
run_monitoring:
  enabled: true
# Whether an asset with a freshness policy is fresh; without it the page says nothing of that.
freshness:
  enabled: true
# What a sensor or schedule saw, in days.
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 2
      success: 30
      failure: 90
"""
"""What Dagster is told where nobody has told it anything yet."""

_LOCATION = """\
# Written by lockstep: where Dagster finds the definitions, and what it calls them.
load_from:
  - python_module:
      module_name: pipeline.definitions
      location_name: lockstep
"""

_FORMER = frozenset(
    {
        "481d72308255c9d77d14c6afd5ee8680c6de78b767244566889cf80e5c9f4206",
        "49fea742ad56260e9fac923173d18d6f1d6bcfe9a463c643ffc23fb1ca69479e",
        "7f979e00a304da0ea54d92c6963c61d5ffb6fc2d6b9429b6e9f878ffea1abe92",
    }
)
"""SHA-256 of what earlier versions wrote there: a file that nobody has changed."""


def find_root(root: Path | None = None, case: Path | None = None) -> Path:
    """Return the workspace: what is asked for, or where the folders say it is.

    The order: `root`, the variable LOCKSTEP_ROOT, the nearest folder that holds `cases/` above
    the case (or above where we are), the case's grandparent, where we are.
    """
    named = root or _from_environment()
    if named:
        return named.absolute()
    start = (case or Path.cwd()).absolute()
    above = (start, *start.parents) if case is None else start.parents
    for folder in above:
        if (folder / "cases").is_dir():
            return folder
    return start.parent.parent if case else start


def is_former(config: Path) -> bool:
    """Return whether a `dagster.yaml` is, byte for byte, what an earlier version wrote."""
    return hashlib.sha256(config.read_bytes()).hexdigest() in _FORMER


def _from_environment() -> Path | None:
    value = os.environ.get("LOCKSTEP_ROOT")
    return Path(value) if value else None


def prepare_home(root: Path) -> Path:
    """Make the workspace's Dagster home and point Dagster at it, telemetry off.

    A `dagster.yaml` that an earlier version wrote and nobody changed is written anew.

    Must come before Dagster or Great Expectations is imported.
    """
    home = root / ".lockstep"
    home.mkdir(parents=True, exist_ok=True)
    config = home / "dagster.yaml"
    if not config.is_file() or is_former(config):
        with whole_file(config) as file:
            file.write(DAGSTER_YAML.encode())
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "true"
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    return home


def write_location(home: Path) -> Path:
    """Write down in Dagster's home where the definitions are found, and return the file."""
    path = home / "workspace.yaml"
    with whole_file(path) as file:
        file.write(_LOCATION.encode())
    return path
