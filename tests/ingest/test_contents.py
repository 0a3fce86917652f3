"""Compressed exports and archives of them: the same tables, and nothing that fills the memory."""

import gzip
import hashlib
import io
import random
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lockstep.errors import InputError, UnknownExportError
from lockstep.ingest import contents as module
from lockstep.ingest.contents import Content, contents
from lockstep.ingest.raw_records import exports_by_id, raw_texts
from tests.ingest.exports_writer import EARLIER, EXPORTED, csv_bytes, export, post, staged

ROWS = csv_bytes([post(1, Message="deux lignes\net une virgule, là"), post(2), post(2)])
OTHERS = csv_bytes([post(2), post(3)])


def zstd(content: bytes) -> bytes:
    return pa.Codec("zstd").compress(content, asbytes=True)


def archive(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return made.getvalue()


def unpacked(folder: Path, content: bytes, name: str = "received") -> list[Content]:
    (folder / name).write_bytes(content)
    return list(contents(folder / name))


def refused(folder: Path, content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        unpacked(folder, content)
    return str(caught.value)


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstd,
    "zip": lambda content: archive({f"a folder/{EXPORTED}": content}),
    "gz in two parts": lambda content: gzip.compress(content[:99]) + gzip.compress(content[99:]),
    "zst in two parts": lambda content: zstd(content[:99]) + zstd(content[99:]),
}


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
@pytest.mark.parametrize("name", [f"{EXPORTED}.gz", f"{EXPORTED}.zst", EXPORTED])
def test_a_compressed_export_gives_the_tables_of_the_export(
    tmp_path: Path, pack: Callable[[bytes], bytes], name: str
) -> None:
    """Whatever its name, all but the names of the file; places count in what was unpacked."""
    plain = staged(export(tmp_path, ROWS))
    packed = pack(ROWS)
    tables = staged(export(tmp_path, packed, name))
    given_names = ("file_name", "received_sha256")

    assert tables["sources"]["source_id"].item() == hashlib.sha256(ROWS).hexdigest()
    assert tables["sources"]["received_sha256"].item() == hashlib.sha256(packed).hexdigest()
    assert tables["sources"]["file_name"].item().startswith(name)
    for table, frame in plain.items():
        there = [n for n in frame.columns if table != "sources" or n not in given_names]
        assert tables[table].select(there).equals(frame.select(there)), table


def test_a_member_above_its_folder_is_not_hidden(tmp_path: Path) -> None:
    """What an odd tool packed is read: no member is ever written to where its name leads."""
    (one,) = unpacked(tmp_path, archive({"../a.csv": ROWS}))

    assert one.name == "a.csv"


@pytest.mark.parametrize("content", [b"", gzip.compress(ROWS)])
def test_a_member_that_is_refused_is_named(content: bytes, tmp_path: Path) -> None:
    """Of many, the one to look at."""
    packed = archive({"a.csv": ROWS, "notes/README.txt": content})

    assert refused(tmp_path, packed).startswith("received/README.txt: ")


def test_an_archive_holds_an_export_a_member(tmp_path: Path) -> None:
    """Each is a source under its own name; what is hidden or a folder is none."""
    members = {
        f"b/{EXPORTED}": ROWS,
        f"a/{EARLIER}": OTHERS,
        "b/": b"",
        "b/.DS_Store": b"no export",
        "b/.git/objects/x.csv": b"no export",
        f"__MACOSX/b/{EXPORTED}": b"no export",
    }
    together = staged(export(tmp_path, archive(members), "all.zip"))["sources"]
    apart = staged(export(tmp_path, ROWS), export(tmp_path, OTHERS, EARLIER))["sources"]
    names = ("file_name", "received_sha256")

    assert together.drop(names).equals(apart.drop(names))
    assert set(together["file_name"]) == {f"all.zip/{EXPORTED}", f"all.zip/{EARLIER}"}
    assert together["received_sha256"].n_unique() == 1


def test_an_export_that_came_twice_is_one_source_and_names_both_files(tmp_path: Path) -> None:
    """As it was written and compressed: one export, two files."""
    packed = gzip.compress(ROWS)
    files = export(tmp_path, packed, "a.gz"), export(tmp_path, ROWS, "b.csv")
    received = sorted(hashlib.sha256(content).hexdigest() for content in (packed, ROWS))

    assert staged(*files)["sources"]["received_sha256"].to_list() == [", ".join(received)]
    assert staged(*files[::-1])["sources"]["received_sha256"].to_list() == [", ".join(received)]


def test_an_export_of_a_plain_file_is_the_file(tmp_path: Path) -> None:
    """Its bytes, and no other hash than theirs."""
    (one,) = unpacked(tmp_path, ROWS, "a.csv.gz")

    assert (one.name, one.file_name, one.packed_sha256) == ("a.csv.gz", "a.csv.gz", None)
    assert one.data.tobytes() == ROWS


def test_records_are_read_back_from_what_was_unpacked(tmp_path: Path) -> None:
    """The place of a record is its place in the export, in each member of an archive."""
    file = export(tmp_path, archive({"a.csv": OTHERS, "b.csv": ROWS}), "all.zip")
    begin, wanted = ROWS.index(b"\n") + 1, hashlib.sha256(ROWS).hexdigest()
    found = exports_by_id([file], {wanted, "0" * 64})

    assert set(found) == {wanted}
    assert raw_texts(found[wanted], [(begin, 5)], ()) == ["SYN-1"]


@pytest.mark.parametrize("pack", [PACKERS[name] for name in ("gz", "zst", "zip")])
@pytest.mark.parametrize("kept_share", [0.1, 0.5, 0.97])
def test_an_archive_that_is_cut_short_is_refused(
    tmp_path: Path, pack: Callable[[bytes], bytes], kept_share: float
) -> None:
    """Whatever is missing at its end, no part of it is taken for the whole."""
    packed = pack(random.Random(1).randbytes(9_000))

    assert "damaged or incomplete" in refused(tmp_path, packed[: int(len(packed) * kept_share)])


def locked(content: bytes) -> bytes:
    """Return an archive whose members claim to be locked with a password."""
    changed = bytearray(archive({"a.csv": content}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[changed.index(mark) + offset] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gzip.compress(b"", mtime=0), "nothing in it"),
        (gzip.compress(ROWS) + b"rubbish", "damaged or incomplete"),
        (gzip.compress(ROWS)[:-8] + bytes(8), "damaged or incomplete"),
        (zstd(ROWS)[:9] + b"rubbish" + zstd(ROWS)[16:], "damaged or incomplete"),
        (archive({}), "without exports"),
        (archive({".hidden": ROWS, "a/": b""}), "without exports"),
        (archive({"a.csv": ROWS, "b.csv": b""}), "nothing in it"),
        (gzip.compress(gzip.compress(ROWS)), "an archive within an archive"),
        (archive({"a.csv.gz": gzip.compress(ROWS)}), "an archive within an archive"),
        (archive({"a.csv": ROWS}).replace(b"PK\x01\x02", b"PK\x01\x03"), "damaged or incomplete"),
        (locked(ROWS), "locked with a password"),
    ],
)
def test_what_cannot_be_unpacked_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    """Empty, damaged, nested and locked ones; the message names the file."""
    message = refused(tmp_path, content)

    assert message.startswith(("received: ", "received/"))
    assert told in message


