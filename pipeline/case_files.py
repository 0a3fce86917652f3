"""Find a case by what the user typed, or make one."""

import filecmp
import os
import re
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lockstep.errors import ConfigError, InputError, did_you_mean
from lockstep.files import whole_file
from pipeline.console import many, say
from pipeline.workspace import find_root

_TEMPLATE = """\
# {title}: the question of this case. Every key but [[exports]] may be left out;
# the values behind "#" are the defaults. Unknown keys are errors.

[case]
title = {quoted}
# synthetic = false             # true marks everything printed and found as SYNTHETIC

[[exports]]
path = "exports/*"              # file or glob, relative to this folder
# format = "auto"               # format id; auto tells it by the header
# timezone = "Africa/Bamako"    # IANA zone of times that carry none
# tz_overrides = {{ CST = "America/Chicago" }}   # ambiguous abbreviations

[accounts]
# network = []                  # accounts under study: ids, keys or handles; empty means all
# control = []                  # comparable accounts, chosen without a look at timing
# selection = ""                # how and when each account entered the list (gate G8)
# selected_by_timing = false    # true if accounts were picked because they post together
# disclosed = []                # accounts that openly belong together, and where they say so:
#                               # [{{ accounts = ["…", "…"], source = "imprint of both" }}]

[timing]
# windows_s = [0, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600, 1800]
# headline_window_s = 60        # the window of the headline numbers, 1 to 300
# max_lag_s = 1800
# surrogates = 999              # random timelines per null model
# seed = 20220217

[counts]
# bins = ["week", "day"]

[contacts]
# regions = []                  # ISO countries of national phone numbers, e.g. ["ML"]
key = "{key}"        # fingerprint of the key that hashes contacts
"""


def find_case(typed: str, root: Path | None) -> Path:
    """Return the folder of a case given by path or by name.

    Raises:
        InputError: There is no such folder.
        ConfigError: A database cannot lie there.
    """
    folder = _find_folder(typed, root)
    if "?" in str(folder):
        raise ConfigError(
            "DuckDB can keep no database in a folder with '?' in its path",
            where=str(folder),
            fix="rename the folder",
        )
    return folder


def _find_folder(typed: str, root: Path | None) -> Path:
    path = Path(typed)
    if path.is_dir():
        return Path(os.path.normpath(path.absolute()))
    named = find_root(root) / "cases" / typed
    if named.is_dir():
        return named
    if path.exists():
        raise InputError(
            "a file, not a case", where=typed, expected="a case or a folder of exports"
        )
    known = sorted(p.parent.name for p in (find_root(root) / "cases").glob("*/case.toml"))
    raise InputError(
        "no such case or folder",
        where=typed,
        expected=f"a folder, or one of the cases {', '.join(known) or '(none yet)'}",
        fix=did_you_mean(typed, known) or f"lockstep new {typed}",
    )


