"""The exports that a received file holds: one, as it was written or compressed, or many in one.

What a file is, its first bytes tell, never its name. What is read is a copy, which nobody else can
change: in memory, or if it is large in a temporary file that has no name, so that nothing of it is
left behind.
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
from collections.abc import Iterable, Iterator
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


def contents(path: Path, scratch: Path | None = None) -> Iterator[Content]:
    """Yield the exports of a received file; of an archive, its members by name.

    Hidden members of an archive are none.

    Args:
        path: The file.
        scratch: Where copies of large exports lie as long as they are read; None is where the
            system keeps temporary files.

    Raises:
        InputError: The file cannot be read or is empty; it is compressed, and damaged, incomplete,
            locked, compressed twice, holds no export, or unpacks to more than 100 times its size
            and 16 MiB.
        UnknownExportError: It is a picture, a spreadsheet or of another known kind.
    """
    for content in _contents(path, scratch):
        refuse_other(content.data[:HEAD_BYTES].tobytes(), content.file_name)
        yield content


def _contents(path: Path, scratch: Path | None) -> Iterator[Content]:
    with _opened(path) as file:
        head = file.read(len(_ZSTD))
        file.seek(0)
        if head.startswith(_PACKED):
            yield from _unpacked(file, head, path.name, scratch)
        else:
            with _refusal_told(path.name):
                data = _own(_chunks(file), scratch)
            if not len(data):
                raise InputError(
                    "an empty file", where=path.name, expected="an export", fix="export it again"
                )
            yield Content(path.name, path.name, data)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK_BYTES):
        yield chunk


def _own(chunks: Iterable[bytes], scratch: Path | None) -> Bytes:
    """Return bytes as a copy of our own, in memory or in a file without a name."""
    with tempfile.SpooledTemporaryFile(
        HELD_BYTES, dir=None if scratch is None else str(scratch)
    ) as found:
        for chunk in chunks:
            found.write(chunk)
        size = found.tell()
        found.seek(0)
        if size <= HELD_BYTES:
            return np.frombuffer(bytearray(found.read()), dtype=np.uint8)
        found.rollover()
        # Compiled code takes what can be written to; nobody writes.
        shown = mmap.mmap(found.fileno(), 0, access=mmap.ACCESS_COPY)
        return np.frombuffer(shown, dtype=np.uint8)


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


def _unpacked(
    file: BufferedReader, head: bytes, name: str, scratch: Path | None
) -> Iterator[Content]:
    room = _Room(name, os.fstat(file.fileno()).st_size, scratch)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    if head.startswith(_ZIP):
        for member, data in _members(file, room):
            yield Content(member, f"{name}/{member}", data, sha256)
        return
    with _damage_told(name):
        data = room.unpacked(_stream(head, file), name)
    yield Content(_without_suffix(name), name, data, sha256)


def _stream(head: bytes, file: IO[bytes]) -> IO[bytes]:
    if head.startswith(_GZIP):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    return cast("IO[bytes]", pa.CompressedInputStream(pa.PythonFile(file), "zstd"))


def _without_suffix(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return stem if dot and suffix.lower() in {"gz", "gzip", "zst", "zstd"} else name


class _Room:
    """How much a received file may unpack to, all members together."""

    def __init__(self, where: str, packed_bytes: int, scratch: Path | None) -> None:
        """Give room for a file of so many bytes."""
        self.where = where
        self.scratch = scratch
        self.left_bytes = max(_MAX_RATIO * packed_bytes, _HARMLESS_BYTES)

    def unpacked(self, stream: IO[bytes], where: str) -> Bytes:
        """Return all that a stream holds; messages call it `where`.

        Raises:
            InputError: There is no room for it, it is compressed once more, or is nothing.
        """
        data = _own(self._within(_chunks(stream)), self.scratch)
        if not len(data):
            raise _refusal("nothing in it", where, "export it again")
        if data[: len(_ZSTD)].tobytes().startswith(_PACKED):
            raise _refusal("an archive within an archive", where, "unpack it")
        return data

    def _within(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.left_bytes -= len(chunk)
            if self.left_bytes < 0:
                told = f"unpacks to more than {_MAX_RATIO} times its size"
                raise _refusal(told, self.where, "export it again")
            yield chunk


def _refusal(what: str, where: str, fix: str) -> InputError:
    return InputError(what, where=where, expected="an export, compressed once", fix=fix)


@contextmanager
def _refusal_told(where: str) -> Iterator[None]:
    """Tell of a file that the system does not let us read in our own words.

    What may pass, and a full disk, is for others to tell.

    Raises:
        InputError: It may not be read.
    """
    try:
        yield
    except PermissionError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=where) from None


@contextmanager
def _damage_told(where: str) -> Iterator[None]:
    """Tell of a file that cannot be unpacked in our own words.

    Raises:
        InputError: It is damaged or incomplete, or compressed in an unknown way.
    """
    try:
        yield
    except (*_DAMAGE, zipfile.BadZipFile) as error:
        # A damaged archive has places before its beginning; all else is the system's fault.
        if isinstance(error, OSError) and error.errno not in {None, errno.EINVAL}:
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
                unpacked = room.unpacked(stream, f"{room.where}/{_shown(info)}")
            yield _shown(info), unpacked


def _is_file(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    is_hidden = any(part.startswith(".") and part != ".." for part in parts)
    return not (info.is_dir() or is_hidden or "__MACOSX" in parts)


def _refuse_no_exports(files: list[zipfile.ZipInfo], where: str) -> None:
    if not files:
        raise InputError(
            "an archive without exports",
            where=where,
            expected="an export in it",
            fix="pack it again with the exports, or take it out",
        )
    refuse_document([info.filename for info in files], where)
    if any(info.flag_bits & 1 for info in files):
        raise InputError("locked with a password", where=where, fix="unpack it")


def _shown(info: zipfile.ZipInfo) -> str:
    """Return a member's name without its folder; what a terminal would obey is replaced."""
    name = PurePosixPath(info.filename).name
    return "".join(c if c.isprintable() else "\ufffd" for c in name)
