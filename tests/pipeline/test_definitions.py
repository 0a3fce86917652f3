"""The graph is whole: every table has its asset, its checks, and a place before publication."""

import dagster as dg

import data_contracts
from assets.partitions import CASES
from pipeline.definitions import build_defs


def test_the_graph_holds_every_table_and_its_checks() -> None:
    """Of a case; loading it warns of nothing. The tables of lineage are made in publication."""
    made = {n for n in data_contracts.names() if data_contracts.load(n).group != "lineage"}

    graph = build_defs().resolve_asset_graph()

    others = {"publication", "case_file", "exports", "case_states"}
    tables = {key.to_user_string() for key in graph.get_all_asset_keys()} - others
    checked = {key.asset_key.to_user_string() for key in graph.asset_check_keys}
    assert tables == made
    assert checked == made | {"publication", "case_states"}
    assert graph.get(dg.AssetKey("publication")).parent_keys == {dg.AssetKey(n) for n in made}


def test_the_job_is_of_one_case() -> None:
    """Its partition is the case; what is of all cases at once has a job of its own."""
    defs = build_defs()
    of_all = dg.AssetKey("case_states")

    for name in ("case", "checks"):
        assert defs.resolve_job_def(name).partitions_def == CASES
        layer = defs.resolve_job_def(name).asset_layer
        assert of_all not in layer.selected_asset_keys
        assert of_all not in {check.asset_key for check in layer.asset_graph.asset_check_keys}
    assert defs.resolve_job_def("states").asset_layer.selected_asset_keys == {of_all}
