"""Which exports the received files hold, each once, whatever it is called and how it is packed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from lockstep.errors import InputError
from lockstep.ingest.blocks import Export
from lockstep.ingest.contents import Content, contents
from lockstep.ingest.csv_file import open_csv
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.file_name import FileFacts, file_facts
from lockstep.ingest.headers import Header
from lockstep.ingest.json_export import is_json, open_json
from lockstep.ingest.scanner import Bytes
from lockstep.settings import ExportSection

Place = tuple[Path, int]
"""A file, and which of the exports in it, from 0."""
KEPT_BYTES = 64 << 20
"""So much of the exports is kept once it was read; the others are read again, and hashed again."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which export it is, its size, the SHA-256 of all files in which it was received.

    And itself, where it was kept.
    """

    source_id: str
    bytes_n: int
    received_sha256: str
    kept: Content | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class _Copy:
    """An export as it came in one file: its place, and what is known of it there."""

    place: Place
    name: str
    section: ExportSection
    bytes_n: int
    received_sha256: str
    kept: Content | None


def identified(files: Sequence[ExportFile], scratch: Path | None = None) -> dict[Place, Identity]:
    """Return which exports files hold, by where each is read.

    The same bytes under several names, compressed or not, are one export, under the first name that
    tells when it was exported, or else the first.

    Args:
        files: The files.
        scratch: Where copies of large ones lie as long as they are read.

    Raises:
        LockstepError: As `contents`, `open_csv` and `open_json`.
    """
    copies: dict[str, list[_Copy]] = {}
    headers: dict[str, Header] = {}
    room = KEPT_BYTES
    for place, content, section in _all_contents(files, scratch):
        source_id = content.sha256
        received = content.packed_sha256 or source_id
        room -= len(content.data)
        known = copies.setdefault(source_id, [])
        known.append(_copy(place, content, section, received, is_kept=room >= 0))
        if len(known) > 1 and source_id not in headers:
            headers[source_id] = opened(content, section).header
    chosen = {
        source_id: _best(known, headers.get(source_id)) for source_id, known in copies.items()
    }
    return {
        copy.place: Identity(source_id, copy.bytes_n, _received(copies[source_id]), copy.kept)
        for source_id, copy in chosen.items()
    }


def _copy(
    place: Place, content: Content, section: ExportSection, received: str, *, is_kept: bool
) -> _Copy:
    kept = content if is_kept else None
    return _Copy(place, content.name, section, len(content.data), received, kept)


def _received(copies: Sequence[_Copy]) -> str:
    return ", ".join(sorted({copy.received_sha256 for copy in copies}))


def _best(copies: Sequence[_Copy], header: Header | None) -> _Copy:
    """Return the first whose name tells when the export was made, or else the first."""
    first, *_ = copies
    if header is None:
        return first
    telling = (c for c in copies if name_facts(header, c.name, c.section).exported_at_s is not None)
    return next(telling, first)


def read_again(
    files: Sequence[ExportFile], chosen: Mapping[Place, Identity], scratch: Path | None = None
) -> Iterator[tuple[Identity, Content, ExportSection]]:
    """Yield the exports that were identified, one at a time.

    Raises:
        LockstepError: As `contents`; or a file is no longer what it was when it was identified.
    """
    sections = {export.path: export.section for export in files}
    for (path, _), identity in chosen.items():
        if identity.kept is not None:
            yield identity, identity.kept, sections[path]
    others = {place: identity for place, identity in chosen.items() if identity.kept is None}
    wanted = {path for path, _ in others}
    for place, content, section in _all_contents([f for f in files if f.path in wanted], scratch):
        if place in others:
            _refuse_changed(content, others[place])
            yield others[place], content, section


def bytes_again(chosen: Mapping[Place, Identity], scratch: Path | None, source_id: str) -> Bytes:
    """Return the bytes of an export that was identified.

    Raises:
        LockstepError: As `read_again`.
    """
    path, member = next(place for place, one in chosen.items() if one.source_id == source_id)
    if (kept := chosen[path, member].kept) is not None:
        return kept.data
    content = next(islice(contents(path, scratch), member, None))
    _refuse_changed(content, chosen[path, member])
    return content.data


def _refuse_changed(content: Content, known: Identity) -> None:
    if content.sha256 != known.source_id:
        raise InputError(
            "somebody wrote to it while it was read",
            where=content.file_name,
            fix="run again once it is whole",
        )


def _all_contents(
    files: Sequence[ExportFile], scratch: Path | None
) -> Iterator[tuple[Place, Content, ExportSection]]:
    for export in sorted(files, key=lambda f: (f.path.name, f.path)):
        for member, content in enumerate(contents(export.path, scratch)):
            yield (export.path, member), content, export.section


def opened(content: Content, section: ExportSection) -> Export:
    """Recognise an export.

    Raises:
        LockstepError: As `open_csv` and `open_json`.
    """
    return (open_json if is_json(content) else open_csv)(content, section)


def name_facts(header: Header, name: str, section: ExportSection) -> FileFacts:
    """Return what the name of an export tells, if the format gives names a meaning.

    Raises:
        ConfigError: The case names a zone that does not exist.
    """
    rule = header.format.file_name
    return file_facts(name, rule, section) if rule else FileFacts()
