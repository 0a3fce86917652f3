"""A table is kept where code and inputs are as they were, and made again everywhere else."""

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from assets.cases import Case
from assets.factory import table_asset
from assets.metadata import materialised
from assets.origin import Origin, kept, origin
from assets.partitions import CASES
from assets.resources import Workspace
from lockstep.export import run_log
from lockstep.storage import empty

MADE_OF = Origin("code", {"posts": "1"})


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Return a case with one table, noted as made."""
    (tmp_path / "mali").mkdir()
    made = Case(tmp_path / "mali")
    made.config.write_text('[[exports]]\npath = "x"\n', "utf-8")
    version = made.write(empty("episodes"), "episodes")
    materialised(made, "episodes", version, run_id="one", made_of=MADE_OF)
    return made


def test_a_table_of_the_same_code_and_inputs_is_kept(case: Case) -> None:
    """By the version of its file."""
    (made,) = run_log.read(case.runs_log)

    assert kept(case, "episodes", MADE_OF) == made["data_version"]


@pytest.mark.parametrize(
    "made_of",
    [
        Origin("other code", {"posts": "1"}),
        Origin("code", {"posts": "2"}),
        Origin("code", {"posts": "1", "accounts": "1"}),
        Origin("code", {}),
    ],
)
def test_other_code_or_inputs_ask_for_it_again(case: Case, made_of: Origin) -> None:
    """One more and one less, too."""
    assert kept(case, "episodes", made_of) is None


def _deletes(case: Case) -> None:
    case.table("episodes").unlink()


def _damages(case: Case) -> None:
    case.table("episodes").write_bytes(b"PAR1")


def _made_by_nobody(case: Case) -> None:
    case.runs_log.unlink()


def _made_later_of_who_knows_what(case: Case) -> None:
    materialised(case, "episodes", "version", run_id="two")


@pytest.mark.parametrize(
    "changes", [_deletes, _damages, _made_by_nobody, _made_later_of_who_knows_what]
)
def test_a_file_that_is_not_that_of_its_last_run_is_made_again(
    case: Case, changes: Callable[[Case], None]
) -> None:
    """Deleted, damaged, put there by hand, or made since."""
    changes(case)

    assert kept(case, "episodes", MADE_OF) is None


def test_the_origin_names_files_by_their_content(case: Case) -> None:
    """Tables by the hash of their file, the rest as it is told."""
    (made,) = run_log.read(case.runs_log)

    found = origin(case, "code", ["episodes"], case_file="c")

    assert found == Origin("code", {"episodes": made["data_version"], "case_file": "c"})


def test_a_run_computes_only_what_changed(case: Case) -> None:
    """Nothing the second time, all of it when asked, and again when an input changes."""
    computed: list[int] = []

    def episodes(*, timing_difference: pl.LazyFrame) -> pl.DataFrame:
        computed.append(timing_difference.collect().height)
        return empty("episodes")

    episodes.__module__ = "lockstep.timing.episodes"
    made = table_asset(episodes, inputs=("timing_difference",))

    def run(*, anew: bool = False) -> list[int]:
        computed.clear()
        workspace = Workspace(root="", folders={"mali": str(case.folder)}, anew=anew)
        with dg.DagsterInstance.ephemeral() as instance:
            instance.add_dynamic_partitions("case", ["mali"])
            dg.materialize(
                [dg.AssetSpec("timing_difference", partitions_def=CASES), made],
                instance=instance,
                partition_key="mali",
                resources={"workspace": workspace},
                selection=["episodes"],
            )
        return [*computed]

    rows = empty("timing_difference").clear(1).with_columns(pl.lit("p").alias("post_key"))
    case.write(empty("timing_difference"), "timing_difference")
    assert run() == [0]
    assert run() == []
    assert run(anew=True) == [0]
    case.write(
        rows.with_columns(
            scope=pl.lit("network"),
            account_key=pl.lit("a"),
            posted_at_s=pl.lit(0),
            eligible=pl.lit(True),
        ),
        "timing_difference",
    )
    assert run() == [1]
    assert run() == []
