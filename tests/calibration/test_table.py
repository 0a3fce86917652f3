"""What is measured is kept cell by cell, and shipped as it was measured."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from lockstep import storage
from lockstep.calibration import grid, table
from lockstep.calibration.grid import Cell
from lockstep.calibration.progress import measured, missing
from lockstep.calibration.trials import NULLS, Trial
from tests.timing.reference import broken_rules

CELLS = (
    Cell("rhythm", "pair", 7, 1.0, 0.0, 3, None),
    Cell("slots", "network", 7, 1.0, 0.0, 2, 99),
    Cell("planted", "pair", 84, 11.22, 0.02, 2, None),
)


def trial(p_value: float, *, observed: int = 2, expected: float = 2.0) -> Trial:
    """Return a test in which every null gives the same p."""
    return Trial(dict.fromkeys(NULLS, p_value), observed, expected)


def rows(cell: Cell, trials: list[Trial]) -> dict[tuple[str, float], dict[str, object]]:
    """Return the rows of a cell by null and level."""
    return {(row["null_id"], row["alpha"]): row for row in grid.rows_of(cell, trials)}


def test_the_plan_holds_every_scenario_span_and_volume_once() -> None:
    """Pairs and networks, and the shares of METHODS §5.1 that are planted."""
    cells = grid.plan()

    assert len({cell.key for cell in cells}) == len(cells) == 7 * 5 * 3 * 2 + 6 + 2
    shares = {c.planted_share for c in cells if c.subject_kind == "pair"}
    assert shares == {0.0, 0.0025, 0.005, 0.01, 0.02, 0.05}


def test_a_rate_is_the_share_of_p_values_at_most_alpha() -> None:
    """With its error, and outside where it exceeds alpha + 2 standard errors."""
    found = rows(CELLS[0], [trial(0.05), trial(0.5), trial(0.5), trial(0.5)])

    assert found["N1", 0.05]["rejected_n"] == 1
    assert found["N1", 0.05]["rate"] == 0.25
    assert found["N1", 0.05]["rate_se"] == pytest.approx((0.25 * 0.75 / 4) ** 0.5)
    assert found["N1", 0.05]["most_rate"] == pytest.approx(0.05 + 2 * (0.05 * 0.95 / 4) ** 0.5)
    assert found["N1", 0.05]["within_tolerance"]
    assert found["N1", 0.01]["rate"] == 0
    many = rows(CELLS[0], [trial(0.01)] * 4)
    assert not many["N1", 0.01]["within_tolerance"]
    assert many["N2", 0.01]["within_tolerance"] is None


def test_levels_that_no_p_can_reach_have_no_row() -> None:
    """99 surrogates tell .01 and not .001; an exact p tells all."""
    assert {alpha for _, alpha in rows(CELLS[1], [trial(0.5)] * 2)} == {0.05, 0.01}
    assert {alpha for _, alpha in rows(CELLS[0], [trial(0.5)] * 2)} == {0.05, 0.01, 0.001}


def test_power_is_asked_of_n1_at_one_percent_only() -> None:
    """Where enough is planted; there a level is asked of nothing."""
    found = rows(CELLS[2], [trial(0.01), trial(0.5)])

    assert found["N1", 0.01]["least_rate"] == 0.75
    assert found["N1", 0.01]["within_tolerance"] is False
    assert all(row["within_tolerance"] is None for key, row in found.items() if key[1] != 0.01)
    little = rows(replace(CELLS[2], planted_share=0.01), [trial(0.01)] * 2)
    assert little["N1", 0.01]["least_rate"] is None


@pytest.mark.parametrize(
    ("scenario", "required"),
    [("slots", {"N1", "N1v", "robust"}), ("busy", {"N1v", "robust"}), ("news", set())],
)
def test_which_nulls_must_hold_depends_on_what_is_shared(scenario: str, required: set[str]) -> None:
    """N2 never must; nothing must where the news is shared."""
    found = rows(replace(CELLS[0], scenario=scenario), [trial(0.5)] * 2)

    assert {null for (null, _), row in found.items() if row["most_rate"] is not None} == required


def test_ratio_is_of_sums_and_has_an_error() -> None:
    """None where nothing is expected."""
    trials = [trial(1, observed=3, expected=1.0), trial(1, observed=0, expected=2.0)]

    found = rows(CELLS[0], trials)["N1", 0.05]
    nothing = rows(CELLS[0], [trial(1, observed=0, expected=0.0)] * 2)["N1", 0.05]

    assert found["ratio"] == 1.0
    assert found["ratio_se"] == pytest.approx(2 * 2**0.5 / 2**0.5 / 1.5)
    assert nothing["ratio"] is None
    assert nothing["ratio_se"] is None


def test_cells_are_measured_once_and_kept(tmp_path: Path) -> None:
    """A run goes on where the last one ended; the file gives back what was measured."""
    path = tmp_path / "calibration.csv"
    first, *_ = measured(CELLS, table.read(path))
    table.save(first[1], path)
    left = missing(CELLS, table.read(path))
    assert left == list(CELLS[1:])

    *_, (_, every) = measured(left, table.read(path))
    table.save(every, path)

    assert missing(CELLS, table.read(path)) == []
    assert table.read(path).equals(table.ordered(every))
    assert broken_rules(table.read(path), "calibration", tmp_path) == []
    *_, (_, at_once) = measured(CELLS, storage.empty("calibration"))
    assert table.ordered(at_once).equals(table.read(path))


def test_more_simulations_or_another_version_are_measured_anew() -> None:
    """The new rows take the place of the old."""
    (_, stored), *_ = measured(CELLS[:1], storage.empty("calibration"))
    more = replace(CELLS[0], simulations_n=4)

    assert missing([more], stored) == [more]
    older = stored.with_columns(lockstep_version=pl.lit("0.0.1"))
    assert missing(CELLS[:1], older) == [CELLS[0]]
    ((_, anew),) = measured([more], stored)
    assert anew["simulations_n"].unique().to_list() == [4]


def test_what_is_shipped_obeys_the_contract(tmp_path: Path) -> None:
    """Every row of the file that comes with this release."""
    shipped = table.calibration()

    assert not shipped.is_empty()
    assert broken_rules(shipped, "calibration", tmp_path) == []


def test_what_is_shipped_was_planned() -> None:
    """Nothing in the file is of a cell that `make calibrate` does not know."""
    planned = {cell.key for cell in grid.plan()}
    shipped = table.calibration().select(
        "scenario", "subject_kind", "span_days", "posts_per_day", "planted_share"
    )

    assert {(*row[:3], *map(float, row[3:])) for row in shipped.unique().rows()} <= planned
