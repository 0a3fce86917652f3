"""The database is held against the files it was made of."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from assets.cases import Case
from assets.published import differing
from lockstep.storage import empty
from tests.assets import publishing
from tests.assets.test_swap import case as case  # noqa: PLC0414 - a fixture


def test_what_was_just_published_equals_its_files(case: Case) -> None:
    """Before, nothing is published."""
    assert differing(case) == ["nothing is published"]
    publishing.publish_rows(case, 3)
    assert differing(case) == []


def test_files_ahead_of_the_database_are_told(case: Case) -> None:
    """As a run that failed leaves them; one that is gone, too."""
    publishing.publish_rows(case, 3)
    case.write(pl.DataFrame({"k": [1]}), "toy")
    assert differing(case) == ["toy: the file is not the one that was published"]

    case.table("toy").unlink()
    assert differing(case) == ["toy: the file is not the one that was published"]


def test_a_database_changed_by_hand_is_told(case: Case) -> None:
    """A row less."""
    publishing.publish_rows(case, 3)
    with duckdb.connect(str(case.database)) as client:
        client.execute("delete from toy where k = 1")

    assert differing(case) == ["toy: the database holds other rows than the file"]


@pytest.mark.parametrize("table", ["findings"])
def test_findings_are_compared_by_content(tmp_path: Path, table: str) -> None:
    """The same number of rows is not enough; their order does not matter."""
    from assets.published import _fingerprint  # noqa: PLC0415

    one = empty(table).clear(2).with_columns(pl.Series("finding_id", ["a", "b"]))
    with duckdb.connect() as client:
        prints = [
            _fingerprint(client.from_arrow(frame.to_arrow()), table)
            for frame in (one, one.reverse(), one.with_columns(finding_id=pl.lit("a")))
        ]

    assert prints[0] == prints[1] != prints[2]
    assert prints[0][0] == prints[2][0] == 2
    assert not list(tmp_path.iterdir())
