"""Contracts built in code: a table of every type, and a table with the rules a test wants."""

from collections.abc import Iterable

from data_contracts import Column, Contract, Rule

COLUMNS: dict[str, str] = {
    "k": "BIGINT",
    "text": "VARCHAR",
    "small": "INTEGER",
    "flag": "BOOLEAN",
    "ratio": "DECIMAL(18,9)",
    "moment": "TIMESTAMPTZ",
}
"""One column of every type a contract can name; the first is the key."""


def column(name: str, kind: str, *, required: bool = False, **about: str) -> Column:
    """Return one column; `about` may give its description and unit."""
    return Column(
        name=name,
        type=kind,
        description=about.get("description", f"The {name}."),
        required=required,
        unit=about.get("unit"),
        example=None,
        sources=("constant",),
    )


def contract(
    name: str = "toy",
    columns: dict[str, str] = COLUMNS,
    *,
    key: tuple[str, ...] = ("k",),
    rules: Iterable[Rule] = (),
) -> Contract:
    """Return a measured table whose key columns are required."""
    return Contract(
        name=name,
        version="1.0.0",
        group="measured",
        description="A toy.",
        grain="k",
        key=key,
        columns=tuple(column(n, kind, required=n in key) for n, kind in columns.items()),
        rules=tuple(rules),
    )
