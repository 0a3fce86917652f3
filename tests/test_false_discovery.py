"""q-values against scipy's and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lockstep.false_discovery import benjamini_hochberg

P_VALUES = st.lists(st.floats(1e-12, 1), min_size=1, max_size=40)


@given(P_VALUES)
@settings(max_examples=100, deadline=None)
def test_q_values_are_those_of_scipy(p_values: list[float]) -> None:
    """Ties and any order included; no q lies below its p."""
    q_values = benjamini_hochberg(p_values)

    assert q_values == pytest.approx(stats.false_discovery_control(p_values))
    assert (np.array(q_values) >= np.array(p_values)).all()
    assert max(q_values) == max(p_values)


def test_what_was_not_tested_is_no_member_of_the_family() -> None:
    """None stays None in its place and does not count."""
    assert benjamini_hochberg([0.04, None, 0.01, 0.5]) == [0.06, None, 0.03, 0.5]
    assert benjamini_hochberg([None, None]) == [None, None]
    assert benjamini_hochberg([]) == []


@given(P_VALUES, st.integers(0, 50))
@settings(max_examples=100, deadline=None)
def test_members_of_a_family_that_are_not_given_have_p_1(p_values: list[float], more: int) -> None:
    """The same as with so many ones at the end."""
    family_n = len(p_values) + more
    q_values = benjamini_hochberg(p_values, family_n)

    assert q_values == benjamini_hochberg([*p_values, *[1.0] * more])[: len(p_values)]
