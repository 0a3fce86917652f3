"""Cases of any size: exact volumes, a known share that coordinates, bounded blocks."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from lockstep.errors import MethodError
from lockstep.synthetic import write_population

ACCOUNTS_N, POSTS_N = 260, 30_000


@dataclass(frozen=True)
class Population:
    """What was written."""

    exports: tuple[Path, ...]
    truth: Path

    def table(self, name: str) -> pl.DataFrame:
        """Read a truth table."""
        return pl.read_csv(self.truth / f"synthetic_truth_{name}.csv")


def written(folder: Path, seed: int) -> Population:
    exports = write_population(
        folder / "exports", folder / "truth", accounts_n=ACCOUNTS_N, posts_n=POSTS_N, seed=seed
    )
    return Population(exports, folder / "truth")


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Population:
    return written(tmp_path_factory.mktemp("population"), 7)


def test_size_is_exact(population: Population) -> None:
    """As many accounts and posts as asked for, each post once in the truth and in the exports."""
    raw = pl.concat([pl.read_csv(path, infer_schema=False) for path in population.exports])
    dated = raw.filter(pl.col("Post Created").str.ends_with("GMT"))
    keys = pl.format("facebook:{}", pl.col("URL").str.split("/").list.last())
    posts, accounts = population.table("post"), population.table("account")
    assert posts.height == posts["post_key"].n_unique() == POSTS_N
    assert accounts.height == accounts["account_key"].n_unique() == ACCOUNTS_N
    assert set(dated.select(keys).to_series()) == set(posts["post_key"])


def test_one_export_holds_fifty_accounts(population: Population) -> None:
    """The rest stands in the last."""
    held = [
        pl.read_csv(path, infer_schema=False)["Facebook Id"].n_unique()
        for path in population.exports
    ]
    assert held == [50, 50, 50, 50, 50, 10]


def test_a_known_share_coordinates(population: Population) -> None:
    """Five accounts of every fourth block, nobody else; ids of events are unique."""
    pairs, events = population.table("pair"), population.table("event")
    coordinating = sorted({*pairs["account_a"], *pairs["account_b"]})
    assert coordinating == [
        f"facebook:1{1_001 + block * 50 + i:014d}" for block in (0, 4) for i in range(5)
    ]
    assert events["event_id"].n_unique() == events.height
    assert set(population.table("post")["event_id"].drop_nulls()) == set(events["event_id"])
    assert not pairs["is_disclosed"].any()


def test_the_same_seed_gives_the_same_bytes(population: Population, tmp_path: Path) -> None:
    """In every file of exports and truth."""

    def digests(folder: Path) -> dict[str, str]:
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}

    again = written(tmp_path, 7)
    assert digests(population.truth.parent) == digests(again.truth.parent)


@pytest.mark.parametrize(("accounts_n", "posts_n"), [(4, 10_000), (10, 999), (0, 0), (5, -1)])
def test_too_little_is_refused(tmp_path: Path, accounts_n: int, posts_n: int) -> None:
    """Nothing is written."""
    with pytest.raises(MethodError, match="too few"):
        write_population(
            tmp_path / "exports", tmp_path / "truth", accounts_n=accounts_n, posts_n=posts_n
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("accounts_n", [5, 49, 50, 51, 54, 55, 56])
def test_any_number_of_accounts_fits(tmp_path: Path, accounts_n: int) -> None:
    """No block is too small for a network of five."""
    write_population(
        tmp_path / "e", tmp_path / "t", accounts_n=accounts_n, posts_n=accounts_n * 100
    )
    posts = pl.read_csv(tmp_path / "t" / "synthetic_truth_post.csv")
    assert posts.height == accounts_n * 100
