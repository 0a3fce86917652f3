"""Which files of a folder are raw exports, and what of it is not read."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from lockstep.errors import InputError
from lockstep.ingest.exports import name_below
from lockstep.words import many

_NAMED = 3
"""Folders that are named."""


def exports_in(folder: Path) -> list[Path]:
    """Return the files of a folder, by name; hidden ones are none, nor are those of its folders.

    Raises:
        InputError: There is none; where it holds folders, it says how to read theirs.
    """
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    if not files:
        folders = _folders(folder)
        raise InputError(
            f"no file in it{f', only {_named(folders)}' if folders else ''}",
            where=str(folder),
            expected="raw exports in this folder",
            fix=_how_to_read(folder, folders) if folders else "",
        )
    return files


def not_read(folder: Path) -> str:
    """Return which folders in a folder are not read, and how they would be; else nothing."""
    folders = _folders(folder)
    if not folders:
        return ""
    return f"not read: {_named(folders)} in {folder}; {_how_to_read(folder, folders)}"


def _folders(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def _named(folders: Sequence[Path]) -> str:
    more_n = len(folders) - _NAMED
    names = ", ".join(path.name for path in folders[:_NAMED])
    return f"{many(len(folders), 'folder')}: {names}{f' and {more_n} more' if more_n > 0 else ''}"


def _how_to_read(folder: Path, folders: Sequence[Path]) -> str:
    below = f"*/{name_below(folders)}"
    return (
        f"lockstep inspect {shlex.quote(str(folder))}/{below} says what is in them; to run that, "
        "copy the folders into exports/ of a case whose case.toml has "
        f'[[exports]] path = "exports/{below}"'
    )
