"""A case that nobody looks after is told, and so is the look itself when it stays away."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.freshness import FreshnessState
from dagster._core.definitions.freshness_evaluator import FRESHNESS_EVALUATORS_BY_POLICY_TYPE
from dagster._core.loader import LoadingContextForTest
from dagster._core.test_utils import freeze_time

import lockstep
from assets.case_states import CHECK, NAME, case_states, looked_after
from assets.cases import Case
from assets.exclusive import exclusive
from assets.received import received
from assets.resources import Workspace
from lockstep.export import run_log

CHECKED = datetime(2026, 1, 5, 5, 0, tzinfo=UTC)


def make(root: Path, name: str, *, tables: tuple[str, ...] = ("posts", "links")) -> Case:
    """Return a case that was published, and each of whose tables was checked, one after another."""
    case = Case(root / "cases" / name)
    (case.folder / "exports").mkdir(parents=True)
    (case.folder / "exports" / "a.csv").write_text("a,b\n")
    case.config.write_text('[[exports]]\npath = "exports/*"\n')
    case.database.parent.mkdir()
    case.database.write_bytes(b"")
    publish(case, lockstep.__version__)
    for minutes, table in enumerate(tables):
        at = (CHECKED + timedelta(minutes=minutes)).isoformat()
        run_log.append(case.checks_log, [{"table_name": table, "checked_at": at}])
    return case


def publish(case: Case, version: str) -> None:
    """Note that a case was published by this version of lockstep."""
    published = {
        "event": "published",
        "at": "2026-01-04T12:00:00+00:00",
        "lockstep_version": version,
        "received": received(case),
        "tables": [{"table_name": table} for table in ("posts", "links")],
    }
    run_log.append(case.runs_log, [published])


@pytest.mark.parametrize(
    ("hours", "state", "what"),
    [
        (25.9, "fine", "published"),
        (26, "look", "published; last checked 26 hours ago"),
        (49.9, "look", "published; last checked 50 hours ago"),
        (50, "wrong", "published; last checked 50 hours ago"),
    ],
)
def test_a_case_is_stale_when_its_daily_check_stays_away(
    tmp_path: Path, hours: float, state: str, what: str
) -> None:
    """The table that was checked first counts; the age of the publication does not."""
    found = looked_after(make(tmp_path, "mali"), CHECKED + timedelta(hours=hours))

    assert (found.state, found.what) == (state, what)
    assert found.checked_at == CHECKED


def test_a_table_that_was_never_checked_is_wrong(tmp_path: Path) -> None:
    """The others do not make up for it."""
    found = looked_after(make(tmp_path, "mali", tables=("posts",)), CHECKED)

    assert (found.state, found.what) == ("wrong", "published; last checked never")


def test_other_content_is_worth_a_look_however_young(tmp_path: Path) -> None:
    """The sensor will run it; one that cannot be run stays so."""
    case = make(tmp_path, "mali")
    (case.folder / "exports" / "a.csv").write_text("a,b\n1,2\n")
    found = looked_after(case, CHECKED)
    assert (found.state, found.what) == ("look", "published, and since then given something else")

    (case.folder / "exports" / "a.csv").unlink()
    assert looked_after(case, CHECKED).state == "look"


def test_what_another_version_published_is_worth_a_look(tmp_path: Path) -> None:
    """The sensor runs no case for new code."""
    case = make(tmp_path, "mali")
    publish(case, "0.0.1")

    found = looked_after(case, CHECKED)

    assert found.state == "look"
    assert found.what == f"published by lockstep 0.0.1, this is {lockstep.__version__}"


def test_a_broken_case_file_is_wrong_and_a_run_under_way_is_not(tmp_path: Path) -> None:
    """Nobody can run the one; the other is being looked after."""
    broken, busy = make(tmp_path, "broken"), make(tmp_path, "busy")
    broken.config.write_text("no toml")

    with exclusive(busy, waits=False):
        assert looked_after(busy, CHECKED).what == "a run is under way"
    assert looked_after(Case(broken.folder), CHECKED).state == "wrong"


def looked(root: Path, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """Let Dagster look at the cases of a workspace."""
    resources = {"workspace": Workspace(root=str(root))}
    return dg.materialize([case_states], instance=instance, resources=resources)


def test_dagster_is_told_of_every_case(tmp_path: Path) -> None:
    """A row each; the check fails for those that are not fine, as an error if one is wrong."""
    with dg.DagsterInstance.ephemeral() as instance:
        assert looked(tmp_path, instance).get_asset_check_evaluations()[0].passed

        make(tmp_path, "mali")
        case = Case(tmp_path / "cases" / "chad")
        case.folder.mkdir()
        case.config.write_text('[[exports]]\npath = "exports/*"\n')
        result = looked(tmp_path, instance)

    (found,) = result.get_asset_check_evaluations()
    assert (found.check_name, found.passed, found.severity) == (
        CHECK,
        False,
        dg.AssetCheckSeverity.ERROR,
    )
    assert result.success
    (made,) = result.asset_materializations_for_node(NAME)
    records = made.metadata["cases"].value.records  # type: ignore[union-attr]
    assert [(r.data["case"], r.data["state"]) for r in records] == [
        ("chad", "fine"),
        ("mali", "wrong"),
    ]


def test_the_look_itself_is_stale_when_it_stays_away(tmp_path: Path) -> None:
    """By the clock, as Dagster's daemon judges it: a warning after a day, an error after two."""
    defs = dg.Definitions([case_states], resources={"workspace": Workspace(root=str(tmp_path))})
    node = defs.resolve_asset_graph().get(dg.AssetKey(NAME))
    policy = node.freshness_policy_or_from_metadata
    evaluator = FRESHNESS_EVALUATORS_BY_POLICY_TYPE[type(policy)]()

    def state(hours: float, instance: dg.DagsterInstance) -> FreshnessState:
        with freeze_time(datetime.now(UTC) + timedelta(hours=hours)):
            context = LoadingContextForTest(instance)
            return asyncio.run(evaluator.evaluate_freshness(context, node))

    with dg.DagsterInstance.ephemeral() as instance:
        assert state(0, instance) == FreshnessState.UNKNOWN
        looked(tmp_path, instance)
        found = [state(hours, instance) for hours in (1, 25, 27, 49, 51)]

    assert found == [
        FreshnessState.PASS,
        FreshnessState.PASS,
        FreshnessState.WARN,
        FreshnessState.WARN,
        FreshnessState.FAIL,
    ]


