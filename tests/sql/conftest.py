"""One engine for many small runs: opening one costs more than a statement."""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from lockstep import engine


@pytest.fixture(scope="module", autouse=True)
def _one_engine() -> Iterator[None]:
    with engine.connect() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "connect", lambda: nullcontext(connection))
        yield
