"""How fast exports are staged, beside Polars and DuckDB reading the same file as text.

Writes a SYNTHETIC export of about 50 MB into a temporary folder:

    python benchmarks/staging.py [MB]
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import polars as pl

from lockstep.ingest.contents import contents
from lockstep.ingest.csv_file import open_csv
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.stage import stage
from lockstep.settings import ExportSection, Settings
from lockstep.synthetic import write_exports

MB = 1_000_000
RUNS_N = 5
KEY = b"a key that only benchmarks use.."


def large_export(folder: Path, size_mb: float) -> Path:
    """Repeat the largest synthetic export, with other post ids each time, and return the file."""
    largest = max(write_exports(folder).paths, key=lambda path: path.stat().st_size)
    header, body = largest.read_bytes().split(b"\n", 1)
    path = folder / "2022-02-11-08-00-00-GMT-search-csv-export.csv"
    with path.open("wb") as file:
        file.write(header + b"\n")
        for number in range(round(size_mb * MB / len(body)) or 1):
            file.write(body.replace(b"/posts/", b"/posts/%d" % (number + 1)))
    return path


def best_s(run: Callable[[], object]) -> float:
    """Return the shortest of several runs, in s; the first compiles and is not counted."""
    run()
    taken = []
    for _ in range(RUNS_N):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def read_by_duckdb(path: Path) -> object:
    """Read every column as text."""
    read = "from read_csv($path, all_varchar = true, strict_mode = false)"
    return duckdb.sql(read, params={"path": str(path)}).to_arrow_table()


def read_as_text(path: Path, section: ExportSection) -> int:
    """Read every value as text, and return how many records there are."""
    export = open_csv(next(contents(path)), section)
    return sum(block.records.height for block in export.blocks(export.header.positions))


def main(size_mb: float) -> None:
    """Print MB/s and rows/s of each, the share of Polars' speed, and the most memory used."""
    with tempfile.TemporaryDirectory() as folder:
        path = large_export(Path(folder), size_mb)
        section = ExportSection(path=path.name)
        settings = Settings(exports=(section,))
        files = (ExportFile(path, section),)
        runs: dict[str, Callable[[], object]] = {
            "polars read_csv": lambda: pl.read_csv(path, infer_schema=False),
            "duckdb read_csv": lambda: read_by_duckdb(path),
            "read as text": lambda: read_as_text(path, section),
            "stage": lambda: stage(files, settings=settings, key=KEY),
        }
        size, rows_n = path.stat().st_size / MB, read_as_text(path, section)
        taken_s = {name: best_s(run) for name, run in runs.items()}
        print(f"{size:.1f} MB, {rows_n:,} rows, Polars with {pl.thread_pool_size()} threads")
        for name, one_s in taken_s.items():
            share = taken_s["polars read_csv"] / one_s
            print(f"{name:16}{size / one_s:8.0f} MB/s{rows_n / one_s:12,.0f} rows/s{share:8.2f} x")
        print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000:.0f} MB")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 50)
