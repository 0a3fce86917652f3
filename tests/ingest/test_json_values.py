"""Paths of JSON as descriptions write them: what each leads to, and what is refused of them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lockstep.errors import ConfigError, InputError
from lockstep.ingest import json_values
from lockstep.ingest.formats import Format, format_of, own_format
from lockstep.ingest.json_file import JsonFile
from lockstep.ingest.json_values import values_of
from tests.ingest.json_writer import START_S, document, lines, read, source_of

LOOKED_UP_AMONG_POSTS = """
[documents.lookups.other]
path = ["posts", "0"]
key = "id"
by = "other"
"""
DESCRIPTION = """
id = "my-json"
version = "1"
platform = "my-site"

[documents]
records = [["threads", "*", "posts"], ["posts"], []]
within = "thread"
summed = ["likes"]
[documents.joined]
text = " "
[documents.empty]
"found" = ["0"]

[detect]
required = ["post_id", "account_id_raw", "posted_at_raw"]
ignore = '^$'

[not_posts]
record_type = ["note"]

[column_sets]
all = ["id", "by.name", "at", "words.*.text", "loves.*.n", "seen", "kind", "thread.id"]
[[variants]]
id = "all"
sets = ["all"]
[subset]
id = "some"

[columns]
post_id = "id"
surface_id = ["thread.id", "{kind}"]
record_type = "kind"
account_kind_raw = "by.kind"
account_id_raw = ["by.id", "at-{by.name}"]
posted_at_raw = "at"
observed_at_raw = "seen"
text = ["words.*.text", "word"]
link = ["urls.1", "urls.*.to"]
[counts]
likes = "loves.*.n"

[account_kinds]
firm = "page"

[identity]
post_value = "post_id"
post_within = "surface_id"
account_value = "account_id_raw"
kind = "user"

[time]
written = ["epoch_s"]
resolution_us = 1_000_000
earliest_s = 0
[observed]
written = ["epoch_ms"]
resolution_us = 1_000_000
earliest_s = 0
"""


def described(folder: Path, text: str = DESCRIPTION) -> Format:
    path = folder / "my.toml"
    path.write_text(text, "utf-8")
    return own_format(path)


def said(fmt: Format, value: Any) -> dict[str, str | None]:
    """Return what the only record of a document says."""
    assert fmt.documents
    (record,) = JsonFile(json.dumps(value).encode(), "x").records(fmt.documents)
    return dict(zip(fmt.headers, values_of(fmt, record), strict=True))


PATHS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"id": 12345678901234567890}, "post_id", "12345678901234567890"),
    ({"id": True}, "post_id", "true"),
    ({"id": ""}, "post_id", None),
    ({"by": {"name": "SYN"}}, "account_id_raw", "at-SYN"),
    ({"by": {"name": "{id}"}, "id": 1}, "account_id_raw", "at-{id}"),
    ({"by": {"name": None}}, "account_id_raw", None),
    ({"by": {"id": "", "name": "SYN"}}, "account_id_raw", "at-SYN"),
    ({"by": "SYN"}, "account_id_raw", None),
    ({"words": [{"text": "a"}, "b", {"x": 1}, {"text": ["c"]}]}, "text", "a b"),
    ({"words": "alone"}, "text", "alone"),
    ({"words": [], "word": "other"}, "text", "other"),
    ({"loves": [{"n": 2}, {"n": 3}]}, "likes", "5"),
    ({"loves": [{"n": 2}, {"n": "x"}]}, "likes", "x"),
    ({"loves": [{"n": 2}, {"n": {}}]}, "likes", None),
    ({"loves": [{}]}, "likes", None),
    ({"loves": []}, "likes", None),
    ({"urls": ["a", "b"]}, "link", "b"),
    ({"urls": [{"x": 1}, {"to": "c"}, {"to": "d"}]}, "link", "c"),
    ({"urls": {"1": "named"}}, "link", "named"),
    ({"kind": "k"}, "surface_id", "k"),
]


@pytest.mark.parametrize(("value", "name", "expected"), PATHS)
def test_what_a_path_leads_to(
    value: dict[str, Any], name: str, expected: str | None, tmp_path: Path
) -> None:
    """Text as it stands, or nothing: never a part of something else."""
    assert said(described(tmp_path), value)[name] == expected


def record(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "by": {"id": f"u{number}"},
        "at": START_S + number,
        "kind": "post",
        **more,
    }


def test_a_description_with_every_key(tmp_path: Path) -> None:
    """Several arrays, ids within a thread, times of observation, answers without posts."""
    described(tmp_path)
    threads = [{"id": n, "posts": [record(1), record(2, kind="note")]} for n in (7, 8)]
    seen = record(1, seen=(START_S + 60) * 1_000, by={"id": "u1", "kind": "firm"})
    whole = {"threads": threads, "posts": [{**seen, "id": 9}]}
    tables = read(tmp_path, lines(whole, {"found": 0}), format=str(tmp_path / "my.toml"))
    posts = tables["posts"].sort("source_row")

    assert posts["post_id"].to_list() == ["7/1", "8/1", "post/9"]
    assert tables["sources"].select("records_in", "posts_new_n", "not_posts_n").row(0) == (6, 3, 3)
    assert tables["engagement"].sort("source_row")["observed_at_s"].to_list() == [
        *([START_S + 1] * 2),
        START_S + 60,
    ]
    assert tables["accounts"]["kind"].to_list() == ["page"]


@pytest.mark.parametrize("ident", ["x_api", "vk_wall"])
def test_what_stands_beside_records_is_read_once(
    ident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many records name it: twice as many of both are twice as many reads."""
    fmt, first, reads = format_of(ident), json_values._first, Counter[int]()

    def names(records_n: int) -> list[str | None]:
        """Return the name of each account, and count what is read for them."""
        assert fmt.documents
        data = lines(page(ident, records_n))
        monkeypatch.setattr(
            json_values, "_first", lambda *asked: (reads.update([records_n]), first(*asked))[1]
        )
        found = [values_of(fmt, one) for one in JsonFile(data, "x").records(fmt.documents)]
        return [values[list(fmt.headers).index("name")] for values in found]

    assert names(20) == [f"SYN {n}" for n in range(1, 21)]
    names(40)
    assert reads[40] == 2 * reads[20]


