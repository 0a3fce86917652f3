"""JSON that is cut short or broken is told as that, with the byte, not as an unknown format."""

import json
from pathlib import Path

import pytest

from lockstep.errors import InputError
from lockstep.ingest.json_damage import refuse_damaged
from tests.ingest.exports_writer import export, staged

WHOLE = json.dumps(
    {"data": [{"id": "1", "texte": "à lire", "n": 12, "is": True}, {"id": None, "x": [{}, []]}]},
    ensure_ascii=False,
).encode()


def refused(content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        refuse_damaged(content, "posts.json")
    return str(caught.value)


@pytest.mark.parametrize("end", [n for n in range(1, len(WHOLE)) if WHOLE[n - 1] < 128])
def test_wherever_a_document_is_cut_it_is_told_as_cut(end: int) -> None:
    """With its size, wherever that is but within a character."""
    message = refused(WHOLE[:end])

    assert f"cut short: it ends at byte {end} in" in message
    assert "its end is missing" in message


def test_what_is_whole_is_not_refused() -> None:
    """A document, lines, and lines of which the last is cut: its record is kept apart."""
    refuse_damaged(WHOLE, "posts.json")
    refuse_damaged(WHOLE + b"\n" + WHOLE, "posts.json")
    refuse_damaged(WHOLE + b"\n" + WHOLE[:30], "posts.json")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"\xc3\xa0": 1,\n "b" 2}', "posts.json, line 2: no JSON (Expecting ':' delimiter) at"),
        (b'{"\xc3\xa0": 1,\n "b" 2}', "at byte 15 of 17 bytes"),
        (b'[{"a": "\xe9t\xe9"}]', "bytes that are not UTF-8 at byte 8 of 14 bytes"),
        (b"[" * 100_000, "nested too deeply"),
        (b'[{"a": 1}]\n[{"a": 2}]', "line 2: another JSON document behind the first at byte 11"),
        (b'{\n"a": 1\n}\n{\n"a": 2\n}', "keep each in a file of its own"),
        (b'{"a": 1},\n{"a": 2},\n', "line 1: a comma behind a JSON document at byte 8"),
        (b"[{}] x", "no JSON (Extra data) at byte 5"),
    ],
)
def test_what_is_broken_is_told_with_line_and_byte(content: bytes, said: str) -> None:
    """Bytes are counted, not characters."""
    assert said in refused(content)


def test_a_file_of_no_format_that_is_cut_is_told_as_cut(tmp_path: Path) -> None:
    """Staging says so, and a whole one has no known format."""
    with pytest.raises(InputError, match="cut short: it ends at byte 40"):
        staged(export(tmp_path, WHOLE[:40], "posts.json"))
    with pytest.raises(InputError, match="JSON that no format describes"):
        staged(export(tmp_path, WHOLE, "posts.json"))
