"""The files of Dagster's event log stay open as long as a run writes to them, and no longer."""

from pathlib import Path

import dagster as dg

from pipeline.open_storage import held_open

JOB = dg.job(name="case")(lambda: None)


def journals(folder: Path) -> set[str]:
    """Return the files whose journal SQLite has not written back yet."""
    return {path.name.removesuffix(".db-wal") for path in folder.rglob("runs/*-wal")}


def test_the_journal_is_written_back_once_and_nothing_is_lost(tmp_path: Path) -> None:
    """Not after each event; others read and write meanwhile."""
    with dg.instance_for_test(temp_dir=str(tmp_path)) as instance:
        run = instance.create_run_for_job(JOB)
        instance.report_engine_event("before", run)
        assert journals(tmp_path) == set()

        with held_open(instance, run.run_id):
            instance.report_engine_event("meanwhile", run)
            instance.report_runless_asset_event(dg.AssetMaterialization("posts"))
            assert journals(tmp_path) == {"index", run.run_id}
            with dg.DagsterInstance.from_config(str(tmp_path)) as other:
                other.report_engine_event("of another", run)

        assert journals(tmp_path) == set()
        told = [entry.message for entry in instance.all_logs(run.run_id)]
        assert told[-3:] == ["before", "meanwhile", "of another"]
        assert instance.get_latest_materialization_event(dg.AssetKey("posts")) is not None


def test_a_log_in_no_file_is_left_alone() -> None:
    """Where somebody keeps Dagster's storage on a server, or in memory."""
    with dg.DagsterInstance.ephemeral() as instance, held_open(instance, "none"):
        assert instance.all_logs("none") == []
