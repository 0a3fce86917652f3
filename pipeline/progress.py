"""What a person sees of a run: one line a table, and what is being made on a terminal."""

import logging
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

import dagster as dg

from pipeline.console import plain, say

if TYPE_CHECKING:
    from rich.status import Status


class Progress(logging.Handler):
    """Turns Dagster's events into one line a table: its name, rows and seconds."""

    def __init__(self) -> None:
        """Show a spinner when stderr is a terminal."""
        super().__init__()
        self._rows: dict[str, int] = {}
        self._kept: set[str] = set()
        self._status = _status() if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        """Start the spinner."""
        if self._status:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the spinner."""
        if self._status:
            self._status.stop()

    def emit(self, record: logging.LogRecord) -> None:
        """Handle one event of Dagster's, or what an asset says while it is made."""
        told = getattr(record, "dagster_meta", {})
        event = told.get("dagster_event")
        if event is None:
            self._said(str(told.get("orig_message", "")))
            return
        kind = event.event_type
        if kind == dg.DagsterEventType.STEP_START and self._status:
            self._status.update(plain(_step(str(event.step_key))))
        elif kind == dg.DagsterEventType.ASSET_MATERIALIZATION:
            self._materialised(event)
        elif kind == dg.DagsterEventType.STEP_SUCCESS:
            self._done(event)

    def _said(self, message: str) -> None:
        if self._status:
            from rich.text import Text  # no markup: names of files stand in it

            self._status.update(Text(plain(message)))
        elif message:
            say(f"  {message}")

    def _materialised(self, event: dg.DagsterEvent) -> None:
        told = event.materialization.metadata
        if event.asset_key is not None and "dagster/row_count" in told:
            table = event.asset_key.to_user_string()
            self._rows[table] = int(str(told["dagster/row_count"].value))
            if told["outcome"].value == "kept":
                self._kept.add(table)

    def _done(self, event: dg.DagsterEvent) -> None:
        seconds = event.step_success_data.duration_ms / 1000
        last = next(reversed(self._rows), None)
        for table, rows in self._rows.items():
            # A step that makes several tables takes its time once.
            took = f"{seconds:>9.1f} s" if table == last else ""
            how = f"{'kept':>11}" if table in self._kept else took
            say(f"  {table:<24}{rows:>12,} rows{how}")
        self._rows.clear()

    def logger(self) -> dg.LoggerDefinition:
        """Return a Dagster logger that only feeds this display."""

        def display(_: dg.InitLoggerContext) -> logging.Logger:
            log = logging.Logger("lockstep", logging.DEBUG)  # noqa: LOG001 - of this run alone, never shared
            log.addHandler(self)
            return log

        return dg.LoggerDefinition(display, description="One line a table.")


def _step(key: str) -> str:
    return f"checking {key.removesuffix('_contract')}" if key.endswith("_contract") else key


def _status() -> "Status":
    from rich.console import Console

    return Console(stderr=True).status("starting")
