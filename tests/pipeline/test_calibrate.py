"""`lockstep calibrate`: what is shipped, and what the tests do on one case."""

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

from assets.cases import Case
from lockstep import storage
from lockstep.calibration.table import calibration
from pipeline import execution
from pipeline.commands.calibrate import summary
from pipeline.commands.run import publish_case
from pipeline.execution import Done
from tests.pipeline.small_case import lockstep, make


def test_the_shipped_rates_are_printed_in_short() -> None:
    """One row a scenario, kind, null and level; all spans and volumes taken together."""
    said = lockstep("calibrate", "--json")

    assert said.returncode == 0, said.stderr
    rows = json.loads(said.stdout)
    assert len(rows) == summary(calibration()).height
    assert {row["null_id"] for row in rows} == {"N1", "N1v", "N2", "robust"}


def test_a_summary_counts_simulations_and_cells_outside() -> None:
    """Rates are of all simulations; planted synchrony is no error rate."""
    rows = calibration().filter(pl.col("null_id") == "N1", pl.col("scenario") == "rhythm")
    shown = summary(calibration()).filter(
        pl.col("null_id") == "N1", pl.col("scenario") == "rhythm", pl.col("subject_kind") == "pair"
    )
    pairs = rows.filter(pl.col("subject_kind") == "pair", pl.col("alpha") == pl.col("alpha").max())

    assert "planted" not in summary(calibration())["scenario"].to_list()
    last = shown.sort("alpha").row(-1, named=True)
    assert last["cells_n"] == pairs.height
    assert last["simulations_n"] == pairs["simulations_n"].sum()
    assert last["rate"] == round(pairs["rejected_n"].sum() / pairs["simulations_n"].sum(), 5)


def test_a_case_is_calibrated_and_published(finished_case: Path) -> None:
    """The rates are data on stdout and a table of the database."""
    said = lockstep("calibrate", finished_case, "--runs", "3")
    assert said.returncode == 0, said.stderr
    rows = list(csv.DictReader(io.StringIO(said.stdout)))
    assert {row["surrogate_cases_n"] for row in rows} == {"3"}
    assert {row["subject_kind"] for row in rows} == {"network", "pair"}

    count = "select count(*) as n from case_calibration"
    asked = lockstep("sql", finished_case, count, "--json")
    assert json.loads(asked.stdout) == [{"n": len(rows)}]


def test_rates_of_other_inputs_are_not_dropped_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that finds the rates of a case stale says how to measure them anew."""
    case = Case(make(tmp_path / "small"))
    case.table("case_calibration").parent.mkdir(parents=True)
    pl.DataFrame({"rate": [1]}).write_parquet(case.table("case_calibration"))

    def dropping(case: Case, root: Path, *, surrogate_cases_n: int, anew: bool) -> Done:
        assert (root, surrogate_cases_n, anew) == (tmp_path, 0, False)
        case.write(storage.empty("case_calibration"), "case_calibration")
        return Done("run", ())

    monkeypatch.setattr(execution, "execute", dropping)

    assert publish_case(case, tmp_path).warnings == ()
    assert f"of other inputs: lockstep calibrate {case.folder}" in capsys.readouterr().err


def test_a_folder_without_a_case_file_is_refused(tmp_path: Path) -> None:
    """Nothing is made of it; the message says how."""
    said = lockstep("calibrate", tmp_path)

    assert said.returncode == 3
    assert "no case.toml" in said.stderr
    assert "lockstep run" in said.stderr
