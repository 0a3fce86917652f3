"""The pages of reference say what contracts and definitions say."""

import data_contracts
from pipeline import graph_page
from pipeline.docs import PAGE, page


def test_the_page_is_as_the_contracts_are() -> None:
    """`make docs` was run after the last change of a contract."""
    assert PAGE.read_text("utf-8") == page(), "stale: run `python -m pipeline.docs`"


def test_every_table_column_and_rule_is_told() -> None:
    """Nothing that a contract holds is missing from the page."""
    text = page()
    for contract in map(data_contracts.load, data_contracts.names()):
        _, _, after = text.partition(f"\n### {contract.name}\n")
        section = after.partition("\n### ")[0]
        assert contract.description in section
        for column in contract.columns:
            assert f"`{column.name}`" in section
            assert column.description.replace("|", "\\|") in section
        for rule in contract.rules:
            assert f"- `{rule.id}` (" in section


def test_the_page_of_the_graph_is_as_the_definitions_are() -> None:
    """Assets and what they are made from, jobs, sensors, schedules: a change of them is seen."""
    told = graph_page.PAGE.read_text("utf-8")

    assert told == graph_page.graph_page(), "stale: run `python -m pipeline.docs`"
    for name in ("changed_cases", "failed_runs", "daily_checks", "daily_cleaning", "publication"):
        assert f"| `{name}` |" in told
