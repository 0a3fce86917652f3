"""Accounts under several ids and names: one in every table, whatever the order of the exports."""

import random
from pathlib import Path

import polars as pl
import pytest

from lockstep.accounts.selection import resolve
from lockstep.ingest.exports import ExportFile
from lockstep.settings import Settings
from lockstep.synthetic.headers import HEADERS
from lockstep.timing.differences import timing_difference
from tests.ingest.exports_writer import (
    EARLIER,
    EXPORTED,
    GROUP,
    OTHER_PAGE,
    PAGE,
    Row,
    csv_bytes,
    export,
    group_post,
    post,
    reasons,
    staged,
)

FB = "https://www.facebook.com"
MOVED = "100057000000001"
LATER = "2022-03-11-08-00-00-GMT-search-csv-export.csv"

Tables = dict[str, pl.DataFrame]


def moved_post(number: int, old: str = PAGE, new: str = MOVED, **values: str) -> Row:
    """Return the record of a post of a page that moved: the address keeps the old id."""
    return post(number, old, Facebook_Id=new, **values)


def older(row: Row, handle: str = "syn.page") -> Row:
    """Return a record as exports of 2020 have it: a name in the address."""
    post_id = row["URL"].rpartition("/")[2]
    changed = {"URL": f"{FB}/{handle}/posts/{post_id}", "User Name": handle}
    return {**row, **changed, "Created": row["Post Created"]}


def of_2020(folder: Path, rows: list[Row], name: str, *without: str) -> ExportFile:
    header = [column for column in HEADERS["FB-2b"] if column not in without]
    return export(folder, csv_bytes(rows, header), name)


def aliases(tables: Tables) -> list[tuple[str, ...]]:
    return (
        tables["account_aliases"]
        .select("alias_key", "account_key", "kind")
        .sort("kind", "alias_key", descending=[True, False])
        .rows()
    )


def accounts(tables: Tables) -> set[str]:
    """Return every account key of every table."""
    keys = {
        ("accounts", "account_key"),
        ("posts", "account_key"),
        ("account_aliases", "account_key"),
    }
    return {key for table, column in keys for key in tables[table][column]}


def test_a_page_that_moved_is_one_account(tmp_path: Path) -> None:
    """Its old posts, the new ones, and those of an export from before it moved."""
    before = export(tmp_path, [post(1), post(2)], EARLIER)
    after = export(tmp_path, [moved_post(2), moved_post(3), post(4, MOVED)])
    tables = staged(before, after)

    assert accounts(tables) == {f"facebook:{MOVED}"}
    assert tables["posts"].height == 4
    assert reasons(tables) == []
    assert aliases(tables)[0] == (f"facebook:{PAGE}", f"facebook:{MOVED}", "migrated_id")
    first = tables["account_aliases"].filter(pl.col("kind") == "migrated_id").row(0, named=True)
    newest = tables["sources"].filter(pl.col("file_name") == EXPORTED)
    assert (first["evidence"], first["first_source_id"]) == ("url_id", newest["source_id"].item())
    assert "account_alias 1" in newest["warnings"].item()
    assert tables["accounts"]["url"].item() == f"{FB}/{MOVED}"
    assert tables["accounts"]["posts_n"].item() == 4


def test_without_aliases_it_would_post_in_lockstep_with_itself(tmp_path: Path) -> None:
    """Two posts of one page ten seconds apart are no coincidence of two accounts."""
    rows = [post(100), post(110, MOVED), post(500), post(505, MOVED)]
    other = post(5_000, OTHER_PAGE)

    def nearest_s(*files: ExportFile) -> list[int | None]:
        tables = staged(*files)
        settings = Settings(exports=tuple(file.section for file in files))
        lazy = {name: tables[name].lazy() for name in ("posts", "accounts")}
        found = timing_difference(**lazy, settings=settings)
        gaps = pl.min_horizontal("gap_before_s", "gap_after_s")
        return found.sort("posted_at_s").select(gaps.alias("gap"))["gap"].to_list()

    apart = nearest_s(export(tmp_path, [*rows, other]))
    together = nearest_s(export(tmp_path, [*rows, other, moved_post(2_000)]))

    assert apart[:4] == [10, 10, 5, 5]
    assert min(gap for gap in together if gap is not None) == 3_000


