"""Source formats as `data_contracts/formats/*.toml` describes them; one is told by its header."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

import data_contracts
from lockstep.errors import ConfigError, UnknownExportError, did_you_mean
from lockstep.settings import ExportSection

_NAMED = 5
"""Missing columns that a message names."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _toml_array_as_tuple(cls, value: Any) -> Any:  # noqa: ANN401 - validated right after
        return tuple(value) if isinstance(value, list) else value


class Detect(_Part):
    """Columns that a file of the format has: each of `required`, one of `name`."""

    required: tuple[str, ...]
    name: tuple[str, ...]
    ignore: str


class Variant(_Part):
    """A variant of the header, told by columns that match these patterns, one each."""

    id: str
    has: tuple[str, ...]


class FileName(_Part):
    """What a file's name tells: groups of `pattern` are export time, zone, first and last day."""

    pattern: str
    parse: str
    since_ever: str


class Checksum(_Part):
    """The count that is the sum of others."""

    total: str
    parts: tuple[str, ...]


class Identity(_Part):
    """Patterns of a post's address with groups `account` and `post`; addresses of accounts.

    `precision_lost` matches an id that a spreadsheet wrote as a rounded number.
    """

    group_post: str
    post: str
    precision_lost: str
    account_url: str
    group_url: str


class Time(_Part):
    """How a post's time is written: groups of `pattern` are moment and zone."""

    pattern: str
    parse: str
    resolution_us: int
    earliest_s: int


class Text(_Part):
    """Where the platform cuts texts."""

    truncated_chars: int
    description_truncated_bytes: int


class Links(_Part):
    """Domains that are the platform itself."""

    internal: tuple[str, ...]


class Null(_Part):
    """What stands where a value is missing: in columns that no person writes; a page's category."""

    machine: tuple[str, ...]
    category: tuple[str, ...]


class Format(_Part):
    """One source format."""

    id: str
    version: str
    platform: str
    delimiters: tuple[str, ...]
    null: Null
    detect: Detect
    variants: tuple[Variant, ...]
    file_name: FileName
    columns: dict[str, str]
    counts: dict[str, str]
    checksum: Checksum
    identity: Identity
    time: Time
    text: Text
    post_types: dict[str, str]
    links: Links

    @property
    def headers(self) -> dict[str, str]:
        """Header of the column in which each named value stands."""
        return {**self.columns, **self.counts}


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was recognised.

    `fields_n` counts its columns; `positions` says in which of them each named value stands;
    `unknown` lists those that the format does not know, and `has_index` tells of columns without a
    name, which pandas adds.
    """

    format: Format
    variant: str
    delimiter: str
    fields_n: int
    positions: dict[str, int]
    unknown: tuple[str, ...]
    has_index: bool


@cache
def formats() -> tuple[Format, ...]:
    """Return all formats, by id."""
    folder = resources.files(data_contracts).joinpath("formats")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(Format.model_validate(tomllib.loads(f.read_text("utf-8"))) for f in files)


def named(section: ExportSection) -> tuple[Format, ...]:
    """Return the formats that a case allows for a file: all of them for `auto`.

    Raises:
        ConfigError: There is no such format.
    """
    chosen = tuple(f for f in formats() if section.format in {"auto", f.id})
    if not chosen:
        known = ["auto", *(f.id for f in formats())]
        raise ConfigError(
            f"no format is called {section.format!r}",
            where=f"case.toml, [[exports]] {section.path}, format",
            expected=", ".join(known),
            fix=did_you_mean(section.format, known),
        )
    return chosen


def recognise(
    headers: Mapping[str, Sequence[str]], allowed: Sequence[Format], where: str
) -> Header:
    """Tell format and variant of a file by its header.

    Args:
        headers: The header record as each delimiter splits it.
        allowed: Formats to choose from.
        where: The file, for messages.

    Raises:
        UnknownExportError: No format has these columns; the message names what the nearest lacks.
    """
    tried = [
        (fmt, delimiter, [_clean(name) for name in names])
        for fmt in allowed
        for delimiter, names in headers.items()
        if delimiter in fmt.delimiters
    ]
    fmt, delimiter, names = min(tried, key=lambda t: len(_missing(t[0], t[2])))
    missing = _missing(fmt, names)
    if missing:
        raise _unknown(fmt, names, missing, where)
    known = {*fmt.detect.required, *fmt.detect.name}
    twice = sorted({n for n in names if names.count(n) > 1 and n in known})
    if twice:
        raise UnknownExportError(
            f"column {twice[0]!r} stands there {names.count(twice[0])} times",
            where=f"{where}, header",
            expected="each column once",
            fix="export it again, or rename the column that was added",
        )
    return _header(fmt, delimiter, names, where)


def _clean(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _missing(fmt: Format, names: Sequence[str]) -> list[str]:
    absent = [name for name in fmt.detect.required if name not in names]
    has_name = any(name in names for name in fmt.detect.name)
    return absent if has_name else [" or ".join(fmt.detect.name), *absent]


def _unknown(
    fmt: Format, names: Sequence[str], missing: Sequence[str], where: str
) -> UnknownExportError:
    held = len(fmt.detect.required) + 1 - len(missing)
    if not held:
        return UnknownExportError(
            "no known format: none of the columns of an export is there",
            where=where,
            expected=f"an export as {', '.join(f.id for f in formats())} describes it",
            fix="take the file out of the case's exports, or let [[exports]] path leave it out",
        )
    more_n = len(missing) - _NAMED
    listed = ", ".join(missing[:_NAMED]) + (f" and {more_n} more" if more_n > 0 else "")
    return UnknownExportError(
        f"no known format: of {fmt.id} it lacks {listed}",
        where=f"{where}, header of {len(names)} columns",
        expected=f"all {len(fmt.detect.required) + 1} columns of {fmt.id}",
        fix="export it again with all columns, or take it out of the case's exports",
    )


def _header(fmt: Format, delimiter: str, names: Sequence[str], where: str) -> Header:
    name = next(n for n in fmt.detect.name if n in names)
    unnamed = [n for n in names if re.match(fmt.detect.ignore, n)]
    rest = [n for n in names if n not in {name, *fmt.detect.required, *unnamed}]
    variant, own = _variant(fmt, rest, where)
    wanted = {"name": name, **fmt.headers}
    return Header(
        format=fmt,
        variant=variant.id,
        delimiter=delimiter,
        fields_n=len(names),
        positions={key: names.index(column) for key, column in wanted.items()},
        unknown=tuple(n for n in rest if n not in own),
        has_index=bool(unnamed),
    )


def _variant(fmt: Format, names: Sequence[str], where: str) -> tuple[Variant, set[str]]:
    """Return the first variant of which every column is there, and those columns."""
    for variant in fmt.variants:
        own = [next((n for n in names if re.match(p, n)), None) for p in variant.has]
        if None not in own:
            return variant, {name for name in own if name is not None}
    raise UnknownExportError(
        f"no known variant of {fmt.id}: no score among its columns",
        where=f"{where}, header",
        expected=" or ".join(f"{v.id}: {', '.join(v.has)}" for v in fmt.variants),
        fix="export it again with all columns",
    )
