"""Each variant and quirk that the writer knows, read back: no post lost, no wrong time."""

from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lockstep.synthetic.headers import HEADERS
from tests.ingest.exports_writer import reasons, staged
from tests.synthetic.small_posts import FOLD_S, POSTS_N, START_S, cut, posts

NEW_YORK = "America/New_York"
QUIRKS: dict[str, dict[str, Any]] = {
    "none": {},
    "another zone": {"zone": "America/Sao_Paulo"},
    "clocks set back": {"zone": NEW_YORK},
    "line ends in fields": {"newline_share": 0.6},
    "CR LF": {"line_end": "\r\n"},
    "semicolons": {"delimiter": ";"},
    "tabulators": {"delimiter": "\t"},
    "thousands of Brazil": {"locale": "eu"},
    "thousands with spaces": {"locale": "space"},
    "thousands of India": {"locale": "indian"},
    "no thousands": {"locale": "plain"},
    "no mark": {"byte_order_mark": False},
    "shuffled": {"shuffle_seed": 3},
    "header encoded twice": {"header_encoded_twice": True},
    "row cap": {"row_cap": 100},
}
LOCALES = {"eu": "eu", "space": "space", "plain": "plain"}


def truth() -> dict[str, int]:
    return dict(posts().select("post_id", "time_s").iter_rows())


@pytest.mark.parametrize(("variant", "quirk"), list(product(HEADERS, QUIRKS)))
def test_every_post_is_read_with_its_time(tmp_path: Path, variant: str, quirk: str) -> None:
    """What can be had is had exactly; Brazil prints BRT, which names its zone."""
    how = QUIRKS[quirk]
    if how.get("zone") == "America/Sao_Paulo":
        how = {**how, "zone_beside_time": False, "timezone": "America/Sao_Paulo"}
    file, held = cut(tmp_path, header=variant, **how)
    tables = staged(file)
    source = tables["sources"].row(0, named=True)
    found = tables["posts"].with_columns(pl.col("post_id").str.strip_prefix("C"))

    assert reasons(tables) == []
    assert found.height == how.get("row_cap", POSTS_N)
    assert set(found["post_id"]) == set(held["post_id"])
    times = truth()
    assert found["posted_at_s"].to_list() == [times[post] for post in found["post_id"]]
    assert source["variant"] == variant
    assert tables["accounts"].height == 3
    if "Total Interactions" in HEADERS[variant]:  # type: ignore[index]
        assert source["number_locale"] == LOCALES.get(how.get("locale", "en"), "en")
        assert tables["engagement"]["checksum_ok"].all()
        assert tables["engagement"]["total_interactions"].max() > 3_000
    else:
        assert source["number_locale"] == "plain"
        assert tables["engagement"]["checksum_ok"].null_count() == found.height


@pytest.mark.parametrize("variant", ["FB-2a", "FB-2b", "FB-3", "FB-4", "FB-5"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_file_that_a_spreadsheet_saved(tmp_path: Path, variant: str, delimiter: str) -> None:
    """Ids are had from addresses; where those have names, another export tells them."""
    file, _ = cut(
        tmp_path, header=variant, is_spreadsheets=True, newline_share=0.5, delimiter=delimiter
    )
    whole, _ = cut(tmp_path, file_name="whole.csv")
    tables = staged(file, whole) if variant.startswith("FB-2") else staged(file)
    warnings = tables["sources"].filter(pl.col("file_name") != "whole.csv")["warnings"].item()
    content = file.path.read_bytes()

    assert reasons(tables) == []
    assert tables["posts"].height == POSTS_N
    assert sorted(tables["posts"]["posted_at_s"]) == sorted(truth().values())
    assert set(tables["accounts"]["account_id"]) == set(posts()["Facebook Id"])
    assert set(tables["accounts"]["kind"]) == {"page"}
    assert f"id_precision_lost {POSTS_N}" in warnings
    assert "excel_resaved" in warnings
    assert content.count(b"\r\n") < content.count(b"\n")


def test_names_in_addresses_alone_are_kept_apart(tmp_path: Path) -> None:
    """A spreadsheet lost the ids, the addresses have none, and no other export tells them."""
    file, _ = cut(tmp_path, header="FB-2b", is_spreadsheets=True)

    assert reasons(staged(file)) == ["id_precision_lost"] * POSTS_N


@pytest.mark.parametrize("variant", ["FB-2b", "FB-4", "FB-5"])
def test_a_page_that_moved_between_two_exports(tmp_path: Path, variant: str) -> None:
    """It is one account, under the id that it has in the newest."""
    old = {"header": variant, "file_name": "2022-01-11-08-00-00-GMT-search-csv-export.csv"}
    before, _ = cut(tmp_path, **old)
    after, _ = cut(tmp_path, moved=((0, "100057000000001"),))
    tables = staged(before, after)

    assert reasons(tables) == []
    assert tables["accounts"].height == 3
    assert tables["posts"].height == POSTS_N
    assert "facebook:100057000000001" in set(tables["accounts"]["account_key"])
    assert tables["account_aliases"].filter(kind="migrated_id").height == 1


def test_the_hour_that_comes_twice(tmp_path: Path) -> None:
    """The abbreviation tells which is meant; without it the earlier is taken, with its doubt."""
    told, _ = cut(tmp_path, zone=NEW_YORK, file_name="told.csv")
    untold = {"zone": NEW_YORK, "zone_beside_time": False, "timezone": NEW_YORK}
    doubtful = staged(cut(tmp_path, **untold)[0])["posts"].sort("post_id")
    certain = staged(told)["posts"].sort("post_id")
    times = certain["posted_at_s"]
    is_twice = (times >= FOLD_S - 3_600) & (times < FOLD_S + 3_600)
    uncertain_s = pl.Series([3_600 if twice else 0 for twice in is_twice])

    assert certain["posted_at_uncertainty_s"].sum() == 0
    assert doubtful["posted_at_uncertainty_s"].to_list() == uncertain_s.to_list()
    later = times >= FOLD_S
    expected = [
        t - 3_600 if twice and late else t
        for t, twice, late in zip(times, is_twice, later, strict=True)
    ]
    assert doubtful["posted_at_s"].to_list() == expected
    assert START_S < FOLD_S


def test_overlapping_variants_show_each_post_once(tmp_path: Path) -> None:
    """Every variant of Facebook together: one post, one account, as many observations."""
    files = [
        cut(tmp_path, header=variant, file_name=f"{variant}.csv")[0]
        for variant in HEADERS
        if variant != "IG"
    ]
    tables = staged(*files)

    assert reasons(tables) == []
    assert (tables["posts"].height, tables["accounts"].height) == (POSTS_N, 3)
    assert tables["engagement"].height == POSTS_N * len(files)
    assert tables["sources"]["posts_new_n"].sum() == POSTS_N
