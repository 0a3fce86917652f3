"""Write one setting into a case file that people wrote, and leave the rest as it is."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lockstep.errors import ConfigError
from lockstep.files import whole_file
from pipeline.console import say


def name_a_key(config: Path) -> None:
    """Make a key for a case file that names none and write its fingerprint into it.

    Raises:
        ConfigError: The file is written so that the user has to put it in.
    """
    from assets.keys import key_file, make_key

    mark = make_key()
    write_setting(config, "contacts", "key", f'"{mark}"')
    say(f"{config} named no key for contacts: made {key_file(mark)} and named it there")


def write_setting(config: Path, section: str, name: str, value: str) -> None:
    """Write a setting into a case file.

    Args:
        config: The case file.
        section: Its section.
        name: Its name.
        value: Its value as TOML.

    Raises:
        ConfigError: The file is written so that the user has to put it in.
    """
    changed = with_setting(config.read_bytes().decode("utf-8"), section, name, value)
    with whole_file(config) as file:
        file.write(changed.encode("utf-8"))


def with_setting(text: str, section: str, name: str, value: str) -> str:
    """Return a case file in which a section says this, otherwise unchanged.

    Raises:
        ConfigError: The file is written so that no line can be put in safely.
    """
    body = text.removeprefix("\ufeff")  # a byte order mark stays in front
    wanted = _read(body)
    wanted[section] = {**wanted.get(section, {}), **_read(f"{name} = {value}")}
    for changed in _candidates(body, section, name, value):
        if _read(changed) == wanted:
            return text.removesuffix(body) + changed
    raise ConfigError(f"does not say {name}", fix=f"write {name} = {value} under [{section}]")


def _candidates(text: str, section: str, name: str, value: str) -> Iterator[str]:
    """Yield the file with the line at each place where it may belong; not all mean the same."""
    line = f"{name} = {value}"
    known = re.compile(rf"""\b{name}["']?[ \t]*=[ \t]*([^\s,}}#]+)""")
    heading = re.compile(rf"""^[ \t]*\[[ \t]*["']?{section}["']?[ \t]*\][^\r\n]*""", re.MULTILINE)
    inline = re.compile(rf"^[ \t]*{section}[ \t]*=[ \t]*\{{", re.MULTILINE)
    for found in known.finditer(text):
        start, end = found.span(1)
        yield f"{text[:start]}{value}{text[end:]}"
    for found in heading.finditer(text):
        yield f"{text[: found.end()]}\n{line}{text[found.end() :]}"
    for found in inline.finditer(text):
        yield f"{text[: found.end()]} {line},{text[found.end() :]}"
        yield f"{text[: found.end()]} {line} {text[found.end() :]}"
    newline = "" if text.endswith("\n") else "\n"
    yield f"{text}{newline}\n[{section}]\n{line}\n"
    yield f"{section}.{line}\n{text}"


def _read(text: str) -> dict[str, Any]:
    """Return what a case file says; nothing where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}
