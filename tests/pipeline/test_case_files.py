"""A case is found by what was typed, or made; its file is changed in one line and no other."""

import re
from pathlib import Path

import pytest

from lockstep.errors import ConfigError, InputError
from lockstep.settings import Settings, parse_settings
from pipeline.case_files import adopt, find_case, find_folder, make_case, refuse_bad_name

MARK = "0123456789abcdef"
EXPORTS = '[[exports]]\npath = "exports/*"\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.delenv("LOCKSTEP_ROOT", raising=False)
    monkeypatch.setenv("LOCKSTEP_CONFIG_DIR", str(tmp_path / "config"))


def keys(tmp_path: Path) -> list[str]:
    """Return the keys that lie with the user."""
    return [path.stem for path in (tmp_path / "config").rglob("*.key")]


def test_the_template_names_every_key_with_its_default(tmp_path: Path) -> None:
    """With its comments taken away it is the same question."""
    make_case(tmp_path / "mali", MARK)
    text = (tmp_path / "mali" / "case.toml").read_text("utf-8")
    told = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    examples = {"timezone", "tz_overrides", "selected_by_timing"}

    bare, full = parse_settings(text), parse_settings(told)

    for name in Settings.model_fields:
        section = getattr(full, name)
        (held, plain) = (
            (section[0], bare.exports[0]) if name == "exports" else (section, getattr(bare, name))
        )
        assert held.model_fields_set == set(type(held).model_fields)
        for key in held.model_fields_set - examples:
            assert getattr(held, key) == getattr(plain, key)
    assert bare.case.title == "mali"
    assert bare.contacts.key == MARK
    assert bare.timing == Settings(exports=bare.exports).timing


@pytest.mark.parametrize(
    "name", ['it\'s "quoted"', "back\\slash", "é {x} %s", "# no comment", "a]b"]
)
def test_a_case_may_have_any_printable_name(tmp_path: Path, name: str) -> None:
    """Its title says it as it is."""
    make_case(tmp_path / name, MARK)

    assert parse_settings((tmp_path / name / "case.toml").read_text("utf-8")).case.title == name
    assert {p.name for p in (tmp_path / name).iterdir()} == {"case.toml", "exports", "log", "out"}


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a...b", "a?", "a\nb", "a\x1bb", "a\u202eb", "a\udcff"]
)
def test_a_name_that_cannot_be_a_case_is_refused(name: str) -> None:
    """It would be no folder of its own, no partition, or steer a terminal."""
    with pytest.raises(ConfigError, match="a case cannot be named"):
        refuse_bad_name(name)


def test_of_a_bad_name_nothing_is_made(tmp_path: Path) -> None:
    """Not even the folder."""
    with pytest.raises(ConfigError, match="a case cannot be named"):
        make_case(tmp_path / "a...b", MARK)
    assert not (tmp_path / "a...b").exists()


def test_a_case_is_found_by_its_path_or_its_name(tmp_path: Path) -> None:
    """A case here goes before one of that name in the workspace."""
    case = tmp_path / "cases" / "mali"
    case.mkdir(parents=True)

    assert find_case(str(case), None) == case
    assert find_case("mali", None) == case
    assert find_case("mali", tmp_path) == case
    make_case(tmp_path / "here" / "mali", MARK)
    assert find_case("mali", None) == tmp_path / "here" / "mali"


@pytest.mark.parametrize("typed", ["mali", "./mali", "mali/"])
def test_a_folder_of_exports_is_not_the_case_that_was_made_of_it(
    tmp_path: Path, typed: str
) -> None:
    """What asks a case finds the case; `run` finds the folder, to see whether it has changed."""
    exports = tmp_path / "here" / "mali"
    exports.mkdir()
    (exports / "a.csv").write_text("x")
    assert find_case(typed, None) == exports, "there is no case yet"

    case = adopt(find_folder(typed, None), None)

    assert case == tmp_path / "here" / "cases" / "mali"
    assert find_case(typed, None) == case
    assert find_folder(typed, None) == exports
    assert find_case(str(exports), None) == exports, "a whole path is that folder"


@pytest.mark.parametrize(
    ("typed", "found"), [(".", "here"), ("..", ""), ("./", "here"), ("../here/../here", "here")]
)
def test_a_folder_has_its_own_name_however_it_is_typed(
    tmp_path: Path, typed: str, found: str
) -> None:
    """The name of a case is that of its folder, not `..`."""
    assert find_case(typed, None) == tmp_path / found


