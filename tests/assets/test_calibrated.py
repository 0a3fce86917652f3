"""The rates of a case are kept while they are of its inputs, and dropped when they are not."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from assets import calibrated
from assets.calibrated import calibration, case_calibration
from assets.cases import Case
from assets.partitions import CASES
from assets.resources import Workspace
from lockstep.calibration import table
from lockstep.storage import file_sha256
from tests.timing.reference import frames

STAGED = ("posts", "accounts", "sources")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Return a case of two accounts that post every hour, as staging leaves it."""
    case = Case(tmp_path / "mali")
    case.folder.mkdir()
    case.config.write_text('[[exports]]\npath = "x"\n', "utf-8")
    hourly = [(hour * 3_600 + 7 * account, account) for hour in range(240) for account in (0, 1)]
    stage(case, hourly)
    return case


def stage(case: Case, posts: list[tuple[int, int]]) -> None:
    """Write the columns of the staged tables that timing reads."""
    case.table("posts").parent.mkdir(parents=True, exist_ok=True)
    for name, frame in frames(posts, 2, days_n=10).items():
        frame.collect().write_parquet(case.table(name))


def run(case: Case, *, surrogate_cases_n: int | None = None) -> pl.DataFrame:
    """Materialise the table, by default as an ordinary run does, and return it."""
    of_op = {"config": {"surrogate_cases_n": surrogate_cases_n}}
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("case", ["mali"])
        dg.materialize(
            [*(dg.AssetSpec(name, partitions_def=CASES) for name in STAGED), case_calibration],
            instance=instance,
            partition_key="mali",
            resources={"workspace": Workspace(root="", folders={"mali": str(case.folder)})},
            selection=["case_calibration"],
            run_config={"ops": {"case_calibration": of_op}} if surrogate_cases_n else None,
        )
    return case.read("case_calibration").collect()


def test_an_ordinary_run_measures_nothing(case: Case) -> None:
    """The table is there, and empty."""
    assert run(case).is_empty()


def test_what_was_measured_stays_while_its_inputs_do(case: Case) -> None:
    """Byte for byte, over any number of ordinary runs."""
    assert run(case, surrogate_cases_n=2)["surrogate_cases_n"].unique().to_list() == [2]
    before = file_sha256(case.table("case_calibration"))

    assert not run(case).is_empty()
    assert file_sha256(case.table("case_calibration")) == before


def test_other_posts_drop_it(case: Case) -> None:
    """An error rate of other posts is none of these."""
    run(case, surrogate_cases_n=2)
    stage(case, [(0, 0), (5, 1)])

    assert run(case).is_empty()


def test_another_question_drops_it(case: Case) -> None:
    """The case file names window, seed and accounts."""
    run(case, surrogate_cases_n=2)
    case.config.write_text('timing.seed = 5\n[[exports]]\npath = "x"\n', "utf-8")

    assert run(case).is_empty()


def test_other_code_drops_it(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version of the tests did says nothing of this one."""
    run(case, surrogate_cases_n=2)
    monkeypatch.setattr(calibrated, "_VERSION", "another")

    assert run(case).is_empty()


@pytest.mark.parametrize("spoil", ["bytes", "columns"])
def test_a_file_that_is_no_such_table_is_dropped(case: Case, spoil: str) -> None:
    """Torn, or of an older contract."""
    path = case.table("case_calibration")
    if spoil == "bytes":
        path.write_bytes(b"no parquet")
    else:
        pl.DataFrame({"rate": [1]}).write_parquet(path)

    assert run(case).is_empty()


def test_the_shipped_table_needs_nothing_of_the_case(case: Case) -> None:
    """Neither tables nor settings: the same in every case, and by another name in no lineage."""
    (spec,) = calibration.specs
    assert list(spec.deps) == []
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("case", ["mali"])
        dg.materialize(
            [calibration],
            instance=instance,
            partition_key="mali",
            resources={"workspace": Workspace(root="", folders={"mali": str(case.folder)})},
        )

    assert case.read("calibration").collect().equals(table.calibration())
