"""How long each step of a run took and what came of it, noted in the case's own log.

A line a table: the step, whether it made the table, kept it or failed, seconds, rows and bytes. An
error is named by its kind alone, since the words of some hold what a post says.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import dagster as dg

from assets.cases import Case
from assets.metadata import rows_n
from lockstep.export import run_log

PUBLICATION = "publication"
"""The step that publishes, and the asset that it makes: the database."""


@dataclass(slots=True)
class Step:
    """A step under way, and which of its tables were found as it would have made them."""

    name: str
    run_id: str
    code_versions: Mapping[str, str]
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    start_s: float = field(default_factory=time.monotonic)
    kept: set[str] = field(default_factory=set)

    def events(self, case: Case, error: BaseException | None = None) -> Iterator[run_log.Event]:
        """Yield what the log says of the step now that it has ended, a line a table."""
        duration_s = round(time.monotonic() - self.start_s, 3)
        for table, version in self.code_versions.items():
            yield {
                "event": "step",
                "run_id": self.run_id,
                "step": self.name,
                "table_name": table,
                "outcome": "failed" if error else "kept" if table in self.kept else "made",
                "started_at": self.began.isoformat(),
                "duration_s": duration_s,
                **({} if error else _size(case, table)),
                "code_version": version,
                "error": _kind(error) if error else None,
            }


@contextmanager
def step(case: Case, name: str, run_id: str, code_versions: Mapping[str, str]) -> Iterator[Step]:
    """Time a step of a run and note its end, whichever it is.

    Args:
        case: The case.
        name: The step, as Dagster names it.
        run_id: The run.
        code_versions: Version of the code that makes each table of the step.
    """
    under_way = Step(name, run_id, code_versions)
    try:
        yield under_way
    except BaseException as error:
        # A log that cannot be written either must not hide why the step failed.
        with suppress(OSError):
            run_log.append(case.runs_log, under_way.events(case, error))
        raise
    run_log.append(case.runs_log, under_way.events(case))


def steps_of(events: Iterable[run_log.Event], run_id: str) -> list[run_log.Event]:
    """Return the steps of one run, in the order in which they ended."""
    return [e for e in events if e["event"] == "step" and e["run_id"] == run_id]


def _size(case: Case, table: str) -> run_log.Event:
    if table == PUBLICATION:
        return {"size_bytes": case.database.stat().st_size}
    return {"rows_n": rows_n(case, table), "size_bytes": case.table(table).stat().st_size}


def _kind(error: BaseException) -> str:
    told = error.__cause__ if isinstance(error, dg.RetryRequested) else error
    return type(told or error).__name__