def page(ident: str, records_n: int) -> dict[str, Any]:
    """Return records of as many accounts, which stand beside; the last of an id counts."""
    numbers = range(1, records_n + 1)
    accounts = [{"id": str(n), "name": f"{said} {n}"} for said in ("Other", "SYN") for n in numbers]
    if ident == "x_api":
        tweets = [{"id": str(n), "author_id": str(n)} for n in numbers]
        return {"data": tweets, "includes": {"users": accounts}}
    return {
        "response": {"items": [{"id": n, "from_id": -n} for n in numbers], "groups": accounts},
    }


FILE_NAME = r"""
[file_name]
pattern = '(\d{4}-\d\d-\d\d) ([A-Z]+)(!)?(!)?'
parse = "%Y-%m-%d"
since_ever = ""
"""


@pytest.mark.parametrize(("name", "believed_n"), [("2023-01-30 UTC.json", 2), ("unnamed.json", 3)])
def test_no_count_was_read_long_after_the_export(
    name: str, believed_n: int, tmp_path: Path
) -> None:
    """A day of grace, as for posts; without a time of export nothing tells what is late."""
    described(tmp_path, DESCRIPTION + FILE_NAME)
    midnight_s = START_S + 36_800  # 2023-01-30
    seen_s = [midnight_s, midnight_s + 86_400, midnight_s + 86_401]
    content = lines(*(record(n, seen=at_s * 1_000) for n, at_s in enumerate(seen_s, start=1)))
    tables = read(tmp_path, content, name, format=str(tmp_path / "my.toml"))
    found = tables["engagement"].sort("source_row")
    late_n = len(seen_s) - believed_n

    assert found["observed_at_s"].to_list()[:believed_n] == seen_s[:believed_n]
    assert found["observed_at_source"].to_list() == ["record"] * believed_n + ["filename"] * late_n
    assert ("observed_at_unparsable 1" in source_of(tables)["warnings"]) == bool(late_n)


def test_records_of_several_arrays_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    """Whatever the order of the paths, so that rows are counted as they are read."""
    described(tmp_path)
    whole = {"posts": [record(3)], "threads": [{"id": 7, "posts": [record(1), record(2)]}]}
    tables = read(tmp_path, document(whole), format=str(tmp_path / "my.toml"))
    rows = tables["records"].sort("source_row")

    assert rows["post_key"].to_list() == ["my-site:post/3", "my-site:7/1", "my-site:7/2"]
    assert rows["source_byte_start"].is_sorted()


def test_what_the_only_format_lacks_is_told(tmp_path: Path) -> None:
    """Rather than that none fits."""
    path = tmp_path / "my.toml"
    described(tmp_path, DESCRIPTION.replace(', ["posts"], []]', "]"))

    with pytest.raises(InputError, match=r"no array at threads\.\*\.posts"):
        read(tmp_path, document({"posts": [record(1)]}), format=str(path))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('post_within = "surface_id"', 'post_within = "title"', "no column is named for title"),
        ("record_type = [", "title = [", "no column is named for title"),
        ('summed = ["likes"]', 'summed = ["title"]', "no column is named for title"),
        ('text = " "', 'title = " "', "no column is named for title"),
        ('firm = "page"', 'firm = "shop"', "account_kinds.firm"),
        ('within = "thread"', 'inside = "thread"', "documents.inside: unknown key"),
        ('kind = "user"\n\n[time]', 'kind = "user"\n\n[time]\nserver_within_s = 60', "server_time"),
        ('records = [["threads", "*", "posts"], ["posts"], []]', "records = [[1]]", "documents"),
        (
            '["posts"], []]',
            '["posts"], ["posts", "*", "replies"]]',
            r"documents: .*posts\.\*\.replies leads into records",
        ),
        (
            "[documents.joined]",
            f"{LOOKED_UP_AMONG_POSTS}[documents.joined]",
            r"posts\.0 leads into records",
        ),
    ],
)
def test_a_description_that_does_not_fit_is_refused(
    before: str, after: str, said: str, tmp_path: Path
) -> None:
    """With the key at fault."""
    assert before in DESCRIPTION
    with pytest.raises(ConfigError, match=said):
        described(tmp_path, DESCRIPTION.replace(before, after))


def test_the_order_of_names_in_a_document_tells_nothing(tmp_path: Path) -> None:
    """A thread is told by its name, before its posts or behind them."""
    described(tmp_path)
    section = {"format": str(tmp_path / "my.toml")}
    before = {"threads": [{"id": 7, "posts": [record(1)]}]}
    behind = {"threads": [{"posts": [record(1)], "id": 7}]}
    found = [read(tmp_path, document(value), **section) for value in (before, behind)]

    assert [one["posts"]["post_id"].to_list() for one in found] == [["7/1"], ["7/1"]]
    assert isinstance(found[0]["posts"], pl.DataFrame)
