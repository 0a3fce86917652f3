"""Moments at which everybody publishes, against a count of each slot by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing import crowds
from lockstep.timing.crowds import in_crowds
from lockstep.timing.scope import Scope
from tests.timing import reference
from tests.timing.reference import DAY_S, Post


def crowded_slots(scope: Scope) -> set[int]:
    """Return the slots, counted from 1970, that are crowds: one by one."""
    by_slot: dict[int, set[int]] = {}
    for time_s, account in zip(scope.time_s.tolist(), scope.account.tolist(), strict=True):
        by_slot.setdefault(time_s // 600, set()).add(account)
    days = {slot // 144 for slot in by_slot}
    days_n = max(days) - min(days) + 1 if days else 0
    crowded = set()
    for slot, accounts in by_slot.items():
        same = sum(len(of) for other, of in by_slot.items() if other % 144 == slot % 144)
        living = sum(alive_s < 600 * (slot + 1) for alive_s in scope.alive_from_s.tolist())
        if len(accounts) > max(2, 0.1 * living, 3 * same / days_n):
            crowded.add(slot)
    return crowded


POSTS = st.lists(
    st.tuples(
        st.builds(
            lambda day, second: day * DAY_S + second,
            st.integers(-3, 6),
            st.sampled_from([0, 599, 600, 1_200, 40_000, 40_500, DAY_S - 1]),
        ),
        st.integers(0, 24),
    ),
    max_size=60,
)


@given(POSTS, st.sampled_from([0, 2 * DAY_S]))
@settings(max_examples=200, deadline=None)
def test_crowds_are_counted_slot_by_slot(posts: list[Post], born_s: int) -> None:
    """A post lies in one where its slot, the one before or the one after is a crowd."""
    scope = reference.make_scope(posts, 25, [-4 * DAY_S] * 20 + [born_s] * 5)
    crowded = crowded_slots(scope)
    slots = (scope.time_s // 600).tolist()

    expected = [bool({slot - 1, slot, slot + 1} & crowded) for slot in slots]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowds, "CROWD_N", 2)
        assert in_crowds(scope).tolist() == expected


def test_what_happens_every_day_is_no_crowd() -> None:
    """A slot in which all publish every day is a habit; on one day of ten it is a crowd."""
    daily = [(d * DAY_S + 40_000, a) for d in range(10) for a in range(21)]
    once = [(5 * DAY_S + 70_000, a) for a in range(21)]
    scope = reference.make_scope([*daily, *once], 21)

    assert scope.time_s[in_crowds(scope)].tolist() == [5 * DAY_S + 70_000] * 21


def test_a_few_are_no_crowd() -> None:
    """20 accounts are none, 21 are, but not of 210, where it takes 22."""
    rest = [(d * DAY_S, 0) for d in range(10)]
    few, more, many = ([(5 * DAY_S + 70_000, a) for a in range(n)] for n in (20, 21, 22))

    assert not in_crowds(reference.make_scope([*rest, *few], 100)).any()
    assert in_crowds(reference.make_scope([*rest, *more], 100)).sum() == 21
    assert not in_crowds(reference.make_scope([*rest, *more], 210)).any()
    assert in_crowds(reference.make_scope([*rest, *many], 210)).sum() == 22


def test_no_post_is_in_no_crowd() -> None:
    """Nothing, and no account."""
    assert in_crowds(reference.make_scope([], 0)).tolist() == []
    assert in_crowds(reference.make_scope([], 3)).dtype == np.bool_
