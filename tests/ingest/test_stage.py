"""Whole exports: the staged tables obey their contracts and account for every record."""

import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

import data_contracts
from lockstep import storage
from lockstep.ingest.keys import fingerprint
from lockstep.ingest.stage import staged_tables
from lockstep.rule_profile import rule_profile
from lockstep.settings import Settings
from tests.ingest.exports_writer import (
    EARLIER,
    FB_5,
    KEY,
    PAGE,
    csv_bytes,
    export,
    group_post,
    post,
    reasons,
    staged,
)
from tests.ingest.many_sided import BAD, BRAZILIAN, UNNAMED, many_sided

Tables = dict[str, pl.DataFrame]

ROOT = Path(__file__).parents[2]
BROKEN_BY_BAD_RECORDS = {"sources.quarantine_within_limit", "sources.nothing_quarantined"}
STAGE_A_FOLDER = """
import sys
from pathlib import Path
from lockstep import storage
from tests.ingest.exports_writer import staged
from tests.ingest.many_sided import many_sided
for name, table in staged(*many_sided(Path(sys.argv[1]))).items():
    storage.write(table, name, Path(sys.argv[2]) / name)
"""


def broken_rules(tables: Tables, folder: Path) -> set[str]:
    """Return each rule of the tables' contracts that does not hold, critical or not."""
    paths = {name: folder / f"{name}.parquet" for name in tables}
    for name, table in tables.items():
        storage.write(table, name, paths[name])
    return {
        f"{name}.{count.rule_id}"
        for name in tables
        for count in rule_profile(data_contracts.load(name), paths)
        if not count.holds
    }


def stored(tables: Tables) -> dict[str, object]:
    """Return the tables as they are stored."""
    return {name: storage.conform(table, name) for name, table in tables.items()}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return staged(*many_sided(tmp_path_factory.mktemp("many_sided")))


def test_all_staged_tables_are_made(tables: Tables) -> None:
    """One frame a contract of the group."""
    assert sorted(tables) == sorted(data_contracts.names("staged"))


def test_tables_obey_their_contracts(tables: Tables, tmp_path: Path) -> None:
    """Every rule of every contract holds, but those that speak of bad records."""
    assert broken_rules(tables, tmp_path) == BROKEN_BY_BAD_RECORDS


def test_no_table_holds_a_float(tables: Tables) -> None:
    """Whole numbers, words and instants only: nothing is NaN."""
    assert not [column for table in tables.values() for column in table if column.dtype.is_float()]


def test_every_reason_is_met(tables: Tables) -> None:
    """Each bad record is quarantined for its reason, the record it disagrees with too."""
    in_file = {"ragged_row", "unterminated_quote", "bad_encoding", "repeated_header"}
    expected = Counter([*BAD, *in_file, "conflicting_account", "conflicting_time"])

    assert Counter(reasons(tables)) == expected
    enum = data_contracts.load("quarantine").rules
    (known,) = [rule.predicate or "" for rule in enum if rule.id == "reason_known"]
    assert all(f"'{reason}'" in known for reason in expected)


def test_the_first_reason_counts(tmp_path: Path) -> None:
    """Ids before times, and times before counts."""
    rows = [
        post(1, URL="", Post_Created="", Likes="x", Total_Interactions=""),
        post(2, Post_Created="", Likes="x", Total_Interactions=""),
    ]

    assert reasons(staged(export(tmp_path, rows))) == ["post_id_missing", "time_missing"]


def test_every_record_is_accounted_for(tables: Tables) -> None:
    """Per file: records in, new posts, observations, exact duplicates, quarantined."""
    table = tables["sources"].sort("exported_at_s", "file_name", nulls_last=True)

    assert table.select(
        "records_in", "posts_new_n", "observations_n", "duplicate_exact_n", "quarantined_n"
    ).rows() == [
        (26, 7, 0, 1, 18),
        (3, 0, 2, 0, 1),
        (2, 0, 2, 0, 0),
        (0, 0, 0, 0, 0),
        (1, 1, 0, 0, 0),
    ]


def test_files_are_described(tables: Tables) -> None:
    """Variant, zones, locale and times of each; what the name does not tell is not told."""
    table = tables["sources"].sort("exported_at_s", nulls_last=True)
    rows = {row["file_name"]: row for row in table.iter_rows(named=True)}

    assert table["variant"].to_list()[:3] == ["FB-5", "FB-5", "FB-4"]
    assert rows[EARLIER]["zones"] == "CST, GMT, IST, 1 unknown"
    assert rows[UNNAMED]["zones"] is None
    assert rows[BRAZILIAN]["number_locale"] == "eu"
    assert rows[BRAZILIAN]["exported_at_s"] == 1_644_663_600
    assert (rows[UNNAMED]["exported_at"], rows[UNNAMED]["first_posted_s"]) == (None, 1_641_168_050)
    assert rows["no records.csv"]["warnings"] == "no_records"
    assert set(table["key_fingerprint"]) == {fingerprint(KEY)}


