"""An asset is made of the function of its name: its inputs, its file, its description."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest

import data_contracts
from assets.cases import Case
from assets.factory import table_asset
from assets.metadata import column_schema, described, lineage_of_columns, materialised
from assets.partitions import CASES
from assets.resources import Workspace
from assets.versions import code_version
from lockstep import storage
from lockstep.errors import MethodError
from lockstep.export import run_log
from lockstep.settings import Settings
from lockstep.timing.episodes import episodes


def test_an_asset_is_what_its_contract_says() -> None:
    """Name, group, inputs, words, partition and code version."""
    made = table_asset(episodes, inputs=("timing_difference",))

    (spec,) = made.specs
    assert spec.key == dg.AssetKey("episodes")
    assert {dep.asset_key.to_user_string() for dep in spec.deps} == {
        "case_file",
        "timing_difference",
    }
    assert spec.group_name == "measured"
    assert spec.description == described("episodes")
    assert spec.partitions_def is CASES
    assert spec.code_version == code_version(
        "lockstep.timing.episodes", "episodes", ("timing_difference",)
    )


def no_settings(*, posts: pl.LazyFrame) -> pl.DataFrame:
    """Return nothing."""
    return posts.collect()


def other_tables(*, posts: pl.LazyFrame, settings: Settings) -> pl.DataFrame:
    """Return nothing."""
    del settings
    return posts.collect()


@pytest.mark.parametrize("function", [no_settings, other_tables])
@pytest.mark.parametrize("inputs", [(), ("accounts",), ("posts", "accounts")])
def test_a_function_that_takes_something_else_is_refused(
    function: object, inputs: tuple[str, ...]
) -> None:
    """Found when the graph is drawn, not when it runs."""
    with pytest.raises(MethodError, match=r"takes posts"):
        table_asset(function, inputs=inputs)  # type: ignore[arg-type]


def test_a_run_reads_the_inputs_and_writes_the_table(tmp_path: Path) -> None:
    """The file lies in the case, and Dagster learns rows, version, schema and lineage."""
    case = Case(tmp_path / "mali")
    case.folder.mkdir()
    case.config.write_text('[[exports]]\npath = "x"\n', "utf-8")
    posts = (
        storage.empty("timing_difference")
        .clear(2)
        .with_columns(
            scope=pl.lit("network"),
            post_key=pl.Series(["p1", "p2"]),
            account_key=pl.Series(["a", "b"]),
            posted_at_s=pl.Series([0, 60]),
            eligible=pl.lit(True),
        )
    )
    case.write(posts, "timing_difference")
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("case", ["mali"])
        result = dg.materialize(
            [
                dg.AssetSpec("timing_difference", partitions_def=CASES),
                table_asset(episodes, inputs=("timing_difference",)),
            ],
            instance=instance,
            partition_key="mali",
            resources={"workspace": Workspace(root="", folders={"mali": str(case.folder)})},
            selection=["episodes"],
        )

    (made,) = result.asset_materializations_for_node("episodes")
    assert case.read("episodes").collect()["posts_n"].to_list() == [2]
    assert made.metadata["dagster/row_count"].value == 1
    assert made.metadata["contract_version"].value == data_contracts.load("episodes").version
    # Each check reads again what the run said of its table: what the code decides is no part of it.
    assert not [name for name in made.metadata if name.startswith("dagster/column")]
    assert (made.tags or {})["dagster/data_version"] == storage.file_sha256(case.table("episodes"))


@pytest.mark.parametrize("table", data_contracts.names())
def test_dagster_shows_the_columns_of_the_contract(table: str) -> None:
    """Names, types, words with units, and which are always filled."""
    contract = data_contracts.load(table)

    shown = column_schema(table).columns

    assert [(c.name, c.type, c.constraints.nullable) for c in shown] == [
        (c.name, c.type, not c.required) for c in contract.columns
    ]
    for column, told in zip(contract.columns, shown, strict=True):
        assert told.description is not None
        assert told.description.startswith(column.description)
        assert column.unit is None or told.description.endswith(f"Unit: {column.unit}.")


@pytest.mark.parametrize("table", data_contracts.names())
def test_dagster_shows_from_which_columns_each_is_made(table: str) -> None:
    """Columns of tables, exports and the case file; what comes from nowhere has none."""
    deps = lineage_of_columns(table).deps_by_column

    assert list(deps) == list(data_contracts.load(table).column_names)
    for dep in (dep for found in deps.values() for dep in found):
        asset = dep.asset_key.to_user_string()
        if asset not in {"exports", "case_file"}:
            assert dep.column_name in data_contracts.load(asset).column_names


def test_rows_are_counted_in_the_file(tmp_path: Path) -> None:
    """Not in the frame that was meant to be written."""
    case = Case(tmp_path)
    case.config.write_text('[[exports]]\npath = "x"\n', "utf-8")
    version = case.write(storage.empty("episodes"), "episodes")

    told = materialised(case, "episodes", version, run_id="one")

    assert told.metadata is not None
    assert told.metadata["dagster/row_count"] == 0
    assert told.data_version == dg.DataVersion(version)
    assert run_log.read(case.runs_log) == [
        {
            "event": "made",
            "run_id": "one",
            "table_name": "episodes",
            "data_version": version,
            "config_sha256": case.config_sha256,
        }
    ]
