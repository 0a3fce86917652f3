"""The question of a case: what `case.toml` may say, and what each key means when it is left out."""

import json
import re
import tomllib
from datetime import date, time
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from lockstep.errors import ConfigError, did_you_mean

_KEY = "[key]"
"""What pydantic puts behind a key that is wrong itself."""
MAX_ACCOUNTS_UNDER_STUDY = 200
"""Above this many accounts a case is a discovery: all pairs are screened, few are tested."""


def _zone(name: str) -> str:
    from zoneinfo import available_timezones  # noqa: PLC0415 - few cases name a zone

    known = available_timezones() - {"localtime"}  # another zone on each machine
    if name not in known:
        hint = did_you_mean(name, sorted(known))
        raise ValueError(f"an IANA zone such as Africa/Bamako. {hint}".strip())
    return name


def _abbreviation(name: str) -> str:
    if re.fullmatch(r"[AP]\.?M\.?", name, re.IGNORECASE):
        raise ValueError("an abbreviation of a zone: AM and PM are halves of a day")
    return name


def _region(code: str) -> str:
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - few cases name a region

    if code not in SUPPORTED_REGIONS:
        raise ValueError("an ISO country code in two capital letters, such as ML")
    return code


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(set(values)) < len(values):
        raise ValueError("no value twice")
    return values


Zone = Annotated[str, AfterValidator(_zone)]
Abbreviation = Annotated[str, AfterValidator(_abbreviation)]
Region = Annotated[str, AfterValidator(_region)]
Window = Annotated[int, Field(ge=0, le=1800)]
Bin = Literal["day", "week"]


class _Section(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _toml_array_as_tuple(cls, value: Any) -> Any:  # noqa: ANN401 - validated right after
        return tuple(value) if isinstance(value, list) else value


class CaseSection(_Section):
    """`[case]`: what the case is called."""

    title: str = ""
    synthetic: bool = False
    """Marks everything printed and found as SYNTHETIC."""


class ExportSection(_Section):
    """`[[exports]]`: which files to read, and what they cannot say of themselves."""

    path: Annotated[str, Field(min_length=1)]
    """File or glob, relative to the case folder."""
    format: str = "auto"
    """Format id, or auto to tell it by the header."""
    timezone: Zone | None = None
    """IANA zone of times that carry none."""
    tz_overrides: dict[Abbreviation, Zone] = Field(default_factory=dict)
    """Ambiguous zone abbreviation to IANA zone, e.g. CST."""


class DisclosedSection(_Section):
    """`[[accounts.disclosed]]`: accounts that openly belong together, such as one owner's pages."""

    accounts: Annotated[tuple[str, ...], Field(min_length=2), AfterValidator(_distinct)]
    """Account ids, keys or handles of the group."""
    source: Annotated[str, Field(min_length=1)]
    """Where they say so: an imprint, an about text, a page's transparency section."""


class AccountsSection(_Section):
    """`[accounts]`: the accounts under study, and those they are compared with."""

    network: Annotated[tuple[str, ...], AfterValidator(_distinct)] = ()
    """Account ids, keys or handles under study; empty means all accounts."""
    control: Annotated[tuple[str, ...], AfterValidator(_distinct)] = ()
    """Comparable accounts, chosen without a look at timing (null N5); never in the network."""
    selection: str = ""
    """How and when each account entered the list (gate G8)."""
    selected_by_timing: bool | None = None
    """Were accounts picked because they post together? None: not stated."""
    disclosed: tuple[DisclosedSection, ...] = ()
    """Groups of accounts that openly belong together."""


class TimingSection(_Section):
    """`[timing]`: windows, the headline window, and the random numbers."""

    windows_s: Annotated[tuple[Window, ...], AfterValidator(_distinct)] = (
        *(0, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600, 1800),
    )
    headline_window_s: Annotated[int, Field(ge=1, le=300)] = 60
    max_lag_s: Annotated[int, Field(ge=60, le=1800)] = 1800
    surrogates: Annotated[int, Field(ge=99, le=99_999)] = 999
    seed: Annotated[int, Field(ge=0)] = 20_220_217

    @property
    def all_windows_s(self) -> tuple[int, ...]:
        """Every window to count in, the headline among them, ascending."""
        return tuple(sorted({*self.windows_s, self.headline_window_s}))


class QuarantineSection(_Section):
    """`[quarantine]`: how much may be set aside before a case is no longer published."""

    max_share: Annotated[float, Field(ge=0, le=1)] = 0.01
    """Share of a file's records that may be set aside."""


class CountsSection(_Section):
    """`[counts]`: bins of the post-count correlation."""

    bins: Annotated[tuple[Bin, ...], AfterValidator(_distinct)] = ("week", "day")


class ContactsSection(_Section):
    """`[contacts]`: where phone numbers may come from, and the key that hashes them."""

    regions: Annotated[tuple[Region, ...], AfterValidator(_distinct)] = ()
    """ISO countries of national phone numbers."""
    key: Annotated[str, Field(pattern="^([0-9a-f]{16})?$")] = ""
    """Fingerprint of the case's key."""


class Settings(_Section):
    """One case file. Everything but `exports` has a default."""

    case: CaseSection = CaseSection()
    exports: Annotated[tuple[ExportSection, ...], Field(min_length=1)]
    accounts: AccountsSection = AccountsSection()
    timing: TimingSection = TimingSection()
    quarantine: QuarantineSection = QuarantineSection()
    counts: CountsSection = CountsSection()
    contacts: ContactsSection = ContactsSection()


def parse_settings(text: str, *, where: str = "case.toml") -> Settings:
    """Read a case file.

    Raises:
        ConfigError: Not TOML, an unknown key, or a value that is none; the message names the key,
            the value and what is expected.
    """
    try:
        # Some editors put a byte order mark before the first key.
        return Settings.model_validate(tomllib.loads(text.removeprefix("\ufeff")))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"not valid TOML: {error}", where=where, fix="mend that line; a text stands in quotes"
        ) from None
    except ValidationError as error:
        raise _readable(error, where) from None


