"""`lockstep calibrate`: the error rates of this release, and those of a case."""

from pathlib import Path

import polars as pl

from assets.cases import Case
from lockstep.calibration.grid import POWER
from lockstep.calibration.table import calibration
from lockstep.errors import InputError
from pipeline.case_files import find_case, is_case
from pipeline.commands.run import publish_case
from pipeline.console import out_rows, say
from pipeline.published import open_database
from pipeline.workspace import find_root

_KEY = ("scenario", "subject_kind", "null_id", "alpha")


def calibrate(typed: str | None, *, root: Path | None, runs_n: int, as_json: bool) -> None:
    """Write the error rates that are shipped, or measure those of a case and publish it anew.

    Raises:
        InputError: The case has no case file.
        LockstepError: As `lockstep run`.
    """
    if typed is None:
        shown = summary(calibration())
        out_rows(shown.columns, shown.rows(), as_json=as_json)
        return
    folder = find_case(typed, root)
    if not is_case(folder):
        raise InputError("no case.toml", where=str(folder), fix=f"lockstep run {folder}")
    case = Case(folder)
    say(f"testing {runs_n} surrogates of the case, in which no account knows another")
    publish_case(case, find_root(root, folder), surrogate_cases_n=runs_n)
    with open_database(case.database) as connection:
        found = connection.sql("select * exclude (inputs_sha256) from case_calibration")
        out_rows(found.columns, found.fetchall(), as_json=as_json)


def summary(table: pl.DataFrame) -> pl.DataFrame:
    """Return, of accounts that know nothing of each other, the rate by scenario, kind and null.

    The simulations of all spans and volumes are taken together; `cells_outside_n` counts the spans
    and volumes whose own rate is outside its tolerance, of `cells_n`.
    """
    return (
        table.filter(pl.col("scenario") != POWER)
        .group_by(_KEY)
        .agg(
            pl.col("simulations_n").sum(),
            (pl.col("rejected_n").sum() / pl.col("simulations_n").sum()).round(5).alias("rate"),
            pl.len().alias("cells_n"),
            pl.col("within_tolerance").not_().sum().alias("cells_outside_n"),
        )
        .sort(_KEY)
    )
