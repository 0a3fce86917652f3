"""How far staging is, for a person who waits: a line of Dagster's log each twentieth."""

import logging

_LEAST_BYTES = 64 << 20
"""Exports that are smaller in all are read before anybody wonders."""
_STEPS_N = 20
_MB = 1_000_000


class StagingLog:
    """Tells a log what is under way and how far it is, twenty times a phase at most."""

    def __init__(self, log: logging.Logger) -> None:
        """Tell this log."""
        self._log = log
        self._last = -1

    def __call__(self, doing: str, done_bytes: int, all_bytes: int) -> None:
        """Take what staging tells, as `lockstep.ingest.told.Told` has it."""
        step = _STEPS_N * done_bytes // max(all_bytes, 1)
        if all_bytes < _LEAST_BYTES or step == self._last:
            return
        self._last = step
        self._log.info("%s: %.0f of %.0f MB", doing, done_bytes / _MB, all_bytes / _MB)
