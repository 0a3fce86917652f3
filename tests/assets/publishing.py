"""Publications of a toy table, one row more each time; loads no orchestrator."""

import polars as pl

import data_contracts
from assets.cases import Case
from assets.swap import swap_in
from lockstep.export import database
from tests import toys

TOY = toys.contract("toy", {"k": "BIGINT"})


def know_the_toy() -> None:
    """Make the toy's contract known for good, in a process of its own; no view reads it."""
    load = data_contracts.load
    data_contracts.load = lambda name: TOY if name == TOY.name else load(name)
    database.analyst_views = dict


def publish_rows(case: Case, n: int) -> None:
    """Publish a table of so many rows under a run of that name."""
    version = case.write(pl.DataFrame({"k": pl.int_range(n, eager=True)}), "toy")
    table = {
        "table_name": "toy",
        "data_version": version,
        "code_version": "1",
        "contract_version": "1.0.0",
        "rows_n": n,
        "inputs": {},
    }
    event = {
        "event": "published",
        "run_id": f"run {n}",
        "at": "2022-01-01T00:00:00+00:00",
        "lockstep_version": "1",
        "config_sha256": "c",
        "tables": [table],
    }
    swap_in(case, event, {"run_id": f"run {n}"})
