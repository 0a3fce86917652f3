"""When pages post together on purpose: which pages, when, how many seconds apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lockstep.streams import stream
from lockstep.synthetic.parameters import DAY_S, HOUR_S, Parameters, utc_s
from lockstep.synthetic.rhythm import (
    Seconds,
    Weights,
    day_levels,
    minute_weights,
    moments,
    scheduled,
)

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its start in s, and the positions of its pages, leader first."""

    kind: str
    start_s: int
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Events:
    """Candidate events in the order in which they are taken, and their posts.

    A post is one entry of `event`, `page`, `lag_s`, `time_s`; the first of an event leads it.
    The planted events come first, so any prefix of at least `planted_n` events holds them.
    """

    kinds: tuple[str, ...]
    starts_s: Seconds
    event: Counts
    page: Counts
    lag_s: Counts
    time_s: Seconds
    planted_n: int

    def first(self, events_n: int) -> "Events":
        """Return the first `events_n` events."""
        posts_n = int(np.searchsorted(self.event, events_n))
        return Events(
            kinds=self.kinds[:events_n],
            starts_s=self.starts_s[:events_n],
            event=self.event[:posts_n],
            page=self.page[:posts_n],
            lag_s=self.lag_s[:posts_n],
            time_s=self.time_s[:posts_n],
            planted_n=min(self.planted_n, events_n),
        )

    def followed_by(self, other: "Events") -> "Events":
        """Return these events and then the others, numbered on."""
        return Events(
            kinds=self.kinds + other.kinds,
            starts_s=np.concatenate([self.starts_s, other.starts_s]),
            event=np.concatenate([self.event, other.event + len(self.kinds)]),
            page=np.concatenate([self.page, other.page]),
            lag_s=np.concatenate([self.lag_s, other.lag_s]),
            time_s=np.concatenate([self.time_s, other.time_s]),
            planted_n=self.planted_n,
        )

    def within(self, posts_n: float) -> int:
        """Return how many events, from the first on, have at most so many posts together."""
        return int(np.searchsorted(np.cumsum(np.bincount(self.event)), posts_n, side="right"))


def planted_events(seed: int, parameters: Parameters) -> list[Event]:
    """Return the events every coordinated case has.

    The two oldest pages start together, each later page joins within hours of its creation, and
    one memorial image appears on three pages.
    """
    rng = stream(seed, "events", "planted")
    low, high = parameters.first_event_h
    start = parameters.network_start_s + int(rng.uniform(10, 18) * HOUR_S)
    planted = [Event("first", start, (1, 0))]
    for index, page in enumerate(parameters.pages[2:], start=2):
        joined = page.created_s + int(rng.uniform(low, high) * HOUR_S)
        planted.append(Event("first", joined, (1, index)))
    if parameters.memorial_pages:
        planted.append(Event("memorial", utc_s("2021-03-18 11:04:37"), parameters.memorial_pages))
    return planted


def candidate_events(seed: int, parameters: Parameters) -> Events:
    """Draw more events than any case needs, planted ones first."""
    planted = planted_events(seed, parameters)
    firsts = [event for event in planted if event.kind == "first"]
    joined = np.array([firsts[0].start_s, *(event.start_s for event in firsts)])
    starts = _ordinary_starts(seed, parameters, joined)
    members = _ordinary_members(seed, parameters, joined, starts, planted)
    ordinary = [
        Event("ordinary", start, pages)
        for start, pages in zip(starts.tolist(), members, strict=True)
        if len(pages) > 1  # else the others have spent their volume
    ]
    return _unfold(stream(seed, "events", "lags"), parameters, planted + ordinary, len(planted))


