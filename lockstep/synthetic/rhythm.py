"""When a page posts by habit: busy weeks, hours of the day, albums, schedulers."""

import numpy as np
from numpy.typing import NDArray

from lockstep.synthetic.parameters import DAY_S, HOUR_S, Page, Parameters

Seconds = NDArray[np.int64]
Weights = NDArray[np.float64]

_MINUTES = 1_440
_DAWN_H = 6.0
_SPARE = 1.25
_EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday; Monday is 0
_SATURDAY = 5


def day_levels(rng: np.random.Generator, days_n: int, *, rho: float, sd: float) -> Weights:
    """Return relative day volumes exp(x), x a stationary AR(1) with standard deviation `sd`."""
    shocks = rng.normal(0.0, sd * np.sqrt(1.0 - rho**2), days_n)
    levels = np.empty(days_n)
    level = rng.normal(0.0, sd)
    for day, shock in enumerate(shocks):
        level = rho * level + shock
        levels[day] = level
    return np.exp(levels)


def minute_weights(
    parameters: Parameters, *, phase_noon_h: float = 0.0, phase_evening_h: float = 0.0
) -> Weights:
    """Return the weight of each minute of a day: humps near 12:00 and 20:00, a quiet night."""
    hour = np.arange(_MINUTES) / 60.0
    noon = np.exp(-0.5 * (_hours_apart(hour, 12.0 + phase_noon_h) / 2.6) ** 2)
    evening = 0.9 * np.exp(-0.5 * (_hours_apart(hour, 20.0 + phase_evening_h) / 1.9) ** 2)
    weights = 0.25 + noon + evening
    return np.where(hour < _DAWN_H, weights * parameters.night_factor, weights)


def _hours_apart(hour: Weights, centre: float) -> Weights:
    return np.abs((hour - centre + 12.0) % 24.0 - 12.0)


def log_uniform(
    rng: np.random.Generator, bounds: tuple[int, int], size: int
) -> NDArray[np.float64]:
    """Draw numbers that lie evenly on a logarithmic scale between two bounds."""
    low, high = bounds
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


def moments(
    rng: np.random.Generator, size: int, *, first_day_s: int, days: Weights, minutes: Weights
) -> Seconds:
    """Draw moments in s since 1970 by day weight and minute weight, any second of the minute."""
    day = rng.choice(len(days), size=size, p=days / days.sum())
    minute = rng.choice(_MINUTES, size=size, p=minutes / minutes.sum())
    second = rng.integers(0, 60, size)
    return np.asarray(first_day_s + day * DAY_S + minute * 60 + second, dtype=np.int64)


def scheduled(
    rng: np.random.Generator, times_s: Seconds, *, share: float, parameters: Parameters
) -> Seconds:
    """Move a share of moments to second 0 of a quarter of their hour, as a scheduler does."""
    minutes, shares = zip(*parameters.scheduled_minutes, strict=True)
    minute = rng.choice(np.array(minutes), size=len(times_s), p=np.array(shares))
    on_lattice = times_s - times_s % HOUR_S + minute * 60
    return np.where(rng.random(len(times_s)) < share, on_lattice, times_s)


def with_albums(rng: np.random.Generator, starts_s: Seconds, parameters: Parameters) -> Seconds:
    """Let a share of posts start an album: further posts of the page, seconds apart."""
    extra_n = rng.geometric(1.0 / parameters.album_extra_mean, len(starts_s))
    extra_n[rng.random(len(starts_s)) >= parameters.album_share] = 0
    first = np.cumsum(extra_n + 1) - (extra_n + 1)
    gaps = parameters.album_gap_min_s + rng.exponential(
        parameters.album_gap_mean_s, int((extra_n + 1).sum())
    )
    gaps[first] = 0.0
    elapsed = np.cumsum(gaps)
    elapsed -= np.repeat(elapsed[first], extra_n + 1)
    return np.asarray(np.repeat(starts_s, extra_n + 1) + elapsed.astype(np.int64))


def in_slots(
    rng: np.random.Generator, times_s: Seconds, share: float, parameters: Parameters
) -> tuple[Seconds, NDArray[np.bool_]]:
    """Move a share of posts to the nearest slot of their day, and return which were moved."""
    midnight = times_s - times_s % DAY_S
    slots = np.array(parameters.slot_hours) * HOUR_S
    nearest = np.abs((times_s - midnight)[:, None] - slots[None, :]).argmin(axis=1)
    slot_s = midnight + slots[nearest] + rng.integers(0, parameters.slot_delay_s, len(times_s))
    moved = rng.random(len(times_s)) < share
    return np.where(moved, slot_s, times_s), moved


def habitual_posts(
    rng: np.random.Generator, page: Page, parameters: Parameters
) -> tuple[Seconds, NDArray[np.bool_]]:
    """Return at least `page.posts_n` habitual post times of a page in s, and which are in a slot.

    They stand in no order of time. A prefix of any length is a sample of the same habits, so a
    page's volume can be topped up to an exact number of posts.
    """
    first_day_s = page.created_s - page.created_s % DAY_S
    days_n = (parameters.end_s - first_day_s) // DAY_S
    days = day_levels(rng, days_n, rho=parameters.level_rho, sd=parameters.level_sd)
    if page.created_s == min(p.created_s for p in parameters.pages):
        days[: (parameters.network_start_s - first_day_s) // DAY_S] *= parameters.early_rate
    weekday = (first_day_s // DAY_S + _EPOCH_WEEKDAY + np.arange(days_n)) % 7
    days[weekday >= _SATURDAY] *= parameters.weekend_factor
    minutes = minute_weights(
        parameters,
        phase_noon_h=rng.normal(0.0, parameters.phase_noon_sd_h),
        phase_evening_h=rng.normal(0.0, parameters.phase_evening_sd_h),
    )
    starts = moments(
        rng,
        int(page.posts_n * _SPARE),
        first_day_s=first_day_s,
        days=days,
        minutes=minutes,
    )
    starts = scheduled(rng, starts, share=parameters.scheduled_share, parameters=parameters)
    posts, moved = in_slots(rng, with_albums(rng, starts, parameters), page.slot_share, parameters)
    alive = (posts > page.created_s) & (posts < parameters.end_s)
    return posts[alive], moved[alive]