def test_the_id_in_the_newest_export_is_the_account(tmp_path: Path) -> None:
    """A page that moved twice has its last id, and one that moved back has its first."""
    again = "100090000000001"
    once = export(tmp_path, [moved_post(1)], EARLIER)
    twice = export(tmp_path, [moved_post(1, new=again)])
    back = export(tmp_path, [post(1)], LATER)

    assert accounts(staged(once, twice)) == {f"facebook:{again}"}
    assert {row[0] for row in aliases(staged(once, twice)) if row[2] == "migrated_id"} == {
        f"facebook:{PAGE}",
        f"facebook:{MOVED}",
    }
    assert accounts(staged(once, twice, back)) == {f"facebook:{PAGE}"}


def test_moves_in_a_row_are_followed(tmp_path: Path) -> None:
    """From the first id to the last, over ids that no export shows side by side."""
    ids = [f"1000{number:011d}" for number in range(6)]
    files = [
        export(
            tmp_path,
            [moved_post(n, ids[n], ids[n + 1])],
            f"2022-0{n + 2}-11-08-00-00-GMT-search-csv-export.csv",
        )
        for n in range(5)
    ]
    for seed in range(4):
        random.Random(seed).shuffle(files)
        tables = staged(*files)
        assert accounts(tables) == {f"facebook:{ids[-1]}"}
        assert tables["account_aliases"].filter(pl.col("kind") == "migrated_id").height == 5


def test_columns_that_do_not_belong_together_move_nothing(tmp_path: Path) -> None:
    """One id beside several others is a column that was sorted or filled down by itself."""
    filled_down = [moved_post(1), moved_post(2, OTHER_PAGE), post(3)]
    shifted = [moved_post(1, new=OTHER_PAGE), moved_post(2, new=MOVED)]
    for rows in (filled_down, shifted):
        tables = staged(export(tmp_path, rows))
        assert f"facebook:{MOVED}" not in accounts(tables)
        assert f"facebook:{PAGE}" in accounts(tables)
        assert "account_alias_contradicted 2" in tables["sources"]["warnings"].item()


@pytest.mark.parametrize("without", ["Facebook Id", ""])
def test_a_name_in_the_address_is_resolved_by_another_export(tmp_path: Path, without: str) -> None:
    """Where the column of ids is lost, the id that another export tells for the name is taken."""
    lost = [{**older(post(n)), "Facebook Id": "1E+14"} for n in (1, 2)]
    old = of_2020(tmp_path, lost, EARLIER, without)
    alone, told = staged(old), staged(old, export(tmp_path, [post(3, User_Name="SYN.Page")]))

    missing = "account_id_missing" if without else "id_precision_lost"
    assert reasons(alone) == [missing] * 2
    assert reasons(told) == []
    assert accounts(told) == {f"facebook:{PAGE}"}
    assert aliases(told) == [("facebook:syn.page", f"facebook:{PAGE}", "handle")]
    assert told["accounts"]["aliases"].to_list() == ["facebook:syn.page"]


def test_a_resolved_name_leads_to_the_current_id(tmp_path: Path) -> None:
    """The name, the old id and the new one are one account, which any of them selects."""
    old = of_2020(tmp_path, [older(post(n)) for n in (1, 2)], EARLIER, "Facebook Id")
    tables = staged(old, export(tmp_path, [moved_post(3, User_Name="syn.page"), post(4, MOVED)]))

    assert accounts(tables) == {f"facebook:{MOVED}"}
    for name in (PAGE, MOVED, f"facebook:{PAGE}", "syn.page", "SYN.page", "syn.1"):
        assert resolve(tables["accounts"].lazy(), [name]) == (f"facebook:{MOVED}",)


def test_a_name_that_several_accounts_had_is_no_alias(tmp_path: Path) -> None:
    """Then it resolves nothing, and the records stay apart."""
    old = of_2020(tmp_path, [older(post(1))], EARLIER, "Facebook Id")
    rows = [post(2, User_Name="syn.page"), post(3, OTHER_PAGE, User_Name="syn.page")]
    tables = staged(old, export(tmp_path, rows))

    assert reasons(tables) == ["account_id_missing"]
    assert aliases(tables) == []


