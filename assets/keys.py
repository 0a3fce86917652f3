"""Where the keys of cases lie: in the user's configuration, never in a case."""

import os
import secrets
from pathlib import Path

from lockstep.errors import ConfigError
from lockstep.ingest.keys import DEMO_KEY, fingerprint


def keys_folder() -> Path:
    """Return the folder that holds this user's keys."""
    own = os.environ.get("LOCKSTEP_CONFIG_DIR")
    shared = os.environ.get("XDG_CONFIG_HOME")
    if own:
        return Path(own) / "keys"
    base = Path(shared) if shared else Path.home() / ".config"
    return base / "lockstep" / "keys"


def key_file(mark: str) -> Path:
    """Return where the key with this fingerprint lies."""
    return keys_folder() / f"{mark}.key"


def make_key() -> str:
    """Make a 32-byte key that only this user can read, and return its fingerprint."""
    key = secrets.token_bytes(32)
    mark = fingerprint(key)
    path = key_file(mark)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
    return mark


def find_key(mark: str, *, where: str) -> bytes:
    """Return the key with this fingerprint.

    Raises:
        ConfigError: No fingerprint is given, the key is not on this machine, or its file holds
            something else.
    """
    if mark == fingerprint(DEMO_KEY):
        return DEMO_KEY
    if not mark:
        raise ConfigError(
            "names no key for contacts", where=where, fix="lockstep run makes one and names it"
        )
    path = key_file(mark)
    if not path.is_file():
        raise ConfigError(
            f"the key {mark} is not on this machine",
            where=f"{where}, contacts.key",
            expected=str(path),
            fix="copy the file from whoever made the case, or remove the line to get a new key "
            "(contacts will then not match those of earlier runs)",
        )
    return _checked(path, mark)


def _checked(path: Path, mark: str) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        key = b""
    if fingerprint(key) != mark:
        raise ConfigError(
            "not the key its name says", where=str(path), fix="restore the file from a copy"
        )
    return key
