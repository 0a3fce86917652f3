"""The workspace is what is asked for, or where the folders say it is; nothing leaves it."""

import os
import re
from pathlib import Path

import pytest
import yaml

from pipeline.workspace import DAGSTER_YAML, find_root, is_former, prepare_home


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("LOCKSTEP_ROOT", raising=False)


@pytest.fixture
def _variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY", "GX_ANALYTICS_ENABLED"):
        monkeypatch.setenv(name, "")


def test_what_is_asked_for_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the variable and before what lies around the case; made absolute."""
    monkeypatch.setenv("LOCKSTEP_ROOT", "/variable")
    (tmp_path / "w" / "cases" / "a").mkdir(parents=True)

    assert find_root(Path("asked"), tmp_path / "w" / "cases" / "a") == tmp_path / "here" / "asked"


def test_the_variable_comes_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before what lies around the case."""
    monkeypatch.setenv("LOCKSTEP_ROOT", "/variable")
    (tmp_path / "w" / "cases" / "a").mkdir(parents=True)

    assert find_root(case=tmp_path / "w" / "cases" / "a") == Path("/variable")


def test_an_empty_variable_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if it were not set."""
    monkeypatch.setenv("LOCKSTEP_ROOT", "")

    assert find_root() == tmp_path / "here"


def test_the_nearest_folder_with_cases_comes_third(tmp_path: Path) -> None:
    """Above the case, not within it."""
    case = tmp_path / "cases" / "w" / "cases" / "a"
    (case / "cases").mkdir(parents=True)

    assert find_root(case=case) == tmp_path / "cases" / "w"


def test_without_a_case_it_is_sought_from_here_upwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here counts too."""
    (tmp_path / "cases").mkdir()
    assert find_root() == tmp_path

    (tmp_path / "here" / "cases").mkdir()
    assert find_root() == tmp_path / "here"
    monkeypatch.chdir(tmp_path / "here" / "cases")
    assert find_root() == tmp_path / "here"


def test_the_grandparent_of_a_case_comes_fourth(tmp_path: Path) -> None:
    """A case that lies anywhere."""
    assert find_root(case=tmp_path / "desk" / "mali") == tmp_path
    assert find_root(case=Path("mali")) == tmp_path


def test_here_comes_last(tmp_path: Path) -> None:
    """Where nothing says otherwise."""
    assert find_root() == tmp_path / "here"


@pytest.mark.usefixtures("_variables")
def test_dagsters_home_is_made_with_telemetry_off(tmp_path: Path) -> None:
    """Its file and the variables of Dagster and Great Expectations say so."""
    home = prepare_home(tmp_path / "w")

    assert home == tmp_path / "w" / ".lockstep"
    config = yaml.safe_load((home / "dagster.yaml").read_text("utf-8"))
    assert config["telemetry"] == {"enabled": False}
    assert config["nux"] == {"enabled": False}
    assert os.environ["DAGSTER_HOME"] == str(home)
    assert os.environ["DAGSTER_DISABLE_TELEMETRY"] == "true"
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"


@pytest.mark.usefixtures("_variables")
def test_dagsters_file_is_written_once(tmp_path: Path) -> None:
    """It is the user's to change."""
    home = prepare_home(tmp_path)
    (home / "dagster.yaml").write_text("# mine\n", "utf-8")

    assert prepare_home(tmp_path) == home
    assert (home / "dagster.yaml").read_text("utf-8") == "# mine\n"


# What the last version before freshness policies wrote.
WITHOUT_FRESHNESS = re.sub(r"# Whether an asset.*\nfreshness:\n.*\n", "", DAGSTER_YAML)


@pytest.mark.usefixtures("_variables")
def test_a_file_that_an_earlier_version_wrote_is_written_anew(tmp_path: Path) -> None:
    """Where nobody changed a byte of it."""
    config = prepare_home(tmp_path) / "dagster.yaml"
    config.write_text(WITHOUT_FRESHNESS, "utf-8")
    assert is_former(config)
    prepare_home(tmp_path)
    assert config.read_text("utf-8") == DAGSTER_YAML
    assert not is_former(config)

    config.write_text(WITHOUT_FRESHNESS + "\n", "utf-8")
    prepare_home(tmp_path)
    assert config.read_text("utf-8") == WITHOUT_FRESHNESS + "\n"
