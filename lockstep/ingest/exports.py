"""Which files a case reads: what the paths of `[[exports]]` find."""

from dataclasses import dataclass
from pathlib import Path

from lockstep.errors import InputError
from lockstep.settings import ExportSection, Settings


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One export and what the case says of it."""

    path: Path
    section: ExportSection


def find_exports(folder: Path, settings: Settings) -> tuple[ExportFile, ...]:
    """Return the files that a case's paths name, by path; hidden files are none.

    A file that several paths name belongs to the first of them.

    Raises:
        InputError: A path finds no file, or a folder.
    """
    found: dict[Path, ExportFile] = {}
    for section in settings.exports:
        paths = _matches(folder, section.path)
        if not paths:
            raise InputError(
                "no file matches",
                where=f"{folder / 'case.toml'}, [[exports]] path = {section.path!r}",
                expected="at least one export",
                fix=f"put raw exports into {(folder / section.path).parent}",
            )
        for path in paths:
            if path.is_dir():
                raise InputError(
                    "a folder, not an export",
                    where=str(path),
                    fix=f'add [[exports]] with path = "{path.relative_to(folder).as_posix()}/*"',
                )
            found.setdefault(path, ExportFile(path, section))
    return tuple(found[path] for path in sorted(found))


def _matches(folder: Path, pattern: str) -> list[Path]:
    named = folder / pattern
    if named.exists():  # a name may hold [ or *
        return [named]
    pure = Path(pattern)
    base, rest = (
        (Path(pure.anchor), pure.relative_to(pure.anchor)) if pure.anchor else (folder, pure)
    )
    return [path for path in base.glob(rest.as_posix()) if not path.name.startswith(".")]
