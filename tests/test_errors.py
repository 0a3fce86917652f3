"""Errors say what, where, what was expected, and what to do; each kind has its exit code."""

import re

import pytest

from lockstep import errors
from lockstep.errors import LockstepError, did_you_mean


def family(kind: type[LockstepError]) -> set[type[LockstepError]]:
    """Return a class and all that derive from it."""
    return {kind}.union(*(family(child) for child in kind.__subclasses__()))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({}, "no such thing"),
        ({"where": "a.csv, row 3"}, "a.csv, row 3: no such thing"),
        ({"expected": "one"}, "no such thing\nExpected: one"),
        ({"fix": "make one"}, "no such thing\nWhat to do: make one"),
        (
            {"where": "here", "expected": "one", "fix": "make one"},
            "here: no such thing\nExpected: one\nWhat to do: make one",
        ),
    ],
)
def test_a_message_has_four_parts(parts: dict[str, str], message: str) -> None:
    """Each on a line of its own, and none where there is nothing to say."""
    assert str(LockstepError("no such thing", **parts)) == message


def test_the_drawn_hierarchy_is_the_real_one() -> None:
    """Every class of the drawing exists with its exit code, and no other does."""
    drawn = dict(re.findall(r"[├└]── (\w+) .*?(?:exit (\d))?$", errors.__doc__ or "", re.MULTILINE))
    real = family(LockstepError) - {LockstepError}

    assert {kind.__name__ for kind in real} == set(drawn)
    for kind in real:
        code = drawn[kind.__name__] or drawn[kind.__bases__[0].__name__]
        assert kind.exit_code == int(code)


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("surrogats", ["seed", "surrogates"], "Did you mean 'surrogates'?"),
        ("Surrogates", ["seed", "surrogates"], "Did you mean 'surrogates'?"),
        ("xyz", ["seed", "surrogates"], ""),
        ("seed", [], ""),
        ("", ["seed"], ""),
    ],
)
def test_the_nearest_name_is_suggested(name: str, known: list[str], hint: str) -> None:
    """Nothing is suggested where nothing is near."""
    assert did_you_mean(name, known) == hint
