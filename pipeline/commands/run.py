"""`lockstep run`: make, check and publish a case."""

import time
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import polars as pl

import data_contracts
from assets.cases import Case
from assets.exclusive import exclusive
from lockstep.export import run_log
from lockstep.ingest.exports import find_exports
from lockstep.words import many
from pipeline.case_edits import name_a_key, write_setting
from pipeline.case_files import adopt, find_folder, is_case
from pipeline.console import out, out_json, say
from pipeline.estimate import estimate
from pipeline.failures import WARNED
from pipeline.headlines import headlines
from pipeline.recognition import refuse_unknown
from pipeline.workspace import find_root, prepare_home

if TYPE_CHECKING:
    from pipeline.summary import Summary


def run(
    typed: str,
    *,
    root: Path | None,
    strict: bool,
    anew: bool,
    max_quarantine_share: float | None,
    as_json: bool,
) -> None:
    """Run a case, or make one of a folder of exports and run that.

    Args:
        typed: The case or the folder, as the user named it.
        root: The workspace, if it was named.
        strict: Whether a rule that gives warning is a failure.
        anew: Whether tables that are as they would be made are made and checked again.
        max_quarantine_share: Share of a file's records that may be set aside. It is written into
            the case file: what a case publishes follows from the case alone.
        as_json: Whether the summary of the run is written as JSON, in place of the headlines.

    Raises:
        SystemExit: Under `strict`, when a rule of severity warning does not hold; exit code 5.
        LockstepError: As `pipeline.execution.execute`; and whatever is wrong with the case file
            or the exports, before anything is run.
    """
    folder = find_folder(typed, root)
    if not is_case(folder):
        refuse_unknown(folder)
        folder = adopt(folder, root)
    if max_quarantine_share is not None:
        share = f"{max_quarantine_share:g}"
        write_setting(folder / "case.toml", "quarantine", "max_share", share)
        say(f"{folder / 'case.toml'} now says [quarantine] max_share = {share}")
    done = publish_case(Case(folder), find_root(root, folder), anew=anew)
    if as_json:
        out_json(done.as_json())
    else:
        tell_findings(Case(folder))
    if strict and done.warnings:
        raise SystemExit(WARNED)


def tell_findings(case: Case) -> None:
    """Say what a published case found."""
    for line in headlines(case.database, label=_label(case)):
        out(line)


def publish_case(
    case: Case, root: Path, *, surrogate_cases_n: int = 0, anew: bool = False
) -> "Summary":
    """Make, check and publish a case in its workspace; say and return what the run came to.

    With surrogate cases the error rates of the case are measured on so many of them. Tables that
    are as they would be made are kept, unless all are to be made anew.

    Raises:
        BusyError: Another run of the case is under way.
        LockstepError: As `run`.
    """
    with exclusive(case, waits=False):
        return _publish_held(with_key(case), root, surrogate_cases_n=surrogate_cases_n, anew=anew)


def _publish_held(case: Case, root: Path, *, surrogate_cases_n: int, anew: bool) -> "Summary":
    start_s = time.monotonic()
    files = find_exports(case.folder, case.settings)
    prepare_home(root)
    name = f"{_label(case)} case {case.folder.name}".strip()
    say(f"{name}: {many(len(files), 'export')}")
    expected = estimate([file.path for file in files], case.folder)
    if expected.is_long or expected.is_too_large:
        say(f"{'warning: the disk may be too small: ' * expected.is_too_large}{expected}")
    # Dagster costs seconds: whatever is wrong with the case is said before.
    from pipeline.execution import execute
    from pipeline.summary import summary

    was_calibrated = _is_calibrated(case)
    done = execute(case, root, surrogate_cases_n=surrogate_cases_n, anew=anew)
    if was_calibrated and not _is_calibrated(case):
        say(f"the calibration of this case was of other inputs: lockstep calibrate {case.folder}")
    came_to = summary(case, done.run_id, done.warnings, time.monotonic() - start_s)
    say(indent(came_to.lines(), "  "))
    for warning in done.warnings:
        broken = (
            f"warning: table {warning['table_name']}: {warning['rows_failing_n']:,} of "
            f"{warning['rows_checked_n']:,} rows break rule {warning['rule_id']}: "
            f"{_rule(warning)}"
        )
        say(f"{_label(case)} {broken}".strip())
    say(f"{_label(case)} published {case.database}".strip())
    return came_to


def _rule(warning: run_log.Event) -> str:
    """Return what a rule asks for, and what to do where it says so."""
    rules = data_contracts.load(warning["table_name"]).rules
    return next(rule.description for rule in rules if rule.id == warning["rule_id"])


def _label(case: Case) -> str:
    return "SYNTHETIC" if case.settings.case.synthetic else ""


def _is_calibrated(case: Case) -> bool:
    """Whether error rates of the case lie on disk; a file that cannot be read holds none."""
    if not case.table("case_calibration").is_file():
        return False
    try:
        return bool(case.read("case_calibration").select(pl.len()).collect().item())
    except (OSError, pl.exceptions.PolarsError):
        return False


def with_key(case: Case) -> Case:
    """Return a case whose key for contacts is on this machine; one that names none gets one.

    Raises:
        ConfigError: The case file is wrong, or its key is not on this machine.
    """
    if not case.settings.contacts.key:
        name_a_key(case.config)
        case = Case(case.folder)
    _ = case.key
    return case
