"""Read the ODCS v3.1 contracts that lie in `tables/`.

Three rules follow from the columns alone and are added to each table's own: required columns are
filled, the key is unique, and a column with an `enum` holds nothing else.
"""

from functools import cache
from importlib import resources
from typing import Any, cast

import yaml
from open_data_contract_standard.model import (
    DataQuality,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
)

from data_contracts.model import Column, Contract, Group, Rule, Severity

_TABLES = resources.files(__package__).joinpath("tables")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_GROUP_ORDER: tuple[Group, ...] = ("staged", "measured", "findings", "lineage")


@cache
def names(group: Group | None = None) -> tuple[str, ...]:
    """Return the names of all tables, or of one group, in group order and then by name."""
    stems = sorted(p.name.removesuffix(".yaml") for p in _TABLES.iterdir() if p.name[0] != ".")
    ordered = sorted(stems, key=lambda name: _GROUP_ORDER.index(load(name).group))
    return tuple(name for name in ordered if group in {None, load(name).group})


@cache
def load(name: str) -> Contract:
    """Return the contract of one table.

    Raises:
        KeyError: No contract has this name.
    """
    path = _TABLES.joinpath(f"{name}.yaml")
    if not path.is_file():
        raise KeyError(f"no contract named {name!r} in data_contracts/tables")
    document = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    odcs = OpenDataContractStandard.model_validate(document)
    (schema,) = odcs.schema_ or []
    properties = schema.properties or []
    return Contract(
        name=name,
        version=str(odcs.version),
        group=cast("Group", (odcs.tags or [""])[0]),
        description=_line(schema.description),
        grain=_line(schema.dataGranularityDescription),
        key=_key(properties),
        columns=tuple(_column(p) for p in properties),
        rules=(*_derived_rules(properties), *_own_rules(schema)),
    )


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _key(properties: list[SchemaProperty]) -> tuple[str, ...]:
    keyed = [p for p in properties if p.primaryKey]
    return tuple(str(p.name) for p in sorted(keyed, key=lambda p: p.primaryKeyPosition or 0))


def _custom(item: SchemaProperty, name: str) -> Any | None:  # noqa: ANN401 - ODCS allows any value
    return next((c.value for c in item.customProperties or [] if c.property == name), None)


def _column(item: SchemaProperty) -> Column:
    example = (item.examples or [None])[0]
    unit = _custom(item, "unit")
    return Column(
        name=str(item.name),
        type=str(item.physicalType),
        description=_line(item.description),
        required=bool(item.required),
        unit=None if unit is None else str(unit),
        example=None if example is None else str(example),
        sources=tuple(item.transformSourceObjects or ()),
    )


def _derived_rules(properties: list[SchemaProperty]) -> tuple[Rule, ...]:
    required = [str(p.name) for p in properties if p.required]
    key = _key(properties)
    rules = [
        Rule(
            "required_filled",
            "Every required column has a value.",
            "critical",
            predicate=" or ".join(f"{name} is null" for name in required),
        ),
        Rule(
            "key_unique",
            f"No two rows share {', '.join(key)}.",
            "critical",
            query=f"select coalesce(sum(n), 0) from (select count(*) as n from {{table}} "  # noqa: S608 - names from our contracts
            f"group by {', '.join(key)} having count(*) > 1)",
        ),
    ]
    for item in properties:
        values = _custom(item, "enum")
        if values:
            listed = ", ".join(f"'{v}'" for v in values)
            rules.append(
                Rule(
                    f"{item.name}_known",
                    f"{item.name} is one of {', '.join(values)}.",
                    "critical",
                    predicate=f"{item.name} not in ({listed})",
                )
            )
    return tuple(rules)


def _own_rules(schema: SchemaObject) -> tuple[Rule, ...]:
    return tuple(_rule(q) for q in schema.quality or [])


def _rule(quality: DataQuality) -> Rule:
    predicate = quality.implementation if quality.type == "custom" else None
    return Rule(
        id=str(quality.id),
        description=_line(quality.description),
        severity=cast("Severity", quality.severity),
        predicate=None if predicate is None else str(predicate),
        query=quality.query,
    )
