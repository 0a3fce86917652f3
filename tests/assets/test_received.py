"""What a case was given is what its tables were made of, in whatever files it came."""

import gzip
import zipfile
from pathlib import Path

from assets.cases import Case
from assets.received import answered, received
from lockstep.ingest.exports import find_exports
from lockstep.ingest.stage import stage
from tests.pipeline import small_case


def _staged(case: Case) -> Case:
    files = find_exports(case.folder, case.settings)
    case.write(stage(files, settings=case.settings, key=case.key)["sources"], "sources")
    return case


def test_tables_answer_the_files_that_they_were_made_of(tmp_path: Path) -> None:
    """Plain, compressed, in an archive and twice; another file is another question."""
    folder = small_case.make(tmp_path / "cases" / "small", days_n=2)
    plain = folder / "exports" / "synthetic-a.csv"
    before = received(Case(folder))
    (folder / "exports" / "again.gz").write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
    with zipfile.ZipFile(folder / "exports" / "all.zip", "w") as archive:
        for path in sorted(folder.glob("exports/*.csv")):
            archive.write(path, path.name)
    given = received(Case(folder))

    assert answered(_staged(Case(folder))) == given
    assert given["exports"] != before["exports"]
    plain.unlink()
    assert received(Case(folder))["exports"] != given["exports"]
    assert answered(_staged(Case(folder))) == received(Case(folder))
