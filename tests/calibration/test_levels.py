"""Do the nulls keep their level on accounts that know nothing of each other? 100 of each kind.

The published table has more of everything (`make calibrate`). Seeds are those of the table.
"""

from dataclasses import dataclass
from functools import cache

import pytest

from lockstep.calibration.grid import Cell, most_rate, simulate
from lockstep.calibration.scenarios import SCENARIOS
from lockstep.calibration.trials import Trial

SIMULATIONS_N = 100
SPAN_DAYS = {"pair": 84, "network": 28}
NEWSLESS = [name for name in SCENARIOS if name != "news"]
HABITS = [name for name, scenario in SCENARIOS.items() if "N1" in scenario.required]


@dataclass(frozen=True)
class Trials:
    """The tests of one kind of simulation."""

    cell: Cell
    found: tuple[Trial, ...]

    def rate(self, null: str, alpha: float) -> float:
        """Return the share that a null rejects."""
        return sum(trial.p_values[null] <= alpha for trial in self.found) / len(self.found)

    @property
    def ratio(self) -> float:
        """Observed over expected, all together."""
        return sum(t.observed for t in self.found) / sum(t.expected for t in self.found)


@cache
def trials(scenario: str, kind: str) -> Trials:
    """Return 100 tests of accounts with ten posts a day."""
    surrogates_n = None if kind == "pair" else 99
    cell = Cell(scenario, kind, SPAN_DAYS[kind], 10.0, 0.0, SIMULATIONS_N, surrogates_n)  # type: ignore[arg-type]
    return Trials(cell, tuple(simulate(cell, number) for number in range(SIMULATIONS_N)))


@pytest.mark.parametrize("kind", ["pair", "network"])
@pytest.mark.parametrize("scenario", NEWSLESS)
def test_no_null_rejects_more_often_than_its_level(scenario: str, kind: str) -> None:
    """At .05 at most alpha + 2 standard errors, of every null that is to hold."""
    tested = trials(scenario, kind)

    for null in SCENARIOS[scenario].required:
        most = most_rate(tested.cell, null, 0.05, SIMULATIONS_N)
        assert most == pytest.approx(0.05 + 2 * (0.05 * 0.95 / SIMULATIONS_N) ** 0.5)
        assert tested.rate(null, 0.05) <= most, null


@pytest.mark.parametrize("kind", ["pair", "network"])
@pytest.mark.parametrize("null", ["N1", "N1v", "robust"])
def test_small_levels_hold_over_all_habits(null: str, kind: str) -> None:
    """At .01, where 100 tests tell little, the scenarios are taken together."""
    rates = [trials(scenario, kind).rate(null, 0.01) for scenario in HABITS]
    tests_n = SIMULATIONS_N * len(rates)

    assert sum(rates) / len(rates) <= 0.01 + 2 * (0.01 * 0.99 / tests_n) ** 0.5


@pytest.mark.parametrize("kind", ["pair", "network"])
@pytest.mark.parametrize("scenario", HABITS)
def test_what_is_expected_is_what_is_seen(scenario: str, kind: str) -> None:
    """The mean ratio lies between 0.97 and 1.03, but for the error of so few simulations."""
    found = trials(scenario, kind).found
    expected = sum(trial.expected for trial in found)

    # Hits come in twos, and in albums: they scatter more than single counts would.
    assert trials(scenario, kind).ratio == pytest.approx(1, abs=0.03 + 2 * (3 / expected) ** 0.5)


def test_busy_days_in_common_fool_n1_and_nothing_else() -> None:
    """Where one day in ten is three times as busy for all, N1 rejects twice too often."""
    for kind in ("pair", "network"):
        tested = trials("busy", kind)
        assert tested.rate("N1", 0.05) >= 2 * 0.05
        assert tested.ratio > 1.03


def test_shared_slots_are_no_synchrony() -> None:
    """METHODS §14, check 6: N1 explains them in at least 90 of 100, N2 rejects all of them."""
    found = trials("slots", "network").found

    assert sum(trial.p_values["N1"] > 0.05 for trial in found) >= 90
    assert all(trial.p_values["N2"] <= 0.05 for trial in found)


def test_two_percent_planted_are_found() -> None:
    """METHODS §14, check 4: power of N1 at .01 at least .75 in 12 weeks of 885 and 1,000 posts."""
    cell = Cell("planted", "pair", 84, 11.22, 0.02, SIMULATIONS_N, None)
    found = [simulate(cell, number) for number in range(SIMULATIONS_N)]

    assert sum(trial.p_values["N1"] <= 0.01 for trial in found) / SIMULATIONS_N >= 0.75