def test_a_group_and_a_page_may_have_the_same_name(tmp_path: Path) -> None:
    """Their addresses differ."""
    rows = [post(1, User_Name="syn.both"), group_post(2, User_Name="syn.both")]
    tables = staged(export(tmp_path, rows))

    assert aliases(tables) == [
        ("facebook:groups/syn.both", f"facebook:{GROUP}", "handle"),
        ("facebook:syn.both", f"facebook:{PAGE}", "handle"),
    ]


@pytest.mark.parametrize("name", [OTHER_PAGE, "12", "a b", "a/b", "", "a:b", "x?y"])
def test_what_is_no_name_in_addresses_is_no_alias(tmp_path: Path, name: str) -> None:
    """A number would be the id of another account."""
    tables = staged(export(tmp_path, [post(1, User_Name=name), post(2, OTHER_PAGE, User_Name="")]))

    assert aliases(tables) == []


def test_what_else_is_wrong_with_a_record_remains(tmp_path: Path) -> None:
    """Its account is found, its time is not."""
    row = {**older(post(1)), "Created": "yesterday"}
    old = of_2020(tmp_path, [row], EARLIER, "Facebook Id")
    tables = staged(old, export(tmp_path, [post(3, User_Name="syn.page")]))

    assert tables["quarantine"].select("reason", "field", "detail").rows() == [
        ("time_unparsable", "Created", "yesterday")
    ]


def test_one_post_of_two_accounts_is_kept_apart_unless_they_are_one(tmp_path: Path) -> None:
    """The later record is, where nothing says that the page moved."""
    first = export(tmp_path, [post(1)], EARLIER)
    url = f"{FB}/{MOVED}/posts/900000001"
    later = [post(1, MOVED, URL=url), post(9, OTHER_PAGE)]
    apart = staged(first, export(tmp_path, later))
    one = staged(first, export(tmp_path, [*later, moved_post(5)]))

    assert reasons(apart) == ["conflicting_account"]
    assert "an earlier record says that" in apart["quarantine"]["detail"].item()
    assert reasons(one) == []


def test_the_order_of_files_is_nothing(tmp_path: Path) -> None:
    """Aliases come out alike."""
    files = [
        of_2020(tmp_path, [older(post(n)) for n in (1, 2)], EARLIER, "Facebook Id"),
        export(tmp_path, [moved_post(3, User_Name="syn.page"), post(4, MOVED)]),
        export(tmp_path, [post(3), moved_post(8, OTHER_PAGE, "100057000000002")], LATER),
        export(tmp_path, [moved_post(6, User_Name="syn.a")], "renamed by hand.csv"),
    ]
    first = staged(*files)
    for seed in range(4):
        random.Random(seed).shuffle(files)
        again = staged(*files)
        for name in ("account_aliases", "accounts", "posts"):
            key = first[name].columns[0]
            assert again[name].sort(key).equals(first[name].sort(key))


@pytest.mark.parametrize("country", ["ML", ""])
def test_a_name_that_holds_a_contact_is_left_out(tmp_path: Path, country: str) -> None:
    """No table has it, whether the page or the case names the country."""
    row = post(1, User_Name="Infoline-30112288", Page_Admin_Top_Country=country)
    tables = staged(export(tmp_path, [row]), regions=[] if country else ["ML"])

    assert "30112288" not in tables["accounts"]["handle"].item()
    assert aliases(tables) == []


def test_rounded_ids_join_nothing(tmp_path: Path) -> None:
    """Two groups whose ids a spreadsheet rounded to the same number stay two accounts."""
    groups = ("1606554142863145", "1606554142863146")
    rounded = "1606554142863140"
    files = [
        export(
            tmp_path,
            [group_post(n, URL=f"{FB}/groups/{of}/permalink/{n}", Facebook_Id=rounded)],
            f"{n}.csv",
        )
        for n, of in enumerate(groups, start=1)
    ]
    tables = staged(*files)

    assert accounts(tables) == {f"facebook:{of}" for of in groups}
    assert tables["sources"]["warnings"].str.contains("id_precision_lost 1").all()
    assert not tables["sources"]["warnings"].str.contains("account_alias").any()