def test_the_order_of_files_is_nothing(tables: Tables, tmp_path: Path) -> None:
    """Permuted files give the same tables, as stored."""
    for seed in range(4):
        files = many_sided(tmp_path / str(seed))
        random.Random(seed).shuffle(files)
        assert stored(staged(*files)) == stored(tables)


def test_the_number_of_threads_is_nothing(tmp_path: Path) -> None:
    """One and two threads write the same bytes."""
    written = []
    for threads in ("1", "2"):
        out = tmp_path / threads
        subprocess.run(
            [sys.executable, "-c", STAGE_A_FOLDER, str(tmp_path / "case"), str(out)],
            env={**os.environ, "POLARS_MAX_THREADS": threads, "PYTHONPATH": str(ROOT)},
            check=True,
        )
        written.append({path.name: path.read_bytes() for path in out.iterdir()})

    assert len(written[0]) == len(data_contracts.names("staged"))
    assert written[0] == written[1]


def test_the_same_file_under_two_names_is_one_export(tmp_path: Path) -> None:
    """It is read once, under the name that tells when it was exported."""
    content = csv_bytes([post(1), post(2)])
    once = staged(export(tmp_path, content))
    twice = staged(export(tmp_path, content, "0 copy.csv"), export(tmp_path, content))
    thrice = staged(
        export(tmp_path, content, "z.csv"), export(tmp_path, content, "b.csv", timezone="UTC")
    )

    assert stored(once) == stored(twice)
    assert thrice["sources"]["file_name"].to_list() == ["b.csv"]


def test_the_same_name_in_two_folders_is_told_by_the_folder(tmp_path: Path) -> None:
    """Which of two equal files is read does not depend on their order."""
    content = csv_bytes([post(1, Post_Created="2022-01-03 12:00:00")])
    files = []
    for folder, zone in (("a", "UTC"), ("b", "Asia/Tokyo")):
        (tmp_path / folder).mkdir()
        files.append(export(tmp_path / folder, content, timezone=zone))

    assert stored(staged(*files)) == stored(staged(*reversed(files)))
    assert staged(*files)["posts"]["posted_at_tz"].to_list() == ["UTC"]


def test_engagement_is_kept_at_each_time(tmp_path: Path) -> None:
    """Two exports observe a post twice, at the times in their names or no earlier than they can."""
    earlier = export(tmp_path, [post(1, Likes="5")], EARLIER)
    later = export(tmp_path, [post(1, Likes="3")])
    unnamed = export(tmp_path, [post(1, Likes="4"), post(2)], UNNAMED)
    seen = staged(earlier, later, unnamed)["engagement"].filter(
        pl.col("post_key") == "facebook:900000001"
    )

    assert seen.sort("observed_at_s").select(
        "likes", "observed_at_s", "observed_at_source"
    ).rows() == [
        (4, 1_641_168_002, "lower_bound_max_posted"),
        (5, 1_642_665_600, "filename"),
        (3, 1_644_566_400, "filename"),
    ]


def test_an_export_without_a_time_is_older_than_one_with(tmp_path: Path) -> None:
    """It was made after its latest post, and nothing more is known."""
    named = export(tmp_path, [post(1, Message="named")], EARLIER)
    unnamed = export(tmp_path, [post(1, Message="unnamed"), post(2)], UNNAMED)

    assert staged(named, unnamed)["posts"].sort("post_key")["text"].to_list()[0] == "named"


def test_a_group_header_and_a_page_header_name_the_same(tmp_path: Path) -> None:
    """A post under both is one post, and its account has one name."""
    rows = [group_post(1), post(2)]
    tables = staged(
        export(tmp_path, rows, EARLIER),
        export(tmp_path, csv_bytes(rows, names=["Group Name", *FB_5[1:]])),
    )

    assert tables["records"]["outcome"].sort().to_list() == ["new"] * 2 + ["observation"] * 2
    assert tables["accounts"].sort("name")["name"].to_list() == ["SYN-1", "SYN-1"]
    assert tables["posts"]["row_hmac"].n_unique() == 2


def test_a_row_hash_is_of_bytes_and_key(tmp_path: Path) -> None:
    """Equal records hash alike, others do not."""
    once, again = staged(export(tmp_path, [post(1)])), staged(export(tmp_path, [post(1)], EARLIER))
    other = staged(export(tmp_path, [post(1, Message="other")]))
    hashes = [tables["posts"]["row_hmac"].item() for tables in (once, again, other)]

    assert hashes[0] == hashes[1] != hashes[2]


