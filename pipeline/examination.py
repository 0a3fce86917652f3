"""What `lockstep doctor` looks at, one function a subject."""

import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import yaml

from assets.cases import Case
from assets.exclusive import is_held, scratch
from assets.keys import keys_folder
from lockstep.words import many
from pipeline.workspace import DAGSTER_YAML, is_former

State = Literal["fine", "look", "wrong"]

_LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
_LITTLE_BYTES = 2 << 30
_LARGE_BYTES = 5 << 30


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at: `fine`, worth a `look`, or `wrong`, and what to do."""

    subject: str
    state: State
    what: str
    fix: str = ""


def examine(root: Path) -> list[Found]:
    """Look at the installation and at a workspace; nothing is changed."""
    return [
        _python(),
        _libraries(),
        _engines(),
        _folder(root),
        _room(root),
        *_dagster_yaml(root),
        *_storage(root),
        _keys(),
        *(one for case in _cases(root) for one in _case(case)),
    ]


def _python() -> Found:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] < (3, 15):
        return Found("python", "fine", version)
    return Found("python", "wrong", version, "install Python 3.11 to 3.14")


def _libraries() -> Found:
    """Compare what is installed with the lock; a wheel carries none and says only what it needs."""
    if not _LOCK.is_file():
        return Found("libraries", "fine", f"no lock here; lockstep {_installed('lockstep-osint')}")
    pinned = _pinned(_LOCK.read_text("utf-8"))
    differ = [
        f"{name} {found} (locked {' or '.join(sorted(versions))})"
        for name, versions in sorted(pinned.items())
        if (found := _installed(name)) is not None and found not in versions
    ]
    if differ:
        fix = "make setup; other versions may give other bytes"
        return Found("libraries", "look", ", ".join(differ), fix)
    return Found("libraries", "fine", f"{many(len(pinned), 'package')} as locked")


def _pinned(lock: str) -> dict[str, set[str]]:
    """Return the versions of each package in a lock: more than one where Pythons differ."""
    pinned: dict[str, set[str]] = {}
    lines = re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==([^\s;\\]+)", lock, re.MULTILINE)
    for name, version in lines:
        pinned.setdefault(name, set()).add(version)
    return pinned


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _engines() -> Found:
    import duckdb
    import polars as pl

    with duckdb.connect() as connection:
        same = connection.sql("select 1 + 1").fetchall() == pl.select(pl.lit(1) + 1).rows()
    versions = f"duckdb {duckdb.__version__}, polars {pl.__version__}"
    return Found("engines", "fine" if same else "wrong", versions)


def _folder(root: Path) -> Found:
    try:
        with tempfile.NamedTemporaryFile(dir=root, prefix=".lockstep-doctor."):
            pass
    except OSError as error:
        return Found("workspace", "wrong", f"{root}: {error.strerror}", "choose another --root")
    return Found("workspace", "fine", str(root))


def _room(root: Path) -> Found:
    free = shutil.disk_usage(root if root.is_dir() else root.parent).free
    what = f"{free / 2**30:,.1f} GiB free"
    if free < _LITTLE_BYTES:
        return Found("disk", "look", what, "free some room: a run needs several times its exports")
    return Found("disk", "fine", what)


def _dagster_yaml(root: Path) -> Iterator[Found]:
    path = root / ".lockstep" / "dagster.yaml"
    if not path.is_file():
        yield Found("dagster.yaml", "fine", "written by the first run")
        return
    try:
        there = yaml.safe_load(path.read_text("utf-8")) or {}
    except yaml.YAMLError:
        yield Found("dagster.yaml", "wrong", f"{path} is no YAML", "mend it, or remove it")
        return
    off = isinstance(there.get("telemetry"), dict) and there["telemetry"].get("enabled") is False
    if off:
        yield Found("telemetry", "fine", "off")
    else:
        yield Found(
            "telemetry", "look", f"not switched off in {path}", "telemetry: {enabled: false}"
        )
    if is_former(path):
        fix = "lockstep run or lockstep ui writes it anew, as nobody changed it; restart the daemon"
        yield Found("dagster.yaml", "look", "as an earlier version wrote it", fix)
        return
    lacking = sorted(set(yaml.safe_load(DAGSTER_YAML)) - set(there) - {"telemetry"})
    if lacking:
        fix = "rename it: the next run writes it anew; then bring your changes over"
        yield Found("dagster.yaml", "look", f"says nothing of {', '.join(lacking)}", fix)


def _storage(root: Path) -> Iterator[Found]:
    home = root / ".lockstep"
    if not (home / "history").is_dir():
        return
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    what = f"{size / 2**20:,.0f} MiB of runs and events"
    fix = "the daemon's schedule daily_cleaning removes old runs, and so does each lockstep run"
    yield (
        Found("storage", "look", what, fix)
        if size > _LARGE_BYTES
        else Found("storage", "fine", what)
    )
    yield from _watching(home)


def _watching(home: Path) -> Iterator[Found]:
    """Say whether the daemon lives, and which sensors and schedules somebody switched off."""
    import dagster as dg

    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "true"
    with dg.DagsterInstance.from_config(str(home)) as instance:
        off = [
            state.instigator_name
            for state in instance.all_instigator_state()
            if not state.is_running and state.status.value != "AUTOMATICALLY_RUNNING"
        ]
        beats: dict[str, Any] = dict(instance.get_daemon_heartbeats())
        lives = any(instance.get_daemon_statuses([name])[name].healthy for name in beats)
    yield Found("daemon", "fine", "at work" if lives else "not at work; lockstep ui starts it")
    if off:
        yield Found("automation", "look", f"switched off: {', '.join(sorted(off))}", "lockstep ui")


def _keys() -> Found:
    folder = keys_folder()
    files = sorted(folder.glob("*.key")) if folder.is_dir() else []
    open_ = [path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_:
        fix = f"chmod 600 {folder}/*.key"
        return Found("keys", "wrong", f"others may read {', '.join(open_)}", fix)
    return Found("keys", "fine", f"{many(len(files), 'key')} in {folder}; keep a copy elsewhere")


def _cases(root: Path) -> list[Case]:
    return [Case(path.parent) for path in sorted(root.glob("cases/*/case.toml"))]


def _case(case: Case) -> Iterator[Found]:
    from assets.case_states import standing

    subject = f"case {case.folder.name}"
    try:
        left = [] if is_held(case) else scratch(case)
    except OSError:  # how the case stands says it
        left = []
    if left:
        what = f"{many(len(left), 'scratch file')} of a run that was killed"
        yield Found(subject, "look", what, f"lockstep run {case.folder} removes them")
    found = standing(case)
    fixes = {"fine": "", "look": f"lockstep run {case.folder}", "wrong": f"mend {case.config}"}
    yield Found(subject, found.state, found.what, fixes[found.state])
