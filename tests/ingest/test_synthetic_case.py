"""The seed-shaped synthetic case, staged: every true post at its second, and nothing else."""

import polars as pl
import pytest

from lockstep.ingest.exports import ExportFile
from lockstep.settings import ExportSection
from lockstep.synthetic import SyntheticCase, write_exports
from tests.ingest.exports_writer import staged

Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCase:
    return write_exports(tmp_path_factory.mktemp("seed_shaped"))


@pytest.fixture(scope="module")
def tables(case: SyntheticCase) -> Tables:
    return staged(*(ExportFile(path, ExportSection(path=path.name)) for path in case.paths))


def test_every_true_post_is_found(case: SyntheticCase, tables: Tables) -> None:
    """Post, account and second are the planted ones, over all 23,685."""
    names = ("post_key", "account_key", "posted_at_s")
    found = tables["posts"].select(names).sort(names)

    assert found.height == 23_685
    assert found.equals(case.truth_post.select(names).sort(names))
    assert not tables["posts"]["is_scheduled_announcement"].any()


def test_nothing_is_kept_apart(case: SyntheticCase, tables: Tables) -> None:
    """All records of all files are accepted, and their sums are right."""
    assert tables["quarantine"].height == 0
    assert tables["sources"]["records_in"].sum() == tables["records"].height > 23_685
    assert tables["sources"]["checksum_bad_n"].sum() == 0
    assert len(case.paths) == tables["sources"].height


def test_accounts_are_the_true_ones(case: SyntheticCase, tables: Tables) -> None:
    """Five pages with their names, creation and numbers of posts."""
    truth = case.truth_account.select("account_key", "name", "created_s", "posts_n")
    found = tables["accounts"].select("account_key", "name", "created_at_s", "posts_n")

    assert found.sort("account_key").rows() == truth.sort("account_key").rows()
    assert set(tables["accounts"]["kind"]) == {"page"}
