"""A case is a folder: its question is read once, its tables as they lie there."""

from pathlib import Path

import polars as pl
import pytest

from assets.cases import Case
from assets.keys import make_key
from assets.resources import Workspace
from lockstep.errors import ConfigError, ContractError, InputError
from lockstep.storage import file_sha256
from tests import toys
from tests.assets.toy_case import Known

EXPORTS = '[[exports]]\npath = "exports/*"\n'


@pytest.fixture
def empty_case(tmp_path: Path) -> Case:
    """Return a case of a case file alone."""
    folder = tmp_path / "cases" / "mali"
    folder.mkdir(parents=True)
    (folder / "case.toml").write_text(EXPORTS, "utf-8")
    return Case(folder)


def test_everything_lies_in_the_folder(empty_case: Case) -> None:
    """Where DESIGN §3 says."""
    case, folder = empty_case, empty_case.folder

    assert case.config == folder / "case.toml"
    assert case.table("posts") == folder / "out" / "tables" / "posts.parquet"
    assert case.database == folder / "out" / "lockstep.duckdb"
    assert case.manifest == folder / "out" / "manifest.json"
    assert case.runs_log == folder / "log" / "runs.jsonl"
    assert case.checks_log == folder / "log" / "checks.jsonl"
    assert case.history == folder / "log" / "history"


def test_the_question_is_read_once(empty_case: Case) -> None:
    """A case file changed during a run changes the next run."""
    before = empty_case.settings
    empty_case.config.write_text(EXPORTS + "[timing]\nseed = 1\n", "utf-8")

    assert empty_case.settings is before
    assert Case(empty_case.folder).settings.timing.seed == 1


def test_a_wrong_case_file_is_named(empty_case: Case) -> None:
    """The message says which file."""
    empty_case.config.write_text("x = 1", "utf-8")

    with pytest.raises(ConfigError, match=str(empty_case.config)):
        _ = empty_case.settings


def test_a_case_file_that_is_no_text_is_refused(empty_case: Case) -> None:
    """Saved in another encoding."""
    empty_case.config.write_bytes("title = 'é'".encode("latin-1"))

    with pytest.raises(ConfigError, match="not UTF-8"):
        _ = empty_case.settings


def test_a_folder_without_a_case_file_is_no_case(tmp_path: Path) -> None:
    """The message says how to make one."""
    with pytest.raises(ConfigError, match=r"no case.toml\nWhat to do: lockstep new"):
        _ = Case(tmp_path).settings


def test_the_key_is_that_of_the_case_file(
    empty_case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None where the case names none."""
    monkeypatch.setenv("LOCKSTEP_CONFIG_DIR", str(tmp_path / "config"))
    with pytest.raises(ConfigError, match="names no key"):
        _ = empty_case.key

    empty_case.config.write_text(f'{EXPORTS}[contacts]\nkey = "{make_key()}"\n', "utf-8")
    assert len(Case(empty_case.folder).key) == 32


def test_a_table_is_read_as_it_was_written(empty_case: Case, known: Known) -> None:
    """`write` returns the hash of the file."""
    known(toys.contract(columns={"k": "BIGINT"}))

    version = empty_case.write(pl.DataFrame({"k": [2, 1]}), "toy")

    assert version == file_sha256(empty_case.table("toy"))
    assert empty_case.read("toy").collect()["k"].to_list() == [1, 2]
    with pytest.raises(ContractError):
        empty_case.write(pl.DataFrame({"x": [1]}), "toy")


@pytest.mark.parametrize("name", ["a*", "a[b]", "k=3"])
def test_no_letter_of_a_name_is_a_pattern(tmp_path: Path, known: Known, name: str) -> None:
    """Cases never see each other."""
    known(toys.contract(columns={"k": "BIGINT"}))
    for number, folder in enumerate(("ab", "ac", name)):
        Case(tmp_path / folder).write(pl.DataFrame({"k": [number]}), "toy")

    assert Case(tmp_path / name).read("toy").collect()["k"].to_list() == [2]


def test_a_table_that_was_not_made_is_asked_for(empty_case: Case) -> None:
    """The message says how to make it."""
    with pytest.raises(InputError, match=r"posts.parquet: no such table\nWhat to do: lockstep run"):
        empty_case.read("posts")


def test_a_case_is_found_by_its_name(empty_case: Case, tmp_path: Path) -> None:
    """In `cases/` of the workspace."""
    assert Workspace(root=str(tmp_path)).case("mali") == empty_case


def test_a_case_elsewhere_is_found_where_it_was_said_to_lie(tmp_path: Path) -> None:
    """What the command was given goes before what lies in the workspace."""
    workspace = Workspace(root=str(tmp_path), folders={"mali": "/elsewhere/mali"})

    assert workspace.case("mali") == Case(Path("/elsewhere/mali"))


def test_a_case_beside_cases_is_found_by_its_case_file(tmp_path: Path) -> None:
    """The workspace of a case outside `cases/` is its grandparent."""
    for name in ("desk", "other"):
        (tmp_path / name / "mali").mkdir(parents=True)
    (tmp_path / "desk" / "mali" / "case.toml").touch()

    assert Workspace(root=str(tmp_path)).case("mali") == Case(tmp_path / "desk" / "mali")


@pytest.mark.parametrize("folders", [(), ("desk", "shelf")])
def test_an_unknown_or_ambiguous_name_is_refused(tmp_path: Path, folders: tuple[str, ...]) -> None:
    """A run never guesses which case was meant."""
    for name in folders:
        (tmp_path / name / "mali").mkdir(parents=True)
        (tmp_path / name / "mali" / "case.toml").touch()

    with pytest.raises(ConfigError, match=f"{len(folders)} cases are named 'mali'"):
        Workspace(root=str(tmp_path)).case("mali")
