"""What tests of every package share."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import data_contracts
from data_contracts import Contract
from lockstep import lineage, storage

# A red run of CI is then red again wherever it is repeated.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make snapshots` write what is said now in place of what was said."""
    parser.addoption("--renew-snapshots", action="store_true", help="write all snapshots anew")


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a function that compares a text with `snapshots/NAME.txt` beside the test."""
    folder = Path(request.path).parent / "snapshots"

    def compare(name: str, text: str) -> None:
        path = folder / f"{name}.txt"
        if request.config.getoption("--renew-snapshots"):
            folder.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        assert text == path.read_text("utf-8"), "if this is meant: make snapshots, and read it"

    return compare


@pytest.fixture(scope="session")
def private_data() -> Path:
    """Return the folder of private validation data; skip where there is none."""
    named = os.environ.get("LOCKSTEP_PRIVATE_DATA")
    if not named or not (Path(named) / "samples").is_dir():
        pytest.skip("private validation data not present")
    return Path(named)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Contract], Contract]]:
    """Return a function that makes a contract built in code known by its name."""
    load, names = data_contracts.load, data_contracts.names
    toys: dict[str, Contract] = {}

    def add(contract: Contract) -> Contract:
        toys[contract.name] = contract
        _forget()
        return contract

    def all_names(group: str | None = None) -> tuple[str, ...]:
        return (*names(group), *(n for n, toy in toys.items() if group in {None, toy.group}))

    monkeypatch.setattr(data_contracts, "load", lambda name: toys.get(name) or load(name))
    monkeypatch.setattr(data_contracts, "names", all_names)
    yield add
    _forget()


def _forget() -> None:
    storage.arrow_schema.cache_clear()
    lineage.column_lineage.cache_clear()
    lineage._schemas.cache_clear()
    lineage._nodes.cache_clear()
