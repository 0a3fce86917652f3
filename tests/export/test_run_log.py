"""The logs of a case only grow, survive a crash, and make the tables of schema `lineage`."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import data_contracts
from lockstep import storage
from lockstep.export import run_log
from lockstep.export.run_log import Event, append, lineage_tables, read

HOSTILE = 'a\u2028b\u2029c\u0085d\x0be\x0cf\x1cg\x1dh\x1ei\r\nj"k\\l\x00é'
EVENTS = st.lists(
    st.dictionaries(st.text(max_size=3), st.none() | st.booleans() | st.integers() | st.text()),
    max_size=5,
)


def started(run_id: str, at: str = "2026-01-05T09:00:00+00:00") -> Event:
    """Return the event of a run that begins."""
    return {
        "event": "started",
        "run_id": run_id,
        "at": at,
        "lockstep_version": "0.1.0",
        "config_sha256": "c0",
    }


def published(run_id: str, at: str = "2026-01-05T09:01:00+00:00", rows_n: int = 3) -> Event:
    """Return the event of a run that publishes two tables."""
    table = {"code_version": "c", "contract_version": "1.0.0", "rows_n": rows_n}
    return {
        **started(run_id, at),
        "event": "published",
        "findings_sha256": "f0",
        "tables": [
            {"table_name": "posts", "data_version": "d1", "inputs": {"case.toml": "c0"}, **table},
            {
                "table_name": "links",
                "data_version": "d2",
                "inputs": {"case.toml": "c0", "posts": "d1"},
                **table,
            },
        ],
    }


def check(run_id: str, *, passed: bool, **other: object) -> Event:
    """Return the event of one checked rule."""
    return {
        "run_id": run_id,
        "table_name": "posts",
        "rule_id": "key_unique",
        "severity": "critical",
        "passed": passed,
        "rows_checked_n": 3,
        "rows_failing_n": 0 if passed else 2,
        "sample_keys": [] if passed else ["a|1", HOSTILE],
        "error": None,
        "contract_version": "1.0.0",
        "data_version": "d1",
        "checked_at": "2026-01-05T09:00:30+00:00",
        **other,
    }


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    """Nothing has happened yet."""
    assert read(tmp_path / "log" / "runs.jsonl") == []


@given(EVENTS, EVENTS)
@settings(max_examples=50, deadline=None)
def test_what_is_appended_is_read_in_order(
    tmp_path_factory: pytest.TempPathFactory, first: list[Event], second: list[Event]
) -> None:
    """Whatever texts the events hold, and the former lines stay byte for byte."""
    path = tmp_path_factory.mktemp("log") / "log" / "runs.jsonl"
    append(path, first)
    before = path.read_bytes()

    append(path, second)

    assert read(path) == [*first, *second]
    assert path.read_bytes().startswith(before)


def test_separators_of_lines_in_a_text_do_not_end_a_line(tmp_path: Path) -> None:
    """Posts are hostile: their keys may hold any of the characters that split lines."""
    path = tmp_path / "checks.jsonl"

    append(path, [check("r1", passed=False), {"x": HOSTILE}])

    assert read(path) == [check("r1", passed=False), {"x": HOSTILE}]


LINE = json.dumps({"run_id": "é" * 5}, ensure_ascii=False).encode()


@pytest.mark.parametrize("torn", [LINE[:n] for n in range(1, len(LINE))])
def test_a_torn_line_is_skipped_and_swallows_nothing(tmp_path: Path, torn: bytes) -> None:
    """Wherever a crash ended the write, also in the middle of a letter."""
    path = tmp_path / "runs.jsonl"
    append(path, [{"n": 1}])
    with path.open("ab") as file:
        file.write(torn)

    assert read(path) == [{"n": 1}]
    append(path, [{"n": 2}])
    assert read(path) == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize("line", [b"\0\0\0\0", b"1", b"null", b"[]", b'"text"', b"", b"\xff\xfe"])
def test_a_line_that_is_no_event_is_skipped(tmp_path: Path, line: bytes) -> None:
    """A disk may leave zeros, and an editor anything."""
    path = tmp_path / "runs.jsonl"
    path.write_bytes(b'{"n": 1}\n' + line + b"\n")
    append(path, [{"n": 2}])

    assert read(path) == [{"n": 1}, {"n": 2}]


def test_a_line_without_its_end_is_an_event(tmp_path: Path) -> None:
    """The last byte alone was lost."""
    path = tmp_path / "runs.jsonl"
    path.write_bytes(b'{"n": 1}')

    append(path, [{"n": 2}])

    assert read(path) == [{"n": 1}, {"n": 2}]


def test_events_reach_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is flushed and synced before the call returns."""
    path, seen = tmp_path / "runs.jsonl", []
    monkeypatch.setattr(run_log.os, "fsync", lambda _: seen.append(path.read_bytes()))

    append(path, [{"n": 1}])

    assert b'{"n": 1}\n' in seen


