"""Another distribution's package of our name is found out before it is used."""

import os
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest

from lockstep.errors import ConfigError
from pipeline import guard
from pipeline.guard import refuse_shadowed_packages

HOUSE = Path(__file__).parents[2]
_START = """
import sys
sys.path.insert(0, {house!r})
import pipeline.guard, lockstep.errors
sys.path.insert(0, {theirs!r})
pipeline.guard.refuse_shadowed_packages()
"""


def test_our_own_packages_are_accepted() -> None:
    """All four lie side by side."""
    assert guard._OURS == ("assets", "data_contracts", "lockstep", "pipeline")
    refuse_shadowed_packages()


@pytest.mark.parametrize("name", ["assets", "data_contracts"])
def test_a_package_that_shadows_ours_is_refused(tmp_path: Path, name: str) -> None:
    """The message names its folder and ours."""
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("raise SystemExit('theirs was run')")

    done = subprocess.run(
        [sys.executable, "-c", _START.format(house=str(HOUSE), theirs=str(tmp_path))],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        check=False,
        text=True,
    )

    assert f"ConfigError: {tmp_path / name}: package '{name}' is not lockstep's" in done.stderr
    assert f"Expected: {HOUSE / name}" in done.stderr
    assert "theirs was run" not in done.stderr


def test_a_folder_of_our_name_without_code_shadows_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An analyst may keep a folder called assets."""
    (tmp_path / "assets").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))

    refuse_shadowed_packages()

    spec = util.find_spec("assets")
    assert spec is not None
    assert spec.origin == str(HOUSE / "assets" / "__init__.py")


def test_a_package_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed in part."""
    monkeypatch.setattr(util, "find_spec", lambda _: None)

    with pytest.raises(ConfigError, match="package 'assets' is not lockstep's"):
        refuse_shadowed_packages()
