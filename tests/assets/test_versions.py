"""A table's code version changes with all that computes it, and with nothing else."""

import json
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from assets import versions
from assets.versions import closure, code_version, installed

HOUSE = Path(__file__).parents[2]
TABLES = {
    "episodes": ("lockstep.timing.episodes", "episodes", ("timing_difference",)),
    "timing_difference": (
        "lockstep.timing.differences",
        "timing_difference",
        ("posts", "accounts"),
    ),
    "posts": ("lockstep.ingest.stage", "posts", ()),
}
CHANGED = {
    "lockstep/timing/episodes.py": {"episodes"},
    "lockstep/engine.py": {"episodes", "timing_difference"},
    "lockstep/storage.py": {"episodes", "timing_difference", "posts"},
    "lockstep/accounts/selection.py": {"timing_difference"},
    "lockstep/timing/__init__.py": {"episodes", "timing_difference"},
    "lockstep/compiled.py": {"posts"},
    "lockstep/sql/episodes.sql": {"episodes"},
    "lockstep/sql/timing_difference.sql": {"timing_difference"},
    "lockstep/sql/finding_evidence.sql": set(),
    "lockstep/timing/counts.py": set(),
    "lockstep/ingest/numbers.py": {"posts"},
    "data_contracts/tables/episodes.yaml": {"episodes"},
    "data_contracts/tables/timing_difference.yaml": {"episodes", "timing_difference"},
    "data_contracts/tables/posts.yaml": {"timing_difference", "posts"},
    "data_contracts/tables/gates.yaml": set(),
    "data_contracts/formats/crowdtangle_facebook.toml": {"posts"},
    "data_contracts/zones.toml": {"posts"},
    "assets/checks.py": set(),
}
"""File, and the tables whose version changes with it. An import within a function counts too."""

_ALL = """
import json, sys
from functools import _lru_cache_wrapper
from pathlib import Path
from assets import versions

tables, files = json.loads(sys.argv[1])

def all_versions():
    for function in vars(versions).values():
        if isinstance(function, _lru_cache_wrapper):
            function.cache_clear()
    return {name: versions.code_version(m, t, tuple(i)) for name, (m, t, i) in tables.items()}

before, found = all_versions(), {}
assert all_versions() == before
for name in files:
    path = Path(name)
    text = path.read_bytes()
    path.write_bytes(text + b"\\n# changed\\n")
    found[name] = [table for table, version in all_versions().items() if version != before[table]]
    path.write_bytes(text)
assert all_versions() == before
print(json.dumps(found))
"""


def test_a_version_changes_with_what_computes_the_table_and_nothing_else(tmp_path: Path) -> None:
    """Modules however they are imported, statements, contracts, and formats where they are read."""
    for package in ("assets", "lockstep", "data_contracts"):
        shutil.copytree(
            HOUSE / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )

    done = subprocess.run(
        [sys.executable, "-c", _ALL, json.dumps([TABLES, list(CHANGED)])],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=True,
        text=True,
    )

    found = {name: set(changed) for name, changed in json.loads(done.stdout).items()}
    assert found == CHANGED


@pytest.mark.parametrize(
    ("library", "changes"), [("polars", True), ("pyarrow", True), ("dagster", False)]
)
def test_a_version_changes_with_the_libraries_it_imports(
    monkeypatch: pytest.MonkeyPatch,
    library: str,
    changes: bool,  # noqa: FBT001
) -> None:
    """An upgrade of one is a change of the code; of another it is none."""
    before = code_version(*TABLES["episodes"])
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda n: "0" if n == library else real(n))
    _forget()
    try:
        assert (code_version(*TABLES["episodes"]) != before) == changes
    finally:
        monkeypatch.undo()
        _forget()


def _forget() -> None:
    code_version.cache_clear()
    versions._version.cache_clear()


def test_the_closure_holds_the_packages_around_a_module() -> None:
    """Their `__init__` runs too; modules come sorted, each once."""
    modules = closure(("lockstep.timing.differences",))

    assert {"lockstep", "lockstep.timing", "lockstep.engine", "lockstep.errors"} <= set(modules)
    assert "lockstep.accounts.selection" in modules
    assert list(modules) == sorted(set(modules))
    assert not [m for m in modules if m.partition(".")[0] not in versions._OURS]


@pytest.mark.parametrize("module", ["lockstep.no_such_module", "no_such_package.module"])
def test_a_module_that_is_not_there_has_no_version(module: str) -> None:
    """A version of nothing would never change."""
    with pytest.raises(ModuleNotFoundError):
        code_version(module, "episodes", ())


def test_what_is_installed_is_told_by_name() -> None:
    """lockstep, Python and each library that lockstep asks for."""
    found = installed()

    assert found["lockstep"] == metadata.version("lockstep-osint")
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"duckdb", "polars", "pyarrow", "great-expectations"} <= set(found)
    assert all(found.values())