def _readable(error: ValidationError, where: str) -> ConfigError:
    problems = error.errors()
    unknown = [problem for problem in problems if problem["type"] == "extra_forbidden"]
    # A mistyped key is also a missing one: the mistake is told, not what follows from it.
    first = (unknown or problems)[0]
    location = first["loc"]
    if unknown:
        known = _keys_beside(location)
        return ConfigError(
            f"unknown key {_named(location)}",
            where=where,
            expected=f"one of {', '.join(known)}",
            fix=did_you_mean(str(location[-1]), known),
        )
    if first["type"] == "missing":
        return ConfigError(f"{_named(location)} is missing", where=where, fix=_missing(location))
    return ConfigError(
        f"{_named(location)} = {_as_toml(first['input'])}",
        where=where,
        expected=_EXPECTED[first["type"]].format(**first.get("ctx", {})),
    )


def _named(location: tuple[int | str, ...]) -> str:
    """Return a key as its file writes it; entries of a list are counted from 1."""
    named = [part for part in location if part != _KEY]
    parts = [f", entry {part + 1}, " if isinstance(part, int) else f".{part}" for part in named]
    return "".join(parts).replace(", .", ", ").strip("., ")


def _as_toml(value: object) -> str:
    if isinstance(value, date | time):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _missing(location: tuple[int | str, ...]) -> str:
    """Return how to add what is missing; only entries of lists of sections have such keys."""
    if location[0] == "accounts":
        return "give each [[accounts.disclosed]] its accounts and a source"
    return 'add [[exports]] with path = "…"'


def _keys_beside(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys of the section that holds a location."""
    section: Any = Settings
    for part in location[:-1]:
        if isinstance(part, str):
            annotation = section.model_fields[part].annotation
            (section, *_) = get_args(annotation) or (annotation,)
    return list(getattr(section, "model_fields", {}))


_EXPECTED = {
    "string_type": "text in quotes",
    "int_type": "a whole number, without quotes or point",
    "float_type": "a number, without quotes",
    "bool_type": "true or false, without quotes",
    "tuple_type": "a list: values in [ ], or sections headed [[exports]]",
    "dict_type": 'pairs in braces, such as {{ CST = "America/Chicago" }}',
    "model_type": "a section of keys, headed [timing] or the like",
    "literal_error": "{expected}",
    "greater_than_equal": "{ge:g} or more",
    "less_than_equal": "{le:g} or less",
    "too_short": "at least {min_length}",
    "string_too_short": "some text",
    "string_pattern_mismatch": "the 16 digits that `lockstep run` wrote, or nothing",
    "value_error": "{error}",
}
