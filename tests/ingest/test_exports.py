"""Which files a case reads."""

import re
from pathlib import Path

import pytest

from lockstep.errors import ConfigError, InputError
from lockstep.ingest.exports import find_exports
from lockstep.settings import ExportSection, Settings


def names(folder: Path, *patterns: str) -> list[str]:
    settings = Settings(exports=tuple(ExportSection(path=pattern) for pattern in patterns))
    return [file.path.relative_to(folder).as_posix() for file in find_exports(folder, settings)]


@pytest.fixture
def case(tmp_path: Path) -> Path:
    for name in ("exports/b.csv", "exports/a.csv", "exports/.hidden", "exports/[1].csv", "c.csv"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def test_files_come_by_path_without_hidden_ones(case: Path) -> None:
    """A glob finds them in the order of their paths."""
    assert names(case, "exports/*") == ["exports/[1].csv", "exports/a.csv", "exports/b.csv"]
    assert names(case, "**/*.csv") == ["c.csv", "exports/[1].csv", "exports/a.csv", "exports/b.csv"]


def test_a_name_may_look_like_a_pattern(case: Path) -> None:
    """A file of that very name is meant."""
    assert names(case, "exports/[1].csv") == ["exports/[1].csv"]


def test_absolute_paths_and_globs(case: Path) -> None:
    """A case may name exports that lie elsewhere."""
    assert names(case, str(case / "exports/a.csv")) == ["exports/a.csv"]
    assert names(case, str(case / "exports/[ab].csv")) == ["exports/a.csv", "exports/b.csv"]


def zones(case: Path, *sections: tuple[str, str | None]) -> list[str | None]:
    """Return the zone that entries, each a path and a zone, give to each file."""
    exports = tuple(ExportSection(path=path, timezone=zone) for path, zone in sections)
    return [file.section.timezone for file in find_exports(case, Settings(exports=exports))]


MALI, FRANCE = "Africa/Bamako", "Europe/Paris"


def test_the_name_of_a_file_counts_before_a_glob(case: Path) -> None:
    """Whichever stands first; of the other files the glob says what is said."""
    named, glob = ("exports/a.csv", MALI), ("exports/*", FRANCE)

    assert zones(case, named, glob) == [FRANCE, MALI, FRANCE]
    assert zones(case, glob, named) == [FRANCE, MALI, FRANCE]
    assert zones(case, glob, ("exports/[1].csv", MALI)) == [MALI, FRANCE, FRANCE]
    assert zones(case, glob, ("exports/a*", MALI), ("exports/a.csv", None)) == [
        FRANCE,
        None,
        FRANCE,
    ]


@pytest.mark.parametrize(
    ("paths", "fix"),
    [
        (("exports/*", "exports/a*"), 'an entry of its own: path = "exports/a.csv"'),
        (("exports/a.csv", "exports/a.csv"), "keep one of the two"),
    ],
)
def test_entries_that_count_alike_say_the_same(
    case: Path, paths: tuple[str, str], fix: str
) -> None:
    """Neither wins in silence: the message names both and what they differ in."""
    one, other = paths
    with pytest.raises(ConfigError) as caught:
        zones(case, (one, MALI), (other, FRANCE))

    said = (
        f"of a.csv the entries path = {one!r} and path = {other!r} say different things (timezone)"
    )
    assert said in str(caught.value)
    assert fix in str(caught.value)
    assert MALI in zones(case, (one, MALI), (other, MALI))


def test_a_path_without_files_says_where_to_put_them(case: Path) -> None:
    """The message names the key and the folder."""
    with pytest.raises(InputError) as caught:
        names(case, "exports/*.tsv")

    assert "case.toml, [[exports]] path = 'exports/*.tsv': no file matches" in str(caught.value)
    assert f"put raw exports into {case / 'exports'}" in str(caught.value)


@pytest.mark.parametrize("pattern", ["exports", "*", "."])
def test_a_folder_is_no_export(case: Path, pattern: str) -> None:
    """The message proposes a path to the files in it, which a case can read."""
    (case / "c.csv").unlink()
    with pytest.raises(InputError, match="is a folder, not an export") as caught:
        names(case, pattern)

    (proposed,) = re.findall(r'in its place: path = "(.*?)"', str(caught.value))
    if pattern != ".":  # in it are folders alone
        assert names(case, proposed) == ["exports/[1].csv", "exports/a.csv", "exports/b.csv"]


def test_of_folders_with_a_file_of_one_name_that_is_proposed(tmp_path: Path) -> None:
    """As Telegram writes them: pictures in further folders are no exports."""
    for chat in ("ChatExport_1", "ChatExport_2"):
        (tmp_path / "exports" / chat / "photos").mkdir(parents=True)
        (tmp_path / "exports" / chat / "result.json").touch()
    (tmp_path / "exports" / "empty").mkdir()
    with pytest.raises(InputError) as caught:
        names(tmp_path, "exports/*")

    assert str(caught.value).endswith('in its place: path = "exports/*/result.json"')
    assert len(names(tmp_path, "exports/*/result.json")) == 2
    (tmp_path / "exports" / "beside.csv").touch()
    with pytest.raises(InputError, match="files beside the folders want an entry of their own"):
        names(tmp_path, "exports/*")


def test_a_folder_elsewhere_is_no_export_either(case: Path) -> None:
    """An absolute path is proposed as it is."""
    other = case.parent
    with pytest.raises(InputError, match="is a folder") as caught:
        names(case, str(other))

    assert f'path = "{other.as_posix()}/*"' in str(caught.value)


@pytest.mark.parametrize("pattern", ["a\0b", "**b/*"])
def test_what_is_no_path_is_the_case_files_fault(case: Path, pattern: str) -> None:
    """The message names the key."""
    with pytest.raises((ConfigError, InputError), match=r"\[\[exports\]\] path"):
        names(case, pattern)
