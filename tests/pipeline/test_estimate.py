"""A long run is told before it begins, and a disk that is too small."""

from pathlib import Path

import pytest

from pipeline import estimate as estimating
from pipeline.estimate import Estimate, estimate


def test_an_estimate_grows_with_the_exports(tmp_path: Path) -> None:
    """Time from a start on, room in proportion."""
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file in files:
        file.write_bytes(b"x" * 1_000_000)

    one, both = estimate(files[:1], tmp_path), estimate(files, tmp_path)

    assert both.room_bytes == 2 * one.room_bytes
    assert both.seconds - one.seconds == pytest.approx(estimating._S_PER_MB)
    assert not both.is_long
    assert not both.is_too_large


def test_it_says_minutes_and_room() -> None:
    """In whole numbers; at most, since what is up to date is kept."""
    told = Estimate(seconds=600, room_bytes=3_000_000_000, free_bytes=2_000_000_000)

    assert told.is_long
    assert told.is_too_large
    assert str(told) == (
        "at most about 10 minutes on two cores, and 3,000 MB of disk (2,000 MB free)"
    )