def make_case(folder: Path, key: str) -> None:
    """Make a case's folders and write its commented case file.

    Args:
        folder: Where the case lies.
        key: Fingerprint of the key that hashes its contacts.
    """
    refuse_bad_name(folder.name)
    for name in ("exports", "log", "out"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    escaped = folder.name.replace("\\", "\\\\").replace('"', '\\"')
    text = _TEMPLATE.format(title=folder.name, quoted=f'"{escaped}"', key=key)
    with whole_file(folder / "case.toml") as file:
        file.write(text.encode("utf-8"))


def refuse_bad_name(name: str) -> None:
    """Refuse a name that cannot be a folder of its own and a partition.

    Raises:
        ConfigError: It is none, holds control characters, a question mark, or three dots.
    """
    if name in {"", ".", ".."} or "..." in name or "?" in name or not name.isprintable():
        raise ConfigError(
            f"a case cannot be named {name!r}",
            expected="the name of a folder, without control characters, '?' and '...'",
        )


def adopt(folder: Path, root: Path | None) -> Path:
    """Make a case of a folder without a case file, say so, and return the case's folder.

    A folder that holds `exports/` becomes a case itself; of any other folder the files are copied
    into the `exports/` of a new case.

    Raises:
        InputError: The folder holds no file.
        ConfigError: The folder's name cannot be a case's, or is another's with other files.
    """
    from assets.keys import make_key

    refuse_bad_name(folder.name)
    if (folder / "exports").is_dir():
        make_case(folder, make_key())
        say(f"made a case of {folder}: wrote case.toml")
        return folder
    files = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    if not files:
        raise InputError("no file in it", where=str(folder), expected="raw exports")
    case = find_root(root) / "cases" / folder.name
    if (case / "case.toml").exists():
        return _same_case(case, files)
    (case / "exports").mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy2(file, case / "exports" / file.name)
    make_case(case, make_key())
    say(f"made a case: {case}; copied {many(len(files), 'file')} into its exports/")
    folders = sum(p.is_dir() for p in folder.iterdir())
    if folders:
        say(f"not read: {many(folders, 'folder')} in {folder}")
    return case


def _same_case(case: Path, files: list[Path]) -> Path:
    """Return an existing case if it was made of these very files."""
    held = case / "exports"
    same = all((held / f.name).is_file() and filecmp.cmp(f, held / f.name, False) for f in files)
    if not same:
        raise ConfigError(
            "a case of this name exists already, with other files",
            where=str(case),
            fix=f"copy the new files into {held} and `lockstep run {case}`, or rename the folder",
        )
    say(f"the case {case} holds these files already")
    return case


def name_a_key(config: Path) -> None:
    """Make a key for a case file that names none and write its fingerprint into it.

    Raises:
        ConfigError: The file is written so that the user has to put it in.
    """
    from assets.keys import key_file, make_key

    mark = make_key()
    changed = with_key(config.read_bytes().decode("utf-8"), mark)
    with whole_file(config) as file:
        file.write(changed.encode("utf-8"))
    say(f"{config} named no key for contacts: made {key_file(mark)} and named it there")


def with_key(text: str, mark: str) -> str:
    """Return a case file that names a key under `[contacts]`, otherwise unchanged.

    Raises:
        ConfigError: The file is written so that no line can be put in safely.
    """
    line = f'key = "{mark}"'
    body = text.removeprefix("\ufeff")  # a byte order mark stays in front
    wanted = _read(body)
    wanted["contacts"] = {**wanted.get("contacts", {}), "key": mark}
    for changed in _candidates(body, line):
        if _read(changed) == wanted:
            return text.removesuffix(body) + changed
    raise ConfigError("names no key for contacts", fix=f"write {line} under [contacts]")


_EMPTY_KEY = re.compile(r"""\bkey["']?[ \t]*=[ \t]*(""|'')""")
_SECTION = re.compile(r"""^[ \t]*\[[ \t]*["']?contacts["']?[ \t]*\][^\r\n]*""", re.MULTILINE)
_INLINE = re.compile(r"^[ \t]*contacts[ \t]*=[ \t]*\{", re.MULTILINE)


def _candidates(text: str, line: str) -> Iterator[str]:
    """Yield the file with the line at each place where it may belong; not all mean the same."""
    for found in _EMPTY_KEY.finditer(text):
        start, end = found.span(1)
        yield f"{text[:start]}{line.removeprefix('key = ')}{text[end:]}"
    for found in _SECTION.finditer(text):
        yield f"{text[: found.end()]}\n{line}{text[found.end() :]}"
    for found in _INLINE.finditer(text):
        yield f"{text[: found.end()]} {line},{text[found.end() :]}"
        yield f"{text[: found.end()]} {line} {text[found.end() :]}"
    newline = "" if text.endswith("\n") else "\n"
    yield f"{text}{newline}\n[contacts]\n{line}\n"
    yield f"contacts.{line}\n{text}"


def _read(text: str) -> dict[str, Any]:
    """Return what a case file says; nothing where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
