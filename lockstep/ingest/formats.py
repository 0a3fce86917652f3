"""Source formats as `data_contracts/formats/*.toml` describes them."""

import hashlib
import re
import tomllib
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

import data_contracts
from lockstep.errors import ConfigError, did_you_mean
from lockstep.settings import ExportSection


def _several(value: Any) -> Any:  # noqa: ANN401 - validated right after
    return (value,) if isinstance(value, str) else tuple(value)


VALUES = (
    *("name", "handle", "account_id_raw", "category", "admin_country", "account_description"),
    *("created_at_raw", "posted_at_raw", "post_type_raw", "video_share_status", "post_url", "text"),
    *("link", "final_link", "image_text", "title", "description", "sponsor_id", "sponsor_name"),
    *("post_id", "shared_post_id", "is_shared", "surface_id"),
)
"""What a format may say of a post and its account, beside counts."""
COUNTS = (
    *("total_interactions", "likes", "comments", "shares", "love", "wow", "haha", "sad", "angry"),
    *("care", "thankful", "views_post", "views_total", "views_crossposts", "likes_at_posting"),
    "followers_at_posting",
)
"""What a format may count."""

_WAYS = {"Identity", "ColumnIdentity", "Time", "Instant"}
OWN = ".toml"
"""How the name of a file ends that describes a format of the case's own."""
MARK_CHARS = 12
"""Digits of such a file's SHA-256 that its format's version ends with, behind a plus sign."""

Names = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""Names of which the first that is there counts; one may stand alone."""


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _toml_array_as_tuple(cls, value: Any) -> Any:  # noqa: ANN401 - validated right after
        return tuple(value) if isinstance(value, list) else value


class Detect(_Part):
    """Values for which a file of the format has a column; columns that others add."""

    required: tuple[str, ...]
    ignore: Pattern
    never: dict[str, str] = {}
    """Columns with which a file cannot be read as it stands, and why."""


class Share(_Part):
    """The value that tells that a post shares another: whichever it is, or one of these."""

    value: str
    means: tuple[str, ...] = ()


class Lookup(_Part):
    """Where what a record names by its id stands in the document: an array, and its ids' name."""

    path: tuple[str, ...]
    key: str
    by: str


class Documents(_Part):
    """How records stand in JSON: one document a line, or one a file; each a record or an array.

    `records` leads to the array. Columns are then paths (`author.id`, `urls.0`), those of what was
    looked up begin with its name.
    """

    kind: Literal["lines", "document"]
    records: tuple[str, ...] = ()
    lookups: dict[str, Lookup] = {}


class Subset(_Part):
    """What a file with some of the columns is called.

    `verified` says on what it was; nothing where it was built from documentation alone.
    """

    id: str
    verified: str = ""


class Variant(Subset):
    """A variant of the header: sets of columns, and beginnings of the columns of its scores.

    `index` tells of a column without a name, which pandas adds.
    """

    sets: tuple[str, ...]
    scores: Annotated[tuple[Names, ...], BeforeValidator(tuple)] = ()
    index: bool = False


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
    """How posts and accounts are told apart.

    `post` and `group_post` are patterns of a post's address with a group `post` and perhaps one
    `account`; `account` is one of an account's id, `handle` of its name in addresses.
    `precision_lost` matches an id that a spreadsheet wrote as a rounded number, `as_decimal` one
    that pandas wrote with a point, its digits in group 1. `account_url` and `group_url` are
    addresses. `id_is_handle` says that an account has no id but its name in addresses, and `kind`
    what it is taken for where the file has no column that tells.
    """

    post: str
    group_post: str | None = None
    account: str
    handle: str | None = None
    precision_lost: str | None = None
    as_decimal: str | None = None
    account_url: str
    group_url: str | None = None
    id_is_handle: bool = False
    kind: Literal["page", "profile"]


class ColumnIdentity(_Part):
    """Values in which a post's id and its account's stand, and addresses made of them.

    `kind` is what every account of the format is.
    """

    post_value: str
    account_value: str
    kind: Literal["page", "profile", "channel", "user"]
    post_url: str = ""
    account_url: str = ""


class Time(_Part):
    """How times are written: groups of `pattern` are moment and zone of a post's.

    `rewritten` matches a time without a zone as spreadsheets write it.
    """

    pattern: str
    rewritten: str = "^$"
    parse: str
    resolution_us: int
    earliest_s: int


class Instant(_Part):
    """A post's time that says its zone, or is in UTC by the platform's rule.

    `written` are the ways it may be written: iso (2022-01-05T08:00:00Z; without an offset UTC,
    where `is_utc`), seconds or milliseconds since 1970 UTC, or a date alone.
    """

    written: tuple[Literal["iso", "epoch_s", "epoch_ms", "date"], ...]
    resolution_us: int
    earliest_s: int
    is_utc: bool = False


class Text(_Part):
    """Where the platform cuts texts; None where it is not known to."""

    truncated_chars: int | None = None
    description_truncated_bytes: int | None = None


class Links(_Part):
    """Domains that are the platform itself."""

    internal: tuple[str, ...] = ()


class Null(_Part):
    """What stands where a value is missing: in columns that no person writes; a page's category."""

    machine: tuple[str, ...] = ("",)
    category: tuple[str, ...] = ("",)


