"""All rows of a case, in parts small enough for the memory: each holds all records of its posts."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow as pa

from lockstep.ingest.contents import HELD_BYTES

PART_BYTES = 24 << 20
"""How much of the exports goes into a part where they are too large to be held in memory."""
_MAX_PARTS = 400
"""As many files are open at once; systems allow 1,024."""


class Parts:
    """Rows that are put in block by block and come out part by part.

    What is one part stays in memory; several lie in a folder. In which part a post lies shows in no
    table, only that all its records lie in the same.
    """

    def __init__(self, exports_bytes: int, folder: Path) -> None:
        """Make room for exports of so many bytes; the folder is there."""
        parts_n = -(-exports_bytes // PART_BYTES) if exports_bytes > HELD_BYTES else 1
        self._parts_n = min(parts_n, _MAX_PARTS)
        self._held: list[pl.DataFrame] = []
        self._paths = [folder / f"part-{number}.arrow" for number in range(self._parts_n)]
        self._open = ExitStack()
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
        of_post = pl.coalesce(pl.col("post_key").hash(), pl.col("source_row").hash())
        numbered = rows.with_columns(part=of_post % self._parts_n).sort("part")
        sizes = dict(numbered["part"].value_counts().iter_rows())
        table, begin = numbered.drop("part").to_arrow(compat_level=pl.CompatLevel.oldest()), 0
        for number, writer in enumerate(self._started(table.schema)):
            writer.write_table(table.slice(begin, sizes.get(number, 0)))
            begin += sizes.get(number, 0)

    def _started(self, schema: pa.Schema) -> list[pa.ipc.RecordBatchStreamWriter]:
        if not self._writers:
            self._writers = [
                self._open.enter_context(
                    pa.ipc.new_stream(self._open.enter_context(pa.OSFile(str(path), "wb")), schema)
                )
                for path in self._paths
            ]
        return self._writers

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """Yield the parts that hold a row; what was read is gone from the folder."""
        self._open.close()
        if self._held:
            yield pl.concat(self._held)
            self._held.clear()
        for path in self._paths if self._writers else ():
            with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
                rows = pl.DataFrame(stream.read_all())
            path.unlink()
            if rows.height:
                yield rows
