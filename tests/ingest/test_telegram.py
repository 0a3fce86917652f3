"""Telegram Desktop's JSON: one chat or all of an account, messages and notices, exact times."""

from pathlib import Path
from typing import Any

import pytest

from lockstep.errors import InputError, UnknownExportError
from lockstep.ingest.formats import format_of
from lockstep.ingest.json_file import JsonFile
from lockstep.ingest.json_values import values_of
from tests.ingest.exports_writer import reasons
from tests.ingest.json_writer import (
    CHAT,
    OTHER_CHAT,
    START_S,
    Json,
    account_export,
    chat,
    document,
    lines,
    message,
    notice,
    posts_of,
    read,
    source_of,
)
from tests.ingest.test_stage import broken_rules


def one(tmp_path: Path, said: Json, **section: object) -> Json:
    """Return how the only message of a chat is read."""
    (post,) = posts_of(read(tmp_path, document(chat([said])), **section))
    return post


def test_a_chat_is_read_back_exactly(tmp_path: Path) -> None:
    """Keys, times, authors; the time of whoever exported it is not looked at."""
    tables = read(tmp_path, document(chat([message(1), message(2, from_id="user7")])))
    source, (first, second) = source_of(tables), posts_of(tables)

    assert (source["format_id"], source["records_in"]) == ("telegram_desktop", 2)
    assert "format_unverified" in source["warnings"]
    assert [first["post_key"], second["post_key"]] == [f"telegram:{CHAT}/{n}" for n in (1, 2)]
    assert [first["posted_at_s"], second["posted_at_s"]] == [START_S + 1, START_S + 2]
    assert first["account_key"] == f"telegram:channel{CHAT}"
    assert (second["account_key"], second["text"]) == ("telegram:user7", "Bonjour 2")
    assert tables["accounts"]["name"].to_list() == ["SYN channel", "SYN channel"]
    assert broken_rules(tables, tmp_path) == set()


def test_all_chats_of_an_account(tmp_path: Path) -> None:
    """Numbers begin anew in each chat; a chat that was left is read too, a private one is not."""
    exported = account_export(
        chat([message(1), message(2)]),
        chat([message(1)], "personal_chat", 5),
        left=[chat([message(1, from_id="user7")], "public_supergroup", OTHER_CHAT)],
    )
    tables = read(tmp_path, document(exported))
    source = source_of(tables)

    assert [post["post_id"] for post in posts_of(tables)] == [
        f"{CHAT}/1",
        f"{CHAT}/2",
        f"{OTHER_CHAT}/1",
    ]
    assert (source["records_in"], source["posts_new_n"], source["not_posts_n"]) == (4, 3, 1)
    assert sorted(tables["accounts"].select("account_key", "kind").rows()) == [
        (f"telegram:channel{CHAT}", "channel"),
        ("telegram:user7", "user"),
    ]
    assert broken_rules(tables, tmp_path) == set()


def test_notices_are_no_posts(tmp_path: Path) -> None:
    """They are counted in their place, and nothing is quarantined."""
    tables = read(tmp_path, document(chat([notice(1), message(2), notice(3)])))
    source, records = source_of(tables), tables["records"].sort("source_row")

    assert (source["posts_new_n"], source["not_posts_n"], source["quarantined_n"]) == (1, 2, 0)
    assert records["outcome"].to_list() == ["not_a_post", "new", "not_a_post"]
    assert records["post_key"].to_list() == [None, f"telegram:{CHAT}/2", None]
    assert records["reason"].null_count() == 3
    assert broken_rules(tables, tmp_path) == set()


def test_a_message_without_author_is_its_chats(tmp_path: Path) -> None:
    """A channel speaks for itself, under the key that it has where it is named."""
    said = {name: value for name, value in message(1).items() if not name.startswith("from")}
    tables = read(tmp_path, document(chat([said])))

    assert tables["accounts"].select("account_key", "name", "kind").row(0) == (
        f"telegram:channel{CHAT}",
        f"SYN {CHAT}",
        "channel",
    )


def test_a_person_without_a_name_has_not_that_of_the_chat(tmp_path: Path) -> None:
    """Whose account was deleted has an id and no name."""
    tables = read(tmp_path, document(chat([message(1, **{"from": None, "from_id": "user7"})])))

    assert tables["accounts"].select("account_key", "name").row(0) == ("telegram:user7", None)


