"""Which exports the received files hold, each once, whatever it is called and how it is packed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lockstep.ingest.blocks import Export
from lockstep.ingest.contents import Content, contents
from lockstep.ingest.csv_file import open_csv
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.file_name import FileFacts, file_facts
from lockstep.ingest.headers import Header
from lockstep.ingest.json_export import is_json, open_json
from lockstep.settings import ExportSection


@dataclass(frozen=True, slots=True)
class Identity:
    """Which export it is, its size, and the SHA-256 of all files in which it was received."""

    source_id: str
    bytes_n: int
    received_sha256: str


@dataclass(frozen=True, slots=True)
class _Received:
    """An export under one of its names: its place among all, and what tells when it was exported."""

    place: int
    name: str
    section: ExportSection
    bytes_n: int
    sha256: str


def identified(files: Sequence[ExportFile]) -> dict[int, Identity]:
    """Return which exports files hold, by their place among all that can be read in them.

    The same bytes under several names, compressed or not, are one export, under the first name that
    tells when it was exported, or else the first.

    Raises:
        LockstepError: As `contents`, `open_csv` and `open_json`.
    """
    found: dict[str, list[_Received]] = {}
    headers: dict[str, Header] = {}
    for place, (content, section) in enumerate(all_contents(files)):
        source_id = content.sha256
        names = found.setdefault(source_id, [])
        received = content.packed_sha256 or source_id
        names.append(_Received(place, content.name, section, len(content.data), received))
        if len(names) > 1 and source_id not in headers:
            headers[source_id] = opened(content, section).header
    return {
        _best(names, headers.get(source_id)).place: Identity(
            source_id, names[0].bytes_n, ", ".join(sorted({name.sha256 for name in names}))
        )
        for source_id, names in found.items()
    }


def _best(names: Sequence[_Received], header: Header | None) -> _Received:
    """Return the first name that tells when the export was made, or else the first."""
    first, *_ = names
    if header is None:
        return first
    telling = (n for n in names if told(header, n.name, n.section).exported_at_s is not None)
    return next(telling, first)


def all_contents(files: Sequence[ExportFile]) -> Iterator[tuple[Content, ExportSection]]:
    for export in sorted(files, key=lambda f: (f.path.name, f.path)):
        for content in contents(export.path):
            yield content, export.section


def opened(content: Content, section: ExportSection) -> Export:
    return (open_json if is_json(content) else open_csv)(content, section)


def told(header: Header, name: str, section: ExportSection) -> FileFacts:
    rule = header.format.file_name
    return file_facts(name, rule, section) if rule else FileFacts()
