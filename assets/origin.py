"""What a table on disk was made of, and whether it would be made of the same today."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from assets.cases import Case
from lockstep.export import run_log
from lockstep.storage import file_sha256


@dataclass(frozen=True, slots=True)
class Origin:
    """The code that makes a table, and the version of each asset it is made from."""

    code_version: str
    inputs: dict[str, str]


def origin(case: Case, code_version: str, tables: Iterable[str], **received: str) -> Origin:
    """Return what a table would be made of now.

    Args:
        case: The case.
        code_version: Version of the code that makes it.
        tables: Tables it is made from, as they lie on disk.
        **received: Versions of what the case is given, as far as the table depends on it.
    """
    versions = {name: file_sha256(case.table(name)) for name in tables}
    return Origin(code_version, versions | received)


def kept(case: Case, table: str, made_of: Origin) -> str | None:
    """Return the version of a table that is as it would be made now; None where it must be made.

    It must where its file is not that of its last run, or was made by other code or of other
    inputs. Equal code and inputs give equal bytes (DESIGN §5), so nothing is lost by keeping it.
    """
    last = last_made(case, table)
    file = case.table(table)
    if not file.is_file() or {name: last.get(name) for name in asdict(made_of)} != asdict(made_of):
        return None
    version = file_sha256(file)
    return version if version == last["data_version"] else None


def last_made(case: Case, table: str) -> run_log.Event:
    """Return what the log of a case says of the last time that a table was made or kept."""
    events = reversed(run_log.read(case.runs_log, event="made", table_name=table))
    return next((e for e in events if e["event"] == "made"), {})
