"""A failure is told in words and ends with its exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lockstep.errors import (
    BusyError,
    ConfigError,
    ContractError,
    InputError,
    LockstepError,
    MethodError,
    StorageError,
    UnknownExportError,
)
from pipeline.failures import told


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (LockstepError, 1),
        (MethodError, 1),
        (ConfigError, 2),
        (InputError, 3),
        (UnknownExportError, 3),
        (ContractError, 4),
        (StorageError, 6),
        (BusyError, 6),
    ],
)
def test_each_error_of_ours_has_its_code_and_its_words(
    capsys: pytest.CaptureFixture[str], kind: type[LockstepError], code: int
) -> None:
    """What, where, expected and what to do, on stderr alone; nothing of Python's."""
    error = kind("no such thing", where="a.csv, row 3", expected="one", fix="make one")

    assert told(error) == code
    assert capsys.readouterr() == (
        "",
        "error: a.csv, row 3: no such thing\nExpected: one\nWhat to do: make one\n",
    )


def test_an_interruption_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    """As shells have it."""
    assert told(KeyboardInterrupt()) == 130
    assert "nothing was published" in capsys.readouterr().err


def test_an_unexpected_error_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Its kind and its first line, and how to learn more."""
    assert told(ValueError("first \x1b[2J\nsecond")) == 1

    said = capsys.readouterr().err
    assert said.startswith("error: unexpected ValueError: first \\u001b[2J\n")
    assert "second" not in said
    assert "--debug" in said


_PRINTS = """
import sys
from pipeline import cli
from pipeline.console import out
sys.exit(cli._ended(lambda: [out("x" * 1000) for _ in range({lines_n})], debug=False))
"""


@pytest.mark.parametrize("lines_n", [1, 5_000])
def test_a_reader_that_leaves_is_no_error_to_speak_of(lines_n: int) -> None:
    """`lockstep sql … | head` says nothing on stderr, be the rest long or still in the buffer."""
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [sys.executable, "-c", _PRINTS.format(lines_n=lines_n)],
        stdout=writing,
        stderr=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (1, b"")
