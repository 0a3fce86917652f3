"""The exports that a received file holds: one, as it was written or compressed, or many in one.

What a file is, its first bytes tell, never its name. Nothing is unpacked to disk.
"""

import gzip
import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

import numpy as np
import pyarrow as pa

from lockstep.errors import InputError
from lockstep.ingest.other_files import HEAD_BYTES, refuse_document, refuse_other
from lockstep.ingest.scanner import Bytes

_GZIP, _ZSTD, _ZIP = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", (b"PK\x03\x04", b"PK\x05\x06")
_PACKED = (_GZIP, _ZSTD, *_ZIP)
_MAX_RATIO = 100
"""An export shrinks to a tenth; what grows more than a hundredfold was made to fill the memory."""
_HARMLESS_BYTES = 16 << 20
_CHUNK_BYTES = 1 << 20
_DAMAGE = (EOFError, OSError, ValueError, RuntimeError, zlib.error, lzma.LZMAError)


@dataclass(frozen=True, slots=True)
class Content:
    """One export, unpacked.

    `name` is the export's own name, `file_name` that of the received file, with the member behind a
    slash if it is an archive. `packed_sha256` is the SHA-256 of the received file, None where that
    is the export itself.
    """

    name: str
    file_name: str
    data: Bytes
    packed_sha256: str | None = None


def contents(path: Path) -> Iterator[Content]:
    """Yield the exports of a received file; of an archive, its members by name.

    Hidden members of an archive are none.

    Raises:
        InputError: The file cannot be read or is empty; it is compressed, and damaged, incomplete,
            locked, compressed twice, holds no export, or unpacks to more than 100 times its size
            and 16 MiB.
        UnknownExportError: It is a picture, a spreadsheet or of another known kind.
    """
    for content in _unpacked(path):
        refuse_other(content.data[:HEAD_BYTES].tobytes(), content.file_name)
        yield content


def _unpacked(path: Path) -> Iterator[Content]:
    data = _bytes(path)
    head = data[: len(_ZSTD)].tobytes()
    if not head.startswith(_PACKED):
        yield Content(path.name, path.name, data)
        return
    sha256, room = hashlib.sha256(data.data).hexdigest(), _Room(path.name, len(data))
    if head.startswith(_ZIP):
        for name, unpacked in _members(data, room):
            yield Content(name, f"{path.name}/{name}", unpacked, sha256)
        return
    with _damage_told(path.name):
        unpacked = room.unpacked(_stream(head, data))
    yield Content(_without_suffix(path.name), path.name, unpacked, sha256)


def _bytes(path: Path) -> Bytes:
    where = path.name
    if path.is_dir():
        raise InputError("a folder, not an export", where=where, fix="name the files in it")
    if path.exists() and not path.is_file():
        raise InputError("a device or pipe, not an export", where=where, expected="a file")
    try:
        data = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=where) from None
    if not len(data):
        raise InputError("an empty file", where=where, expected="an export", fix="export it again")
    return data


def _stream(head: bytes, data: Bytes) -> IO[bytes]:
    if head.startswith(_GZIP):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=io.BytesIO(data.data)))
    return cast("IO[bytes]", pa.CompressedInputStream(pa.BufferReader(data.data), "zstd"))


def _without_suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and suffix.lower() in {"gz", "gzip", "zst", "zstd"} else name


class _Room:
    """How much a received file may unpack to, all members together."""

    def __init__(self, where: str, packed_bytes: int) -> None:
        """Give room for a file of so many bytes."""
        self.where = where
        self.left_bytes = max(_MAX_RATIO * packed_bytes, _HARMLESS_BYTES)

    def unpacked(self, stream: IO[bytes]) -> Bytes:
        """Return all that a stream holds.

        Raises:
            InputError: There is no room for it, it is compressed once more, or is nothing.
        """
        found = bytearray()
        while chunk := stream.read(_CHUNK_BYTES):
            self.left_bytes -= len(chunk)
            if self.left_bytes < 0:
                raise self._refusal(
                    f"unpacks to more than {_MAX_RATIO} times its size", "export it again"
                )
            found += chunk
        if found.startswith(_PACKED):
            raise self._refusal("an archive within an archive", "unpack it")
        if not found:
            raise self._refusal("nothing in it", "export it again")
        return np.frombuffer(found, dtype=np.uint8)

    def _refusal(self, what: str, fix: str) -> InputError:
        return InputError(what, where=self.where, expected="an export, compressed once", fix=fix)


@contextmanager
def _damage_told(where: str) -> Iterator[None]:
    """Tell of a file that cannot be unpacked in our own words.

    Raises:
        InputError: It is damaged or incomplete, or compressed in an unknown way.
    """
    try:
        yield
    except (*_DAMAGE, zipfile.BadZipFile) as error:
        raise InputError(
            f"cannot be unpacked: {error or type(error).__name__}",
            where=where,
            expected="a whole file, compressed as .gz, .zst or .zip",
            fix="download or copy it again: it is damaged or incomplete",
        ) from None


def _members(data: Bytes, room: _Room) -> Iterator[tuple[str, Bytes]]:
    """Yield name and bytes of each export in an archive."""
    with _damage_told(room.where), zipfile.ZipFile(io.BytesIO(data.data)) as archive:
        files = sorted((i for i in archive.infolist() if _is_file(i)), key=lambda i: i.filename)
        _refuse_no_exports(files, room.where)
        for info in files:
            with archive.open(info) as stream:
                unpacked = room.unpacked(stream)
            yield _shown(info), unpacked


def _is_file(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    return not (info.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts)


def _refuse_no_exports(files: list[zipfile.ZipInfo], where: str) -> None:
    if not files:
        raise InputError("an archive without exports", where=where, expected="an export in it")
    refuse_document([info.filename for info in files], where)
    if any(info.flag_bits & 1 for info in files):
        raise InputError("locked with a password", where=where, fix="unpack it")


def _shown(info: zipfile.ZipInfo) -> str:
    """Return a member's name without its folder; what a terminal would obey is replaced."""
    name = PurePosixPath(info.filename).name
    return "".join(c if c.isprintable() else "\ufffd" for c in name)
