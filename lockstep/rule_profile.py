"""How many rows of a table break each rule of its contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from data_contracts import Contract, Rule
from lockstep.engine import connect, parquet

SAMPLE_KEYS = 5


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule over a whole table: rows checked, rows failing, keys of the first few failing.

    `test` is the predicate or query that was run. `error` is set when it could not be run; the
    rule then counts as broken.
    """

    rule_id: str
    severity: str
    test: str
    checked_n: int
    failing_n: int
    sample_keys: tuple[str, ...] = ()
    error: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the rule was run and no row breaks it."""
        return self.error is None and self.failing_n == 0


def rule_profile(contract: Contract, tables: Mapping[str, Path]) -> tuple[RuleCount, ...]:
    """Count the rows that break each rule of a contract, over the whole table.

    All row rules are counted in one scan; a row rule's predicate that is NULL passes. Table rules
    are queries of their own and give no keys.

    Args:
        contract: The table's contract.
        tables: Parquet file of the table itself and of each other table its rules name.

    Returns:
        One count a rule, in the contract's order. Sample keys are the five keys of failing rows
        that come first as text, their parts joined by `|`, so they do not depend on threads.

    References:
        DESIGN §7.
    """
    row_rules = [rule for rule in contract.rules if rule.predicate is not None]
    with connect() as connection:
        for name, path in tables.items():
            parquet(connection, path).create_view(name)
        rows_n = len(connection.table(contract.name))
        counted = _row_rules(connection, contract, row_rules) if row_rules else {}
        for rule in contract.rules:
            if rule.query is not None:
                counted[rule.id] = _table_rule(connection, contract, rule, rows_n)
    return tuple(counted[rule.id] for rule in contract.rules)


def _row_rules(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rules: list[Rule]
) -> dict[str, RuleCount]:
    """Count all rules in one scan; rule by rule when one of them cannot be run."""
    try:
        return _one_scan(connection, contract, rules)
    except duckdb.Error as error:
        if len(rules) == 1:
            return {rules[0].id: _broken(rules[0], type(error).__name__)}
    merged: dict[str, RuleCount] = {}
    for rule in rules:
        merged |= _row_rules(connection, contract, [rule])
    return merged


def _one_scan(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rules: list[Rule]
) -> dict[str, RuleCount]:
    key = " || '|' || ".join(f"coalesce(cast({name} as varchar), '')" for name in contract.key)
    counts = ", ".join(
        f"count(*) filter (where {rule.predicate}), min({key}, {SAMPLE_KEYS})"
        f" filter (where {rule.predicate})"
        for rule in rules
    )
    (row,) = connection.sql(f"select count(*), {counts} from {contract.name}").fetchall()  # noqa: S608 - the contract's own SQL
    rows_n, *cells = row
    return {
        rule.id: RuleCount(
            rule.id, rule.severity, str(rule.predicate), rows_n, failing_n, tuple(keys or ())
        )
        for rule, failing_n, keys in zip(rules, cells[::2], cells[1::2], strict=True)
    }


def _table_rule(
    connection: duckdb.DuckDBPyConnection, contract: Contract, rule: Rule, rows_n: int
) -> RuleCount:
    query = str(rule.query).replace("{table}", contract.name)
    try:
        answer = connection.execute(query).fetchall()
    except duckdb.Error as error:
        # DuckDB quotes offending values in some messages: only the kind of error is kept.
        return _broken(rule, type(error).__name__)
    match answer:
        case [(int(failing_n),)] if failing_n >= 0 and not isinstance(failing_n, bool):
            return RuleCount(rule.id, rule.severity, str(rule.query), rows_n, failing_n)
    return _broken(rule, "the query yields something else than one count")


def _broken(rule: Rule, reason: str) -> RuleCount:
    test = str(rule.predicate if rule.query is None else rule.query)
    return RuleCount(rule.id, rule.severity, test, 0, 0, error=reason)
