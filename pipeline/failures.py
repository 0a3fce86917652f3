"""How a failure is told, and with which exit code the command ends."""

import os
import sys

from lockstep.errors import LockstepError
from pipeline.console import say
from pipeline.unwritable import unwritable

UNEXPECTED = 1
WARNED = 5
INTERRUPTED = 130


def told(error: BaseException) -> int:
    """Say what went wrong and return the exit code."""
    error = unwritable(error) or error
    if isinstance(error, LockstepError):
        say(f"error: {error}")
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        say("interrupted; nothing was published")
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # Whoever read stdout has left; Python must not try again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNEXPECTED
    reason = str(error).partition("\n")[0]
    say(f"error: unexpected {type(error).__name__}: {reason}")
    say("What to do: run it again with --debug and report what it says")
    return UNEXPECTED