def test_a_record_twice_in_one_file_counts_once(tmp_path: Path) -> None:
    """The first is shown, the second an exact duplicate without engagement of its own."""
    tables = staged(export(tmp_path, [post(1), post(1), post(1, Likes="9")]))

    assert tables["records"].sort("source_row")["outcome"].to_list() == [
        "new",
        "duplicate_exact",
        "observation",
    ]
    assert tables["engagement"]["source_row"].sort().to_list() == [1, 3]
    assert tables["posts"]["source_row"].to_list() == [3]


def test_no_contact_is_left_in_any_table(
    tmp_path: Path, asked: set[tuple[str, tuple[str, ...]]]
) -> None:
    """Wherever a contact stands in an export, no string of any table holds it."""
    everywhere = {
        name.replace(" ", "_"): f"SECRET {name}"
        for name in FB_5
        if name not in {"Post Created", "URL", *BAD}
        and "Total" not in name
        and not name.endswith("at Posting")
        and post(1)[name].isdecimal() is False
    }
    secret_url = f"https://www.facebook.com/{PAGE}/posts/900000001?call=SECRET"
    rows = [
        post(1, **{**everywhere, "URL": secret_url, "Message": "SECRET https://wa.me/SECRET"}),
        post(2, Message="SECRET", URL="SECRET"),
        post(3, Message="SECRET", Post_Created="SECRET"),
        post(4, Post_Created="2022-01-03 00:00:00 SECRET"),
        post(5, Likes="SECRET", Total_Interactions=""),
        post(6, Facebook_Id="SECRET", URL="https://www.facebook.com/syn.a/posts/6"),
    ]
    content = csv_bytes(rows, [*FB_5, "SECRET"]) + b"SECRET,ragged\n"
    tables = staged(export(tmp_path, content, f"SECRET {EARLIER}"))
    cells = [
        (name, column.name, cell)
        for name, table in tables.items()
        for column in table.select(pl.col(pl.String))
        for cell in column.drop_nulls()
    ]

    assert asked
    assert len(reasons(tables)) == 6
    assert [cell for cell in cells if "SECRET" in cell[2]] == []
    assert {column for _, column, cell in cells if "<tel:88>" in cell} >= {
        *("file_name", "detail", "preview", "text", "title", "description", "image_text"),
        *("sponsor_name", "post_type_raw", "url", "name", "handle", "category"),
    }
    assert broken_rules(tables, tmp_path) <= BROKEN_BY_BAD_RECORDS


def test_a_preview_holds_no_long_number(tmp_path: Path) -> None:
    """Ids and numbers of six digits and more are left out, and no more than its start is shown."""
    rows = [post(1, Post_Created="yesterday", Message="12345 123456 " + "x" * 300)]
    shown = staged(export(tmp_path, rows))["quarantine"].row(0, named=True)

    assert shown["preview"].startswith("SYN-1,syn.1,<digits>,NON_PROFIT,ML")
    assert len(shown["preview"]) == 200
    assert shown["detail"] == "yesterday"


def test_records_follow_one_another(tmp_path: Path) -> None:
    """No record overlaps the next, and rows count from 1."""
    (file, *_) = many_sided(tmp_path)
    table = staged(file)["records"].sort("source_row")
    spans = table.select("source_byte_start", "source_byte_len").rows()

    assert table["source_row"].to_list() == list(range(1, table.height + 1))
    assert all(a + n < b for (a, n), (b, _) in pairwise(spans))


def test_staging_tells_how_far_it_is(tmp_path: Path) -> None:
    """File by file by name and block by block, then what was read; all bytes in the end."""
    files = [
        export(tmp_path, [post(n) for n in range(first, first + 40)], name)
        for first, name in ((0, "b.csv"), (40, "a +22320221010.csv"))
    ]
    sizes = [file.path.stat().st_size for file in reversed(files)]
    heard: list[tuple[str, int, int]] = []
    settings = Settings(exports=tuple(file.section for file in files))
    with tempfile.TemporaryDirectory() as folder:
        staged_tables(
            files,
            settings=settings,
            key=KEY,
            scratch=Path(folder),
            told=lambda *told: heard.append(told),
        )

    first, second = "reading a <tel:10>.csv", "reading b.csv"
    said = [doing for doing, _, _ in heard]
    assert list(dict.fromkeys(said)) == [first, second, "staging what was read"]
    assert {all_bytes for _, _, all_bytes in heard} == {sum(sizes)}
    assert [done for doing, done, _ in heard if doing == first] == [0, sizes[0] - 1]
    assert [done for doing, done, _ in heard if doing == second] == [sizes[0], sum(sizes) - 1]
    assert [done for doing, done, _ in heard if doing == said[-1]] == [0, sum(sizes)]
