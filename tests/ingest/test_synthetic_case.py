"""The seed-shaped synthetic case, staged: every true post at its second, the dirt told apart."""

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
    """Post, account and second are the planted ones, 23,685 and 40 of the pages under study."""
    names = ("post_key", "account_key", "posted_at_s")
    found = tables["posts"].select(names).sort(names)

    under_study = [f"facebook:{account}" for account in case.account_ids]
    assert found["account_key"].is_in(under_study).sum() == 23_725
    assert found.equals(case.truth_post.select(names).sort(names))
    assert not tables["posts"]["is_scheduled_announcement"].any()


def test_back_dated_posts_are_those_that_were_planted(case: SyntheticCase, tables: Tables) -> None:
    """All forty and no other, and what is left are the 23,685 posts and the pages' true lives."""
    posts, back_dated = tables["posts"], pl.col("role") == "back_dated"
    planted = case.truth_post.filter(back_dated)["post_key"]
    published = posts.filter(~pl.col("is_back_dated"))

    assert set(posts.filter("is_back_dated")["post_key"]) == set(planted)
    under_study = [f"facebook:{account}" for account in case.account_ids]
    assert published["account_key"].is_in(under_study).sum() == 23_685
    lives = tables["accounts"].filter(pl.col("first_post_s") >= pl.col("created_at_s"))
    assert lives.height == tables["accounts"].height == 15
    noticed = tables["sources"]["warnings"].str.extract(r"back_dated (\d+)").cast(pl.Int64)
    assert noticed.sum() == 40
    assert not tables["sources"]["warnings"].str.contains("ids_not_ordered").any()


def test_only_the_dirt_is_kept_apart(case: SyntheticCase, tables: Tables) -> None:
    """What has no time is quarantined, what stands twice is a duplicate; all sums are right."""
    found = tables["sources"]
    distinct_n = found["records_in"] - found["duplicate_exact_n"] - found["quarantined_n"]
    assert (distinct_n * 0.005).round().equals(found["duplicate_exact_n"].cast(pl.Float64))
    assert (distinct_n * 0.002).round().equals(found["quarantined_n"].cast(pl.Float64))
    assert (found["quarantined_n"] / found["records_in"]).max() < 0.01
    assert tables["sources"]["records_in"].sum() == tables["records"].height > 23_685
    assert tables["sources"]["checksum_bad_n"].sum() == 0
    assert len(case.paths) == tables["sources"].height


def test_accounts_are_the_true_ones(case: SyntheticCase, tables: Tables) -> None:
    """Fifteen pages with their names, creation and numbers of posts."""
    truth = case.truth_account.select("account_key", "name", "created_s")
    found = tables["accounts"].select("account_key", "name", "created_at_s")
    posts_n = case.truth_post.group_by("account_key").len().sort("account_key")["len"]

    assert found.sort("account_key").rows() == truth.sort("account_key").rows()
    assert tables["accounts"].sort("account_key")["posts_n"].to_list() == posts_n.to_list()
    assert set(tables["accounts"]["kind"]) == {"page"}
