"""The doctor finds what is wrong, says what to do, and changes nothing."""

import json
from pathlib import Path

import pytest

from assets import case_states
from assets.cases import Case
from assets.exclusive import exclusive
from pipeline import examination
from pipeline.commands.doctor import exit_code
from pipeline.examination import Found, examine
from pipeline.workspace import DAGSTER_YAML
from tests.pipeline.small_case import lockstep
from tests.pipeline.test_watching import make
from tests.pipeline.test_workspace import WITHOUT_FRESHNESS


def found(root: Path, subject: str) -> list[tuple[str, str]]:
    """Return what was found of a subject, and its state."""
    return [(one.state, one.what) for one in examine(root) if one.subject == subject]


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of keys of a user of their own."""
    monkeypatch.setenv("LOCKSTEP_CONFIG_DIR", str(tmp_path / "config"))
    (tmp_path / "config" / "keys").mkdir(parents=True)
    return tmp_path / "config" / "keys"


def test_a_fresh_workspace_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As soon as there is one; the libraries are what they are here."""
    monkeypatch.setattr(examination, "_LOCK", tmp_path / "none")
    make(tmp_path, "mali")

    looked = examine(tmp_path)

    assert {one.state for one in looked} == {"fine"}
    assert [one.subject for one in looked][:5] == [
        "python",
        "libraries",
        "engines",
        "workspace",
        "disk",
    ]
    assert found(tmp_path, "case mali") == [("fine", "not run yet")]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cases", "config"]


def test_other_versions_than_those_locked_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of several for different Pythons will do; what is not installed is not asked for."""
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "polars==0.1 ; python_version < '3' \\\n    --hash=sha256:00\nnone-such==1\n"
        f"duckdb==0.1 \\\nduckdb=={examination._installed('duckdb')} \\\n"
    )
    monkeypatch.setattr(examination, "_LOCK", lock)

    ((state, what),) = found(tmp_path, "libraries")

    assert state == "look"
    assert what == f"polars {examination._installed('polars')} (locked 0.1)"


def test_telemetry_and_an_older_file_of_dagsters_are_seen(tmp_path: Path) -> None:
    """Both are the user's to change."""
    home = tmp_path / ".lockstep"
    home.mkdir()
    (home / "dagster.yaml").write_text(DAGSTER_YAML)
    assert found(tmp_path, "telemetry") == [("fine", "off")]
    assert found(tmp_path, "dagster.yaml") == []

    (home / "dagster.yaml").write_text(WITHOUT_FRESHNESS)
    assert found(tmp_path, "dagster.yaml") == [("look", "as an earlier version wrote it")]

    (home / "dagster.yaml").write_text(WITHOUT_FRESHNESS + "# mine\n")
    assert found(tmp_path, "dagster.yaml") == [("look", "says nothing of freshness")]

    (home / "dagster.yaml").write_text("telemetry: {enabled: true}\nnux: {enabled: false}\n")
    assert found(tmp_path, "telemetry")[0][0] == "look"
    ((state, what),) = found(tmp_path, "dagster.yaml")
    assert (state, "concurrency" in what) == ("look", True)

    (home / "dagster.yaml").write_text("{")
    assert found(tmp_path, "dagster.yaml")[0][0] == "wrong"


def test_a_key_that_others_may_read_is_wrong(tmp_path: Path, keys: Path) -> None:
    """Whoever has it can tell contacts by their hashes."""
    (keys / "ab.key").write_text("00")
    (keys / "ab.key").chmod(0o644)
    assert found(tmp_path, "keys") == [("wrong", "others may read ab.key")]

    (keys / "ab.key").chmod(0o600)
    assert found(tmp_path, "keys")[0][0] == "fine"


def test_a_case_tells_how_it_is(tmp_path: Path) -> None:
    """Broken, at work, or with what a killed run left; nothing of it is touched."""
    make(tmp_path, "broken").joinpath("case.toml").write_text("no toml")
    case = Case(make(tmp_path, "mali"))
    with exclusive(case, waits=False):
        assert found(tmp_path, "case mali") == [("fine", "a run is under way")]
    case.scratch.mkdir()

    assert found(tmp_path, "case broken")[0][0] == "wrong"
    assert found(tmp_path, "case mali")[0] == ("look", "1 scratch file of a run that was killed")
    assert case.scratch.is_dir()


def test_the_worst_decides_the_exit_code() -> None:
    """Wrong before worth a look before fine."""
    fine, look, wrong = Found("a", "fine", ""), Found("b", "look", ""), Found("c", "wrong", "")

    assert [exit_code(f) for f in ([fine], [fine, look], [look, wrong])] == [0, 5, 1]


def test_the_command_writes_json(tmp_path: Path) -> None:
    """A list of what was looked at."""
    make(tmp_path, "mali")

    said = lockstep("--root", tmp_path, "doctor", "--json")

    assert said.returncode in {0, 5}
    rows = json.loads(said.stdout)
    assert {"subject", "state", "found", "what_to_do"} == set(rows[0])
    assert rows[-1]["subject"] == "case mali"


def test_an_export_that_cannot_be_read_hides_no_other_case(tmp_path: Path) -> None:
    """The doctor names it, and goes on to the next."""
    case = Case(make(tmp_path, "chad"))
    case.database.parent.mkdir(exist_ok=True)
    case.database.write_bytes(b"")
    (case.folder / "exports" / "a.csv").unlink()
    (case.folder / "exports" / "a.csv").symlink_to(tmp_path / "nowhere.csv")
    make(tmp_path, "mali")

    ((state, what),) = found(tmp_path, "case chad")

    assert (state, what) == ("look", "a.csv: cannot be read: No such file or directory")
    assert found(tmp_path, "case mali") == [("fine", "not run yet")]


def test_a_lock_that_cannot_be_read_hides_no_other_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How the case stands says what the system refuses."""
    make(tmp_path, "mali")

    def forbidden(_: Case) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(examination, "is_held", forbidden)
    monkeypatch.setattr(case_states, "is_held", forbidden)

    assert found(tmp_path, "case mali") == [("wrong", "cannot be read: Permission denied")]
