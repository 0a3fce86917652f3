"""The question of a case: what `case.toml` may say, and what each key means when it is left out."""

import tomllib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from lockstep.errors import ConfigError, did_you_mean

MAX_ACCOUNTS_UNDER_STUDY = 200
"""Above this many accounts a case without a list is read as discovery: no pair is tested."""


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

    path: str
    """File or glob, relative to the case folder."""
    format: str = "auto"
    """Format id, or auto to tell it by the header."""
    timezone: str | None = None
    """IANA zone of times that carry none."""
    tz_overrides: dict[str, str] = Field(default_factory=dict)
    """Ambiguous zone abbreviation to IANA zone, e.g. CST."""


class AccountsSection(_Section):
    """`[accounts]`: the accounts under study."""

    network: tuple[str, ...] = ()
    """Account ids, keys or handles under study; empty means all accounts."""
    selection: str = ""
    """How and when each account entered the list (gate G8)."""
    selected_by_timing: bool | None = None
    """Were accounts picked because they post together? None: not stated."""


Window = Annotated[int, Field(ge=0, le=1800)]


class TimingSection(_Section):
    """`[timing]`: windows, the headline window, and the random numbers."""

    windows_s: tuple[Window, ...] = (0, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600, 1800)
    headline_window_s: Annotated[int, Field(ge=1, le=300)] = 60
    max_lag_s: Annotated[int, Field(ge=60, le=1800)] = 1800
    surrogates: Annotated[int, Field(ge=99, le=99_999)] = 999
    seed: Annotated[int, Field(ge=0)] = 20_220_217

    @property
    def all_windows_s(self) -> tuple[int, ...]:
        """Every window to count in, the headline among them, ascending."""
        return tuple(sorted({*self.windows_s, self.headline_window_s}))


class CountsSection(_Section):
    """`[counts]`: bins of the post-count correlation."""

    bins: tuple[Literal["day", "week"], ...] = ("week", "day")


class ContactsSection(_Section):
    """`[contacts]`: where phone numbers may come from, and the key that hashes them."""

    regions: tuple[str, ...] = ()
    """ISO countries of national phone numbers."""
    key: str = ""
    """Fingerprint of the case's key."""


class Settings(_Section):
    """One case file. Everything but `exports` has a default."""

    case: CaseSection = CaseSection()
    exports: tuple[ExportSection, ...]
    accounts: AccountsSection = AccountsSection()
    timing: TimingSection = TimingSection()
    counts: CountsSection = CountsSection()
    contacts: ContactsSection = ContactsSection()


def parse_settings(text: str, *, where: str = "case.toml") -> Settings:
    """Read a case file.

    Raises:
        ConfigError: Not TOML, an unknown key, or a value out of range; the message names the key.
    """
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not valid TOML: {error}", where=where) from None
    except ValidationError as error:
        raise _readable(error, where) from None


def _readable(error: ValidationError, where: str) -> ConfigError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        siblings = _keys_beside(first["loc"])
        hint = did_you_mean(str(first["loc"][-1]), siblings)
        return ConfigError(
            f"unknown key {key!r}", where=where, expected=f"one of {', '.join(siblings)}", fix=hint
        )
    if first["type"] == "missing":
        return ConfigError(
            f"{key!r} is missing", where=where, fix='add [[exports]] with path = "exports/*"'
        )
    return ConfigError(f"{key} = {first['input']!r}: {first['msg']}", where=where)


def _keys_beside(location: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    for part in location[:-1]:
        if isinstance(part, str) and part in _SECTIONS:
            model = _SECTIONS[part]
    return list(model.model_fields)


_SECTIONS: dict[str, type[BaseModel]] = {
    "case": CaseSection,
    "exports": ExportSection,
    "accounts": AccountsSection,
    "timing": TimingSection,
    "counts": CountsSection,
    "contacts": ContactsSection,
}
