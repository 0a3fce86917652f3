"""Records of JSON exports: each is found at its bytes, and no number loses a digit."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.errors import InputError
from lockstep.ingest import json_file
from lockstep.ingest.documents import Documents
from lockstep.ingest.json_file import JsonFile, JsonRecord, records_of_lines

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(texts, values, max_size=4)
layouts = st.sampled_from([{}, {"indent": 1}, {"separators": (",", ":")}, {"ensure_ascii": False}])


def as_numbers_were_written(value: Any) -> Any:
    """Return a value with its numbers as text."""
    if isinstance(value, dict):
        return {name: as_numbers_were_written(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_numbers_were_written(one) for one in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def records_of_document(data: bytes, *paths: tuple[str, ...]) -> list[JsonRecord]:
    """Return the records of a file that is one document."""
    described = Documents(kind="document", records=paths)
    return list(JsonFile(data, "result.json").records(described))


def read_back(data: bytes, record: JsonRecord) -> Any:
    """Return what the bytes of a record say."""
    return json.loads(data[record.byte_start : record.byte_start + record.byte_len])


def lines_of(data: bytes, record: JsonRecord) -> tuple[int, int]:
    """Return on which lines the bytes of a record lie, counted by hand."""
    end = record.byte_start + record.byte_len
    return data[: record.byte_start].count(b"\n") + 1, data[:end].count(b"\n") + 1


@given(st.lists(objects, max_size=5), st.sampled_from(["\n", "\r\n", "\n\n", " \n\t"]), layouts)
@settings(max_examples=150, deadline=None)
def test_each_line_is_a_record_at_its_bytes(
    rows: list[dict[str, Any]], end: str, layout: dict[str, Any]
) -> None:
    """Whatever ends the lines and however they are spaced."""
    one_line = {name: value for name, value in layout.items() if name != "indent"}
    data = "".join(json.dumps(row, **one_line) + end for row in rows).encode()
    found = list(records_of_lines(data))

    assert [record.value for record in found] == [as_numbers_were_written(row) for row in rows]
    assert [read_back(data, record) for record in found] == rows
    assert [(r.line, r.line_end) for r in found] == [lines_of(data, r) for r in found]


@given(st.lists(objects, max_size=5), objects, layouts)
@settings(max_examples=150, deadline=None)
def test_each_element_of_the_array_is_a_record_at_its_bytes(
    rows: list[dict[str, Any]], beside: dict[str, Any], layout: dict[str, Any]
) -> None:
    """Wherever the array stands, and whatever stands beside it."""
    document = {**beside, "chat": {**beside, "messages": rows}}
    data = ("\n " + json.dumps(document, **layout) + "\n").encode()
    found = records_of_document(data, ("chat", "messages"))

    assert [record.value for record in found] == [as_numbers_were_written(row) for row in rows]
    assert [read_back(data, record) for record in found] == rows
    assert [(r.line, r.line_end) for r in found] == [lines_of(data, r) for r in found]
    around = as_numbers_were_written({**beside, "chat": {**beside, "messages": []}})
    assert all(record.around == around for record in found)


@given(st.lists(st.lists(objects, max_size=3), max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_line_may_hold_a_page_of_records(pages: list[list[dict[str, Any]]]) -> None:
    """As the pages of an interface are kept, with what their records share."""
    data = "\n".join(json.dumps({"data": page, "includes": {}}) for page in pages).encode()
    found = list(records_of_lines(data, ("data",)))

    assert [read_back(data, record) for record in found] == [row for page in pages for row in page]


BAD = {
    "cut short": b'{"id": 1',
    "no object": b"[1, 2]",
    "a number": b"12",
    "not a number": b'{"id": NaN}',
    "two on a line": b'{"id": 1} {"id": 2}',
    "no UTF-8": b'{"id": "\xff"}',
    "half a character": b'{"id": "\\ud83d"}',
    "nested too deeply": b"[" * 200_000,
    "a word": b"id",
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_what_is_no_record_is_kept_in_its_place(bad: bytes) -> None:
    """One record without a value, with its reason; those around it are read."""
    data = b'{"id": 1}\n' + bad + b'\n{"id": 2}\n'
    found = list(records_of_lines(data))

    assert [record.value for record in found] == [{"id": "1"}, None, {"id": "2"}]
    assert [bool(record.detail) for record in found] == [False, True, False]
    assert data[found[1].byte_start :][: found[1].byte_len] == bad


def test_a_mark_where_files_were_joined_is_no_part_of_a_record() -> None:
    """Each file may have begun with a byte-order mark."""
    data = b'{"id": 1}\n\xef\xbb\xbf{"id": 2}\r\n \xef\xbb\xbf {"id": 3}\n\xef\xbb\xbf\n'
    found = list(records_of_lines(data))

    assert [record.value for record in found] == [{"id": "1"}, {"id": "2"}, {"id": "3"}]
    assert [read_back(data, record) for record in found] == [{"id": 1}, {"id": 2}, {"id": 3}]
    assert [record.line for record in found] == [1, 2, 3]


def test_a_page_without_its_array_is_one_record_that_cannot_be_read() -> None:
    """An error that was kept among the pages, for example."""
    data = b'{"data": [{"id": 1}]}\n{"errors": [{"title": "x"}]}\n{"data": {"id": 2}}\n'
    found = list(records_of_lines(data, ("data",)))

    assert [record.value for record in found] == [{"id": "1"}, None, None]
    assert [record.detail for record in found] == [None, "no array at data", "no array at data"]


def test_ids_keep_every_digit() -> None:
    """Beyond 2^53, as fractions and exponents too."""
    data = b'{"id": 1234567890123456789012, "score": 1.10, "rate": 1e-7}'
    (found,) = records_of_lines(data)

    assert found.value == {"id": "1234567890123456789012", "score": "1.10", "rate": "1e-7"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        *((data, "cut short: it ends at byte") for data in (b"", b"{", b'{"messages": [')),
        (b'{"messages": []} x', "at byte 17 of 18 bytes"),
        (b'{"messages": [1,]}', "at byte 16 of 18 bytes"),
        *((data, "an array of records at messages") for data in (b'{"messages": 3}', b"[]")),
    ],
)
def test_a_file_without_the_array_is_refused(data: bytes, said: str) -> None:
    """With the file, what was expected and what to do."""
    with pytest.raises(InputError, match=f"^result.json[:,] (?s:.*){said}"):
        records_of_document(data, ("messages",))


def test_a_large_document_is_not_decoded_to_find_no_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would fill the memory; no post is as large. One with records is read, however large."""
    monkeypatch.setattr(json_file, "_MOST_BYTES", 30)
    monkeypatch.setattr(json_file, "_decoded", lambda content: pytest.fail(str(content)))
    with pytest.raises(InputError, match="no array at posts or its top"):
        records_of_document(b'{"messages": [{"id": 1}, {"id": 2}]}', ("posts",), ())
    monkeypatch.undo()
    monkeypatch.setattr(json_file, "_MOST_BYTES", 30)
    record = b'{"id": 123456789012345678901234567890}'
    (of_array,) = records_of_document(b'{"messages": [' + record + b"]}", ("messages",))
    (of_line,) = records_of_lines(record)
    assert of_array.value == of_line.value == {"id": "123456789012345678901234567890"}


TWICE = [
    b'{"data": [{"id": 1}], "data": [{"id": 2}]}',
    b'{"data": [{"id": 1}], "d\\u0061ta": [{"id": 2}]}',
    b'{"data": [{"id": 1, "by": {"id": 2, "id": 3}}]}',
]


@pytest.mark.parametrize("twice", TWICE)
def test_a_name_that_stands_twice_is_refused(twice: bytes) -> None:
    """Records of the first would vanish; nobody knows which is meant."""
    with pytest.raises(InputError, match=r"^result\.json: .*a name stands twice in one object"):
        records_of_document(twice, ("data",))

    page = b'{"data": [{"id": 7}]}'
    found = list(records_of_lines(b"\n".join([page, twice, page]), ("data",)))
    assert [record.value for record in found] == [{"id": "7"}, None, {"id": "7"}]
    assert found[1].detail == "a name stands twice in one object"


def test_a_name_may_stand_in_every_object() -> None:
    """One within another has names of its own; so has text that looks like one."""
    data = '{"id": 1, "é": {"id": "\\"id\\": 2"}, "messages": [{"id": {"id": 3}}]}'.encode()
    (found,) = records_of_document(data, ("messages",))

    assert read_back(data, found) == {"id": {"id": 3}}
