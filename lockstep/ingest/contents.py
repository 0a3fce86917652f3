"""The exports that a received file holds: one, as it was written or compressed, or many in one.

What a file is, its first bytes tell, never its name. A large one is not held in memory: it is read
where it lies, or where it was unpacked to, a temporary file without a name.
"""

import codecs
import errno
import gzip
import hashlib
import lzma
import mmap
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import IO, cast

import numpy as np
import pyarrow as pa

from lockstep.errors import InputError
from lockstep.ingest.other_files import HEAD_BYTES, refuse_document, refuse_other
from lockstep.ingest.scanner import Bytes

BOM = codecs.BOM_UTF8
"""The byte-order mark that may stand before a text."""
_GZIP, _ZSTD, _ZIP = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", (b"PK\x03\x04", b"PK\x05\x06")
_PACKED = (_GZIP, _ZSTD, *_ZIP)
_MAX_RATIO = 100
"""An export shrinks to a tenth; what grows more than a hundredfold was made to fill the memory."""
_HARMLESS_BYTES = 16 << 20
_CHUNK_BYTES = 1 << 20
_PIECE_BYTES = 16 << 20
_LINE_FEED = 10
HELD_BYTES = 32 << 20
"""Exports up to this size are held in memory."""
_DAMAGE = (EOFError, OSError, ValueError, RuntimeError, zlib.error, lzma.LZMAError)


Stamp = tuple[int, int]
"""Size of a file, and when it was written to last."""


@dataclass(frozen=True, slots=True)
class Content:
    """One export, unpacked.

    `name` is the export's own name, `file_name` that of the received file, with the member behind a
    slash if it is an archive. `packed_sha256` is the SHA-256 of the received file, None where that
    is the export itself; `stamp` tells whether anybody wrote to that file in the meantime.
    """

    name: str
    file_name: str
    data: Bytes
    stamp: Stamp
    packed_sha256: str | None = None

    def forget(self, begin: int, end: int) -> None:
        """Let go of the memory that holds these bytes; they are read again if asked for."""
        view: object = self.data.base
        if isinstance(view, memoryview) and isinstance(view.obj, mmap.mmap):
            begin -= begin % mmap.PAGESIZE
            view.obj.madvise(mmap.MADV_DONTNEED, begin, end - begin)

    @property
    def sha256(self) -> str:
        """SHA-256 of the export, in hexadecimal."""
        found = hashlib.sha256()
        for piece in self._pieces():
            found.update(piece.data)
        return found.hexdigest()

    @property
    def lines_n(self) -> int:
        """How many lines the export has."""
        ended_n = sum(int(np.count_nonzero(piece == _LINE_FEED)) for piece in self._pieces())
        return ended_n + int(self.data[-1] != _LINE_FEED)

    def _pieces(self) -> Iterator[Bytes]:
        """Yield all bytes, some megabytes at once."""
        for begin in range(0, len(self.data), _PIECE_BYTES):
            end = min(begin + _PIECE_BYTES, len(self.data))
            yield self.data[begin:end]
            self.forget(begin, end)


def contents(path: Path) -> Iterator[Content]:
    """Yield the exports of a received file; of an archive, its members by name.

    Hidden members of an archive are none.

    Raises:
        InputError: The file cannot be read or is empty; it is compressed, and damaged, incomplete,
            locked, compressed twice, holds no export, or unpacks to more than 100 times its size
            and 16 MiB.
        UnknownExportError: It is a picture, a spreadsheet or of another known kind.
    """
    for content in _contents(path):
        refuse_other(content.data[:HEAD_BYTES].tobytes(), content.file_name)
        yield content


def _contents(path: Path) -> Iterator[Content]:
    with _opened(path) as file:
        stamp = _stamp(path)
        head = file.read(len(_ZSTD))
        if head.startswith(_PACKED):
            yield from _unpacked(file, head, path.name, stamp)
        else:
            yield Content(path.name, path.name, _all_of(file, path.name), stamp)
        refuse_changed(stamp, _stamp(path), path.name)


def refuse_changed(before: Stamp, after: Stamp, where: str) -> None:
    """Refuse a file to which somebody wrote while it was read.

    Raises:
        InputError: It has another stamp.
    """
    if before != after:
        raise InputError(
            "somebody wrote to it while it was read", where=where, fix="run again once it is whole"
        )


def _stamp(path: Path) -> Stamp:
    known = path.stat()
    return known.st_size, known.st_mtime_ns


def _opened(path: Path) -> BufferedReader:
    if path.is_dir():
        raise InputError("a folder, not an export", where=path.name, fix="name the files in it")
    if path.exists() and not path.is_file():
        raise InputError("a device or pipe, not an export", where=path.name, expected="a file")
    try:
        return path.open("rb")
    except OSError as error:
        told = f"cannot be read: {error.strerror or error}"
        expected = "a file that is there, and that you may read"
        raise InputError(told, where=path.name, expected=expected) from None


def _all_of(file: IO[bytes], where: str) -> Bytes:
    """Return the bytes of a file, where they lie if they are many.

    Raises:
        InputError: There are none.
    """
    size = file.seek(0, os.SEEK_END)
    if not size:
        raise InputError("an empty file", where=where, expected="an export", fix="export it again")
    if size > HELD_BYTES:
        # Compiled code takes what can be written to; nobody does, and it would not reach the file.
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY), dtype=np.uint8)
    file.seek(0)
    return np.frombuffer(bytearray(file.read()), dtype=np.uint8)


def _unpacked(file: BufferedReader, head: bytes, name: str, stamp: Stamp) -> Iterator[Content]:
    packed_bytes, _ = stamp
    room = _Room(name, packed_bytes)
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    if head.startswith(_ZIP):
        for member, data in _members(file, room):
            yield Content(member, f"{name}/{member}", data, stamp, sha256)
        return
    with _damage_told(name):
        data = room.unpacked(_stream(head, file))
    yield Content(_without_suffix(name), name, data, stamp, sha256)


def _stream(head: bytes, file: IO[bytes]) -> IO[bytes]:
    if head.startswith(_GZIP):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    return cast("IO[bytes]", pa.CompressedInputStream(pa.PythonFile(file), "zstd"))


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
        with tempfile.SpooledTemporaryFile(HELD_BYTES) as found:
            while chunk := stream.read(_CHUNK_BYTES):
                self.left_bytes -= len(chunk)
                if self.left_bytes < 0:
                    raise self._refusal(
                        f"unpacks to more than {_MAX_RATIO} times its size", "export it again"
                    )
                found.write(chunk)
            if not found.tell():
                raise self._refusal("nothing in it", "export it again")
            found.seek(0)
            if found.read(len(_ZSTD)).startswith(_PACKED):
                raise self._refusal("an archive within an archive", "unpack it")
            return _all_of(cast("IO[bytes]", found), self.where)

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
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        raise InputError(
            f"cannot be unpacked: {error or type(error).__name__}",
            where=where,
            expected="a whole file, compressed as .gz, .zst or .zip",
            fix="download or copy it again: it is damaged or incomplete",
        ) from None


def _members(file: IO[bytes], room: _Room) -> Iterator[tuple[str, Bytes]]:
    """Yield name and bytes of each export in an archive."""
    with _damage_told(room.where), zipfile.ZipFile(file) as archive:
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
