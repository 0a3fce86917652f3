"""Which files a case reads: what the paths of `[[exports]]` find."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lockstep.errors import ConfigError, InputError
from lockstep.ingest.formats import OWN
from lockstep.settings import ExportSection, Settings

_CONFIG = "case.toml"
_PLAIN = re.compile(r"[\w.-]+")
"""Names that stand in a path of TOML and in a shell as they are."""


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One export and what the case says of it."""

    path: Path
    section: ExportSection


def alone(path: Path) -> ExportFile:
    """Return a file of which no case says anything.

    Raises:
        InputError: Its name is no text.
    """
    refuse_unnamed(path)
    return ExportFile(path, ExportSection(path=path.name))


def refuse_unnamed(path: Path) -> None:
    """Refuse a file whose name no table can hold.

    Raises:
        InputError: It is not UTF-8.
    """
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError(
            "its name is not UTF-8, as where another system packed it",
            where=ascii(path.name).strip("'"),
            expected="a name in UTF-8",
            fix="rename the file",
        ) from None


def find_exports(folder: Path, settings: Settings) -> tuple[ExportFile, ...]:
    """Return the files that a case's paths name, by path; hidden files are none.

    Of several paths that name a file the one that is its name counts before any glob.

    Raises:
        InputError: A path finds no file, or a folder, or one whose name is no text.
        ConfigError: A path is no pattern, or several that count alike say different things of a
            file.
    """
    by_name: dict[Path, list[ExportSection]] = {}
    by_glob: dict[Path, list[ExportSection]] = {}
    for section in (_with_own_format(folder, section) for section in settings.exports):
        for path, is_name in _files(folder, section):
            (by_name if is_name else by_glob).setdefault(path, []).append(section)
    counting = {**by_glob, **by_name}
    return tuple(
        ExportFile(path, _only(folder, path, counting[path], is_name=path in by_name))
        for path in sorted(counting)
    )


def _files(folder: Path, section: ExportSection) -> Iterator[tuple[Path, bool]]:
    """Yield the files that a path names, and whether it is the very name of the file.

    Raises:
        InputError: It finds no file, or a folder, or one whose name is no text.
        ConfigError: It is no pattern.
    """
    where = f"{folder / _CONFIG}, [[exports]] path = {section.path!r}"
    paths = _matches(folder, section.path, where)
    if not paths:
        raise InputError(
            "no file matches",
            where=where,
            expected="at least one export",
            fix=f"put raw exports into {(folder / section.path).parent}",
        )
    for path in paths:
        refuse_unnamed(path)
        if path.is_dir():
            raise InputError(
                f"{path.name} is a folder, not an export",
                where=where,
                expected="files",
                fix=_in_its_place(folder, section.path, paths),
            )
        yield path, path == folder / section.path


def _in_its_place(folder: Path, pattern: str, paths: Sequence[Path]) -> str:
    """Return which path reads the files of the folders that a path finds, in place of it."""
    below = name_below([path for path in paths if path.is_dir()])
    if (folder / pattern).exists():
        return f'in its place: path = "{(Path(pattern) / below).as_posix()}"'
    beside = "; files beside the folders want an entry of their own" * any(map(Path.is_file, paths))
    return f'in its place: path = "{(Path(pattern).parent / "*" / below).as_posix()}"{beside}'


def name_below(folders: Sequence[Path]) -> str:
    """Return the only name that files of all these folders have in common, else `*`.

    Of exports of Telegram it is `result.json`; folders without a file are not asked.
    """
    held = [{p.name for p in folder.glob("[!.]*") if p.is_file()} for folder in folders]
    common = set.intersection(*filter(None, held)) if any(held) else set()
    return next(iter(common)) if len(common) == 1 and all(map(_PLAIN.fullmatch, common)) else "*"


def _only(
    folder: Path, path: Path, sections: Sequence[ExportSection], *, is_name: bool
) -> ExportSection:
    """Return the first of the sections of a file, which all say the same of it.

    Raises:
        ConfigError: They do not.
    """
    first, *others = sections
    for other in others:
        keys = [key for key, said in first if key != "path" and said != getattr(other, key)]
        if keys:
            name = path.relative_to(folder) if path.is_relative_to(folder) else path
            by_name = f'say it in an entry of its own: path = "{name.as_posix()}"'
            raise ConfigError(
                f"of {path.name} the entries path = {first.path!r} and path = {other.path!r} say "
                f"different things ({', '.join(keys)})",
                where=f"{folder / _CONFIG}, [[exports]]",
                expected="one entry a file, or entries that say the same",
                fix="keep one of the two" if is_name else by_name,
            )
    return first


def _with_own_format(folder: Path, section: ExportSection) -> ExportSection:
    """Return what a case says of its files, a format of its own by where the file lies."""
    if not section.format.endswith(OWN):
        return section
    return section.model_copy(update={"format": str(folder / section.format)})


def _matches(folder: Path, pattern: str, where: str) -> list[Path]:
    """Return what a path or glob names.

    Raises:
        ConfigError: It is neither.
    """
    pure = Path(pattern)
    base, rest = (
        (folder, pure) if not pure.anchor else (Path(pure.anchor), pure.relative_to(pure.anchor))
    )
    try:
        if (folder / pure).exists():  # a name may hold [ or *
            return [folder / pure]
        return [path for path in base.glob(rest.as_posix()) if not path.name.startswith(".")]
    except (ValueError, OSError) as error:
        raise ConfigError(
            f"no path: {error}", where=where, expected="a file or glob such as exports/*"
        ) from None
