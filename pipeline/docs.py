"""Write the pages of `docs/reference`: `python -m pipeline.docs`.

This module writes `tables.md` from the contracts, `pipeline.graph_page` the page of the graph.
"""

from pathlib import Path

import data_contracts
from data_contracts import Column, Contract

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "tables.md"

_HEADER = """\
# Tables

<!-- Written by `python -m pipeline.docs` from data_contracts/tables; do not edit. -->

Every table of a case, as its contract in `data_contracts/tables/` defines it. All tables lie in
`out/lockstep.duckdb`: the groups staged, measured and findings in the schema `main`, the group
lineage in the schema `lineage`. The first three groups are also Parquet files,
`out/tables/<table>.parquet`.
Columns marked ● always hold a value; **bold** columns are the key. A rule marked *blocking* stops
publication when one row breaks it.
"""

_GROUPS = {
    "staged": "Staged: what the exports say, every record accounted for",
    "measured": "Measured: what is counted and tested",
    "findings": "Findings: what may be said, and the rows that bear it out",
    "lineage": "Lineage: where everything comes from",
}


def page() -> str:
    """Return the page."""
    parts = [_HEADER, _contents()]
    for group, title in _GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [
            _table(c) for c in map(data_contracts.load, data_contracts.names()) if c.group == group
        ]
    return "\n".join(parts).rstrip() + "\n"


def _contents() -> str:
    names = data_contracts.names()
    return (
        "\n".join(f"- [`{name}`](#{name}): {data_contracts.load(name).grain}" for name in names)
        + "\n"
    )


def _table(contract: Contract) -> str:
    lines = [
        f"### {contract.name}\n",
        f"{contract.description}\n",
        f"One row per {contract.grain}. Contract version {contract.version}.\n",
        "| column | type | | meaning | unit | example |",
        "|---|---|---|---|---|---|",
        *(_row(contract, column) for column in contract.columns),
        "\nRules:\n",
        *(
            f"- `{rule.id}` ({'blocking' if rule.severity == 'critical' else 'warning'}): {rule.description}"  # noqa: E501 - one cell of a table
            for rule in contract.rules
        ),
        "",
    ]
    return "\n".join(lines)


def _row(contract: Contract, column: Column) -> str:
    name = f"**`{column.name}`**" if column.name in contract.key else f"`{column.name}`"
    example = f"`{column.example}`" if column.example is not None else ""
    cells = [
        name,
        column.type,
        "●" if column.required else "",
        column.description,
        column.unit or "",
        example,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    from pipeline import graph_page

    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), "utf-8")
    graph_page.PAGE.write_text(graph_page.graph_page(), "utf-8")
