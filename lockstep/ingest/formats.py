"""Source formats as `data_contracts/formats/*.toml` describes them."""

import hashlib
import tomllib
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

import data_contracts
from lockstep.errors import ConfigError, did_you_mean
from lockstep.ingest.documents import Documents, Part
from lockstep.ingest.key_types import (
    Delimiter,
    FileNamePattern,
    GroupPattern,
    NamePattern,
    Pattern,
    PostPattern,
)
from lockstep.ingest.transforms import Transform
from lockstep.settings import ExportSection


def _several(value: Any) -> Any:  # noqa: ANN401 - validated right after
    return (value,) if isinstance(value, str) else tuple(value)


VALUES = (
    *("name", "handle", "account_id_raw", "category", "admin_country", "account_description"),
    *("created_at_raw", "posted_at_raw", "post_type_raw", "video_share_status", "post_url", "text"),
    *("link", "final_link", "image_text", "title", "description", "sponsor_id", "sponsor_name"),
    *("post_id", "shared_post_id", "is_shared", "surface_id", "text_links", "account_address"),
    *("account_kind_raw", "observed_at_raw", "server_time_raw", "edited_at_raw"),
    *("record_type", "surface_type"),
)
"""What a format may say of a post and its account, beside counts."""
INTERACTIONS = (
    *("total_interactions", "likes", "comments", "shares", "love", "wow", "haha", "sad", "angry"),
    *("care", "thankful"),
)
"""What people did with a post, as a format may count it."""
COUNTS = (
    *INTERACTIONS,
    *("views_post", "views_total", "views_crossposts", "likes_at_posting", "followers_at_posting"),
)
"""What a format may count."""

_WAYS = {"Identity", "ColumnIdentity", "Time", "Instant"}
OWN = ".toml"
"""How the name of a file ends that describes a format of the case's own."""
MARK_CHARS = 12
"""Digits of such a file's SHA-256 that its format's version ends with, behind a plus sign."""

Names = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""Names of which the first that is there counts; one may stand alone."""


Kind = Literal["page", "profile", "channel", "user"]


class Detect(Part):
    """Values for which a file of the format has a column; columns that others add.

    A file that has a column of `absent` is of another format.
    """

    required: tuple[str, ...]
    ignore: NamePattern
    absent: tuple[str, ...] = ()
    never: dict[str, str] = Field(default_factory=dict)
    """Columns with which a file cannot be read as it stands, and why."""


class Share(Part):
    """The value that tells that a post shares another: whichever it is, or one of these."""

    value: str
    means: tuple[str, ...] = ()


class Subset(Part):
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


class FileName(Part):
    """What a file's name tells: groups of `pattern` are export time, zone, first and last day."""

    pattern: FileNamePattern
    parse: str
    since_ever: str


class Checksum(Part):
    """The count that is the sum of others."""

    total: str
    parts: tuple[str, ...]


class Identity(Part):
    """How posts and accounts are told apart.

    `post` and `group_post` are patterns of a post's address with a group `post` and perhaps one
    `account`; `account` is one of an account's id, `handle` of its name in addresses.
    `precision_lost` matches an id that a spreadsheet wrote as a rounded number, `as_decimal` one
    that pandas wrote with a point, its digits in group 1. `account_url` and `group_url` are
    addresses. `id_is_handle` says that an account has no id but its name in addresses, and `kind`
    what it is taken for where the file has no column that tells. `post_number` has in group 1 the
    post in the value `post_id`, for records whose address tells none, and `account_address` the
    account in the value of that name.
    """

    post: PostPattern
    group_post: PostPattern | None = None
    post_number: GroupPattern | None = None
    account_address: GroupPattern | None = None
    account: Pattern
    handle: Pattern | None = None
    precision_lost: Pattern | None = None
    as_decimal: GroupPattern | None = None
    account_url: str
    group_url: str | None = None
    id_is_handle: bool = False
    kind: Literal["page", "profile"]


