"""What is simulated, how often, and what share of it each null rejects."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np

import lockstep
from lockstep.calibration.planted import (
    PAIR_POSTS_N,
    PAIR_SPAN_DAYS,
    planted_network,
    planted_pair,
)
from lockstep.calibration.scenarios import SCENARIOS, independent_accounts
from lockstep.calibration.trials import NULLS, Trial, network_trial, pair_trial
from lockstep.streams import derived_seed, generator
from lockstep.synthetic.parameters import DAY_S, DEFAULTS

SPANS_DAYS = (7, 28, 84, 364, 728)
POSTS_PER_DAY = (1.0, 10.0, 100.0)
ALPHAS = (0.05, 0.01, 0.001)
SEED = 20_220_217
ACCOUNTS_N = 5
POWER = "planted"
"""Scenario of the rows in which something is to be found."""

_PAIR_SHARES = (0.0, 0.0025, 0.005, 0.01, 0.02, 0.05)
_NETWORK_SHARES = (0.0, 0.01)
_POWER_ALPHA = 0.01
_LEAST_PAIR_POWER, _PAIR_FLOOR_SHARE = 0.75, 0.02
_LEAST_NETWORK_POWER, _NETWORK_FLOOR_SHARE = 0.9, 0.01

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of simulation: what is drawn, and how often."""

    scenario: str
    subject_kind: Literal["pair", "network"]
    span_days: int
    posts_per_day: float
    """Of one account, on average."""
    planted_share: float
    simulations_n: int
    surrogates_n: int | None
    """Of N1 and N2 of a network; None for a pair, whose p are exact."""

    @property
    def key(self) -> tuple[str, str, int, float, float]:
        """What tells a cell from the others."""
        return (
            self.scenario,
            self.subject_kind,
            self.span_days,
            self.posts_per_day,
            self.planted_share,
        )

    @property
    def posts_n(self) -> float:
        """Posts of one simulation, on average: what it costs."""
        accounts_n = 2 if self.subject_kind == "pair" else ACCOUNTS_N
        return accounts_n * self.span_days * self.posts_per_day

    @property
    def alphas(self) -> tuple[float, ...]:
        """Levels that its p-values can reach."""
        least = 0.0 if self.surrogates_n is None else 1 / (1 + self.surrogates_n)
        return tuple(alpha for alpha in ALPHAS if alpha >= least)


def plan() -> tuple[Cell, ...]:
    """Return every cell of the published table: power, then the levels, the cheap ones first."""
    sizes = product(SCENARIOS, SPANS_DAYS, POSTS_PER_DAY)
    level = [
        cell
        for name, span, per_day in sizes
        for cell in (
            Cell(name, "pair", span, per_day, 0.0, _pairs_n(span * per_day), None),
            Cell(name, "network", span, per_day, 0.0, *_networks_n(span * per_day)),
        )
    ]
    return (*_power(), *sorted(level, key=_cost))


def _cost(cell: Cell) -> float:
    return cell.simulations_n * (cell.posts_n + 300) * (cell.surrogates_n or 10)


def _pairs_n(posts_n: float) -> int:
    return 2_000 if posts_n <= 1_000 else 400  # noqa: PLR2004 - of one account


def _networks_n(posts_n: float) -> tuple[int, int]:
    """Return how many networks are simulated, and surrogates of each, by posts of one account."""
    for at_most, simulations_n, surrogates_n in (
        (100, 400, 999),
        (1_000, 400, 99),
        (10_000, 100, 99),
    ):
        if posts_n <= at_most:
            return simulations_n, surrogates_n
    return 20, 99


def _power() -> tuple[Cell, ...]:
    pages = DEFAULTS.pages
    span_days = (DEFAULTS.end_s - min(page.created_s for page in pages)) // DAY_S
    of_network = round(DEFAULTS.posts_n / len(pages) / span_days, 3)
    of_pair = round(sum(PAIR_POSTS_N) / 2 / PAIR_SPAN_DAYS, 3)
    return (
        *(Cell(POWER, "pair", PAIR_SPAN_DAYS, of_pair, x, 400, None) for x in _PAIR_SHARES),
        *(Cell(POWER, "network", span_days, of_network, x, 100, 199) for x in _NETWORK_SHARES),
    )


