"""A case that changed is run once for each content, and nothing stops the others."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from assets.cases import Case
from assets.exclusive import exclusive
from assets.received import received
from assets.resources import Workspace
from lockstep.errors import LockstepError
from lockstep.export import run_log
from pipeline.definitions import build_defs
from pipeline.watching import Hashes, changed_cases, daily_checks


def make(root: Path, name: str, *, text: str = "a,b\n") -> Path:
    """Make a case with one export and return its folder."""
    folder = root / "cases" / name
    (folder / "exports").mkdir(parents=True)
    (folder / "exports" / "a.csv").write_text(text)
    (folder / "case.toml").write_text('[[exports]]\npath = "exports/*"\n')
    return folder


def looked(root: Path, instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult:
    """Return what one look of the sensor asks for."""
    resources = {"workspace": Workspace(root=str(root))}
    with dg.build_sensor_context(instance=instance, cursor=cursor, resources=resources) as context:
        found = changed_cases(context)
    assert isinstance(found, dg.SensorResult)
    return found


def asked(found: dg.SensorResult) -> dict[str, str]:
    """Return the keys of the runs asked for, by case."""
    return {str(r.partition_key): str(r.run_key) for r in found.run_requests or []}


def note_published(root: Path, name: str) -> None:
    """Write down that what the case is given now is published."""
    case = Workspace(root=str(root)).case(name)
    run_log.append(case.runs_log, [{"event": "published", "received": received(case)}])


@pytest.fixture
def instance() -> dg.DagsterInstance:
    """Return an instance that is gone after the test."""
    return dg.DagsterInstance.ephemeral()


def test_a_new_case_is_run_and_becomes_a_partition(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    """And Dagster learns the versions of what it was given."""
    make(tmp_path, "mali")

    found = looked(tmp_path, instance)

    assert list(asked(found)) == ["mali"]
    (added,) = found.dynamic_partitions_requests or []
    assert added.partition_keys == ["mali"]
    told = {
        event.asset_key.to_user_string(): (event.partition, (event.tags or {}))
        for event in found.asset_events or []
        if event.asset_key is not None
    }
    versions = received(Workspace(root=str(tmp_path)).case("mali"))
    assert told == {
        name: ("mali", {"dagster/data_version": version}) for name, version in versions.items()
    }


def test_a_published_case_is_left_alone_until_its_content_changes(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    """A file that is only touched or renamed is no change; other bytes are."""
    export = make(tmp_path, "mali") / "exports" / "a.csv"
    first = asked(looked(tmp_path, instance))
    note_published(tmp_path, "mali")
    assert asked(looked(tmp_path, instance)) == {}

    os.utime(export, (1, 1))
    export = export.rename(export.with_name("b.csv"))
    assert asked(looked(tmp_path, instance)) == {}

    export.write_text("a,b\n1,2\n")
    second = asked(looked(tmp_path, instance))
    assert list(second) == ["mali"]
    assert first != second


def test_another_question_is_another_run(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """The case file is part of what a case is given."""
    folder = make(tmp_path, "mali")
    note_published(tmp_path, "mali")
    with (folder / "case.toml").open("a") as file:
        file.write("[timing]\nheadline_window_s = 30\n")

    assert list(asked(looked(tmp_path, instance))) == ["mali"]


def test_a_broken_case_stops_no_other(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """It is told in the log of the sensor."""
    broken = make(tmp_path, "broken")
    (broken / "case.toml").write_text("no toml")
    make(tmp_path, "empty")
    (tmp_path / "cases" / "empty" / "exports" / "a.csv").unlink()
    make(tmp_path, "mali")

    with pytest.raises(LockstepError):
        received(Workspace(root=str(tmp_path)).case("empty"))
    assert list(asked(looked(tmp_path, instance))) == ["mali"]


def test_a_case_at_work_is_not_run_twice(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """Whoever began the run, the command or the daemon."""
    make(tmp_path, "mali")
    make(tmp_path, "chad")
    instance.create_run_for_job(
        dg.job(name="case")(lambda: None),
        status=dg.DagsterRunStatus.STARTED,
        tags={"dagster/partition": "mali"},
    )

    assert list(asked(looked(tmp_path, instance))) == ["chad"]


def test_a_case_held_by_another_workspace_is_not_run(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    """Its runs stand in no storage of ours, its lock does."""
    folder = make(tmp_path, "mali")

    with exclusive(Case(folder), waits=False):
        assert asked(looked(tmp_path, instance)) == {}
    assert list(asked(looked(tmp_path, instance))) == ["mali"]


def test_files_are_read_again_only_when_they_changed(tmp_path: Path) -> None:
    """Size and time say whether to look; the content decides."""
    file = tmp_path / "a.csv"
    file.write_text("one")
    first = Hashes(None)
    sha256 = first(file)

    remembered = json.loads(first.written())
    remembered[str(file)][2] = "remembered"
    assert Hashes(json.dumps(remembered))(file) == "remembered"

    os.utime(file, (1, 1))
    assert Hashes(json.dumps(remembered))(file) == sha256


def test_each_morning_every_case_is_checked(tmp_path: Path) -> None:
    """Those that have run and are there, by name; as Dagster itself takes what is asked for."""
    for name in ("chad", "mali", "new"):
        make(tmp_path, name)
    with dg.instance_for_test() as instance:
        instance.add_dynamic_partitions("case", ["mali", "gone", "chad"])
        with dg.build_schedule_context(
            instance=instance,
            resources={"workspace": Workspace(root=str(tmp_path))},
            repository_def=build_defs().get_repository_def(),
            scheduled_execution_time=datetime(2026, 1, 5, 5, tzinfo=UTC),
        ) as context:
            found = daily_checks.evaluate_tick(context).run_requests or []

    assert [request.partition_key for request in found] == ["chad", "mali"]
    assert len({request.run_key for request in found}) == 2


def test_an_export_that_cannot_be_read_stops_no_other_case(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    """A link that leads nowhere is told of its case; the one behind it runs."""
    export = make(tmp_path, "chad") / "exports" / "a.csv"
    export.unlink()
    export.symlink_to(tmp_path / "nowhere.csv")
    make(tmp_path, "mali")

    assert list(asked(looked(tmp_path, instance))) == ["mali"]
