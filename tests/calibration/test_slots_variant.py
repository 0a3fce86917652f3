"""Five pages that share four publishing slots a day are no network: METHODS §14, check 6."""

import numpy as np

from lockstep.synthetic import network_times
from lockstep.synthetic.variants import variant_parameters
from lockstep.timing.calendar import scope_calendar
from lockstep.timing.laid_days import TESTED
from lockstep.timing.network_jitter import network_jitter
from lockstep.timing.network_null import network_null
from lockstep.timing.scope import Scope

SEEDS = range(100)
WINDOW_S = np.array([60], dtype=np.int64)


def p_values_of(seed: int) -> tuple[float, float]:
    """Return p of N1 and of N2 of A1 within 60 s, of the whole variant."""
    parameters = variant_parameters(seed, "slots", controls=False)
    account, time_s = network_times(seed, "slots")
    scope = Scope(
        account_keys=tuple(page.code for page in parameters.pages),
        alive_from_s=np.array([page.created_s for page in parameters.pages], dtype=np.int64),
        created_unknown=np.zeros(len(parameters.pages), dtype=np.bool_),
        time_s=np.asarray(time_s, dtype=np.int64),
        account=np.asarray(account, dtype=np.int64),
    )
    assert len(scope.time_s) == parameters.posts_n
    span = int(scope.alive_from_s.min()), parameters.end_s - 1
    calendar = scope_calendar(scope, (span,))
    days = network_null(scope, calendar, WINDOW_S, surrogates_n=99, seed=seed)
    jitter = network_jitter(scope, WINDOW_S, surrogates_n=39, seed=seed)
    assert days.at_least is not None
    return (
        (1 + int(days.at_least[TESTED.index("A1"), 0])) / 100,
        (1 + int(jitter.at_least[0])) / 40,
    )


def test_shared_slots_are_told_from_coordination_in_100_seeds() -> None:
    """N1 rejects at most ten of a hundred, N2 (posts redrawn within half an hour) rejects all."""
    p_days, p_jitter = zip(*map(p_values_of, SEEDS), strict=True)

    assert sum(p > 0.05 for p in p_days) >= 90
    assert all(p <= 0.05 for p in p_jitter)
