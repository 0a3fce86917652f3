"""What a contract says, in the few words the rest of the house needs."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning"]
Group = Literal["staged", "measured", "findings", "lineage"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its DuckDB type, meaning and unit, and the columns it is made from.

    `sources` names `table.column`, `export.<header>`, `case.<key>` or `constant`; empty where the
    lineage is read from the SQL that makes the table.
    """

    name: str
    type: str
    description: str
    required: bool
    unit: str | None
    example: str | None
    sources: tuple[str, ...]

    @property
    def about(self) -> str:
        """Description and unit in one text, as databases and Dagster show it."""
        return f"{self.description} Unit: {self.unit}." if self.unit else self.description


@dataclass(frozen=True, slots=True)
class Rule:
    """One quality rule.

    A row rule's `predicate` is true for a row that fails. A table rule's `query` yields the number
    of failures; `{table}` stands for the table itself, other tables stand by their names.
    """

    id: str
    description: str
    severity: Severity
    predicate: str | None = None
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """One table: its grain, columns, key and rules."""

    name: str
    version: str
    group: Group
    description: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns in the order in which they are stored."""
        return tuple(column.name for column in self.columns)
