"""`lockstep synth`: cases that are ready to run, of any size."""

from pathlib import Path

import polars as pl
import pytest

from assets.cases import Case
from lockstep.ingest.exports import find_exports
from tests.pipeline.small_case import lockstep


def test_a_variant_is_a_case_ready_to_run(tmp_path: Path) -> None:
    """Its file names the network, the controls and who is open about belonging together."""
    said = lockstep("synth", "slots", tmp_path / "case")

    assert said.returncode == 0, said.stderr
    assert said.stdout.splitlines() == [
        str(tmp_path / "case" / name) for name in ("case.toml", "exports", "truth")
    ]
    assert said.stderr.startswith("SYNTHETIC case case. ")
    case = Case(tmp_path / "case")
    accounts = case.settings.accounts
    truth = pl.read_csv(case.folder / "truth" / "synthetic_truth_account.csv")
    side = {
        name: tuple(truth.filter(side=name)["account_key"].str.strip_prefix("facebook:"))
        for name in ("network", "control", "disclosed")
    }
    assert case.settings.case.synthetic
    assert accounts.network == side["network"]
    assert accounts.control == side["control"] + side["disclosed"]
    assert [group.accounts for group in accounts.disclosed] == [side["disclosed"]]
    assert len(find_exports(case.folder, case.settings)) == 7


def test_a_size_of_ones_own(tmp_path: Path) -> None:
    """As many posts and accounts as asked for, all of them under study."""
    said = lockstep(
        "--root", tmp_path, "synth", "null", "--accounts", "60", "--posts", "6000", "--seed", "3"
    )

    assert said.returncode == 0, said.stderr
    assert "6,000 posts of 60 accounts, 2 exports" in said.stderr
    case = Case(tmp_path / "cases" / "synthetic-null")
    assert case.settings.accounts.network == ()
    assert pl.read_csv(case.folder / "truth" / "synthetic_truth_post.csv").height == 6_000


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["slot"], "Did you mean 'slots'?"),
        (["null", "--accounts", "10"], "give both --accounts and --posts"),
        (["null", "--accounts", "3", "--posts", "900"], "too few to be a case"),
    ],
)
def test_what_makes_no_case_is_told(tmp_path: Path, words: list[str], told: str) -> None:
    """Nothing is written."""
    said = lockstep("--root", tmp_path, "synth", *words)

    assert said.returncode != 0
    assert told in said.stderr
    assert not list(tmp_path.rglob("*.csv"))


def test_a_case_of_somebody_else_stays(tmp_path: Path) -> None:
    """A case file that does not say synthetic is no place for one."""
    (tmp_path / "case.toml").write_text('[[exports]]\npath = "exports/*"\n')
    said = lockstep("synth", "null", tmp_path)

    assert said.returncode == 2
    assert "holds a case that lockstep did not make up" in said.stderr
