"""What all tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def private_data() -> Path:
    """Return the folder of private validation data; skip where there is none."""
    named = os.environ.get("LOCKSTEP_PRIVATE_DATA")
    if not named or not (Path(named) / "samples").is_dir():
        pytest.skip("private validation data not present")
    return Path(named)