TEXTS: list[tuple[Any, str | None]] = [
    ("Bonjour", "Bonjour"),
    ("", None),
    ([], None),
    (["à ", {"type": "bold", "text": "tous"}, "\n!"], "à tous\n!"),
    ([{"type": "mention", "text": "@syn"}, " 🎉"], "@syn 🎉"),
    ([{"type": "link", "text": "https://e.example/a"}], "https://e.example/a"),
    (["a", None, 7, {"type": "x"}, ["b"]], "a7"),
    (None, None),
]


@pytest.mark.parametrize(("text", "said"), TEXTS)
def test_texts_are_one_or_several_pieces(text: object, said: str | None, tmp_path: Path) -> None:
    """What is no text is left out; the same pieces stand in `text_entities`."""
    assert one(tmp_path, message(1, text=text, text_entities=[]))["text"] == said
    if isinstance(text, list):
        again = message(1, text=None, text_entities=text)
        assert one(tmp_path, again)["text"] == said


def test_addresses_behind_words_are_links(tmp_path: Path) -> None:
    """One that stands in the text too is told once."""
    pieces = [
        "Voir https://e.example/seen et ",
        {"type": "text_link", "text": "ici", "href": "https://e.example/hidden"},
        {"type": "text_link", "text": " là", "href": "https://e.example/seen"},
    ]
    tables = read(tmp_path, document(chat([message(1, text=pieces, text_entities=pieces[1:])])))

    assert tables["links"].select("position", "role", "url").rows() == [
        (1, "in_text", "https://e.example/seen"),
        (2, "in_text", "https://e.example/hidden"),
    ]


@pytest.mark.parametrize("text", ["Bonjour 1", ["Bonjour ", "1"]])
def test_a_text_is_no_address(text: object) -> None:
    """A piece that is a text itself is one of the text alone; no address stands in it."""
    fmt = format_of("telegram_desktop")
    said = message(1, text=text, text_entities=None)
    assert fmt.documents
    (record,) = JsonFile(document(chat([said])), "x").records(fmt.documents)
    found = dict(zip(fmt.headers, values_of(fmt, record), strict=True))

    assert (found["text"], found["text_links"]) == ("Bonjour 1", None)


def test_a_number_behind_a_word_is_a_contact(tmp_path: Path) -> None:
    """Recognised and replaced as one in the text is, which does not show it."""
    hidden = {"type": "text_link", "text": "ici", "href": "https://wa.me/22370123456"}
    tables = read(tmp_path, document(chat([message(1, text=["Voir ", hidden])])))

    assert tables["post_contacts"].select("field", "last2").rows() == [("link", "56")]
    assert "70123456" not in tables["links"]["url"].item()


@pytest.mark.parametrize("more", [{"forwarded_from": "SYN B"}, {"forwarded_from_id": "channel8"}])
def test_what_was_forwarded_is_a_share(more: Json, tmp_path: Path) -> None:
    """Of whomever; the account is who forwarded it."""
    post = one(tmp_path, message(1, **more))

    assert (post["is_share"], post["account_key"]) == (True, f"telegram:channel{CHAT}")
    assert one(tmp_path, message(1))["is_share"] is False


def test_reactions_are_summed_and_edits_counted(tmp_path: Path) -> None:
    """Whatever they are of; none given is no zero."""
    reactions = [{"type": "emoji", "emoji": "👍", "count": 3}, {"type": "paid", "count": 2}]
    edited = message(1, reactions=reactions, edited_unixtime=str(START_S + 60))
    tables = read(tmp_path, document(chat([edited, message(2)])))
    found = tables["engagement"].sort("source_row")

    assert found["total_interactions"].to_list() == [5, None]
    assert found["likes"].to_list() == [None, None]
    assert "edited 1" in source_of(tables)["warnings"].split("; ")


def old(number: int) -> Json:
    """Return a message as it was exported before 2021."""
    said = message(number)
    return {name: value for name, value in said.items() if name != "date_unixtime"}


