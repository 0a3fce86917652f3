"""Exports in JSON: told by what they hold, each record at its bytes, nothing lost."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lockstep.errors import InputError, UnknownExportError
from lockstep.ingest import json_export, json_file
from lockstep.ingest.contents import contents
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.keys import DEMO_KEY
from lockstep.ingest.stage import stage
from lockstep.settings import ExportSection, Settings
from tests.ingest.test_stage import broken_rules
from tests.ingest.tweets_writer import EIGHT_S, USERS, captured, lines, pages, tweet


def staged(folder: Path, content: str | bytes) -> dict[str, pl.DataFrame]:
    path = folder / "synthetic.csv"  # the name tells nothing
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    section = ExportSection(path=path.name)
    file = ExportFile(path, section)
    return stage((file,), settings=Settings(exports=(section,)), key=DEMO_KEY)


def test_pages_of_tweets_have_the_accounts_beside_them(tmp_path: Path) -> None:
    """Ids keep every digit; a retweet is a share; what is not given is no zero."""
    retweet = {"referenced_tweets": [{"type": "retweeted", "id": "1"}]}
    tables = staged(tmp_path, pages([tweet(1, "11"), tweet(2, "12", **retweet)], [tweet(3, "11")]))
    posts = tables["posts"].sort("post_key")
    accounts = tables["accounts"].sort("account_key")

    assert tables["sources"].select("format_id", "records_in", "posts_new_n").row(0) == (
        *("x_api", 3),
        3,
    )
    assert posts["post_id"].to_list() == [f"90000000000000000{n}" for n in (1, 2, 3)]
    assert posts["posted_at_s"].to_list() == [EIGHT_S + n for n in (1, 2, 3)]
    assert posts["is_share"].to_list() == [False, True, False]
    assert accounts["name"].to_list() == ["SYN A", "SYN B"]
    assert accounts["handle"].to_list() == ["syn_a", None]
    assert tables["engagement"].sort("post_key")["comments"].to_list() == [None] * 3


def test_flattened_tweets_have_the_account_inside(tmp_path: Path) -> None:
    """They are told from pages by what they hold."""
    tables = staged(tmp_path, lines(tweet(1, "11", author=USERS[0]), tweet(2, "12")))

    assert tables["sources"]["format_id"].item() == "x_api_flat"
    assert tables["accounts"].sort("account_key")["name"].to_list() == ["SYN A", None]


@pytest.mark.parametrize(
    "content", [pages([tweet(1, "11")]), lines(tweet(1, "11"), tweet(2, "12"))]
)
def test_the_tables_obey_their_contracts(tmp_path: Path, content: str) -> None:
    """From the first byte of the first line on: there is no header."""
    assert broken_rules(staged(tmp_path, content), tmp_path) == set()


def test_captures_of_videos(tmp_path: Path) -> None:
    """A wrapper a line."""
    tables = staged(tmp_path, lines(captured(1), captured(2)))
    post = tables["posts"].sort("post_key").row(1, named=True)

    assert tables["sources"]["format_id"].item() == "tiktok_zeeschuimer"
    assert (post["posted_at_s"], post["account_key"]) == (EIGHT_S + 2, "tiktok:52")
    assert set(tables["engagement"].select("observed_at_s", "observed_at_source").rows()) == {
        (EIGHT_S + 86_400, "record")
    }


def test_records_are_read_once_and_not_for_the_format(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that came twice is asked for its format alone; blocks are asked for twice."""
    path = tmp_path / "tweets.json"
    path.write_text(lines(*(tweet(n, "11") for n in range(300))))
    (content,) = contents(path)
    lines_read, decoded = Counter[bytes](), json_file._decoded
    monkeypatch.setattr(
        json_file, "_decoded", lambda line: (lines_read.update([line]), decoded(line))[1]
    )
    export = json_export.open_json(content, ExportSection(path=path.name))
    told_n = lines_read.total()
    (first,), (again,) = export.blocks(("text",)), export.blocks(())

    assert (export.header.format.id, told_n) == ("x_api_flat", 200)
    assert first.values.height == 300
    assert again is first
    assert set(lines_read.values()) == {1}