def rows(table: str, runs: list[Event], checks: list[Event] | None = None) -> list[Event]:
    """Return the rows of one table of lineage, proved against its contract."""
    frame = lineage_tables(runs, checks or [])[table]
    storage.conform(frame, table)
    return frame.to_dicts()


def test_every_table_of_lineage_is_made_and_keeps_its_contract() -> None:
    """Of a case without a past, too."""
    tables = lineage_tables([], [])

    assert set(tables) == set(data_contracts.names("lineage"))
    assert {name: frame.schema for name, frame in tables.items()} == {
        name: storage.empty(name).schema for name in tables
    }
    assert {name for name, frame in tables.items() if len(frame)} == {"column_lineage"}


def test_a_run_is_one_row_with_what_happened_when() -> None:
    """A run may have begun only, published only, or both; the order of runs is kept."""
    found = rows("runs", [started("r1"), started("r2"), published("r1"), published("r3")])
    nine = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
    past = datetime(2026, 1, 5, 9, 1, tzinfo=UTC)

    assert [(r["run_id"], r["started_at"], r["published_at"]) for r in found] == [
        ("r1", nine, past),
        ("r2", nine, None),
        ("r3", None, past),
    ]
    assert [r["findings_sha256"] for r in found] == ["f0", None, "f0"]


def test_published_tables_and_their_inputs_are_told_run_by_run() -> None:
    """Only of what was published; a run that published again counts as it last did."""
    runs = [
        started("r1"),
        published("r1"),
        started("r2"),
        published("r3"),
        published("r3", rows_n=9),
    ]

    versions = [(r["run_id"], r["table_name"], r["rows_n"]) for r in rows("table_versions", runs)]
    inputs = [(r["run_id"], r["table_name"], r["input_name"]) for r in rows("table_inputs", runs)]

    assert versions == [
        ("r1", "posts", 3),
        ("r1", "links", 3),
        ("r3", "posts", 9),
        ("r3", "links", 9),
    ]
    assert inputs == [
        (run, table, name)
        for run in ("r1", "r3")
        for table, name in (("posts", "case.toml"), ("links", "case.toml"), ("links", "posts"))
    ]


def test_the_last_check_of_a_rule_in_a_run_counts() -> None:
    """A rule checked twice in one run is one row; in two runs, two."""
    checks = [
        check("r1", passed=False),
        check("r1", passed=True),
        check("r2", passed=False),
        check("r2", passed=False, rule_id="required_filled"),
    ]

    found = rows("checks", [], checks)

    assert [(r["run_id"], r["rule_id"], r["passed"]) for r in found] == [
        ("r1", "key_unique", True),
        ("r2", "key_unique", False),
        ("r2", "required_filled", False),
    ]
    assert json.loads(found[1]["sample_keys"]) == ["a|1", HOSTILE]


def test_column_lineage_is_that_of_every_table() -> None:
    """One row a column and a source."""
    found = rows("column_lineage", [])

    assert {r["table_name"] for r in found} == set(data_contracts.names())
    assert {r["origin"] for r in found} == {"sql", "declared"}


def test_logs_are_as_private_as_the_user_asks(tmp_path: Path) -> None:
    """The umask decides who may read a log."""
    former = os.umask(0o077)
    try:
        append(tmp_path / "runs.jsonl", [{"n": 1}])
    finally:
        os.umask(former)

    assert (tmp_path / "runs.jsonl").stat().st_mode & 0o777 == 0o600
