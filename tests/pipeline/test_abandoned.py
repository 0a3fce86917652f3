"""A run whose process is gone is ended, so that its case can be run again."""

from pathlib import Path

import dagster as dg
import pytest

from assets.exclusive import exclusive
from assets.resources import Workspace
from pipeline import abandoned
from pipeline.abandoned import end_abandoned
from tests.pipeline.test_watching import make


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dg.DagsterInstance, str]:
    """Return an instance, and a run of a case that counts as started and is of no process."""
    monkeypatch.setattr(abandoned, "_GRACE_S", 0.0)
    make(tmp_path, "mali")
    instance = dg.DagsterInstance.ephemeral()
    job = dg.job(name="case")(lambda: None)
    run = instance.create_run_for_job(job, tags={"dagster/partition": "mali"})
    instance.report_dagster_event(
        dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, "case"), run_id=run.run_id
    )
    return instance, run.run_id


def test_a_run_without_a_process_is_ended(
    tmp_path: Path, begun: tuple[dg.DagsterInstance, str]
) -> None:
    """Nobody holds its case: it failed."""
    instance, run_id = begun

    assert end_abandoned(instance, Workspace(root=str(tmp_path))) == [run_id]

    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert run.status == dg.DagsterRunStatus.FAILURE
    assert end_abandoned(instance, Workspace(root=str(tmp_path))) == []


def test_a_run_at_work_goes_on(tmp_path: Path, begun: tuple[dg.DagsterInstance, str]) -> None:
    """Its case is held."""
    instance, run_id = begun
    workspace = Workspace(root=str(tmp_path))

    with exclusive(workspace.case("mali"), waits=False):
        assert end_abandoned(instance, workspace) == []
    run = instance.get_run_by_id(run_id)
    assert run is not None
    assert run.status == dg.DagsterRunStatus.STARTED


def test_a_run_that_has_just_begun_is_given_time(
    tmp_path: Path, begun: tuple[dg.DagsterInstance, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To ask for its case."""
    monkeypatch.setattr(abandoned, "_GRACE_S", 3_600.0)

    assert end_abandoned(begun[0], Workspace(root=str(tmp_path))) == []


def test_a_run_of_a_case_that_is_gone_is_ended(
    tmp_path: Path, begun: tuple[dg.DagsterInstance, str]
) -> None:
    """No folder, no process."""
    instance, run_id = begun
    (tmp_path / "cases" / "mali").rename(tmp_path / "elsewhere")

    assert end_abandoned(instance, Workspace(root=str(tmp_path))) == [run_id]
