"""Keys lie with the user, readable by the user alone, and are what their names say."""

import stat
from pathlib import Path

import pytest

from assets import keys
from assets.keys import find_key, key_file, keys_folder, make_key
from lockstep.errors import ConfigError
from lockstep.ingest.keys import DEMO_KEY, fingerprint


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("LOCKSTEP_CONFIG_DIR", raising=False)


def test_the_folder_is_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own variable comes first, then the one of all programs, then home."""
    assert keys_folder() == tmp_path / "home" / ".config" / "lockstep" / "keys"
    monkeypatch.setenv("XDG_CONFIG_HOME", "/shared")
    assert keys_folder() == Path("/shared/lockstep/keys")
    monkeypatch.setenv("LOCKSTEP_CONFIG_DIR", "/own")
    assert keys_folder() == Path("/own/keys")


def test_a_key_is_made_and_found_by_its_fingerprint() -> None:
    """32 random bytes, another each time."""
    marks = {make_key() for _ in range(3)}

    found = {find_key(mark, where="case.toml") for mark in marks}
    assert len(found) == 3
    assert {fingerprint(key) for key in found} == marks
    assert {len(key) for key in found} == {32}


def test_only_the_user_may_read_a_key() -> None:
    """Neither the file nor its folder is open to others, whatever the umask."""
    path = key_file(make_key())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_key_is_never_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of that name stays as it is."""
    monkeypatch.setattr(keys.secrets, "token_bytes", bytes)
    path = key_file(make_key())

    with pytest.raises(FileExistsError):
        make_key()
    assert path.read_text("ascii") == "00" * 32 + "\n"


def test_a_fingerprint_does_not_tell_the_key() -> None:
    """16 hexadecimal digits of a hash that is made for this alone."""
    mark = fingerprint(bytes(32))

    assert len(mark) == 16
    assert set(mark) <= set("0123456789abcdef")
    assert mark not in bytes(32).hex()


def test_the_demo_key_needs_no_file() -> None:
    """It is published, so that demos come out alike."""
    assert find_key(fingerprint(DEMO_KEY), where="case.toml") == DEMO_KEY


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"00" * 31, b"00" * 32 + b"11", b"zz" * 32, b"\xff\xfe", b"11" * 32, bytes(32)],
)
def test_a_file_that_holds_another_key_is_refused(content: bytes) -> None:
    """Contacts hashed with it would match nothing; the file is named, its content is not."""
    path = key_file(make_key())
    path.write_bytes(content)

    with pytest.raises(ConfigError, match="not the key its name says") as error:
        find_key(path.stem, where="case.toml")
    assert str(path) in str(error.value)
    assert "11" * 32 not in str(error.value)


def test_white_space_around_a_key_is_no_error() -> None:
    """A file copied by hand may have other line ends."""
    path = key_file(make_key())
    key = find_key(path.stem, where="case.toml")
    path.write_text(f" {key.hex()}\r\n", "ascii")

    assert find_key(path.stem, where="case.toml") == key


def test_a_key_that_is_not_here_is_asked_for() -> None:
    """The message names the case, the file, and what can be done."""
    with pytest.raises(ConfigError) as error:
        find_key("0123456789abcdef", where="x/case.toml")

    message = str(error.value)
    assert "x/case.toml, contacts.key: the key 0123456789abcdef is not on this machine" in message
    assert str(key_file("0123456789abcdef")) in message


def test_a_case_without_a_key_is_told_so() -> None:
    """`lockstep run` makes one."""
    with pytest.raises(ConfigError, match="names no key"):
        find_key("", where="case.toml")