@pytest.mark.parametrize("sign", ["[Content_Types].xml", "mimetype"])
def test_a_spreadsheet_is_no_archive_of_exports(tmp_path: Path, sign: str) -> None:
    """The message says how to make an export of it."""
    with pytest.raises(UnknownExportError, match="save the table as CSV"):
        unpacked(tmp_path, archive({sign: b"application", "xl/workbook.xml": b"<workbook/>"}))


@pytest.mark.parametrize("pack", [PACKERS[name] for name in ("gz", "zst", "zip")])
def test_a_bomb_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    """What unpacks to more than a hundred times its size is not unpacked any further."""
    monkeypatch.setattr(module, "_HARMLESS_BYTES", 50_000)
    monkeypatch.setattr(module, "_CHUNK_BYTES", 1_000)

    assert len(unpacked(tmp_path, pack(b"0" * 50_000))[0].data) == 50_000
    assert "more than 100 times" in refused(tmp_path, pack(b"0" * 5_000_000))


def test_members_share_the_room_of_their_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bomb may not be cut into members."""
    monkeypatch.setattr(module, "_HARMLESS_BYTES", 50_000)
    bomb = archive({f"{number}.csv": b"0" * 30_000 for number in range(2)})

    assert "more than 100 times" in refused(tmp_path, bomb)


def test_the_name_of_a_member_commands_no_terminal(tmp_path: Path) -> None:
    """It is shown without its folder, and without characters that are none."""
    (one,) = unpacked(tmp_path, archive({"../../\x1b[31ma\u202e.csv": ROWS}), "b.zip")

    assert (one.name, one.file_name) == ("\ufffd[31ma\ufffd.csv", "b.zip/\ufffd[31ma\ufffd.csv")


@given(
    content=st.sampled_from([gzip.compress(ROWS), archive({"a.csv": ROWS})]),
    at_share=st.floats(0, 1, exclude_max=True),
    byte=st.integers(0, 255),
)
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_changed_byte_is_refused_or_changes_nothing(
    tmp_path: Path, content: bytes, at_share: float, byte: int
) -> None:
    """No damage crashes or gives other bytes; without its first ones it is no archive at all."""
    changed = bytearray(content)
    changed[int(at_share * len(content))] = byte
    try:
        found = unpacked(tmp_path, bytes(changed))
    except InputError:
        return
    assert [one.data.tobytes() for one in found] in ([ROWS], [changed])


def test_all_tables_hold_the_ids_of_their_sources(tmp_path: Path) -> None:
    """An archive's id is nowhere but beside that of its exports."""
    tables = staged(export(tmp_path, gzip.compress(ROWS), "a.gz"))
    (source_id,) = tables["sources"]["source_id"]

    for table in ("records", "posts", "engagement"):
        assert set(tables[table].select(pl.col("source_id").unique()).to_series()) == {source_id}
