"""The manifest is written whole, and reads the same each time."""

import json
from pathlib import Path

import pytest

from lockstep.export.manifest import write_manifest


def test_keys_stand_in_order_and_letters_as_they_are(tmp_path: Path) -> None:
    """Two manifests of the same content are the same bytes."""
    path = tmp_path / "out" / "manifest.json"

    write_manifest(path, {"b": {"é": 1, "a": [2, 1]}, "a": None})

    text = path.read_text("utf-8")
    assert json.loads(text) == {"a": None, "b": {"a": [2, 1], "é": 1}}
    assert text.index('"a"') < text.index('"b"')
    assert '"é"' in text
    assert text.endswith("}\n")
    before = path.read_bytes()
    write_manifest(path, {"a": None, "b": {"a": [2, 1], "é": 1}})
    assert path.read_bytes() == before


def test_a_manifest_that_cannot_be_written_leaves_the_former(tmp_path: Path) -> None:
    """Nothing half-written appears."""
    path = tmp_path / "manifest.json"
    write_manifest(path, {"a": 1})

    with pytest.raises(TypeError):
        write_manifest(path, {"a": object()})
    with pytest.raises(UnicodeEncodeError):
        write_manifest(path, {"a": "\udcff"})

    assert json.loads(path.read_text("utf-8")) == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]
