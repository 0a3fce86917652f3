"""A second `lockstep run` of a case is refused while the first is under way."""

from pathlib import Path

from assets.cases import Case
from assets.exclusive import exclusive
from tests.pipeline import small_case
from tests.pipeline.small_case import lockstep


def test_a_second_run_says_who_is_at_work_and_changes_nothing(tmp_path: Path) -> None:
    """Exit code 6, what to do, and neither a log nor Dagster's home."""
    folder = small_case.make(tmp_path / "cases" / "small", days_n=2)

    with exclusive(Case(folder), waits=False):
        said = lockstep("run", folder)

    assert (said.returncode, said.stdout) == (6, "")
    assert f"{folder}: another run of this case is under way (process " in said.stderr
    assert "What to do: wait until it has ended" in said.stderr
    assert sorted(p.name for p in folder.iterdir()) == [".lock", "case.toml", "exports", "out"]
    assert not (tmp_path / ".lockstep").exists()
