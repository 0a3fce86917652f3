"""Independent accounts with the habits that fool other nulls (METHODS §5.1)."""

import numpy as np

from lockstep.synthetic.parameters import DEFAULTS
from lockstep.synthetic.rhythm import day_levels, minute_weights, moments, with_albums
from lockstep.timing.pair_days import PairDays, account_posts, pair_days
from tests.timing import reference
from tests.timing.reference import DAY_S

_SLOTS_S = np.array([8, 12, 18, 20]) * 3_600


def account(
    rng: np.random.Generator, days_n: int, per_day: float, busy: np.ndarray | float = 1.0
) -> np.ndarray:
    """Return the posts of an account: autocorrelated days, bursts, 5-minute marks, shared slots.

    30 % of the posts stand on marks and 30 % in four daily slots that all accounts share.
    """
    levels = day_levels(rng, days_n, rho=0.9, sd=0.6) * busy
    starts_n = rng.poisson(
        per_day * days_n / (1 + DEFAULTS.album_share * DEFAULTS.album_extra_mean)
    )
    starts_s = moments(rng, starts_n, first_day_s=0, days=levels, minutes=minute_weights(DEFAULTS))
    habit = rng.random(starts_n)
    slots_s = starts_s // DAY_S * DAY_S + rng.choice(_SLOTS_S, starts_n)
    starts_s = np.where(habit < 0.3, starts_s // 300 * 300, starts_s)
    starts_s = np.where(habit > 0.7, slots_s, starts_s)
    posts_s = with_albums(rng, starts_s, DEFAULTS)
    return np.sort(posts_s[posts_s < days_n * DAY_S])


def independent_pair(
    rng: np.random.Generator, *, days_n: int, per_day: float, busy_share: float = 0.0
) -> PairDays:
    """Return the days of two independent accounts; some days are three times as busy for both."""
    busy = 1.0 + 2.0 * (rng.random(days_n) < busy_share)
    times = [account(rng, days_n, per_day, busy) for _ in range(2)]
    scope = reference.make_scope([(int(t), a) for a, ts in enumerate(times) for t in ts], 2)
    calendar = reference.make_calendar(scope, days_n)
    return pair_days(
        *account_posts(scope, calendar), calendar, np.arange(calendar.days_n), window_s=60
    )
