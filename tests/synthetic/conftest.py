"""Every synthetic case, written once."""

from collections.abc import Callable
from functools import cache

import pytest

from lockstep.synthetic import SyntheticCase, write_exports
from lockstep.synthetic.parameters import Variant


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Variant], SyntheticCase]:
    """Return a variant, written when it is first asked for."""

    @cache
    def case(variant: Variant) -> SyntheticCase:
        return write_exports(tmp_path_factory.mktemp(variant), variant=variant)

    return case


@pytest.fixture(scope="session")
def seed_shaped(written: Callable[[Variant], SyntheticCase]) -> SyntheticCase:
    return written("seed-shaped")


@pytest.fixture(scope="session")
def null(written: Callable[[Variant], SyntheticCase]) -> SyntheticCase:
    return written("null")