def test_each_record_is_at_its_bytes(tmp_path: Path) -> None:
    """Whatever its letters, behind a byte-order mark too."""
    text = "\ufeff" + json.dumps(
        {"data": [tweet(1, "11", text="Été à Gao 🎉"), tweet(2, "12")]}, ensure_ascii=False
    )
    content = text.encode()
    records = staged(tmp_path, content)["records"].sort("source_row")

    for row in records.iter_rows(named=True):
        start = row["source_byte_start"]
        said = json.loads(content[start : start + row["source_byte_len"]])
        assert said["id"].endswith(str(row["source_row"]))


def test_what_is_no_record_is_set_aside_in_its_place(tmp_path: Path) -> None:
    """An error among the pages, a line cut short, a time that is none."""
    content = pages([tweet(1, "11")]) + '{"meta": {"result_count": 1}}\n' + '{"data": [{"id"\n'
    tables = staged(tmp_path, content + pages([tweet(2, "12", created_at="soon")]))
    apart = tables["quarantine"].sort("source_row")

    assert apart["reason"].to_list() == ["bad_json", "bad_json", "time_unparsable"]
    assert apart["field"].to_list() == [None, None, "created_at"]
    assert apart["source_line"].to_list() == [2, 3, 4]
    assert tables["sources"].select("records_in", "posts_new_n", "quarantined_n").row(0) == (
        *(4, 1),
        3,
    )


ANSWERS = [{"meta": {"result_count": 0}, "__twarc": {}}, {"errors": [{"title": "Not Found"}]}]


@pytest.mark.parametrize("answers", [ANSWERS, ANSWERS[:1], ANSWERS[1:]])
def test_answers_without_posts_are_no_posts(tmp_path: Path, answers: list[dict[str, Any]]) -> None:
    """They are counted, and nothing is held against them, though they be all that a file has."""
    among = staged(tmp_path, pages([tweet(1, "11")]) + lines(*answers))
    assert among["sources"].select("posts_new_n", "not_posts_n", "quarantined_n").row(0) == (
        *(1, len(answers)),
        0,
    )
    assert broken_rules(among, tmp_path) == set()

    alone = staged(tmp_path, lines(*answers))
    assert alone["sources"].select("format_id", "records_in", "not_posts_n").row(0) == (
        *("x_api", len(answers)),
        len(answers),
    )
    assert set(alone["records"]["outcome"]) == {"not_a_post"}
    assert broken_rules(alone, tmp_path) == set()


EMPTY = {
    "x_api": {"data": [], "meta": {"result_count": 0}},
    "crowdtangle_api": {"status": 200, "result": {"posts": [], "pagination": {}}},
    "bluesky": {"feed": [], "cursor": "9"},
    "tiktok_research": {"data": {"videos": [], "has_more": False}, "error": {"code": "ok"}},
    "vk_wall": {"response": {"count": 0, "items": [], "profiles": []}},
    "mastodon": {"accounts": [], "statuses": [], "hashtags": []},
    "telegram_desktop": {"name": "SYN", "type": "public_channel", "id": 1, "messages": []},
}


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("ident", EMPTY)
def test_an_answer_with_an_empty_list_is_an_export(
    tmp_path: Path, ident: str, indent: int | None
) -> None:
    """It has no record, and is told as the format whose list it has."""
    tables = staged(tmp_path, json.dumps(EMPTY[ident], indent=indent))

    assert tables["sources"].select("format_id", "records_in").row(0) == (ident, 0)
    assert "no_records" in tables["sources"]["warnings"].item()
    assert broken_rules(tables, tmp_path) == set()


