"""Who posts when: habitual posts and events together, tuned to an exact amount of co-timing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lockstep.errors import MethodError
from lockstep.streams import stream
from lockstep.synthetic.events import Counts, Events, candidate_events
from lockstep.synthetic.parameters import Parameters, Variant
from lockstep.synthetic.rhythm import Seconds, habitual_posts

NO_EVENT = -1


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every post of the case, in order of time, page, event.

    `event` is the number of the event or `NO_EVENT`; `lag_s` is behind the event's leader.
    """

    page: Counts
    time_s: Seconds
    event: Counts
    lag_s: Counts
    leads: NDArray[np.bool_]
    events: Events
    events_n: int

    def of_page(self, page: int) -> NDArray[np.int64]:
        """Return the positions of a page's posts, in order of time."""
        return np.flatnonzero(self.page == page)


def co_timed_n(time_s: Seconds, page: Counts, window_s: int) -> int:
    """Count posts with a post of another page within the window, inclusive (A1, METHODS §4)."""
    order = np.lexsort((page, time_s))
    times, pages = time_s[order], page[order]
    starts = np.flatnonzero(np.r_[True, pages[1:] != pages[:-1]])
    lengths = np.diff(np.r_[starts, len(times)])
    far = np.iinfo(np.int64).max // 4
    before = np.repeat(np.r_[-far, times[starts[1:] - 1]], lengths)
    after = np.repeat(np.r_[times[starts[1:]], far], lengths)
    return int((np.minimum(times - before, after - times) <= window_s).sum())


def make_timeline(seed: int, variant: Variant, parameters: Parameters) -> Timeline:
    """Lay out a variant; `seed-shaped` gets as many events as the target of co-timed posts needs.

    Raises:
        MethodError: No number of events brings the count within its tolerance.
    """
    habits = [
        habitual_posts(stream(seed, "habits", page.code), page, parameters)
        for page in parameters.pages
    ]
    events = candidate_events(seed, parameters)
    if variant == "null":
        return _assemble(parameters, habits, events, 0)
    return _tuned(parameters, habits, events)


def _tuned(parameters: Parameters, habits: list[Seconds], events: Events) -> Timeline:
    low, high = events.planted_n, len(events.kinds)
    while high - low > 1:
        middle = (low + high) // 2
        if _co_timed(_assemble(parameters, habits, events, middle), parameters) < (
            parameters.target_co_timed_n
        ):
            low = middle
        else:
            high = middle
    timeline = _assemble(parameters, habits, events, high)
    off = abs(_co_timed(timeline, parameters) - parameters.target_co_timed_n)
    if off > parameters.target_tolerance_n:
        raise MethodError(
            f"{high} events leave the synthetic case {off} co-timed posts off its target",
            expected=f"at most {parameters.target_tolerance_n}",
            fix="choose another seed",
        )
    return timeline


def _co_timed(timeline: Timeline, parameters: Parameters) -> int:
    return co_timed_n(timeline.time_s, timeline.page, parameters.headline_window_s)


def _assemble(
    parameters: Parameters, habits: list[Seconds], events: Events, events_n: int
) -> Timeline:
    """Take the first events, and top each page up to its exact volume with habitual posts."""
    taken = events.posts_before(events_n)
    spent = np.bincount(events.page[:taken], minlength=len(parameters.pages))
    rest = [page.posts_n - int(n) for page, n in zip(parameters.pages, spent, strict=True)]
    habitual = np.concatenate([times[:n] for times, n in zip(habits, rest, strict=True)])
    page = np.concatenate([events.page[:taken], np.repeat(np.arange(len(rest)), rest)])
    time_s = np.concatenate([events.time_s[:taken], habitual])
    event = np.concatenate([events.event[:taken], np.full(len(habitual), NO_EVENT)])
    lag_s = np.concatenate([events.lag_s[:taken], np.zeros(len(habitual), dtype=np.int64)])
    leads = np.zeros(len(page), dtype=np.bool_)
    leads[np.searchsorted(events.event[:taken], np.arange(events_n))] = True
    order = np.lexsort((event, page, time_s))
    return Timeline(
        page=page[order],
        time_s=time_s[order],
        event=event[order],
        lag_s=lag_s[order],
        leads=leads[order],
        events=events,
        events_n=events_n,
    )
