"""Every contract is valid, complete, and asks only what can be asked."""

import json
import re
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
import sqlglot
import yaml

import data_contracts
from lockstep import storage
from lockstep.rule_profile import rule_profile

FILES = sorted(Path(str(resources.files(data_contracts))).joinpath("tables").glob("*.yaml"))
NAMES = data_contracts.names()
NUMBERS = {"BIGINT", "INTEGER", "DECIMAL(18,9)"}
BROKEN_BY_EMPTINESS = {("gates", "network_gates_complete")}
"""Rules that an empty table breaks on purpose: that every gate is answered."""


def document(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def standard() -> jsonschema.protocols.Validator:
    text = resources.files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    schema = json.loads(text)
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.fixture(scope="module")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("tables")
    paths = {name: folder / f"{name}.parquet" for name in NAMES}
    for name, path in paths.items():
        storage.write(storage.empty(name), name, path)
    return paths


def test_every_file_is_loaded() -> None:
    """No contract is overlooked."""
    assert sorted(NAMES) == [path.stem for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_contract_is_valid_odcs(path: Path, standard: jsonschema.protocols.Validator) -> None:
    """The file obeys the published JSON Schema, in the version that it names."""
    contract = document(path)

    assert contract["apiVersion"] == "v3.1.0"
    assert contract["kind"] == "DataContract"
    assert [(list(e.path), e.message) for e in standard.iter_errors(contract)] == []


def test_a_misspelt_key_is_not_valid(standard: jsonschema.protocols.Validator) -> None:
    """The schema refuses what the standard does not know, so that no word is lost in silence."""
    contract = document(FILES[0])
    contract["schema"][0]["properties"][0]["requird"] = True

    assert not standard.is_valid(contract)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_names_are_the_file_name(path: Path) -> None:
    """Contract, table and file are called alike; tables of a run's history lie in `lineage`."""
    contract = document(path)
    (table,) = contract["schema"]
    lineage = data_contracts.load(path.stem).group == "lineage"

    assert contract["id"] == f"lockstep.{path.stem}"
    assert contract["name"] == table["name"] == path.stem
    assert table["physicalName"] == (f"lineage.{path.stem}" if lineage else path.stem)


@pytest.mark.parametrize("name", NAMES)
def test_every_column_says_what_it_is(name: str) -> None:
    """Table and columns have a meaning, a type that can be stored, and numbers their unit."""
    contract = data_contracts.load(name)

    assert contract.description
    assert contract.grain
    assert storage.arrow_schema(name).names == list(contract.column_names)
    for column in contract.columns:
        counts = column.type in NUMBERS and column.name.endswith(("_s", "_n", "_share"))
        assert column.description, column.name
        assert column.unit or not counts, column.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_key_is_numbered_and_starts_with_a_filled_column(path: Path) -> None:
    """Rows are sorted by the key: its parts are counted from 1, and the first is never null."""
    keyed = [c for c in document(path)["schema"][0]["properties"] if c.get("primaryKey")]
    places = {column["primaryKeyPosition"]: column for column in keyed}

    assert sorted(places) == list(range(1, len(keyed) + 1))
    assert places[1]["required"]


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_of_their_type(name: str) -> None:
    """Each example can be cast to the type of its column, a number without being rounded."""
    given = [c for c in data_contracts.load(name).columns if c.example is not None]
    with duckdb.connect() as connection:
        for column in given:
            cast = f"select try_cast($1 as {column.type})"
            ((value,),) = connection.execute(cast, [column.example]).fetchall()
            assert value is not None, f"{column.name}: {column.example!r} is no {column.type}"
            if column.type in NUMBERS:
                assert Decimal(value) == Decimal(column.example), column.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_examples_are_among_the_known_values(path: Path) -> None:
    """A column with an `enum` gives an example out of it."""
    for column in document(path)["schema"][0]["properties"]:
        for custom in column.get("customProperties", []):
            if custom["property"] == "enum":
                assert set(column.get("examples", [])) <= set(custom["value"]), column["name"]


@pytest.mark.parametrize("name", NAMES)
def test_rules_are_told_apart(name: str) -> None:
    """Rule ids are unique words: Dagster names its checks after them."""
    rules = data_contracts.load(name).rules
    ids = [rule.id for rule in rules]

    assert len(ids) == len(set(ids))
    for rule in rules:
        assert re.fullmatch(r"[A-Za-z0-9_]+", rule.id)
        assert rule.description
        assert rule.severity in {"critical", "warning"}
        assert (rule.predicate is None) != (rule.query is None), rule.id


@pytest.mark.parametrize("name", NAMES)
def test_rules_are_sql(name: str) -> None:
    """Every predicate and query is one statement that reads tables of the house only."""
    for rule in data_contracts.load(name).rules:
        query = rule.query or f"select * from {{table}} where {rule.predicate}"  # noqa: S608
        (statement,) = sqlglot.parse(query.replace("{table}", name), dialect="duckdb")
        assert isinstance(statement, sqlglot.exp.Select), rule.id
        tables = {table.name for table in statement.find_all(sqlglot.exp.Table)}
        assert tables <= {*NAMES, *(cte.alias for cte in statement.find_all(sqlglot.exp.CTE))}


@pytest.mark.parametrize("name", NAMES)
def test_rules_hold_of_empty_tables(name: str, empty_tables: dict[str, Path]) -> None:
    """Every rule runs, and of a case without rows it holds, but where rows are asked for."""
    counts = rule_profile(data_contracts.load(name), empty_tables)
    broken = {(name, count.rule_id) for count in counts if not count.holds}

    assert [count for count in counts if count.error] == []
    assert broken == {key for key in BROKEN_BY_EMPTINESS if key[0] == name}
