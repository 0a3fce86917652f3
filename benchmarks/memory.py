"""How much memory staging takes, whatever the size of an export.

Writes SYNTHETIC exports of so many MB into a folder, and stages each in a process of its own; or
stages an export that is there:

    python -m benchmarks.memory FOLDER [MB…]
    python -m benchmarks.memory EXPORT
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.staging import KEY, MB, large_export
from lockstep import storage
from lockstep.ingest.exports import ExportFile
from lockstep.ingest.stage import staged_tables
from lockstep.settings import ExportSection, Settings

SIZES_MB = (50, 500, 5_000)


def measure(path: Path) -> None:
    """Stage an export, write its tables, and print time, speed and the most memory used."""
    section = ExportSection(path=path.name)
    files, settings = (ExportFile(path, section),), Settings(exports=(section,))
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        tables = staged_tables(files, settings=settings, key=KEY, scratch=Path(folder))
        for name in list(tables):
            storage.write(tables.pop(name), name, path.parent / f"{name}.parquet")
    taken_s, size_mb = time.perf_counter() - start, path.stat().st_size / MB
    most_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    print(f"{size_mb:8,.0f} MB{taken_s:8.1f} s{size_mb / taken_s:8.1f} MB/s{most_mb:8,.0f} MB")


def main(folder: Path, sizes_mb: tuple[float, ...]) -> None:
    """Measure exports of several sizes."""
    print("  export   staged   speed   most memory")
    for size_mb in sizes_mb:
        with tempfile.TemporaryDirectory(dir=folder) as made:
            path = large_export(Path(made), size_mb)
            subprocess.run(  # noqa: S603 - this module itself
                [sys.executable, "-m", "benchmarks.memory", str(path)], check=True
            )


if __name__ == "__main__":
    given = Path(sys.argv[1])
    if given.is_file():
        measure(given)
    else:
        main(given, tuple(map(float, sys.argv[2:])) or SIZES_MB)
