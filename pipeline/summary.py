"""What a run came to: of each stage what was made and what was kept, its rows and its seconds."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import data_contracts
from assets.cases import Case
from assets.steps import PUBLICATION, steps_of
from lockstep.export import run_log
from pipeline.console import aligned

_STAGES = ("staged", "measured", "findings", "checks", PUBLICATION)
_OF_THE_RUN = {"event", "run_id"}
_HEAD = ("stage", "made", "kept", "rows", "seconds")


@dataclass(slots=True)
class Stage:
    """One stage of a run; the stage checks counts the rows that were looked at."""

    stage: str
    made_n: int = 0
    kept_n: int = 0
    rows_n: int = 0
    duration_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """A finished run, for a person or a program."""

    case: str
    run_id: str
    database: str
    duration_s: float
    steps: Sequence[run_log.Event]
    warnings: Sequence[run_log.Event]

    def stages(self) -> list[Stage]:
        """Return what each stage came to, from the exports to publication."""
        found = {name: Stage(name) for name in _STAGES}
        for event in self.steps:
            if event["outcome"] == "failed":  # and then tried again
                continue
            stage = found[_stage(event)]
            stage.made_n += event["outcome"] == "made"
            stage.kept_n += event["outcome"] == "kept"
            stage.rows_n += event.get("rows_n", 0)
        for event in self._each_once(is_failed=False):
            stage = found[_stage(event)]
            stage.duration_s = round(stage.duration_s + event["duration_s"], 3)
        return list(found.values())

    @property
    def failed_s(self) -> float:
        """Seconds of the tries that failed, after which a step was tried again."""
        return float(sum(event["duration_s"] for event in self._each_once(is_failed=True)))

    def _each_once(self, *, is_failed: bool) -> list[run_log.Event]:
        """Return one event of each try of a step, which has one for every table that it makes."""
        tries = {
            (event["step"], event["started_at"]): event
            for event in reversed(self.steps)
            if (event["outcome"] == "failed") == is_failed
        }
        return list(tries.values())

    def lines(self) -> str:
        """Return a short table: a line a stage, tries that failed, what is left, and the whole."""
        stages, failed_s = self.stages(), self.failed_s
        rest_s = self.duration_s - failed_s - sum(stage.duration_s for stage in stages)
        rows: list[tuple[object, ...]] = [
            (
                s.stage,
                s.made_n,
                s.kept_n,
                f"{s.rows_n:,}" if s.rows_n else None,
                f"{s.duration_s:.1f}",
            )
            for s in stages
        ]
        if failed_s:
            rows.append(("failed tries", None, None, None, f"{failed_s:.1f}"))
        rows.append(("Dagster and start-up", None, None, None, f"{rest_s:.1f}"))
        total = (sum(s.made_n for s in stages), sum(s.kept_n for s in stages))
        rows.append(("in all", *total, None, f"{self.duration_s:.1f}"))
        return aligned(_HEAD, rows)

    def as_json(self) -> dict[str, object]:
        """Return all of it for a program."""
        return {
            "case": self.case,
            "run_id": self.run_id,
            "database": self.database,
            "duration_s": round(self.duration_s, 3),
            "stages": [asdict(stage) for stage in self.stages()],
            "steps": [{k: v for k, v in e.items() if k not in _OF_THE_RUN} for e in self.steps],
            "warnings": list(self.warnings),
        }


def summary(
    case: Case, run_id: str, warnings: Sequence[run_log.Event], duration_s: float
) -> Summary:
    """Return what a run came to, as the log of its case has it.

    Args:
        case: The case.
        run_id: The run.
        warnings: The rules of severity warning that do not hold.
        duration_s: How long the whole run took, in seconds.
    """
    steps = steps_of(run_log.read(case.runs_log), run_id)
    name, database = case.folder.name, str(case.database)
    return Summary(name, run_id, database, duration_s, steps, warnings)


def _stage(event: run_log.Event) -> str:
    """Return the stage of a step: the group of the tables it makes, checks, or publication."""
    step, table = str(event["step"]), str(event["table_name"])
    if step == PUBLICATION:
        return step
    if step in {table, "staged"}:
        return data_contracts.load(table).group
    return "checks"
