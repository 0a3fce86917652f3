"""How every case of the workspace stands, and since when nobody has looked.

This asset is of all cases at once and of no partition. Dagster judges the freshness of an asset by
its newest materialisation, whichever partition that is of, so that one case run today would hide
all the others; and a publication is not stale because it is old, but when nobody looks after it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import dagster as dg

import lockstep
from assets.cases import Case
from assets.exclusive import is_held
from assets.metadata import OWNERS
from assets.received import is_published, received
from assets.resources import Workspace
from lockstep.errors import LockstepError
from lockstep.export import run_log

NAME = "case_states"
GROUP = "workspace"
CHECK = "every_case_is_current"

LATE = timedelta(hours=26)
"""A day and two hours: the daily check of a case, or this look at all of them, is late."""
MISSED = timedelta(hours=50)
"""Two days and two hours: it did not happen."""

State = Literal["fine", "look", "wrong"]
_WORST: tuple[str, ...] = ("fine", "look", "wrong")


def is_worse(state: str, other: str) -> bool:
    """Return whether a state of a case is worse than another."""
    return _WORST.index(state) > _WORST.index(other)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands: `fine`, worth a `look`, or `wrong`; when published and last checked."""

    case: str
    state: State
    what: str
    published_at: datetime | None = None
    checked_at: datetime | None = None


def standing(case: Case) -> Standing:
    """Return whether what is published is of the case file and the exports that lie there.

    A case that cannot be read is wrong; it keeps nobody from looking at the others.
    """
    try:
        return Standing(case.folder.name, *_state(case))
    except (LockstepError, OSError) as error:
        return _unreadable(case, error)


def _unreadable(case: Case, error: LockstepError | OSError) -> Standing:
    told = error if isinstance(error, LockstepError) else f"cannot be read: {error.strerror}"
    return Standing(case.folder.name, "wrong", _first_line(told))


def _state(case: Case) -> tuple[State, str]:
    _ = case.settings
    if is_held(case):
        return "fine", "a run is under way"
    if case.database.is_file():
        return _published(case)
    if run_log.last_published(case.runs_log):
        return "look", "published, and since then its database was deleted"
    if case.checks_log.is_file() or case.runs_log.is_file():
        return "look", "run, and never published"
    return "fine", "not run yet"


def _published(case: Case) -> tuple[State, str]:
    try:
        if not is_published(case, received(case)):
            return "look", "published, and since then given something else"
    except LockstepError as error:
        return "look", _first_line(error)
    last = run_log.last_published(case.runs_log) or {}
    if (version := last.get("lockstep_version")) != lockstep.__version__:
        return "look", f"published by lockstep {version}, this is {lockstep.__version__}"
    return "fine", "published"


def looked_after(case: Case, now: datetime) -> Standing:
    """Return how a case stands, and whether its daily check has come since.

    Args:
        case: The case.
        now: The time that it is.
    """
    try:
        return _with_checks(case, standing(case), now)
    except OSError as error:
        return _unreadable(case, error)


def _with_checks(case: Case, stands: Standing, now: datetime) -> Standing:
    last = run_log.last_published(case.runs_log)
    if last is None:
        return stands
    published = datetime.fromisoformat(last["at"])
    checked = _checked_at(case, [table["table_name"] for table in last["tables"]])
    state, what = stands.state, stands.what
    if checked is None or now - checked >= LATE:
        late: State = "wrong" if checked is None or now - checked >= MISSED else "look"
        state = late if is_worse(late, state) else state
        ago = f"{(now - checked) / timedelta(hours=1):.0f} hours ago" if checked else "never"
        what = f"{what}; last checked {ago}"
    return Standing(stands.case, state, what, published, checked)


def _checked_at(case: Case, tables: Sequence[str]) -> datetime | None:
    """Return since when each of the tables was checked once more; None where one never was."""
    last = {e["table_name"]: e["checked_at"] for e in run_log.read(case.checks_log)}
    if not set(tables) <= set(last):
        return None
    return min(datetime.fromisoformat(last[table]) for table in tables)


def _first_line(error: LockstepError | str) -> str:
    return str(error).partition("\n")[0]


@dg.asset(
    name=NAME,
    group_name=GROUP,
    description="How every case of the workspace stands: published of what it is given, and "
    "checked within the last day.",
    kinds={"file"},
    owners=OWNERS,
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=MISSED, warn_window=LATE),
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=NAME,
            description="Every case is published of what it is given, and was checked in the last "
            f"{LATE / timedelta(hours=1):.0f} hours (a warning; after "
            f"{MISSED / timedelta(hours=1):.0f} an error).",
        )
    ],
)
def case_states(workspace: Workspace) -> Iterator[dg.MaterializeResult[None]]:
    """Look at every case."""
    now = datetime.now(UTC)
    found = [looked_after(case, now) for case in workspace.cases()]
    yield dg.MaterializeResult(
        metadata={"cases_n": len(found), **({"cases": _table(found)} if found else {})},
        check_results=[_judged(found)],
    )


def _judged(found: Sequence[Standing]) -> dg.AssetCheckResult:
    not_fine = [one for one in found if one.state != "fine"]
    is_wrong = any(one.state == "wrong" for one in found)
    return dg.AssetCheckResult(
        check_name=CHECK,
        passed=not not_fine,
        severity=dg.AssetCheckSeverity.ERROR if is_wrong else dg.AssetCheckSeverity.WARN,
        metadata={"cases": {one.case: one.what for one in not_fine}},
    )


def _table(found: Sequence[Standing]) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "case": one.case,
                    "state": one.state,
                    "what": one.what,
                    "published": _told(one.published_at),
                    "checked": _told(one.checked_at),
                }
            )
            for one in found
        ]
    )


def _told(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "never"
