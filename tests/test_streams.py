"""Each question has its own random numbers, fixed by the seed and its name alone."""

import hashlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lockstep.streams import derived_seed, generator, stream

NAMES = st.lists(st.text(max_size=4) | st.sampled_from(["", "/", "\\", "a/b", "a\\"]), max_size=3)


def test_the_golden_numbers() -> None:
    """The same on every machine and in every release: a changed one changes every finding."""
    digest = hashlib.sha256(b"20220217/timing/network").digest()

    assert derived_seed(20_220_217, "timing", "network") == int.from_bytes(digest[:16], "big")
    assert stream(1, "a").integers(0, 1_000_000, 3).tolist() == [587_524, 564_783, 722_400]


def test_a_stream_is_the_generator_of_its_derived_seed() -> None:
    """Both ways to it give the same numbers, each time anew."""
    first = stream(7, "null", "n1").random(5)

    assert np.array_equal(first, stream(7, "null", "n1").random(5))
    assert np.array_equal(first, generator(derived_seed(7, "null", "n1")).random(5))


@given(st.integers(0), NAMES, st.integers(0), NAMES)
def test_no_two_questions_share_a_stream(
    seed_a: int, names_a: list[str], seed_b: int, names_b: list[str]
) -> None:
    """Names that hold separators are other names all the same."""
    same = (seed_a, names_a) == (seed_b, names_b)

    assert (derived_seed(seed_a, *names_a) == derived_seed(seed_b, *names_b)) == same


def test_names_are_not_run_together() -> None:
    """An account's key may hold a slash."""
    seeds = [derived_seed(1, *n) for n in (["a/b"], ["a", "b"], ["a\\/b"], ["a\\", "b"], ["a", ""])]

    assert len(set(seeds)) == len(seeds)
