"""Find a case by what the user typed, or make one."""

import filecmp
import os
import shutil
from pathlib import Path

from lockstep.errors import ConfigError, InputError, did_you_mean
from lockstep.files import whole_file
from lockstep.words import many
from pipeline.console import say
from pipeline.export_folder import exports_in, not_read
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

[quarantine]
# max_share = 0.01              # of a file's records that may be set aside; above, no publication

[counts]
# bins = ["week", "day"]

[contacts]
# regions = []                  # ISO countries of national phone numbers, e.g. ["ML"]
key = "{key}"        # fingerprint of the key that hashes contacts
"""


def find_case(typed: str, root: Path | None) -> Path:
    """Return the folder of a case given by path or by name.

    A folder without a case file gives way to the case of its name: `run` made that of it.

    Raises:
        InputError: There is no such folder.
        ConfigError: A database cannot lie there.
    """
    folder = find_folder(typed, root)
    named = find_root(root) / "cases" / typed
    gives_way = len(Path(typed).parts) == 1 and not is_case(folder) and is_case(named)
    return find_folder(str(named), root) if gives_way else folder


def is_case(folder: Path) -> bool:
    """Return whether a folder is a case: whether it has a case file."""
    return (folder / "case.toml").is_file()


def find_folder(typed: str, root: Path | None) -> Path:
    """Return the folder of a case, or of raw exports, given by path, or of a case by name.

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
    files = exports_in(folder)
    case = find_root(root) / "cases" / folder.name
    if (case / "case.toml").exists():
        return _same_case(case, files)
    (case / "exports").mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy2(file, case / "exports" / file.name)
    make_case(case, make_key())
    say(f"made a case: {case}; copied {many(len(files), 'file')} into its exports/")
    if more := not_read(folder):
        say(more)
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
