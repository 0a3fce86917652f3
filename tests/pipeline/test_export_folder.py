"""What of a folder is read, and what is said of the folders in it."""

from pathlib import Path

import pytest

from lockstep.errors import InputError
from pipeline.case_files import adopt
from pipeline.cli import main
from pipeline.export_folder import exports_in, not_read
from pipeline.recognition import refuse_unknown
from tests.ingest.json_writer import chat, document, message

CHATS = ("ChatExport_1", "ChatExport_2", "ChatExport_3", "ChatExport_4")


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """Return a folder as Telegram Desktop fills it, one folder an export."""
    folder = tmp_path / "my chats"
    for number, name in enumerate(CHATS, start=1):
        (folder / name / "photos").mkdir(parents=True)
        (folder / name / "result.json").write_bytes(document(chat([message(number)])))
    (folder / ".hidden").mkdir()
    return folder


@pytest.mark.parametrize("asked", [exports_in, refuse_unknown, lambda f: adopt(f, f.parent / "w")])
def test_a_folder_of_folders_says_how_to_read_them(downloads: Path, asked: object) -> None:
    """The folders by name, the command, and the line of the case file."""
    with pytest.raises(InputError) as caught:
        asked(downloads)  # type: ignore[operator]

    said = str(caught.value)
    assert (
        "no file in it, only 4 folders: ChatExport_1, ChatExport_2, ChatExport_3 and 1 more" in said
    )
    assert f"lockstep inspect '{downloads}'/*/result.json" in said
    assert '[[exports]] path = "exports/*/result.json"' in said
    assert not (downloads.parent / "w").exists()


def test_an_empty_folder_has_nothing_to_propose(tmp_path: Path) -> None:
    """No folders, no command."""
    with pytest.raises(InputError, match="no file in it\n") as caught:
        exports_in(tmp_path)

    assert "What to do" not in str(caught.value)
    assert not_read(tmp_path) == ""


def test_exports_of_one_name_are_told_apart_by_their_folders(
    downloads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the line of each; what has a name of its own is called by that."""
    (downloads / "one.json").write_bytes(document(chat([message(9)])))
    files = [*sorted(downloads.glob("*/result.json")), downloads / "one.json"]
    with pytest.raises(SystemExit):
        main(["inspect", *map(str, files)])
    lines = capsys.readouterr().out.splitlines()[2:7]

    names = [*(f"{chat_folder}/result.json" for chat_folder in CHATS), "one.json"]
    assert [line.split()[-1] for line in lines] == names


@pytest.mark.parametrize("as_json", [False, True])
def test_inspect_says_which_folders_are_not_read(
    downloads: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    """Beside files that are: on stderr, so that a program reads the rest."""
    (downloads / "one.json").write_bytes(document(chat([message(1)])))
    with pytest.raises(SystemExit) as ended:
        main(["inspect", str(downloads), *(["--json"] if as_json else [])])
    heard = capsys.readouterr()

    assert ended.value.code == 0
    assert "one.json" in heard.out
    assert "not read" not in heard.out
    assert (
        f"not read: 4 folders: ChatExport_1, ChatExport_2, ChatExport_3 and 1 more in {downloads}; "
        in heard.err
    )
    assert "/*/result.json says what is in them" in heard.err