def dangling(case: Case) -> None:
    """Replace the export of a case by a link that leads nowhere."""
    export = case.folder / "exports" / "a.csv"
    export.unlink()
    export.symlink_to(case.folder / "nowhere.csv")


def test_an_export_that_cannot_be_read_keeps_no_other_case_unseen(tmp_path: Path) -> None:
    """The case is worth a look, the one behind it is judged as ever."""
    dangling(make(tmp_path, "chad"))
    make(tmp_path, "mali")

    with dg.DagsterInstance.ephemeral() as instance:
        result = looked(tmp_path, instance)

    (made,) = result.asset_materializations_for_node(NAME)
    records = made.metadata["cases"].value.records  # type: ignore[union-attr]
    assert [r.data["case"] for r in records] == ["chad", "mali"]
    assert records[0].data["what"].startswith("a.csv: cannot be read: No such file")
    assert records[1].data["what"].startswith("published")


def test_what_the_system_refuses_is_wrong_of_that_case_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its case file, its lock or its log may not be read."""
    case = make(tmp_path, "mali")

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(run_log, "last_published", forbidden)

    found = looked_after(case, CHECKED)
    assert (found.state, found.what) == ("wrong", "cannot be read: Permission denied")


def test_a_database_that_was_deleted_is_no_case_that_was_never_published(tmp_path: Path) -> None:
    """The log tells which it is."""
    case = make(tmp_path, "mali")
    case.database.unlink()
    other = make(tmp_path, "chad")
    other.database.unlink()
    other.runs_log.write_text("")

    assert looked_after(case, CHECKED).what == "published, and since then its database was deleted"
    assert looked_after(other, CHECKED).what == "run, and never published"
