"""`lockstep doctor`: is everything in place for a run, here and each day?"""

from pathlib import Path

from pipeline.console import out_rows
from pipeline.examination import Found, examine
from pipeline.failures import UNEXPECTED, WARNED
from pipeline.workspace import find_root


def doctor(*, root: Path | None, as_json: bool) -> None:
    """Examine installation and workspace, and say what was found and what to do.

    Raises:
        SystemExit: Something is wrong (exit code 1) or deserves a look (5).
    """
    found = examine(find_root(root))
    rows = [(one.subject, one.state, one.what, one.fix) for one in found]
    out_rows(("subject", "state", "found", "what_to_do"), rows, as_json=as_json)
    code = exit_code(found)
    if code:
        raise SystemExit(code)


def exit_code(found: list[Found]) -> int:
    """Return the exit code of an examination: that of the worst thing found."""
    states = {one.state for one in found}
    return UNEXPECTED if "wrong" in states else WARNED if "look" in states else 0
