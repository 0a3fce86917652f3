"""Every error lockstep raises on purpose.

LockstepError
├── ConfigError      case.toml or an argument is wrong                       exit 2
├── InputError       an export is unreadable or unknown                      exit 3
│   └── UnknownExportError   no format matches, or two match equally well
├── ContractError    a table breaks its contract; nothing is published       exit 4
├── StorageError     a disk is full, or a folder cannot be written to        exit 6
│   └── BusyError            another run of the case is under way
└── MethodError      a method was asked for something it does not define     exit 1

A message says what is wrong, where, what was expected and found, and what to do next.
"""

from collections.abc import Iterable
from typing import ClassVar


class LockstepError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command ends with."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str = "", expected: str = "", fix: str = "") -> None:
        """Compose the message from its four parts, each on a line of its own."""
        parts = [f"{where}: {what}" if where else what]
        parts += [f"Expected: {expected}"] if expected else []
        parts += [f"What to do: {fix}"] if fix else []
        super().__init__("\n".join(parts))


class ConfigError(LockstepError):
    """The case file or an argument is wrong."""

    exit_code = 2


class InputError(LockstepError):
    """An export cannot be read."""

    exit_code = 3


class UnknownExportError(InputError):
    """No known format matches the file."""


class ContractError(LockstepError):
    """A table breaks its contract."""

    exit_code = 4


class StorageError(LockstepError):
    """Nothing can be written where it must be."""

    exit_code = 6


class BusyError(StorageError):
    """Another run writes there."""


class MethodError(LockstepError):
    """A method was asked for something it does not define."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return "Did you mean …?" with the nearest known name, or an empty string."""
    from rapidfuzz import process  # noqa: PLC0415 - only needed on the way to an error

    best = process.extractOne(name, list(known), score_cutoff=60)
    return f"Did you mean {best[0]!r}?" if best else ""
