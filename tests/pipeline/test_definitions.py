"""The graph is whole: every table has its asset, its checks, and a place before publication."""

import dagster as dg

import data_contracts
from assets.partitions import CASES
from pipeline.definitions import build_defs


def test_the_graph_holds_every_table_and_its_checks() -> None:
    """Of a case; loading it warns of nothing. The tables of lineage are made in publication."""
    made = {n for n in data_contracts.names() if data_contracts.load(n).group != "lineage"}

    graph = build_defs().resolve_asset_graph()

    others = {"publication", "case_file", "exports"}
    tables = {key.to_user_string() for key in graph.get_all_asset_keys()} - others
    checked = {key.asset_key.to_user_string() for key in graph.asset_check_keys}
    assert tables == made
    assert checked == made | {"publication"}
    assert graph.get(dg.AssetKey("publication")).parent_keys == {dg.AssetKey(n) for n in made}


def test_the_job_is_of_one_case() -> None:
    """Its partition is the case."""
    assert build_defs().resolve_job_def("case").partitions_def == CASES
