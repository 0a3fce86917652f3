"""All rows of a case, in parts small enough for the memory: each holds all records of its posts."""

import resource
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import polars as pl
import pyarrow as pa

ONE_PART_BYTES = 64 << 20
"""Exports of this size are staged in one part, which stays in memory."""
PART_BYTES = 16 << 20
"""How much of the exports goes into a part where they are too large to be held in memory."""
_MAX_PARTS = 400
"""As many files are open at once; most systems allow 1,024."""


class Parts:
    """Rows that are put in block by block and come out part by part.

    What is one part stays in memory; several lie in files of a folder. These have no names, since
    contacts stand in them as the exports have them. In which part a post lies shows in no table,
    only that all its records lie in the same.
    """

    def __init__(self, exports_bytes: int, folder: Path) -> None:
        """Make room for exports of so many bytes; the folder is there."""
        parts_n = -(-exports_bytes // PART_BYTES) if exports_bytes > ONE_PART_BYTES else 1
        self._parts_n = min(parts_n, _most_parts())
        self._folder = folder
        self._held: list[pl.DataFrame] = []
        self._open = ExitStack()
        self._files: list[IO[bytes]] = []
        self._writers: list[pa.ipc.RecordBatchStreamWriter] = []

    @property
    def are_many(self) -> bool:
        """Whether there is more than one."""
        return self._parts_n > 1

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close what is open."""
        self._open.close()

    def add(self, rows: pl.DataFrame) -> None:
        """Put in rows, which have post_key (or null) and source_row."""
        if self._parts_n == 1:
            self._held.append(rows)
            return
        key = pl.col("post_key")  # the hash of nothing is something
        of_post = pl.when(key.is_null()).then(pl.col("source_row").hash()).otherwise(key.hash())
        numbered = rows.with_columns(part=of_post % self._parts_n).sort("part")
        sizes = dict(numbered["part"].value_counts().iter_rows())
        table, begin = numbered.drop("part").to_arrow(compat_level=pl.CompatLevel.oldest()), 0
        for number, writer in enumerate(self._started(table.schema)):
            writer.write_table(table.slice(begin, sizes.get(number, 0)))
            begin += sizes.get(number, 0)

    def _started(self, schema: pa.Schema) -> list[pa.ipc.RecordBatchStreamWriter]:
        if not self._writers:
            self._files = [
                self._open.enter_context(tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115 - closed by it
                for _ in range(self._parts_n)
            ]
            self._writers = [pa.ipc.new_stream(file, schema) for file in self._files]
        return self._writers

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield the parts; each is gone from the folder with the next."""
        if self._held:
            yield pl.concat(self._held)
            self._held.clear()
        for writer, file in zip(self._writers, self._files, strict=True):
            writer.close()
            file.seek(0)
            with pa.ipc.open_stream(file) as stream:
                rows = pl.DataFrame(stream.read_all())
            file.close()
            yield rows


def _most_parts() -> int:
    """Return how many parts there may be: each is an open file, and so later is its run."""
    allowed_n, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    is_limited = allowed_n != resource.RLIM_INFINITY
    return min(_MAX_PARTS, allowed_n // 3) if is_limited else _MAX_PARTS