def test_old_exports_wait_for_the_zone_of_whoever_exported_them(tmp_path: Path) -> None:
    """Their only time is local; it is read where the case names the zone, and never guessed."""
    tables = read(tmp_path, document(chat([old(1), message(2)])))
    told = one(tmp_path, old(1), timezone="Africa/Lagos")

    assert reasons(tables) == ["tz_missing"]
    assert 'timezone = "Area/City"' in tables["quarantine"]["detail"].item()
    assert (told["posted_at_s"], told["posted_at_tz_source"]) == (START_S + 1, "mapping")


def without(name: str) -> Json:
    return {key: value for key, value in message(1).items() if key != name}


NEGATIVE: list[tuple[object, str, str | None]] = [
    (7, "bad_json", None),
    (["message"], "bad_json", None),
    (None, "bad_json", None),
    (without("id"), "post_id_missing", "id"),
    (message(1, id=None), "post_id_missing", "id"),
    (message(1, id={"id": 1}), "post_id_missing", "id"),
    (message(1, id="1.0E+9"), "id_precision_lost", "id"),
    ({**old(1), "date": None}, "time_missing", "date_unixtime"),
    (message(1, date_unixtime="soon"), "time_unparsable", "date_unixtime"),
    (message(1, date_unixtime="0"), "time_out_of_range", "date_unixtime"),
    (message(1, date_unixtime=str(START_S * 1_000)), "time_out_of_range", "date_unixtime"),
    (message(1, reactions=[{"count": "many"}]), "number_unparsable", "reactions.*.count"),
    (message(1, reactions=[{"count": "-1"}]), "number_unparsable", "reactions.*.count"),
]


@pytest.mark.parametrize(("bad", "reason", "field"), NEGATIVE)
def test_what_cannot_be_read_is_set_aside(
    bad: object, reason: str, field: str | None, tmp_path: Path
) -> None:
    """Alone, with its reason and the name at fault; the messages around it are read."""
    tables = read(tmp_path, document(chat([message(8), bad, message(9)])))

    assert tables["quarantine"].select("source_row", "reason", "field").rows() == [
        (2, reason, field)
    ]
    assert [post["post_id"] for post in posts_of(tables)] == [f"{CHAT}/8", f"{CHAT}/9"]


HOSTILE = [
    *(
        "'; drop table posts; --",
        "<script>alert(1)</script>",
        '=cmd|"/c calc"!A1',
        "\u202e\x1b[31m",
    ),
    *("\x00", "a" * 100_000, "{chat.id}", "\ud83d"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_kept_as_they_are(text: str, tmp_path: Path) -> None:
    """Or set aside where they are no text; nothing of them is run, filled in or cut."""
    said = message(1, text=text, **{"from": text, "from_id": "user7"})
    tables = read(tmp_path, document(chat([said, message(2)]), escaped=True))
    shown = {post["post_id"]: post["text"] for post in posts_of(tables)}

    assert shown[f"{CHAT}/2"] == "Bonjour 2"
    if text == "\ud83d":
        assert reasons(tables) == ["bad_json"]
    else:
        assert shown[f"{CHAT}/1"] == text


def test_an_export_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    """With what may be done; nothing of it is read."""
    content = document(chat([message(1), message(2)]))

    with pytest.raises(InputError, match="cut short"):
        read(tmp_path, content[: len(content) // 2])


@pytest.mark.parametrize("field", ["name", "id", "messages"])
def test_a_chat_that_lacks_what_tells_it_is_no_export(field: str, tmp_path: Path) -> None:
    """A name alone may be missing: the account of a message is named beside it."""
    said = {key: value for key, value in chat([message(1)]).items() if key != field}
    if field == "name":
        assert len(posts_of(read(tmp_path, document(said)))) == 1
        return
    with pytest.raises(UnknownExportError):
        read(tmp_path, document(said))


def test_how_it_is_laid_out_tells_nothing(tmp_path: Path) -> None:
    """On one line, with a mark before it, with other line ends."""
    value = chat([message(1), notice(2), message(3)])
    whole = document(value)
    for content in (lines(value), b"\xef\xbb\xbf" + whole, whole.replace(b"\n", b"\r\n")):
        found = read(tmp_path, content)
        assert [post["posted_at_s"] for post in posts_of(found)] == [START_S + 1, START_S + 3]
        assert source_of(found)["not_posts_n"] == 1
