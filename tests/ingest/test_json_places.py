"""Values of a JSON document are found at their bytes without decoding it."""

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lockstep.ingest.json_places import NotJsonError, arrays, elements
from lockstep.ingest.scanner import Bytes
from tests.ingest.test_json_file import layouts, texts

names = st.sampled_from(["a", "b", 'c"]', "d\\", "\u00e9"]) | texts
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)
paths = st.lists(st.sampled_from(["a", "b", "*"]), max_size=3).map(tuple)


def as_bytes(text: str) -> Bytes:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def at_path(value: Any, path: tuple[str, ...]) -> Iterator[list[Any]]:
    """Yield each array at a path of what a document says."""
    if not path:
        if isinstance(value, list):
            yield value
    elif path[0] == "*" and isinstance(value, list):
        for one in value:
            yield from at_path(one, path[1:])
    elif path[0] != "*" and isinstance(value, dict) and path[0] in value:
        yield from at_path(value[path[0]], path[1:])


def found(text: str, path: tuple[str, ...]) -> list[list[Any]]:
    """Return what the bytes of each element of each array say."""
    data = as_bytes(text)
    spans = [list(elements(data, array.begin)) for array in arrays(data, path)]
    return [[json.loads(data[a:b].tobytes()) for a, b in of_array] for of_array in spans]


@given(values, paths, layouts)
@settings(max_examples=400, deadline=None)
@example([[], [[1, "]"], []], {}], ("*", "*"), {})
@example({"a": [{"b": ['\\\\"', ","]}, 1]}, ("a", "*", "b"), {"indent": 1})
def test_each_array_and_each_element_is_found(
    value: Any, path: tuple[str, ...], layout: dict[str, Any]
) -> None:
    """Whatever stands around and within them, and however the document is spaced."""
    text = json.dumps(value, **layout)
    said = json.loads(text)

    assert found(text, path) == list(at_path(said, path))
    for array in arrays(as_bytes(text), path):
        assert isinstance(json.loads(text.encode()[array.begin : array.end]), list)


@pytest.mark.parametrize(
    "text",
    [
        "[1 2]",
        "[1,]",
        "[,1]",
        "[1,,2]",
        "[1:2]",
        "[1",
        '["a',
        '["a\\"]',
        "[[1]",
        "[}",
        "[1}2]",
        "[",
    ],
)
def test_what_lies_between_elements_must_be_one_comma(text: str) -> None:
    """All else is no JSON: each element by itself may be."""
    with pytest.raises(NotJsonError):
        found(text, ())


@pytest.mark.parametrize("text", ['{"a', '{"a"', '{"a":', '{"a" [1]}', '{"b": 1 ', "{", '{"a":}'])
def test_a_document_that_ends_too_early_is_told(text: str) -> None:
    """Nothing behind its end is read."""
    with pytest.raises(NotJsonError):
        found(text, ("a",))


def test_what_is_no_json_ends_nowhere_else() -> None:
    """Whatever bytes stand there, each step goes on: cut or with a byte changed at any place."""
    text = json.dumps({"a": [{"b": [1, 'x\\\\"', None, math.pi]}, [], "\u00e9"], "c": {"a": []}})
    changed = [
        text[:at] + sign + text[at + 1 :] for at in range(len(text)) for sign in '"\\[]{},: 1'
    ]
    for one in [*changed, *(text[:at] for at in range(len(text)))]:
        try:
            valid = json.loads(one)
        except ValueError:
            valid = None
        try:
            shown = found(one, ("a",))
        except ValueError:
            assert valid is None
        else:
            assert valid is None or shown == list(at_path(valid, ("a",)))
