"""Who posts when: habits, news and events together, tuned to an exact amount of co-timing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lockstep.errors import MethodError
from lockstep.streams import stream
from lockstep.synthetic.controls import disclosed_events
from lockstep.synthetic.events import Counts, Events, candidate_events
from lockstep.synthetic.news import News, reactions
from lockstep.synthetic.parameters import Page, Parameters
from lockstep.synthetic.rhythm import Seconds, habitual_posts

NO_EVENT = -1

Roles = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Every post of the case, in order of time, page, event.

    `page` is a place in `Parameters.all_pages`. `event` is the number of the event or `NO_EVENT`;
    `lag_s` is behind the event's leader. `role` is why the post was written: leader, follower,
    news, slot or background.
    """

    page: Counts
    time_s: Seconds
    event: Counts
    lag_s: Counts
    role: Roles
    events: Events

    @property
    def events_n(self) -> int:
        """How many events there are, those of the disclosed pair included."""
        return len(self.events.kinds)

    def of_page(self, page: int) -> NDArray[np.int64]:
        """Return the positions of a page's posts, in order of time."""
        return np.flatnonzero(self.page == page)


@dataclass(frozen=True, slots=True)
class _Alone:
    """What a page posts of its own accord: its news, and habits enough to top up its volume."""

    page: Page
    news_s: Seconds
    habits_s: Seconds
    in_slot: NDArray[np.bool_]

    def times_and_roles(self, posts_n: int) -> tuple[Seconds, Roles]:
        """Return exactly `posts_n` posts: all the news, and habits for the rest."""
        rest = posts_n - len(self.news_s)
        roles = np.where(self.in_slot[:rest], "slot", "background")
        return (
            np.concatenate([self.news_s, self.habits_s[:rest]]),
            np.concatenate([np.full(len(self.news_s), "news"), roles]),
        )


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


def make_timeline(seed: int, news: News, parameters: Parameters) -> Timeline:
    """Lay out a case: each page with its exact volume, and the events that `parameters` asks for.

    Raises:
        MethodError: No number of events brings the count of co-timed posts within its tolerance.
    """
    alone = [_alone(seed, page, news, parameters) for page in parameters.all_pages]
    events = _network_events(seed, alone[: len(parameters.pages)], parameters)
    return _assemble(alone, events.followed_by(disclosed_events(seed, parameters)))


def _alone(seed: int, page: Page, news: News, parameters: Parameters) -> _Alone:
    habits_s, in_slot = habitual_posts(stream(seed, "habits", page.code), page, parameters)
    reacting = stream(seed, "reactions", page.code)
    return _Alone(page, reactions(reacting, news, page, parameters), habits_s, in_slot)


def _network_events(seed: int, network: list[_Alone], parameters: Parameters) -> Events:
    candidates = candidate_events(seed, parameters)
    share = parameters.event_posts_share
    if share is None:
        return _tuned(network, candidates, parameters)
    return candidates.first(candidates.within(share * parameters.posts_n))


def _tuned(network: list[_Alone], candidates: Events, parameters: Parameters) -> Events:
    """Take as many events as bring the network's co-timed posts to their target, by bisection."""

    def co_timed(events_n: int) -> int:
        timeline = _assemble(network, candidates.first(events_n))
        return co_timed_n(timeline.time_s, timeline.page, parameters.headline_window_s)

    low, high = candidates.planted_n, len(candidates.kinds)
    while high - low > 1:
        middle = (low + high) // 2
        if co_timed(middle) < parameters.target_co_timed_n:
            low = middle
        else:
            high = middle
    off = abs(co_timed(high) - parameters.target_co_timed_n)
    if off > parameters.target_tolerance_n:
        raise MethodError(
            f"{high} events leave the synthetic case {off} co-timed posts off its target",
            expected=f"at most {parameters.target_tolerance_n}",
            fix="choose another seed",
        )
    return candidates.first(high)


def _assemble(alone: list[_Alone], events: Events) -> Timeline:
    """Join the events with what each page posts alone, up to its exact volume."""
    spent = np.bincount(events.page, minlength=len(alone)).tolist()
    rest = [mine.page.posts_n - n for mine, n in zip(alone, spent, strict=True)]
    own = [mine.times_and_roles(n) for mine, n in zip(alone, rest, strict=True)]
    leads = np.diff(events.event, prepend=NO_EVENT) > 0
    time_s = np.concatenate([events.time_s, *(times for times, _ in own)])
    page = np.concatenate([events.page, np.repeat(np.arange(len(rest)), rest)])
    event = np.concatenate([events.event, np.full(sum(rest), NO_EVENT)])
    lag_s = np.concatenate([events.lag_s, np.zeros(sum(rest), dtype=np.int64)])
    role = np.concatenate([np.where(leads, "leader", "follower"), *(roles for _, roles in own)])
    order = np.lexsort((event, page, time_s))
    return Timeline(
        page=page[order],
        time_s=time_s[order],
        event=event[order],
        lag_s=lag_s[order],
        role=role[order],
        events=events,
    )
