"""What may pass is tried again, what cannot is not."""

import errno

import dagster as dg
import pytest

from assets import transient
from assets.transient import tried_again
from lockstep.errors import ContractError


def run(*met: Exception) -> tuple[bool, int]:
    """Let a step meet one error a try; return whether it came through, and its tries."""
    left = list(met)
    tries: list[int] = []

    @dg.asset
    def reads() -> None:
        tries.append(1)
        with tried_again():
            if left:
                raise left.pop(0)

    result = dg.materialize([reads], raise_on_error=False)
    return result.success, len(tries)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transient, "_PAUSE_S", 0.0)


def test_a_drive_that_answers_the_second_time_is_waited_for() -> None:
    """Twice at most."""
    stale = OSError(errno.ESTALE, "Stale file handle")

    assert run() == (True, 1)
    assert run(stale, stale) == (True, 3)
    assert run(stale, stale, stale) == (False, 3)


@pytest.mark.parametrize(
    "error",
    [
        ContractError("3 rows"),
        OSError(errno.ENOSPC, "No space left on device"),
        FileNotFoundError(errno.ENOENT, "No such file"),
        ValueError("x"),
    ],
)
def test_what_does_not_pass_fails_at_once(error: Exception) -> None:
    """Contracts, methods and full disks."""
    assert run(error) == (False, 1)
