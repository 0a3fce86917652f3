"""The two synthetic cases, written once."""

import pytest

from lockstep.synthetic import SyntheticCase, write_exports


@pytest.fixture(scope="session")
def seed_shaped(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCase:
    return write_exports(tmp_path_factory.mktemp("seed_shaped"))


@pytest.fixture(scope="session")
def null(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCase:
    return write_exports(tmp_path_factory.mktemp("null"), variant="null")
