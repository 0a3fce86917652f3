"""From raw exports to all staged tables, in one read; every record accounted for.

Exports are read block by block, and their rows put into parts that each hold all records of their
posts. What is decided over all exports at once needs little of each record: it is decided between
the parts. So memory is bounded by a block and a part, whatever the size of the exports.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from lockstep.ingest.accounts import accounts_table, all_spans, attributes, newest_last, spans
from lockstep.ingest.aliases import account_aliases_table, find_aliases, with_aliases
from lockstep.ingest.arrow_text import compact
from lockstep.ingest.back_dated import ID_ORDER, dated, early_posts
from lockstep.ingest.engagement import engagement_table
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.parts import Parts
from lockstep.ingest.posts import Marked, make_posts
from lockstep.ingest.reading import Source, read_sources
from lockstep.ingest.received import bytes_again, identified, read_again
from lockstep.ingest.records import (
    Quarantine,
    accepted_records,
    all_records,
    records_table,
    set_aside,
)
from lockstep.ingest.runs import Runs, whole
from lockstep.ingest.same_posts import (
    TIME_ORDER,
    compared,
    may_be_one,
    possible_same_posts_table,
)
from lockstep.ingest.scanner import Bytes
from lockstep.ingest.sources import counted, seen, seen_by_source, sources_table
from lockstep.ingest.told import Told, nobody
from lockstep.ingest.versions import post_versions_table
from lockstep.settings import Settings
from lockstep.storage import Frames, empty, key_of

_IN_PARTS = ("records", "posts", "post_contacts", "post_versions", "engagement", "links")
"""The tables whose rows belong to one record or post each."""


def stage(
    files: Sequence[ExportFile], *, settings: Settings, key: bytes
) -> dict[str, pl.DataFrame]:
    """Return every staged table of a case, whole: see `staged_tables`."""
    with tempfile.TemporaryDirectory() as folder:
        tables = staged_tables(files, settings=settings, key=key, scratch=Path(folder))
        return {name: pl.concat(frames) for name, frames in tables.items()}


def staged_tables(
    files: Sequence[ExportFile],
    *,
    settings: Settings,
    key: bytes,
    scratch: Path,
    told: Told = nobody,
) -> dict[str, Frames]:
    """Return every staged table of a case, the rows of each in the order of its key.

    The result depends on the bytes of the files, their names, the settings and the key: not on the
    order of the files. Contacts are replaced in every table.

    Args:
        files: The exports.
        settings: The case's settings.
        key: The key that hashes contacts and records.
        scratch: An empty folder, which is needed until the tables were read: it takes a few times
            the size of the exports where these are too large for the memory.
        told: What is told how far it is.

    Raises:
        InputError: A file cannot be read or has no known format.
        ConfigError: The case names a zone that does not exist.

    References:
        FORMATS §4, §7, §8; METHODS §12.
    """
    chosen = identified(files, scratch)
    all_bytes, done_n = sum(export.bytes_n for export in chosen.values()), 0
    with Parts(all_bytes, scratch) as parts:
        read = read_again(files, chosen, scratch)
        sources = read_sources(read, all_bytes, key, parts.add, told)
        records_n = sum(source.records_n for source in sources)
        staging = _Staging(sources, settings, key, scratch if parts.are_many else None)
        for rows in parts:
            told("staging what was read", all_bytes * done_n // max(records_n, 1), all_bytes)
            staging.add(rows)
            done_n += rows.height
        told("staging what was read", all_bytes, all_bytes)
    return staging.tables(partial(bytes_again, chosen, scratch))


class _Staging:
    """The tables of a case while its parts are staged."""

    def __init__(
        self, sources: Sequence[Source], settings: Settings, key: bytes, scratch: Path | None
    ) -> None:
        """Begin with exports that were read; without a folder there is one part."""
        self._sources = {source.id: source for source in sources}
        self._aliases = find_aliases(sources)
        self._settings, self._key, self._scratch = settings, key, scratch
        self._regions = settings.contacts.regions
        self._runs = {table: self._new(table, key_of(table)) for table in _IN_PARTS}
        self._dated = self._new("dated", ID_ORDER)
        self._apart = self._new("apart", ("source_id", "source_row"))
        self._seen = self._new("seen", ("post_key", "source_id", "source_row"))
        self._compared = self._new("compared", TIME_ORDER)
        self._may_be_one = may_be_one(source.format.platform for source in sources)
        self._attributes: list[pl.DataFrame] = []
        self._counted: list[pl.DataFrame] = []

    def _new(self, name: str, key: Sequence[str]) -> Runs:
        return Runs(key, None if self._scratch is None else self._scratch / name)

    def add(self, rows: pl.DataFrame) -> None:
        """Stage a part."""
        told = pl.concat(
            source.says(with_aliases(of_source, source.format, self._aliases))
            for source, of_source in self._by_source(rows)
        )
        records = all_records(told)
        accepted = accepted_records(records)
        made = make_posts(accepted, internal=self._internal(), regions=self._regions, key=self._key)
        self._attributes.append(compact(attributes(accepted)))
        self._counted.append(compact(counted(records)))
        self._apart.add(set_aside(records))
        self._seen.add(seen(accepted))
        self._dated.add(dated(made.posts))
        if self._may_be_one:
            self._compared.add(compared(made.posts))
        for table, frame in {
            "records": records_table(records),
            "posts": made.posts,
            "post_contacts": made.post_contacts,
            "post_versions": post_versions_table(accepted, self._regions),
            "engagement": engagement_table(accepted),
            "links": made.links,
        }.items():
            self._runs[table].add(frame)

    def _by_source(self, rows: pl.DataFrame) -> Iterator[tuple[Source, pl.DataFrame]]:
        """Yield each source with its rows; where there is no row, one source without any."""
        if rows.is_empty():
            yield next(iter(self._sources.values())), rows
        for of_source in rows.partition_by("source_id", maintain_order=True):
            yield self._sources[of_source["source_id"][0]], of_source

    def _internal(self) -> list[str]:
        formats = [source.format for source in self._sources.values()]
        return sorted({domain for fmt in formats for domain in fmt.links.internal})

    def tables(self, data: Callable[[str], Bytes]) -> dict[str, Frames]:
        """Return all tables, once every part was staged.

        Args:
            data: What returns the bytes of an export, by source_id.
        """
        early = early_posts(self._dated)
        of_posts = all_spans(compact(spans(rows, early)) for rows in self._dated)
        shown = newest_last(self._attributes)
        known_as = account_aliases_table(self._aliases, shown, self._regions)
        accounts = accounts_table(shown, of_posts, known_as, self._regions)
        same = self._same_posts(accounts)
        return {
            **self._runs,
            "posts": Marked(self._runs["posts"], early),
            "accounts": [accounts],
            "account_aliases": [known_as],
            "possible_same_posts": [same],
            "sources": [self._sources_table(early, same)],
            "quarantine": Quarantine(self._apart, self._sources, data, self._regions),
        }

    def _same_posts(self, accounts: pl.DataFrame) -> pl.DataFrame:
        found = [
            compact(possible_same_posts_table(rows, accounts, self._may_be_one))
            for rows in whole(self._compared, "posted_at_s")
        ]
        return pl.concat([empty("possible_same_posts"), *found])

    def _sources_table(self, early: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
        return sources_table(
            self._sources.values(),
            pl.concat(self._counted),
            pl.concat(compact(seen_by_source(rows, early, same)) for rows in self._seen),
            max_quarantine_share=self._settings.quarantine.max_share,
        )
