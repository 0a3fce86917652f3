"""Errors that pass: a step that meets one is tried again. Those of a contract do not pass."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

# What a network drive or a busy machine answers once and not the next time.
_PASSING = {
    errno.EAGAIN,
    errno.EBUSY,
    errno.EIO,
    errno.ESTALE,
    errno.ETIMEDOUT,
    errno.ECONNRESET,
    errno.EHOSTUNREACH,
    errno.ENETUNREACH,
}
_TRIES_N = 2
_PAUSE_S = 5.0


@contextmanager
def tried_again() -> Iterator[None]:
    """Let Dagster try a step again after an error of the system that may pass."""
    try:
        yield
    except OSError as error:
        if error.errno not in _PASSING:
            raise
        raise dg.RetryRequested(max_retries=_TRIES_N, seconds_to_wait=_PAUSE_S) from error