class Format(_Part):
    """One source format."""

    id: str
    version: str
    platform: Annotated[str, Field(pattern="^[a-z][a-z0-9-]*$")]
    delimiters: tuple[str, ...] = ()
    documents: Documents | None = None
    null: Null = Null()
    detect: Detect
    column_sets: dict[str, Names]
    variants: tuple[Variant, ...]
    subset: Subset
    file_name: FileName | None = None
    columns: dict[str, Names]
    counts: dict[str, Names] = {}
    scores: dict[Annotated[str, Field(pattern="^[a-z_]+$")], Names] = {}
    """Beginnings of the columns of a score, by its kind; the first that a file has is read."""
    checksum: Checksum | None = None
    identity: Identity | ColumnIdentity
    time: Time | Instant
    created: Instant | None = None
    share: Share | None = None
    text: Text = Text()
    post_types: dict[str, str] = {}
    links: Links = Links()

    @field_validator("columns", "counts")
    @classmethod
    def _known_alone(cls, named: dict[str, Names]) -> dict[str, Names]:
        unknown = sorted({*named} - {*VALUES, *COUNTS})
        if unknown:
            hint = did_you_mean(unknown[0], [*VALUES, *COUNTS])
            raise ValueError(f"no such value: {', '.join(unknown)}. {hint}".strip())
        return named

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        """Refuse a description that names what it does not describe."""
        wanted = {*self.detect.required}
        if isinstance(self.identity, ColumnIdentity):
            wanted |= {self.identity.post_value, self.identity.account_value}
        if self.share:
            wanted.add(self.share.value)
        missing = sorted(wanted - {*self.headers})
        sets = sorted({s for v in self.variants for s in v.sets} - {*self.column_sets})
        if missing or sets or not self.variants:
            raise ValueError(
                f"no column is named for {', '.join(missing)}"
                if missing
                else f"no column set {', '.join(sets)}"
                if sets
                else "at least one [[variants]] is needed"
            )
        return self

    @property
    def ids_are_handles(self) -> bool:
        """Whether accounts have no id but their name in addresses."""
        return isinstance(self.identity, Identity) and self.identity.id_is_handle

    @property
    def headers(self) -> dict[str, tuple[str, ...]]:
        """Columns in which each named value may stand, the one that is preferred first."""
        return {**self.columns, **self.counts}

    def verified(self, variant: str) -> str:
        """Return on what a variant was verified; nothing where it was not."""
        known = {v.id: v.verified for v in (*self.variants, self.subset)}
        return known[variant]


@cache
def formats() -> tuple[Format, ...]:
    """Return all formats, by id."""
    folder = resources.files(data_contracts).joinpath("formats")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(Format.model_validate(tomllib.loads(f.read_text("utf-8"))) for f in files)


def format_of(ident: str) -> Format:
    """Return a format by its id."""
    return {fmt.id: fmt for fmt in formats()}[ident]


def named(section: ExportSection) -> tuple[Format, ...]:
    """Return the formats that a case allows for a file: all of them for `auto`.

    Raises:
        ConfigError: There is no such format, or the file that describes it is none.
    """
    if section.format.endswith(OWN):
        return (own_format(Path(section.format)),)
    chosen = tuple(f for f in formats() if section.format in {"auto", f.id})
    if not chosen:
        known = ["auto", *(f.id for f in formats())]
        raise ConfigError(
            f"no format is called {section.format!r}",
            where=f"case.toml, [[exports]] {section.path}, format",
            expected=f"{', '.join(known)}, or a file that ends with {OWN}",
            fix=did_you_mean(section.format, known),
        )
    return chosen


def own_format(path: Path) -> Format:
    """Return the format that a file of the case describes.

    Its version ends with the start of the file's SHA-256: another description is another format.

    Raises:
        ConfigError: The file cannot be read, or does not describe a format.
    """
    try:
        content = path.read_bytes()
        told = tomllib.loads(content.decode("utf-8"))
        mark = hashlib.sha256(content).hexdigest()[:MARK_CHARS]
        own = Format.model_validate({**told, "version": f"{told.get('version', '')}+{mark}"})
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError(f"cannot be read: {reason}", where=str(path)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"not valid TOML: {error}", where=str(path)) from None
    except ValidationError as error:
        raise ConfigError(
            _first_problem(error), where=str(path), fix="docs/guides/own-format.md lists the keys"
        ) from None
    if own.id in {fmt.id for fmt in formats()}:
        raise ConfigError(
            f"{own.id!r} is a format that lockstep has", where=str(path), fix="choose another id"
        )
    return own


def _first_problem(error: ValidationError) -> str:
    """Return the mistake that was most likely made: an unknown key before what follows from it.

    Of two ways to write a section that which fits best is meant.
    """
    problems = error.errors()
    ways = Counter(problem["loc"][:2] for problem in problems)
    meant = [p for p in problems if ways[p["loc"][:2]] == min(ways.values())]
    unknown = [p for p in meant if p["type"] == "extra_forbidden"]
    first = (unknown or meant)[0]
    parts = [str(part) for part in first["loc"] if part not in _WAYS]
    said = "unknown key" if unknown else first["msg"].removeprefix("Value error, ")
    return f"{'.'.join(parts)}: {said}" if parts else said