def test_where_no_database_can_lie_is_told_before_the_run(tmp_path: Path) -> None:
    """DuckDB takes what follows a question mark in a path for something else."""
    (tmp_path / "what?" / "mali").mkdir(parents=True)

    with pytest.raises(ConfigError, match=r"'\?' in its path\nWhat to do: rename the folder"):
        find_case(str(tmp_path / "what?" / "mali"), None)


def test_what_is_no_case_is_told_with_those_there_are(tmp_path: Path) -> None:
    """And the one that was meant."""
    for name in ("mali-2022", "chad"):
        (tmp_path / "cases" / name).mkdir(parents=True)
        (tmp_path / "cases" / name / "case.toml").touch()
    (tmp_path / "here" / "posts.csv").touch()

    with pytest.raises(InputError, match="Did you mean 'mali-2022'") as error:
        find_case("mali-2021", None)
    assert "one of the cases chad, mali-2022" in str(error.value)
    with pytest.raises(InputError, match="a file, not a case"):
        find_case("posts.csv", None)
    with pytest.raises(InputError, match="lockstep new zzz"):
        find_case("zzz", None)


def test_without_cases_none_is_named(tmp_path: Path) -> None:
    """The message says so."""
    with pytest.raises(InputError, match=r"\(none yet\)"):
        find_case("mali", tmp_path)


def test_a_folder_with_exports_becomes_a_case_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its exports stay where they are."""
    folder = tmp_path / "mali"
    (folder / "exports").mkdir(parents=True)
    (folder / "exports" / "a.csv").write_text("x")

    assert adopt(folder, None) == folder
    held = parse_settings((folder / "case.toml").read_text("utf-8"))
    assert [held.contacts.key] == keys(tmp_path)
    assert "made a case" in capsys.readouterr().err
    assert (folder / "exports" / "a.csv").read_text() == "x"


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Return a folder of raw exports, as an analyst downloads them."""
    folder = tmp_path / "Downloads" / "mali"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(b"one")
    (folder / "b.csv").write_bytes(b"two")
    (folder / ".DS_Store").write_bytes(b"no export")
    (folder / "older").mkdir()
    return folder


def test_of_a_folder_of_exports_a_case_is_made(tmp_path: Path, exports: Path) -> None:
    """The files are copied; hidden ones and folders are none; the folder stays as it is."""
    before = sorted(exports.rglob("*"))

    case = adopt(exports, tmp_path / "w")

    assert case == tmp_path / "w" / "cases" / "mali"
    assert {p.name: p.read_bytes() for p in (case / "exports").iterdir()} == {
        "a.csv": b"one",
        "b.csv": b"two",
    }
    assert (case / "case.toml").is_file()
    assert sorted(exports.rglob("*")) == before


def test_the_same_folder_is_the_same_case(tmp_path: Path, exports: Path) -> None:
    """Run twice, made once."""
    case = adopt(exports, tmp_path / "w")
    text = (case / "case.toml").read_text("utf-8")

    assert adopt(exports, tmp_path / "w") == case
    assert (case / "case.toml").read_text("utf-8") == text
    assert len(keys(tmp_path)) == 1


@pytest.mark.parametrize("change", ["content", "name", "more"])
def test_other_files_are_not_mixed_into_a_case(tmp_path: Path, exports: Path, change: str) -> None:
    """A case of that name with other files is refused, and what to do is told."""
    adopt(exports, tmp_path / "w")
    if change == "content":
        (exports / "a.csv").write_bytes(b"ONE")
    elif change == "name":
        (exports / "a.csv").rename(exports / "c.csv")
    else:
        (exports / "c.csv").touch()

    with pytest.raises(ConfigError, match=r"with other files(.|\n)*copy the new files into"):
        adopt(exports, tmp_path / "w")


def test_a_copy_that_was_interrupted_is_made_good(tmp_path: Path, exports: Path) -> None:
    """There is no case file until all is copied."""
    half = tmp_path / "w" / "cases" / "mali" / "exports"
    half.mkdir(parents=True)
    (half / "a.csv").write_bytes(b"on")

    case = adopt(exports, tmp_path / "w")

    assert (case / "exports" / "a.csv").read_bytes() == b"one"


@pytest.mark.parametrize("kind", ["empty", "bad name"])
def test_what_cannot_become_a_case_leaves_nothing_behind(tmp_path: Path, kind: str) -> None:
    """No folder and no key."""
    folder = tmp_path / ("x" if kind == "empty" else "a...b")
    folder.mkdir()
    if kind == "bad name":
        (folder / "exports").mkdir()

    with pytest.raises((InputError, ConfigError)):
        adopt(folder, tmp_path / "w")

    assert not (tmp_path / "w").exists()
    assert keys(tmp_path) == []
