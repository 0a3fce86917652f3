"""How far staging is, in the log of a run: of large exports, and not too often."""

import logging

import pytest

from assets.told import StagingLog

GB = 1_000_000_000


@pytest.fixture
def log() -> logging.Logger:
    log = logging.getLogger("staging of a test")
    log.setLevel(logging.INFO)
    return log


def test_a_large_export_is_told_at_most_twenty_one_times(
    log: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    """The first word comes before anything was read, the last when all is done."""
    tell = StagingLog(log)
    for done in range(0, GB + 1, GB // 1_000):
        tell("reading a.csv", done, GB)

    assert len(caplog.messages) == 21
    assert caplog.messages[0] == "reading a.csv: 0 of 1000 MB"
    assert caplog.messages[1] == "reading a.csv: 50 of 1000 MB"
    assert caplog.messages[-1] == "reading a.csv: 1000 of 1000 MB"


def test_a_second_phase_is_told_anew(log: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    """It begins again at nothing."""
    tell = StagingLog(log)
    tell("reading a.csv", GB, GB)
    tell("staging what was read", 0, GB)

    assert caplog.messages[1] == "staging what was read: 0 of 1000 MB"


def test_of_small_exports_nothing_is_told(
    log: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    """They are read before anybody wonders; exports of no bytes divide nothing."""
    tell = StagingLog(log)
    tell("reading a.csv", 0, 60_000_000)
    tell("reading a.csv", 60_000_000, 60_000_000)
    tell("reading a.csv", 0, 0)

    assert caplog.messages == []
