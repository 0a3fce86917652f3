"""The toy case."""

from pathlib import Path

import pytest

from assets.cases import Case
from lockstep.export import database
from tests.assets import toy_case
from tests.assets.toy_case import Known


@pytest.fixture
def case(tmp_path: Path, known: Known, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Return the toy case, whose tables no view reads."""
    monkeypatch.setattr(database, "analyst_views", dict)
    return toy_case.make(tmp_path / "cases" / "toy-case", known)
