"""How long a run will take at most, and how much room it needs, told before a long one."""

import shutil
from dataclasses import dataclass
from pathlib import Path

# Measured on two cores with the seed-shaped case (32 MB of CSV, 999 surrogates) and rounded up;
# `python -m benchmarks.overhead` makes the figures again. A table that is kept costs nothing.
_START_S = 20.0
_S_PER_MB = 2.0
_ROOM_PER_BYTE = 4.0  # staging takes 3.3 of scratch, before most tables are there
_LONG_S = 120.0
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """At most so many seconds and bytes of disk, and the bytes that are free."""

    seconds: float
    room_bytes: int
    free_bytes: int

    @property
    def is_long(self) -> bool:
        """Whether a person would rather know before."""
        return self.seconds > _LONG_S

    @property
    def is_too_large(self) -> bool:
        """Whether the disk will be full before the run ends."""
        return self.room_bytes > self.free_bytes

    def __str__(self) -> str:
        """Say it in words."""
        minutes, room, free = self.seconds / 60, self.room_bytes / _MB, self.free_bytes / _MB
        return (
            f"at most about {minutes:,.0f} minutes on two cores, and {room:,.0f} MB of disk "
            f"({free:,.0f} MB free)"
        )


def estimate(exports: list[Path], folder: Path) -> Estimate:
    """Return what a run of these exports takes at most, all tables made anew.

    Args:
        exports: The exports.
        folder: The case, on whose disk the tables come to lie.
    """
    size = sum(path.stat().st_size for path in exports)
    return Estimate(
        seconds=_START_S + _S_PER_MB * size / _MB,
        room_bytes=round(_ROOM_PER_BYTE * size),
        free_bytes=shutil.disk_usage(folder).free,
    )
