"""Tarone's family, against its definition pair by pair."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.timing.family import LEVEL, STEPS_N, family_step, least_p_step


def family(log10_least: list[float]) -> list[bool]:
    """Return which pairs are of the family, by the module."""
    steps = least_p_step(np.array(log10_least, dtype=np.float64))
    counts = np.bincount(steps, minlength=STEPS_N)
    return (steps >= family_step(counts)).tolist()


def by_definition(log10_least: list[float]) -> list[bool]:
    """Return the same by trying every k, each smallest p rounded down to a thousandth."""
    rounded = [-math.ceil(-x * 1_000) / 1_000 for x in log10_least]
    k = 1
    while sum(x <= math.log10(0.05 / k) for x in rounded) > k:
        k += 1
    return [x <= math.log10(0.05 / k) for x in rounded]


@given(st.lists(st.sampled_from([0.0, -0.5, -1.0, -1.5, -1.95, -2.3, -3.1, -7.5]), max_size=60))
@settings(max_examples=300, deadline=None)
def test_the_family_is_that_of_tarone(log10_least: list[float]) -> None:
    """The least k of which at most k pairs could reach 0.05/k, and those pairs."""
    assert family(log10_least) == by_definition(log10_least)


def test_pairs_that_cannot_be_told_cost_nothing() -> None:
    """Three pairs that can stay a family of three beside a million that cannot."""
    counts = np.zeros(STEPS_N, dtype=np.int64)
    counts[least_p_step(np.array([-1.2]))[0]] = 1_000_000
    counts[least_p_step(np.array([-9.0]))[0]] = 3
    step = family_step(counts)

    assert counts[step:].sum() == 3


def test_a_smallest_p_is_rounded_down_and_never_up() -> None:
    """A p of 0.05 exactly is testable alone; one a hair above is, by less than a thousandth."""
    assert family([math.log10(0.05)]) == [True]
    assert family([math.log10(0.0502)]) == [False]
    assert family([0.0]) == [False]


@pytest.mark.parametrize("log10_least", [-15.0, -16.5, -300.0])
def test_a_smallest_p_has_no_end(log10_least: float) -> None:
    """All that is below 1e-15 is one step, and of every family."""
    assert least_p_step(np.array([log10_least]))[0] == STEPS_N - 1
    assert family([log10_least]) == [True]


def test_the_family_of_nothing_is_empty() -> None:
    """No pair at all: no pair of the family, and no error."""
    counts = np.zeros(STEPS_N, dtype=np.int64)

    assert counts[family_step(counts) :].sum() == 0
    assert LEVEL == 0.05
