"""Accounts that know nothing of each other, with the habits that fool tests (METHODS §5.1)."""

from dataclasses import dataclass, replace

import numpy as np

from lockstep.synthetic.parameters import DAY_S, DEFAULTS, HOUR_S
from lockstep.synthetic.rhythm import day_levels, minute_weights, moments, with_albums
from lockstep.timing.calendar import Calendar, scope_calendar
from lockstep.timing.scope import ALWAYS, Floats, Ints, Scope

_SLOTS_S = np.array(DEFAULTS.slot_hours) * HOUR_S
_MARK_S = 300
_WEEKEND = (2, 3)
"""1970-01-01 was a Thursday: days 2 and 3 of each seven are Saturday and Sunday."""
_BUSY_FACTOR = 3.0
_FLASH_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Scenario:
    """What accounts do that share a world and nothing else. Shares are of 1.

    `required` is whether the level must hold for every null; where it need not, the accounts do
    share something that a null may notice: news, or busy days.
    """

    name: str
    about: str
    level_rho: float = 0.9
    level_sd: float = 0.6
    albums: bool = True
    marks_share: float = 0.3
    slots_share: float = 0.0
    weekend_factor: float = 1.0
    news_share: float = 0.0
    """News per expected post; an account reacts to every second."""
    busy_share: float = 0.0
    """Days that are three times as busy for all."""
    required: tuple[str, ...] = ("N1", "N1v", "robust")


_BURSTS = Scenario("bursts", "Bursts (12 % of posts begin one) and a scheduler on 5-minute marks.")
_SLOTS = replace(
    _BURSTS,
    name="slots",
    about="Bursts, marks, and 30 % of posts in four daily slots that all share.",
    slots_share=0.3,
)

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        Scenario(
            "rhythm", "Autocorrelated days and busy hours only.", albums=False, marks_share=0.0
        ),
        _BURSTS,
        _SLOTS,
        replace(
            _SLOTS,
            name="weekends",
            about="As slots, with weekends at half volume.",
            weekend_factor=0.5,
        ),
        replace(
            _SLOTS,
            name="trend",
            about="As slots, with a strong trend: autoregression .97, sd 1.",
            level_rho=0.97,
            level_sd=1.0,
        ),
        replace(
            _BURSTS,
            name="news",
            about="As bursts, with common news, half of it flash: 1 post in 20 is a reaction.",
            news_share=0.1,
            required=(),
        ),
        replace(
            _SLOTS,
            name="busy",
            about="As slots, with 10 % of days three times as busy for all.",
            busy_share=0.1,
            required=("N1v", "robust"),
        ),
    )
}
"""By name, in the order of the published table."""


@dataclass(frozen=True, slots=True)
class World:
    """What all accounts of one simulation share: the volume of each day, and the news."""

    day_factors: Floats
    slow_s: Ints
    flash_s: Ints


def world(rng: np.random.Generator, scenario: Scenario, *, days_n: int, per_day: float) -> World:
    """Draw what the accounts of one simulation share."""
    day = np.arange(days_n)
    factors = np.where(np.isin(day % 7, _WEEKEND), scenario.weekend_factor, 1.0)
    factors *= np.where(rng.random(days_n) < scenario.busy_share, _BUSY_FACTOR, 1.0)
    news_n = rng.poisson(scenario.news_share * per_day * days_n)
    news_s = rng.integers(0, days_n * DAY_S, news_n)
    is_flash = rng.random(news_n) < _FLASH_SHARE
    return World(factors, news_s[~is_flash], news_s[is_flash])


def account(rng: np.random.Generator, scenario: Scenario, shared: World, *, per_day: float) -> Ints:
    """Return the post times of one account in s since 1970, ascending.

    Day volumes are exp(AR(1)) times what is shared; minutes have two humps whose phase is the
    account's own; posts may stand on 5-minute marks or in shared slots, and begin albums.
    """
    days_n = len(shared.day_factors)
    levels = day_levels(rng, days_n, rho=scenario.level_rho, sd=scenario.level_sd)
    per_start = 1 + scenario.albums * DEFAULTS.album_share * DEFAULTS.album_extra_mean
    minutes = minute_weights(
        DEFAULTS,
        phase_noon_h=rng.normal(0.0, DEFAULTS.phase_noon_sd_h),
        phase_evening_h=rng.normal(0.0, DEFAULTS.phase_evening_sd_h),
    )
    starts_s = moments(
        rng,
        rng.poisson(per_day * days_n / per_start),
        first_day_s=0,
        days=levels * shared.day_factors,
        minutes=minutes,
    )
    starts_s = _by_habit(rng, scenario, starts_s)
    posts_s = with_albums(rng, starts_s, DEFAULTS) if scenario.albums else starts_s
    posts_s = np.concatenate([posts_s, _reactions(rng, shared)])
    return np.sort(posts_s[posts_s < days_n * DAY_S])


def _by_habit(rng: np.random.Generator, scenario: Scenario, starts_s: Ints) -> Ints:
    """Move a share of posts to 5-minute marks, and another to the shared slots."""
    habit = rng.random(len(starts_s))
    slots_s = starts_s // DAY_S * DAY_S + rng.choice(_SLOTS_S, len(starts_s))
    starts_s = np.where(habit < scenario.marks_share, starts_s // _MARK_S * _MARK_S, starts_s)
    return np.where(habit >= 1 - scenario.slots_share, slots_s, starts_s)


def _reactions(rng: np.random.Generator, shared: World) -> Ints:
    """Return one account's posts about the news, each of its own lag."""
    reactions = [np.zeros(0, dtype=np.int64)]
    for news_s, median_s in (
        (shared.slow_s, DEFAULTS.news_lag_median_s),
        (shared.flash_s, DEFAULTS.flash_lag_median_s),
    ):
        noticed_s = news_s[rng.random(len(news_s)) < DEFAULTS.news_reaction_share]
        lags_s = median_s * rng.lognormal(0.0, DEFAULTS.news_lag_sigma, len(noticed_s))
        reactions.append(noticed_s + lags_s.astype(np.int64))
    return np.concatenate(reactions)


def independent_accounts(
    rng: np.random.Generator,
    scenario: Scenario,
    *,
    accounts_n: int,
    span_days: int,
    per_day: float,
) -> tuple[Scope, Calendar]:
    """Return accounts that know nothing of each other, and a calendar of `span_days` whole days.

    The collection is one day longer, less a second: whichever hour the day begins with, as many
    whole days lie in it.
    """
    days_n = span_days + 1
    shared = world(rng, scenario, days_n=days_n, per_day=per_day)
    times = [account(rng, scenario, shared, per_day=per_day) for _ in range(accounts_n)]
    scope = scope_of(times)
    return scope, scope_calendar(scope, ((0, days_n * DAY_S - 2),))


def scope_of(times_s: list[Ints], alive_from_s: Ints | None = None) -> Scope:
    """Return the scope of these accounts' posts; without a start their lives have always begun."""
    accounts_n = len(times_s)
    time_s = np.concatenate(times_s)
    account_of = np.repeat(np.arange(accounts_n), [len(times) for times in times_s])
    order = np.lexsort((account_of, time_s))
    unknown = alive_from_s is None
    return Scope(
        account_keys=tuple(f"synthetic:{number:04d}" for number in range(accounts_n)),
        alive_from_s=np.full(accounts_n, ALWAYS) if alive_from_s is None else alive_from_s,
        created_unknown=np.full(accounts_n, unknown),
        time_s=time_s[order],
        account=account_of[order],
    )
