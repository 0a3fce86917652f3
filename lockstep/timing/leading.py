"""Does one account of a pair post first more often than the other?"""

from dataclasses import dataclass

import numpy as np

from lockstep.compiled import compiled
from lockstep.timing.calendar import Calendar
from lockstep.timing.scope import Ints

MIN_EPISODES = 20
"""Fewer episodes with one account first do not tell who leads."""


@dataclass(frozen=True, slots=True)
class Leading:
    """Episodes of a pair by who posts first: a, b, or both in one second."""

    a_first_n: int
    b_first_n: int
    ties_n: int
    p_value: float | None
    """Two-sided, by days; None with fewer than 20 episodes that are no tie."""


def leading(time_s: Ints, is_b: Ints, window_s: int, calendar: Calendar) -> Leading:
    """Return who posts first in the episodes of a pair.

    An episode is a chain of the pair's posts with gaps of at most the window that holds both.
    Test: on each day the balance D = episodes that a begins less those that b begins; if neither
    leads, each day's balance may as well have the other sign. p = P(|Σ ±D| ≥ |Σ D|) over all signs,
    exactly. Ties are left out of it. Days are blocks, since episodes of one day hang together.

    Args:
        time_s: The pair's posts, ascending.
        is_b: 1 where a post is b's, else 0.
        window_s: Window in s.
        calendar: The scope's calendar, which says where days begin.

    References:
        METHODS §5.4 ("Directed (leader) claim").
    """
    starts_s, first = episode_firsts(time_s, is_b, window_s)
    a, b = int((first == -1).sum()), int((first == 1).sum())
    day, at = np.unique(calendar.day_of(starts_s), return_inverse=True)
    balance = np.zeros(len(day), dtype=np.int64)
    np.subtract.at(balance, at, first)
    enough = a + b >= MIN_EPISODES
    return Leading(a, b, int((first == 0).sum()), sign_flip_p(balance) if enough else None)


@compiled
def episode_firsts(time_s: Ints, is_b: Ints, window_s: int) -> tuple[Ints, Ints]:
    """Return when each chain of both accounts starts, and who is first: -1 a, 1 b, 0 both."""
    starts_s = np.empty(len(time_s), dtype=np.int64)
    first = np.empty(len(time_s), dtype=np.int64)
    count = 0
    i = 0
    while i < len(time_s):
        j = i
        has_a = has_b = a_at_start = b_at_start = False
        while j < len(time_s) and (j == i or time_s[j] - time_s[j - 1] <= window_s):
            at_start = time_s[j] == time_s[i]
            if is_b[j]:
                has_b = True
                b_at_start = b_at_start or at_start
            else:
                has_a = True
                a_at_start = a_at_start or at_start
            j += 1
        if has_a and has_b:
            starts_s[count] = time_s[i]
            first[count] = int(b_at_start) - int(a_at_start)
            count += 1
        i = j
    return starts_s[:count], first[:count]


def sign_flip_p(balance: Ints) -> float:
    """Return P(|Σ ±D| ≥ |Σ D|) where every sign is as likely as the other, exactly.

    The law of the sum is built day by day from integers; chances are added in a fixed order.
    """
    days = np.abs(balance[balance != 0])
    reach = int(days.sum())
    law = np.zeros(2 * reach + 1)
    law[reach] = 1.0
    for step in days.tolist():
        law = 0.5 * (np.roll(law, step) + np.roll(law, -step))
    least = abs(int(balance.sum()))
    far = np.abs(np.arange(-reach, reach + 1)) >= least
    total = 0.0
    for chance in law[far].tolist():
        total += chance
    return min(total, 1.0)
