"""`lockstep inspect`: what raw exports hold, without writing anything."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assets.cases import Case
from lockstep.errors import InputError
from lockstep.ingest.exports import ExportFile, alone, find_exports
from lockstep.words import many
from pipeline.console import out, out_json, say
from pipeline.export_facts import Row, facts_of, overview, tables_of, titled
from pipeline.export_folder import exports_in, not_read


def inspect(paths: Sequence[Path], *, as_json: bool) -> None:
    """Write what each export is, why, and what would become of it.

    A folder stands for the files in it, a case for its exports, read as its case file says; an
    archive holds several. One export is told in full, several line by line.

    Raises:
        SystemExit: A file cannot be read or has no known format; the others are told before.
        ConfigError: A folder is a case whose case file is wrong.
    """
    found: list[Row] = []
    folders: list[str] = []
    files: list[ExportFile] = []
    problems: list[InputError] = []
    for path in paths:
        with _told_later(problems):
            files += _files(path, problems)
    for file in files:
        with _told_later(problems):
            rows = facts_of(tables_of(file), file.section)
            found += rows
            folders += [file.path.absolute().parent.name] * len(rows)
    if as_json:
        out_json(found)
    elif found:
        out(titled(found[0]) if len(found) == 1 else overview(_told_apart(found, folders)))
    if problems and len(files) > 1:
        say(f"{many(len(problems), 'problem')} with {many(len(files), 'file')}:")
    for problem in problems:
        say(f"error: {problem}")
    if problems:
        raise SystemExit(problems[0].exit_code)


def _told_apart(found: Sequence[Row], folders: Sequence[str]) -> list[Row]:
    """Return the exports, those of one name with the folder that each lies in before it."""
    named_n = Counter(facts["file_name"] for facts in found)
    return [
        {**facts, "file_name": f"{folder}/{name}"}
        if named_n[name := facts["file_name"]] > 1
        else facts
        for facts, folder in zip(found, folders, strict=True)
    ]


@contextmanager
def _told_later(problems: list[InputError]) -> Iterator[None]:
    """Keep what is wrong with an export until the others are told."""
    try:
        yield
    except InputError as error:
        problems.append(error)


def _files(path: Path, problems: list[InputError]) -> Iterator[ExportFile]:
    """Yield the files that a path stands for; what is wrong with the name of one is kept."""
    if (path / "case.toml").is_file():
        yield from find_exports(path, Case(path).settings)
        return
    folder = path / "exports" if (path / "exports").is_dir() else path
    if not folder.is_dir():
        yield alone(path)
        return
    for file in exports_in(folder):
        with _told_later(problems):
            yield alone(file)
    if more := not_read(folder):
        say(more)
