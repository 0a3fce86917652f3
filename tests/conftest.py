"""What tests of every package share."""

from collections.abc import Callable, Iterator

import pytest

import data_contracts
from data_contracts import Contract
from lockstep import storage


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Contract], Contract]]:
    """Return a function that makes a contract built in code known by its name."""
    load = data_contracts.load
    toys: dict[str, Contract] = {}

    def add(contract: Contract) -> Contract:
        toys[contract.name] = contract
        storage.arrow_schema.cache_clear()
        return contract

    monkeypatch.setattr(data_contracts, "load", lambda name: toys.get(name) or load(name))
    yield add
    storage.arrow_schema.cache_clear()