def simulate(cell: Cell, simulation: int) -> Trial:
    """Return the test of one simulation; the same whenever and wherever it is drawn."""
    seed = derived_seed(SEED, "calibration", *map(str, cell.key), str(simulation))
    rng = generator(seed)
    is_pair = cell.subject_kind == "pair"
    if cell.scenario == POWER:
        scope, calendar = (planted_pair if is_pair else planted_network)(
            rng, share=cell.planted_share
        )
    else:
        scope, calendar = independent_accounts(
            rng,
            SCENARIOS[cell.scenario],
            accounts_n=2 if is_pair else ACCOUNTS_N,
            span_days=cell.span_days,
            per_day=cell.posts_per_day,
        )
    if cell.surrogates_n is None:
        return pair_trial(scope, calendar, seed=seed)
    return network_trial(scope, calendar, surrogates_n=cell.surrogates_n, seed=seed)


def measure(cell: Cell) -> list[Row]:
    """Simulate a cell and return its rows of table `calibration`, one a null and level."""
    trials = [simulate(cell, number) for number in range(cell.simulations_n)]
    return list(rows_of(cell, trials))


def rows_of(cell: Cell, trials: list[Trial]) -> Iterator[Row]:
    """Yield the rows of a cell's trials, numbers as floats.

    ratio = ΣT/ΣE over the trials; its standard error is that of a ratio of means. The level of a
    null is required to be at most alpha + 2 standard errors, as many as alpha itself would have.
    """
    trials_n = len(trials)
    ratio, ratio_se = _ratio(trials)
    for null, alpha in product(NULLS, cell.alphas):
        rejected_n = sum(trial.p_values[null] <= alpha for trial in trials)
        rate = rejected_n / trials_n
        most, least = most_rate(cell, null, alpha, trials_n), least_rate(cell, null, alpha)
        holds = (most is None or rate <= most) and (least is None or rate >= least)
        yield {
            "scenario": cell.scenario,
            "subject_kind": cell.subject_kind,
            "span_days": cell.span_days,
            "posts_per_day": cell.posts_per_day,
            "planted_share": cell.planted_share,
            "null_id": null,
            "alpha": alpha,
            "simulations_n": trials_n,
            "surrogates_n": cell.surrogates_n,
            "rejected_n": rejected_n,
            "rate": rate,
            "rate_se": math.sqrt(rate * (1 - rate) / trials_n),
            "most_rate": most,
            "least_rate": least,
            "within_tolerance": None if most is None and least is None else holds,
            "ratio": ratio,
            "ratio_se": ratio_se,
            "seed": str(SEED),
            "lockstep_version": lockstep.__version__,
        }


def most_rate(cell: Cell, null: str, alpha: float, trials_n: int) -> float | None:
    """Return the largest share of rejections that the level allows; None where it need not hold."""
    if cell.planted_share > 0:
        return None
    name = "bursts" if cell.scenario == POWER else cell.scenario
    if null not in SCENARIOS[name].required:
        return None
    return alpha + 2 * math.sqrt(alpha * (1 - alpha) / trials_n)


def least_rate(cell: Cell, null: str, alpha: float) -> float | None:
    """Return the power that is asked of N1 at .01; None where none is (METHODS §14, check 4)."""
    if null != "N1" or alpha != _POWER_ALPHA:
        return None
    if cell.subject_kind == "pair":
        return _LEAST_PAIR_POWER if cell.planted_share >= _PAIR_FLOOR_SHARE else None
    return _LEAST_NETWORK_POWER if cell.planted_share >= _NETWORK_FLOOR_SHARE else None


def _ratio(trials: list[Trial]) -> tuple[float | None, float | None]:
    observed = np.array([trial.observed for trial in trials], dtype=np.float64)
    expected = np.array([trial.expected for trial in trials])
    if not expected.sum():
        return None, None
    ratio = observed.sum() / expected.sum()
    error = np.std(observed - ratio * expected, ddof=1) / math.sqrt(len(trials))
    return float(ratio), float(error / expected.mean())