def _ordinary_starts(seed: int, parameters: Parameters, joined: Seconds) -> Seconds:
    """Draw event starts; days are weighted by the volume of the pages that can take part."""
    rng = stream(seed, "events", "starts")
    first_day_s = parameters.network_start_s
    days_n = (parameters.end_s - first_day_s) // DAY_S
    day_start = first_day_s + np.arange(days_n) * DAY_S
    volume = (_daily_volume(parameters)[None, :] * (day_start[:, None] > joined[None, :])).sum(1)
    level = day_levels(rng, days_n, rho=parameters.level_rho, sd=parameters.event_level_sd)
    drawn = moments(
        rng,
        parameters.max_events_n,
        first_day_s=first_day_s,
        days=level * volume,
        minutes=minute_weights(parameters),
    )
    drawn = scheduled(rng, drawn, share=parameters.scheduled_event_share, parameters=parameters)
    in_time = (drawn > joined[:2].max()) & (drawn < parameters.end_s - parameters.lag_cap_s)
    return np.asarray(drawn[in_time])


def _daily_volume(parameters: Parameters) -> Weights:
    """Return posts a day of each page while the network exists."""
    rates = []
    for page in parameters.pages:
        early_days = max(0, parameters.network_start_s - page.created_s) / DAY_S
        late_days = (parameters.end_s - max(page.created_s, parameters.network_start_s)) / DAY_S
        rates.append(page.posts_n / (late_days + parameters.early_rate * early_days))
    return np.array(rates)


def _ordinary_members(
    seed: int,
    parameters: Parameters,
    joined: Seconds,
    starts_s: Seconds,
    planted: list[Event],
) -> list[tuple[int, ...]]:
    """Choose the pages of each event among those that joined, by volume not yet spent."""
    rng = stream(seed, "events", "members")
    sizes, shares = zip(*parameters.event_size_shares, strict=True)
    size = rng.choice(np.array(sizes), size=len(starts_s), p=np.array(shares))
    patience = rng.exponential(1.0, (len(starts_s), len(parameters.pages)))
    volumes = np.array([page.posts_n for page in parameters.pages], dtype=float)
    spendable = np.floor(volumes * parameters.max_event_share)
    rate = _daily_volume(parameters) / volumes
    for event in planted:
        spendable[list(event.pages)] -= 1
    members = []
    for start, wanted, waits in zip(starts_s, size, patience, strict=True):
        weight = np.where(joined < start, spendable * rate, 0.0)
        pages_n = min(int(wanted), int((weight > 0).sum()))
        waits_weighted = np.divide(
            waits, weight, out=np.full(len(weight), np.inf), where=weight > 0
        )
        chosen = np.argsort(waits_weighted, kind="stable")[:pages_n]
        spendable[chosen] -= 1
        members.append(tuple(int(page) for page in chosen))
    return members


def lags(rng: np.random.Generator, size: int, parameters: Parameters) -> Counts:
    """Draw lags behind the leader in s: mostly quick, some slow, capped (METHODS §11)."""
    quick = rng.lognormal(np.log(parameters.lag_quick_median_s), parameters.lag_quick_sigma, size)
    slow = rng.lognormal(np.log(parameters.lag_slow_median_s), parameters.lag_slow_sigma, size)
    lag = np.where(rng.random(size) < parameters.lag_quick_share, quick, slow)
    return np.minimum(np.rint(lag), parameters.lag_cap_s).astype(np.int64)


def _unfold(
    rng: np.random.Generator,
    parameters: Parameters,
    events: list[Event],
    planted_n: int,
) -> Events:
    sizes = np.array([len(event.pages) for event in events])
    starts = np.array([event.start_s for event in events])
    number = np.repeat(np.arange(len(events)), sizes)
    lag = lags(rng, len(number), parameters)
    lag[np.cumsum(sizes) - sizes] = 0
    return Events(
        kinds=tuple(event.kind for event in events),
        starts_s=starts,
        event=number,
        page=np.array([page for event in events for page in event.pages], dtype=np.int64),
        lag_s=lag,
        time_s=starts[number] + lag,
        planted_n=planted_n,
    )
