"""`lockstep new`: make a case."""

from pathlib import Path

from lockstep.errors import ConfigError
from pipeline.case_files import make_case, refuse_bad_name
from pipeline.console import out, say
from pipeline.workspace import find_root


def new(typed: str, *, root: Path | None) -> None:
    """Make a case at a path, or by name in the workspace's `cases/`.

    Raises:
        ConfigError: The case exists already, or its name cannot be used.
    """
    from assets.keys import key_file, make_key

    path = Path(typed)
    folder = path.absolute() if len(path.parts) > 1 else find_root(root) / "cases" / typed
    refuse_bad_name(folder.name)
    if (folder / "case.toml").exists():
        raise ConfigError("there is a case already", where=str(folder), fix="choose another name")
    mark = make_key()
    make_case(folder, mark)
    out(str(folder))
    say(f"Made {folder / 'case.toml'}; put raw exports into {folder / 'exports'}.")
    say(f"Its key is {key_file(mark)}: keep a copy, contacts cannot be compared without it.")
    say(f"Next: lockstep run {folder}")
