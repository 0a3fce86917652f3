"""Which files a case reads: what the paths of `[[exports]]` find."""

from dataclasses import dataclass
from pathlib import Path

from lockstep.errors import ConfigError, InputError
from lockstep.ingest.formats import OWN
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
        ConfigError: A path is no pattern.
    """
    found: dict[Path, ExportFile] = {}
    for section in (_with_own_format(folder, section) for section in settings.exports):
        where = f"{folder / 'case.toml'}, [[exports]] path = {section.path!r}"
        paths = _matches(folder, section.path, where)
        if not paths:
            raise InputError(
                "no file matches",
                where=where,
                expected="at least one export",
                fix=f"put raw exports into {(folder / section.path).parent}",
            )
        for path in paths:
            if path.is_dir():
                inner = path.relative_to(folder) if path.is_relative_to(folder) else path
                raise InputError(
                    f"{path.name} is a folder, not an export",
                    where=where,
                    fix=f'add [[exports]] with path = "{inner.as_posix()}/*"',
                )
            found.setdefault(path, ExportFile(path, section))
    return tuple(found[path] for path in sorted(found))


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
