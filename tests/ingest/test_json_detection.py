"""Which format a file of JSON is: told by its names, with a margin to every other."""

from pathlib import Path

import pytest

from lockstep.errors import InputError
from lockstep.ingest.contents import contents
from lockstep.ingest.documents import Documents
from lockstep.ingest.formats import Format, formats
from lockstep.ingest.json_export import open_json, tell_json
from lockstep.ingest.json_file import JsonFile
from lockstep.ingest.json_values import values_of
from lockstep.settings import ExportSection
from tests.ingest.exports_writer import csv_bytes, export, post, staged
from tests.ingest.json_writer import (
    account_export,
    answer,
    api_post,
    chat,
    document,
    lines,
    message,
    notice,
    skeet,
)
from tests.ingest.mapped_exports import JSON, small_json
from tests.ingest.test_stage import broken_rules
from tests.ingest.tweets_writer import captured, pages, tweet

FILES: dict[str, tuple[str, bytes]] = {
    "a chat": ("telegram_desktop", document(chat([notice(1), message(2)]))),
    "chats": ("telegram_desktop", document(account_export(chat([message(1)])))),
    "an answer of CrowdTangle": ("crowdtangle_api", document(answer([api_post(1)]))),
    "posts of CrowdTangle": ("crowdtangle_api", lines(api_post(1), api_post(2))),
    "a feed": ("bluesky", document({"feed": [{"post": skeet(1)}]})),
    "a search": ("bluesky", document({"posts": [skeet(1)]})),
    "posts of Bluesky": ("bluesky", lines(skeet(1), {"post": skeet(2)})),
    "pages of tweets": ("x_api", pages([tweet(1, "11")]).encode()),
    "tweets": ("x_api_flat", lines(tweet(1, "11"))),
    "tweets in a list": ("x_api_flat", document([tweet(1, "11"), tweet(2, "12")])),
    "captures": ("tiktok_zeeschuimer", lines(captured(1))),
    **{f"{ident}, as its tool writes it": (ident, small_json(ident).encode()) for ident in JSON},
    **{f"{ident}, a record a line": (ident, lines(make(1))) for ident, (make, _) in JSON.items()},
}


def fits(content: bytes, fmt: Format) -> bool:
    """Return whether a file has every value that a format requires."""
    assert fmt.documents
    try:
        records = list(JsonFile(content, "x").records(fmt.documents))
    except InputError:
        return False
    said = [values_of(fmt, record) for record in records if record.value is not None]
    places = [list(fmt.headers).index(name) for name in fmt.detect.required]
    return all(any(values[place] is not None for values in said) for place in places)


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_of_one_format_alone(name: str, tmp_path: Path) -> None:
    """Of every other it lacks what that requires: no share decides."""
    ident, data = FILES[name]
    path = tmp_path / "export.csv"  # the name tells nothing
    path.write_bytes(data)
    (content,) = contents(path)
    section = ExportSection(path=path.name)
    tell_json(content, section)

    assert open_json(content, section).header.format.id == ident
    assert [fmt.id for fmt in formats() if fmt.documents and fits(data, fmt)] == [ident]


def test_exports_of_every_format_lie_in_one_case(tmp_path: Path) -> None:
    """Beside one of CrowdTangle: every record is accounted for, whatever its export lacks."""
    files = [
        export(tmp_path, data, f"{number}.json")
        for number, (_, data) in enumerate(FILES.values(), start=1)
    ]
    tables = staged(*files, export(tmp_path, csv_bytes([post(51), post(52)])))

    assert set(tables["sources"]["format_id"]) == {
        "crowdtangle_facebook",
        *(ident for ident, _ in FILES.values()),
    }
    assert tables["quarantine"].height == 0
    assert broken_rules(tables, tmp_path) == set()


def test_every_format_in_json_is_tried_here() -> None:
    """A format whose files nobody tells from the others is a promise."""
    assert {ident for ident, _ in FILES.values()} == {fmt.id for fmt in formats() if fmt.documents}


@pytest.mark.parametrize(
    ("data", "is_lines"),
    [
        (b'{"a": 1}', True),
        (b'\n\n {"a": 1}\r\n{"b": 2}\n', True),
        (b'{"a": 1, broken\n{"b": 2}\n', True),
        (b'{"a": 1}\nbroken\n', True),
        (b'{\n"a": 1\n}\n', False),
        (b'[{"a": 1}]\n', False),
        (b'[\n{"a": 1}\n]\n', False),
        (b'{"a": 1, broken', False),
        (b" \n", False),
    ],
)
def test_how_documents_lie_is_told_by_the_first_two_lines(data: bytes, *, is_lines: bool) -> None:
    """One that cannot be read does not make one document of many."""
    assert JsonFile(data, "x").is_lines is is_lines
    if is_lines:
        assert list(JsonFile(data, "x").records(Documents()))
