"""A case of two toy tables, and the Dagster run that makes, checks and publishes it."""

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import polars as pl

from assets.cases import Case
from assets.checks import contract_checks
from assets.metadata import materialised
from assets.partitions import CASES
from assets.publication import publication_asset
from assets.resources import Workspace
from data_contracts import Contract, Rule
from tests import toys

TOY = toys.contract(
    "toy",
    {"k": "BIGINT", "n": "BIGINT", "text": "VARCHAR"},
    rules=(
        Rule("filled", "A number is there.", "critical", predicate="n is null"),
        Rule(
            "known",
            "Every key is in other.",
            "critical",
            query="select count(*) from {table} where k not in (select k from other)",
        ),
        Rule("small", "No number is above 100.", "warning", predicate="n > 100"),
        Rule("even", "No number is odd.", "warning", predicate="n % 2 = 1"),
    ),
)
OTHER = toys.contract(
    "other",
    {"k": "BIGINT"},
    rules=[Rule("filled", "A key is there.", "critical", predicate="k is null")],
)

Known = Callable[[Contract], Contract]


def toy_frame(*numbers: int | None) -> pl.DataFrame:
    """Return rows of the toy table; each holds a text that no check may tell."""
    rows = [(k, n, f"private {k}") for k, n in enumerate(numbers)]
    return pl.DataFrame(rows, schema=["k", "n", "text"], orient="row").cast(
        {"k": pl.Int64, "n": pl.Int64}
    )


def other_frame(rows_n: int) -> pl.DataFrame:
    """Return rows of the other table: keys from 0 on."""
    return pl.DataFrame({"k": pl.int_range(rows_n, eager=True)})


def make(folder: Path, known: Known) -> Case:
    """Make the folder of the toy case and its contracts known."""
    known(TOY)
    known(OTHER)
    folder.mkdir(parents=True)
    (folder / "case.toml").write_text('[[exports]]\npath = "exports/*"\n', "utf-8")
    return Case(folder)


def _asset(name: str, frame: pl.DataFrame) -> dg.AssetsDefinition:
    @dg.asset(name=name, partitions_def=CASES, code_version="1")
    def made(context: dg.AssetExecutionContext, workspace: Workspace) -> dg.MaterializeResult[None]:
        case = workspace.case(context.partition_key)
        return materialised(case, name, case.write(frame, name), run_id=context.run.run_id)

    return made


def run(
    case: Case,
    toy: pl.DataFrame,
    other: pl.DataFrame,
    *,
    selection: dg.AssetSelection | list[str] | None = None,
) -> dg.ExecuteInProcessResult:
    """Make both tables, check them and publish, as `lockstep run` does."""
    tables = [_asset("toy", toy), _asset("other", other)]
    key = case.folder.name
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("case", [key])
        return dg.materialize(
            [*tables, contract_checks("toy"), contract_checks("other"), publication_asset(tables)],
            instance=instance,
            partition_key=key,
            resources={"workspace": Workspace(root="", folders={key: str(case.folder)})},
            selection=selection,
            raise_on_error=False,
        )