@pytest.mark.parametrize("content", ["[]", "[ ]\n", '{"posts": []}', '{\n "posts": []\n}'])
def test_nothing_of_several_formats_is_of_the_first(tmp_path: Path, content: str) -> None:
    """No post depends on which is meant: nobody has to name it."""
    source = staged(tmp_path, content)["sources"]

    assert source.select("format_id", "records_in").row(0) == ("bluesky", 0)


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_may_be_the_whole_document(tmp_path: Path, answer: dict[str, Any]) -> None:
    """On several lines, with posts or with the word that there are none."""
    none = staged(tmp_path, json.dumps(answer, indent=1))
    assert none["records"].select("outcome", "source_line").rows() == [("not_a_post", 1)]
    assert none["sources"]["lines_n"].item() > 1

    one = staged(tmp_path, json.dumps({"data": [tweet(1, "11")]}, indent=1))
    assert one["sources"].select("format_id", "posts_new_n").row(0) == ("x_api", 1)


def test_an_answer_that_claims_posts_and_has_none_lost_them(tmp_path: Path) -> None:
    """An error beside the claim explains it, and does not make it nothing."""
    errors = [{"title": "Service Unavailable"}]
    answers = [{"errors": errors, "meta": {"result_count": n}} for n in (5, 0, {"at least": 5})]
    tables = staged(tmp_path, pages([tweet(1, "11")]) + lines(*answers))

    assert tables["quarantine"].select("source_row", "reason").sort("source_row").rows() == [
        (2, "bad_json"),
        (4, "bad_json"),
    ]
    assert tables["sources"]["not_posts_n"].to_list() == [1]


def test_an_error_beside_posts_hides_none_of_them(tmp_path: Path) -> None:
    """A page has both; what is no object in it, or is no array, is set aside."""
    page = {"data": [tweet(1, "11"), 7], "errors": [{"title": "x"}]}
    tables = staged(tmp_path, lines(page, {"data": {"id": "9"}, "errors": []}))

    assert tables["sources"].select("posts_new_n", "not_posts_n", "quarantined_n").row(0) == (
        *(1, 0),
        2,
    )


@pytest.mark.parametrize("content", ["{", '{"data": [', '[\n {"id": 1},\n'])
def test_json_that_is_cut_short_is_refused(tmp_path: Path, content: str) -> None:
    """As what it is."""
    with pytest.raises(InputError, match="cut short: it ends at byte"):
        staged(tmp_path, content)


@pytest.mark.parametrize("content", ['{"a": 1}\n', "[1, 2]", '{"id": "1", "text": "x"}\n'])
def test_json_that_no_format_describes_is_refused(tmp_path: Path, content: str) -> None:
    """With what may be done."""
    with pytest.raises(UnknownExportError, match="no format describes"):
        staged(tmp_path, content)


def test_a_format_that_is_one_document_names_its_array(tmp_path: Path) -> None:
    """A description of one's own, of a file that is cut short and of one that is whole."""
    description = (tmp_path / "my.toml").resolve()
    description.write_text(
        """
id = "my-json"
version = "1"
platform = "my-site"
[documents]
kind = "document"
records = ["chat", "messages"]
[detect]
required = ["post_id", "account_id_raw", "posted_at_raw"]
ignore = '^$'
[column_sets]
all = ["id", "from", "date"]
[[variants]]
id = "all"
sets = ["all"]
[subset]
id = "some"
[columns]
post_id = "id"
account_id_raw = "from"
posted_at_raw = "date"
[identity]
post_value = "post_id"
account_value = "account_id_raw"
kind = "user"
[time]
written = ["epoch_s"]
resolution_us = 1_000_000
earliest_s = 0
""",
        "utf-8",
    )
    path = tmp_path / "result.json"
    section = ExportSection(path=path.name, format=str(description))
    messages = [{"id": n, "from": "u1", "date": EIGHT_S + n} for n in range(3)]
    whole = json.dumps({"name": "SYN", "chat": {"messages": messages}}, indent=1)
    path.write_text(whole, "utf-8")
    files = (ExportFile(path, section),)
    tables = stage(files, settings=Settings(exports=(section,)), key=DEMO_KEY)

    assert tables["posts"]["posted_at_s"].sort().to_list() == [EIGHT_S + n for n in range(3)]
    assert tables["records"]["source_line"].sort().to_list() == [5, 10, 15]

    path.write_text(whole[:-20], "utf-8")
    with pytest.raises(InputError, match="cut short: it ends at byte"):
        stage(files, settings=Settings(exports=(section,)), key=DEMO_KEY)