class ColumnIdentity(Part):
    """Values in which a post's id and its account's stand, and addresses made of them.

    `post_within` is the value within which alone a post's id is one: `post_id` is then both, with a
    slash between. `post_parts` is a pattern of that id, whose groups stand in `post_url` as `${1}`.
    `kind` is what an account is, unless `[account_kinds]` tells it; `id_is_handle` says that it has
    no id but its name in addresses.
    """

    post_value: str
    post_within: str = ""
    account_value: str
    kind: Kind
    post_parts: Pattern | None = None
    post_url: str = ""
    account_url: str = ""
    id_is_handle: bool = False


class Time(Part):
    """How times are written: groups of `pattern` are moment and zone of a post's.

    `rewritten` matches a time without a zone as spreadsheets write it.
    """

    pattern: GroupPattern
    rewritten: Pattern = "^$"
    parse: str
    resolution_us: int
    earliest_s: int


class Instant(Part):
    """A post's time that says its zone, or is in UTC by the platform's rule.

    `written` are the ways it may be written: iso (2022-01-05T08:00:00Z; without an offset UTC,
    where `is_utc`), seconds, milliseconds or microseconds since 1970 UTC, or a date alone.
    `server_within_s` is by how much a time that an account claims may differ from that of its
    server (`server_time_raw`), which counts otherwise; `in_id` says that a post's id holds its time
    too, more finely.
    """

    written: tuple[Literal["iso", "epoch_s", "epoch_ms", "epoch_us", "date"], ...]
    resolution_us: int
    earliest_s: int
    is_utc: bool = False
    server_within_s: int | None = None
    in_id: Literal["snowflake"] | None = None


class Text(Part):
    """Where the platform cuts texts; None where it is not known to."""

    truncated_chars: int | None = None
    description_truncated_bytes: int | None = None


class Links(Part):
    """Domains that are the platform itself."""

    internal: tuple[str, ...] = ()


class Null(Part):
    """What stands where a value is missing: in columns that no person writes; a page's category."""

    machine: tuple[str, ...] = ("",)
    category: tuple[str, ...] = ("",)


class Format(Part):
    """One source format."""

    id: str
    version: str
    platform: Annotated[str, Field(pattern="^[a-z][a-z0-9-]*$")]
    delimiters: tuple[Delimiter, ...] = ()
    documents: Documents | None = None
    row_caps: tuple[int, ...] = ()
    """Most records that the tool puts into one file; none where it is not known to stop."""
    null: Null = Null()
    detect: Detect
    column_sets: dict[str, Names]
    variants: tuple[Variant, ...]
    subset: Subset
    file_name: FileName | None = None
    columns: dict[str, Names]
    transforms: dict[str, Transform] = Field(default_factory=dict)
    counts: dict[str, Names] = Field(default_factory=dict)
    scores: dict[Annotated[str, Field(pattern="^[a-z_]+$")], Names] = Field(default_factory=dict)
    """Beginnings of the columns of a score, by its kind; the first that a file has is read."""
    checksum: Checksum | None = None
    identity: Identity | ColumnIdentity
    time: Time | Instant
    created: Instant | None = None
    observed: Instant | None = None
    share: Share | None = None
    not_posts: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    account_kinds: dict[str, Kind] = Field(default_factory=dict)
    text: Text = Text()
    post_types: dict[str, str] = Field(default_factory=dict)
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
        wanted = {*self.detect.required, *self.transforms}
        if isinstance(self.identity, ColumnIdentity):
            wanted |= {self.identity.post_value, self.identity.account_value}
            wanted |= {self.identity.post_within} - {""}
        if self.share:
            wanted.add(self.share.value)
        if isinstance(self.time, Instant) and self.time.server_within_s is not None:
            wanted.add("server_time_raw")
        if self.documents:
            wanted |= {*self.documents.joined, *self.documents.summed}
        wanted |= {*self.not_posts}
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
        return self.identity.id_is_handle

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
