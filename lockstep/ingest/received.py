"""Which exports the received files hold, each once, whatever it is called and how it is packed."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lockstep.ingest.blocks import Export
from lockstep.ingest.contents import Content, Stamp, contents, refuse_changed
from lockstep.ingest.csv_file import open_csv
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.file_name import FileFacts, file_facts
from lockstep.ingest.headers import Header
from lockstep.ingest.json_export import is_json, open_json
from lockstep.ingest.scanner import Bytes
from lockstep.settings import ExportSection


@dataclass(frozen=True, slots=True)
class Identity:
    """Which export it is, its size, and the SHA-256 of all files in which it was received."""

    source_id: str
    bytes_n: int
    stamp: Stamp
    received_sha256: str


@dataclass(frozen=True, slots=True)
class _Copy:
    """An export as it came in one file: its place among all that came, and what is known of it."""

    place: int
    name: str
    section: ExportSection
    bytes_n: int
    stamp: Stamp
    received_sha256: str


def identified(files: Sequence[ExportFile]) -> dict[int, Identity]:
    """Return which exports files hold, by their place among all that came.

    The same bytes under several names, compressed or not, are one export, under the first name that
    tells when it was exported, or else the first.

    Raises:
        LockstepError: As `contents`, `open_csv` and `open_json`.
    """
    copies: dict[str, list[_Copy]] = {}
    headers: dict[str, Header] = {}
    for place, (content, section) in enumerate(_all_contents(files)):
        source_id = content.sha256
        known = copies.setdefault(source_id, [])
        known.append(_copy(place, content, section, content.packed_sha256 or source_id))
        if len(known) > 1 and source_id not in headers:
            headers[source_id] = opened(content, section).header
    chosen = {
        source_id: _best(known, headers.get(source_id)) for source_id, known in copies.items()
    }
    return {
        copy.place: Identity(source_id, copy.bytes_n, copy.stamp, _received(copies[source_id]))
        for source_id, copy in chosen.items()
    }


def _copy(place: int, content: Content, section: ExportSection, received: str) -> _Copy:
    return _Copy(place, content.name, section, len(content.data), content.stamp, received)


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
    files: Sequence[ExportFile], chosen: Mapping[int, Identity]
) -> Iterator[tuple[Identity, Content, ExportSection]]:
    """Yield the exports that were identified, one at a time.

    Raises:
        LockstepError: As `contents`; or somebody wrote to a file since it was identified.
    """
    for place, (content, section) in enumerate(_all_contents(files)):
        if place in chosen:
            refuse_changed(chosen[place].stamp, content.stamp, content.file_name)
            yield chosen[place], content, section


def exports_again(
    files: Sequence[ExportFile], chosen: Mapping[int, Identity], wanted: Container[str]
) -> Iterator[tuple[str, Bytes]]:
    """Yield source_id and bytes of some exports, one at a time; nothing is read for none.

    Raises:
        LockstepError: As `read_again`.
    """
    places = {place: export for place, export in chosen.items() if export.source_id in wanted}
    for identity, content, _ in read_again(files, places) if places else ():
        yield identity.source_id, content.data


def _all_contents(files: Sequence[ExportFile]) -> Iterator[tuple[Content, ExportSection]]:
    for export in sorted(files, key=lambda f: (f.path.name, f.path)):
        for content in contents(export.path):
            yield content, export.section


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
