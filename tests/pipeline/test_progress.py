"""What a run shows while it makes a table: a line each where it is read, or on a terminal one."""

import logging

import pytest

from pipeline.progress import Progress


def record(message: str) -> logging.LogRecord:
    """Return what Dagster hands on of a message of an asset."""
    made = logging.LogRecord("dagster", logging.INFO, "", 0, f"run - {message}", (), None)
    made.dagster_meta = {"dagster_event": None, "orig_message": message}
    return made


def test_what_an_asset_says_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Without what Dagster puts before it; a file's name commands no terminal."""
    with Progress() as progress:
        progress.emit(record("reading \x1b[31ma.csv: 34 of 282 MB"))

    assert capsys.readouterr().err == "  reading \\u001b[31ma.csv: 34 of 282 MB\n"


def test_on_a_terminal_it_takes_the_place_of_what_was_said_before(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The spinner says it, and markup in a name is shown as it stands."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with Progress() as progress:
        progress.emit(record("reading [bold]a.csv: 34 of 282 MB"))

        assert progress._status is not None
        assert str(progress._status.status) == "reading [bold]a.csv: 34 of 282 MB"
    assert capsys.readouterr().out == ""
