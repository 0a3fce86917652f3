"""What a case is given: its question and its raw exports, as Dagster sees them."""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import dagster as dg

from assets.cases import Case
from assets.metadata import OWNERS
from assets.partitions import CASES
from lockstep.errors import InputError
from lockstep.export import run_log
from lockstep.ingest.exports import ExportFile, find_exports
from lockstep.ingest.formats import MARK_CHARS, OWN
from lockstep.storage import file_sha256

CASE_FILE = dg.AssetSpec(
    "case_file",
    group_name="received",
    partitions_def=CASES,
    description="The question of a case: `case.toml`. Its version is the SHA-256 of the file.",
    kinds={"file"},
    owners=OWNERS,
)
EXPORTS = dg.AssetSpec(
    "exports",
    group_name="received",
    partitions_def=CASES,
    description="The raw exports of a case, as received. Their version is a hash of their bytes; "
    "names and times do not enter.",
    kinds={"file"},
    owners=OWNERS,
)


def received(case: Case, sha256: Callable[[Path], str] = file_sha256) -> dict[str, str]:
    """Return the version of what a case is given, by asset; a format of its own is one of these.

    Args:
        case: The case.
        sha256: Hashes a file; a reader that comes again may remember.

    Raises:
        LockstepError: The case file is not valid, or names no export; or one cannot be read.
    """
    files = find_exports(case.folder, case.settings)
    marks = (hashed(path, sha256)[:MARK_CHARS] for path in own_formats(files))
    exports = [hashed(file.path, sha256) for file in files]
    return _versions(case.config_sha256, [*exports, *marks])


def own_formats(files: Iterable[ExportFile]) -> set[Path]:
    """Return the files in which the case itself describes formats of its exports."""
    return {Path(f.section.format) for f in files if f.section.format.endswith(OWN)}


def hashed(path: Path, sha256: Callable[[Path], str] = file_sha256) -> str:
    """Return the SHA-256 of a file that a case is given.

    Raises:
        InputError: It cannot be read, or is a link that leads nowhere.
    """
    try:
        return sha256(path)
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}",
            where=path.name,
            expected="a file that is there, and that you may read",
            fix="put it back, or take it out of the case's exports",
        ) from None


def answered(case: Case) -> dict[str, str]:
    """Return the version of what the tables on disk were made of, by asset."""
    sources = case.read("sources").select("received_sha256", "format_version").collect()
    files = sources["received_sha256"].str.split(", ").explode()
    marks = sources["format_version"].str.extract(r"\+(.+)$", 1).drop_nulls()
    return _versions(case.config_sha256, [*files, *marks])


def is_published(case: Case, versions: dict[str, str]) -> bool:
    """Return whether the last publication of a case answers what it is given."""
    last = run_log.last_published(case.runs_log)
    return last is not None and last.get("received") == versions


def _versions(case_file: str, exports: Iterable[str]) -> dict[str, str]:
    together = hashlib.sha256(json.dumps(sorted(set(exports))).encode()).hexdigest()
    return {"case_file": case_file, "exports": together}


def observed(case: Case, versions: dict[str, str]) -> list[dg.AssetObservation]:
    """Return what Dagster is told of what a case is given, so that it knows what is stale."""
    return [
        dg.AssetObservation(
            name, partition=case.folder.name, tags={"dagster/data_version": version}
        )
        for name, version in versions.items()
    ]
