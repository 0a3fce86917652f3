"""The append-only logs of a case, and the tables of schema `lineage` made from them."""

import json
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

import data_contracts
from lockstep.lineage import column_lineage
from lockstep.storage import empty

Event = dict[str, Any]


def append(path: Path, events: Iterable[Event]) -> None:
    """Append events to a log, one JSON object a line, and make sure they reach the disk.

    Lines are ASCII, so that no letter of a text ends a line and no crash splits a letter.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(event) + "\n" for event in events)
    with path.open("a+b") as file:
        # An interrupted write must not swallow the next line.
        file.write(b"\n" * _is_torn(file) + lines.encode())
        file.flush()
        os.fsync(file.fileno())


def _is_torn(file: BinaryIO) -> bool:
    end = file.seek(0, os.SEEK_END)
    file.seek(max(end - 1, 0))
    return file.read(1) not in {b"", b"\n"}


def read(path: Path, **of: str) -> list[Event]:
    """Return the events of a log in the order in which they happened; torn lines are skipped.

    Args:
        path: The log.
        **of: Lines are left out that nowhere say so, as `table_name="posts"`; logs grow, and these
            lines are not taken apart.
    """
    if not path.is_file():
        return []
    said = [json.dumps({key: value})[1:-1].encode() for key, value in of.items()]
    lines = (line for line in path.read_bytes().split(b"\n") if all(s in line for s in said))
    return [event for event in map(_event, lines) if event is not None]


def last_published(path: Path) -> Event | None:
    """Return the last publication that a log of runs tells of."""
    events = reversed(read(path, event="published"))
    return next((event for event in events if event["event"] == "published"), None)


def _event(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def lineage_tables(runs: list[Event], checks: list[Event]) -> dict[str, pl.DataFrame]:
    """Return the tables of schema `lineage`.

    Args:
        runs: Events of `log/runs.jsonl`: `started`, `made`, `step` and `published`.
        checks: Events of `log/checks.jsonl`: one a rule.
    """
    published = [event for event in runs if event["event"] == "published"]
    of_runs = [event for event in runs if event["event"] in {"started", "published"}]
    return {
        "runs": _frame("runs", _merged_runs(of_runs)),
        "table_versions": _frame("table_versions", _expand(published, _versions)),
        "table_inputs": _frame("table_inputs", _expand(published, _inputs)),
        "steps": _frame("steps", [event for event in runs if event["event"] == "step"]),
        "column_lineage": _frame("column_lineage", _columns()),
        "checks": _frame("checks", _last_checks(checks)),
    }


def _merged_runs(events: list[Event]) -> list[Event]:
    merged: dict[str, Event] = {}
    for event in events:
        row = merged.setdefault(event["run_id"], {})
        row.update(event)
        row[f"{event['event']}_at"] = event["at"]
    return list(merged.values())


def _last_checks(events: list[Event]) -> list[Event]:
    keyed = {(e["run_id"], e["table_name"], e["rule_id"]): e for e in events}
    return [
        {**e, "sample_keys": json.dumps(e["sample_keys"], ensure_ascii=False)}
        for e in keyed.values()
    ]


def _expand(published: list[Event], rows: Callable[[Event], list[Event]]) -> list[Event]:
    latest = {event["run_id"]: event for event in published}
    return [
        {"run_id": run_id, **row}
        for run_id, event in latest.items()
        for table in event["tables"]
        for row in rows(table)
    ]


def _versions(table: Event) -> list[Event]:
    return [table]


def _inputs(table: Event) -> list[Event]:
    return [
        {"table_name": table["table_name"], "input_name": name, "input_version": version}
        for name, version in table["inputs"].items()
    ]


def _columns() -> list[Event]:
    return [
        {
            "table_name": table,
            "column_name": source.column,
            "source_table": source.source_table,
            "source_column": source.source_column,
            "source_format": source.source_format,
            "origin": source.origin,
        }
        for table in data_contracts.names()
        for source in column_lineage(table)
    ]


def _frame(table: str, rows: list[Event]) -> pl.DataFrame:
    """Bring rows into the columns and types of their contract."""
    schema = empty(table).schema
    cells = {name: [_cell(row.get(name), dtype) for row in rows] for name, dtype in schema.items()}
    return pl.DataFrame(cells, schema=schema)


def _cell(value: Any, dtype: pl.DataType) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(dtype, pl.Datetime) and value is not None:
        return datetime.fromisoformat(value)
    if dtype.is_decimal() and value is not None:
        return Decimal(str(value))
    return value
