"""Accounts with habits of their own, and a known share of posts that follow one another."""

from itertools import pairwise

import numpy as np

from lockstep.calibration.scenarios import SCENARIOS, account, scope_of, world
from lockstep.synthetic.parameters import DAY_S, DEFAULTS
from lockstep.synthetic.rhythm import habitual_posts
from lockstep.timing.calendar import Calendar, scope_calendar
from lockstep.timing.scope import Ints, Scope

PAIR_SPAN_DAYS = 84
PAIR_POSTS_N = (885, 1_000)
_LAG_MEDIAN_S, _LAG_SIGMA, _LAG_CAP_S = 9.0, 0.7, 59


def planted_pair(rng: np.random.Generator, *, share: float) -> tuple[Scope, Calendar]:
    """Return two accounts of scenario `bursts`, 885 and 1,000 posts in 12 weeks on average."""
    days_n = PAIR_SPAN_DAYS + 1
    scenario = SCENARIOS["bursts"]
    shared = world(rng, scenario, days_n=days_n, per_day=1.0)
    times = [
        account(rng, scenario, shared, per_day=posts_n / PAIR_SPAN_DAYS) for posts_n in PAIR_POSTS_N
    ]
    scope = scope_of(planted(rng, times, share=share))
    return scope, scope_calendar(scope, ((0, days_n * DAY_S - 2),))


def planted_network(rng: np.random.Generator, *, share: float) -> tuple[Scope, Calendar]:
    """Return five accounts with the lives and volumes of the case study (METHODS §11)."""
    pages = DEFAULTS.pages
    drawn = [habitual_posts(rng, page, DEFAULTS)[0][: page.posts_n] for page in pages]
    created_s = np.array([page.created_s for page in pages], dtype=np.int64)
    scope = scope_of(planted(rng, [np.sort(times) for times in drawn], share=share), created_s)
    return scope, scope_calendar(scope, ((int(created_s.min()), DEFAULTS.end_s - 1),))


def planted(rng: np.random.Generator, times_s: list[Ints], *, share: float) -> list[Ints]:
    """Let posts of one account be followed by another's within a minute; volumes stay.

    Leaders are drawn from all posts; the follower is another account that has begun to post, and
    one of its posts, drawn at random, moves behind the leader's by a lognormal lag of median 9 s.

    Args:
        rng: Stream of the simulation.
        times_s: Post times of each account, ascending.
        share: Share of all posts that are one of such two, leaders and followers counted.

    Returns:
        Post times of each account, ascending.
    """
    ends = np.cumsum([0, *map(len, times_s)])
    posts_s = np.concatenate(times_s)
    account_of = np.repeat(np.arange(len(times_s)), np.diff(ends))
    first_s = np.array([times[0] for times in times_s])
    untouched = rng.permutation(len(posts_s)).tolist()
    moved: set[int] = set()
    for leader in untouched[: round(share * len(posts_s) / 2)]:
        begun = [a for a in np.flatnonzero(first_s <= posts_s[leader]) if a != account_of[leader]]
        if not begun or leader in moved:
            continue
        other = int(rng.choice(begun))
        follower = int(rng.integers(ends[other], ends[other + 1]))
        lag_s = min(_LAG_MEDIAN_S * rng.lognormal(0.0, _LAG_SIGMA), _LAG_CAP_S)
        posts_s[follower] = posts_s[leader] + int(lag_s)
        moved.add(follower)
    return [np.sort(posts_s[start:end]) for start, end in pairwise(ends.tolist())]
