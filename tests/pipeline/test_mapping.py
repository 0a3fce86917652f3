"""A format that a user describes: checked, then read by a case; the guide word for word."""

import json
import re
import tomllib
from pathlib import Path

import duckdb
import pytest

from assets.cases import Case
from assets.received import answered, received
from lockstep.errors import UnknownExportError
from lockstep.storage import file_sha256
from pipeline.case_files import make_case
from pipeline.commands.mapping import check
from tests.ingest import exports_writer as writer
from tests.pipeline import small_case
from tests.pipeline.small_case import lockstep

GUIDE = (small_case.REPOSITORY / "docs" / "guides" / "own-format.md").read_text("utf-8")
CSV, DESCRIPTION, EXPORTS = (
    re.search(pattern, GUIDE, re.DOTALL).group(1)  # type: ignore[union-attr]
    for pattern in (
        r"wrote `posts.csv`:\n\n```\n(.*?)```",
        r"it is `my.toml`:\n\n```toml\n(.*?)```",
        r"name it:\n\n```toml\n(.*?)```",
    )
)


PERHAPS = re.search(r"as \"perhaps\":\n\n```toml\n(.*?)```", GUIDE, re.DOTALL).group(1)  # type: ignore[union-attr]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "my.toml").write_text(DESCRIPTION, "utf-8")
    (tmp_path / "posts.csv").write_text(CSV, "utf-8")
    return tmp_path


def test_the_guides_export_is_read_by_the_guides_description(folder: Path) -> None:
    """Two posts of two accounts, seven seconds apart, the second a share."""
    found = lockstep("mapping", "check", folder / "my.toml", folder / "posts.csv", "--json")
    (said,) = json.loads(found.stdout)

    assert found.returncode == 0, found.stderr
    assert (said["format_id"], said["posts_new_n"], said["accounts_n"]) == ("my-tool", 2, 2)
    assert said["set_aside"] == []
    assert [post["posted_at"] for post in said["posts"]] == [
        "2022-01-05T07:00:00+00:00",
        "2022-01-05T07:00:07+00:00",
    ]
    assert [post["is_share"] for post in said["posts"]] == [False, True]
    assert [post["account_key"] for post in said["posts"]] == ["my-site:77", "my-site:78"]
    assert sorted(path.name for path in folder.iterdir()) == ["my.toml", "posts.csv"]


def test_times_in_any_other_order_are_described_by_a_pattern(folder: Path) -> None:
    """As the guide has it: day first, to the minute, in a zone that the case names."""
    path = folder / "my.toml"
    section = re.search(r"\n```toml\n(\[time\]\npattern.*?)```", GUIDE, re.DOTALL)
    assert section
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("[time]")] + section.group(1), "utf-8")
    content = re.sub(r"2022-01-05T(08:00):\S+?;", r"05.01.2022 \1;", CSV)
    (folder / "posts.csv").write_text(content, "utf-8")
    words = ("mapping", "check", path, folder / "posts.csv", "--json")
    found = lockstep(*words)
    (said,) = json.loads(found.stdout)
    assert found.returncode == 3, "not a record is read"
    assert [(row["n"], row["reason"]) for row in said["set_aside"]] == [(2, "tz_missing")]
    assert "no record is read as a post" in found.stderr

    found = lockstep(*words, "--timezone", "Europe/Paris")
    (said,) = json.loads(found.stdout)
    assert found.returncode == 0, found.stderr
    assert [post["posted_at"] for post in said["posts"]] == ["2022-01-05T07:00:00+00:00"] * 2

    found = lockstep(*words, "--timezone", "Europe/Pari")
    assert found.returncode == 2
    assert found.stderr.startswith("error: --timezone: 'Europe/Pari' is no time zone\n")
    assert "Europe/Paris" in found.stderr
    assert "case.toml" not in found.stderr


def test_what_would_be_set_aside_is_told(folder: Path) -> None:
    """With its reason and what stands there."""
    path = folder / "posts.csv"
    path.write_text(path.read_text("utf-8").replace("07+01:00", "07"), "utf-8")
    found = lockstep("mapping", "check", folder / "my.toml", path)

    assert found.returncode == 0, found.stderr
    assert "1 tz_missing (a time without a zone) in when, row 2: no zone beside" in found.stdout
    assert 'with the zone that is meant:\n                  timezone = "Area/City"' in found.stdout
    assert "Bonjour" in found.stdout


def test_check_says_what_inspect_says(folder: Path) -> None:
    """Line for line, before the posts: of a file that lockstep knows itself, too."""
    formats = small_case.REPOSITORY / "data_contracts" / "formats"
    own = (formats / "coortweet.toml").read_text("utf-8")
    (folder / "own.toml").write_text(own.replace('id = "coortweet"', 'id = "mine"'), "utf-8")
    export = folder / "shares.csv"
    header = "object_id,account_id,content_id,timestamp_share"
    export.write_text(f"{header}\nhttps://a.example,1,10,1641369600\nb,2,,1641369607\n", "utf-8")
    told = lockstep("inspect", export).stdout.splitlines()
    checked = lockstep("mapping", "check", folder / "own.toml", export).stdout.splitlines()
    by_formats = ("  format ", "  verified on ")

    assert [line for line in told if not line.startswith(by_formats)] == [
        line for line in checked[: len(told)] if not line.startswith(by_formats)
    ]
    assert any("post_id_missing" in line for line in told)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('written = ["iso"]', 'written = ["ISO"]', "time"),
        ('version = "1"', 'version = "1"\ncolour = "red"', "colour"),
        ('text = "words"', 'txt = "words"', "no such value: txt"),
        ('post_value = "post_id"', 'post_value = "id"', "no column is named for id"),
        ('sets = ["all"]', 'sets = ["most"]', "no column set most"),
        ("[detect]", "[detect", "not valid TOML"),
        ("ignore = '^$'", "ignore = '(('", "detect.ignore: no regular expression"),
        ('platform = "my-site"', 'platform = "My Site"', "platform: "),
        ('id = "my-tool"', 'id = "coortweet"', "is a format that lockstep has"),
        ("is_utc = false", 'encoding = "latin1"', "time.encoding: unknown key"),
        ("is_utc = false", 'in_id = "uuid"', "time.in_id: Input should be 'snowflake'"),
        ("[counts]", '[transforms]\ntext = "eval"\n[counts]', "transforms.text: Input should be"),
        ("[counts]", '[transforms]\nlink = "strip_html"\n[counts]', "no column is named for link"),
        ("[column_sets]", 'absent = ["share_of"]\n[column_sets]', "has no column 'share_of'"),
        ('delimiters = [";"]', "[documents]\nkind = 'lines'\n[null]\n", "no JSON"),
    ],
)
def test_a_wrong_description_is_told(folder: Path, before: str, after: str, said: str) -> None:
    """With the key, and where every key is listed."""
    path = folder / "my.toml"
    path.write_text(path.read_text("utf-8").replace(before, after, 1), "utf-8")
    found = lockstep("mapping", "check", path, folder / "posts.csv")

    is_the_files = said in {"no JSON", "has no column 'share_of'"}
    assert found.returncode == (3 if is_the_files else 2), found.stderr
    assert said in found.stderr
    assert "unexpected" not in found.stderr


JSON_DESCRIPTION = DESCRIPTION.replace(
    'delimiters = [";"]', "[documents]\nkind = 'lines'\n[null]\n"
)


@pytest.mark.parametrize(
    ("description", "content", "said"),
    [
        (
            DESCRIPTION,
            "id;words\n1;x\n",
            "header of 2 columns: of my-tool it lacks post (post_id), page (account_id_raw), when",
        ),
        (DESCRIPTION, "post;page\n1;2\n", "of my-tool it lacks when (posted_at_raw)\n"),
        (JSON_DESCRIPTION, '{"post": 1, "page": 2}', "of my-tool it lacks when (posted_at_raw)\n"),
        (DESCRIPTION, '{"post": 1}', "JSON, where the format that is named for it wants a table"),
    ],
)
def test_what_a_file_lacks_of_its_description_is_named(
    folder: Path, description: str, content: str, said: str
) -> None:
    """Each column with the value that stands in it; no other description is asked for."""
    (folder / "my.toml").write_text(description, "utf-8")
    (folder / "posts.csv").write_text(content, "utf-8")
    with pytest.raises(UnknownExportError) as caught:
        check(folder / "my.toml", folder / "posts.csv", timezone=None, as_json=False)

    assert said in str(caught.value)
    assert "mapping new" not in str(caught.value)


def test_a_description_that_is_not_there_is_told(folder: Path) -> None:
    """As any file."""
    found = lockstep("mapping", "check", folder / "mine.toml", folder / "posts.csv")

    assert found.returncode == 2
    assert "mine.toml: cannot be read: No such file" in found.stderr


def test_a_case_reads_it_and_a_changed_description_is_another_format(folder: Path) -> None:
    """What the tables were made of has it in it, by name and hash; the next run makes them anew."""
    case = small_case.make(folder / "cases" / "small", days_n=2)
    for path in (case / "exports").iterdir():
        path.unlink()
    (case / "exports" / "posts.csv").write_text(CSV, "utf-8")
    (case / "my.toml").write_text(DESCRIPTION, "utf-8")
    config = case / "case.toml"
    text = config.read_text("utf-8").replace('[[exports]]\npath = "exports/*"\n', EXPORTS)
    config.write_text(re.sub(r"(?m)^network = .*\n", "", text), "utf-8")

    made = lockstep("run", case)
    assert made.returncode == 0, made.stderr
    held = Case(case)
    assert answered(held) == received(held)
    assert held.read("sources").collect()["format_version"].item().startswith("1+")

    assert formats_told(held) == {file_sha256(case / "my.toml")}

    (case / "my.toml").write_text(DESCRIPTION.replace('version = "1"', 'version = "2"'), "utf-8")
    assert answered(held) != received(held)
    again = lockstep("run", case)
    assert again.returncode == 0, again.stderr
    assert answered(held) == received(held)
    assert held.read("sources").collect()["format_version"].item().startswith("2+")
    assert formats_told(held) == {file_sha256(case / "my.toml")}


def formats_told(case: Case) -> set[str]:
    """Return the versions of `my.toml` that lineage has for the last run; the manifest has one."""
    manifest = json.loads(case.manifest.read_text("utf-8"))
    asked = """
        select distinct input_version from lineage.table_inputs
        where run_id = ? and input_name = 'my.toml'
    """
    with duckdb.connect(str(case.database), read_only=True) as client:
        told = {version for (version,) in client.execute(asked, [manifest["run_id"]]).fetchall()}
    assert told == {manifest["inputs"]["my.toml"]}
    return told


def test_a_new_case_reads_it_by_the_guides_words(folder: Path) -> None:
    """Its entry is added to what `lockstep new` wrote; other files are told by their columns."""
    case = folder / "cases" / "mine"
    make_case(case, "0123456789abcdef")
    (case / "exports" / "posts.csv").write_text(CSV, "utf-8")
    (case / "exports" / "synthetic.csv").write_bytes(writer.csv_bytes(small_case.posts(1)))
    (case / "my.toml").write_text(DESCRIPTION, "utf-8")
    with (case / "case.toml").open("a", encoding="utf-8") as config:
        config.write(EXPORTS)
    found = lockstep("inspect", case, "--json")

    assert found.returncode == 0, found.stderr
    assert [(said["file_name"], said["format_id"]) for said in json.loads(found.stdout)] == [
        ("posts.csv", "my-tool"),
        ("synthetic.csv", "crowdtangle_facebook"),
    ]


def filled_in(text: str, values: dict[str, str]) -> str:
    """Return what `mapping new` wrote, each line that says so completed and without its #."""
    waiting = dict(re.findall(r"(?m)^# (\w+) = (.*?) +# FILL IN", text))
    assert {"id", "platform", "kind", "written", "resolution_us"} <= {*waiting}
    for name, suggested in waiting.items():
        value = values.get(name, suggested)
        text = re.sub(rf"(?m)^# {name} = .*? +# FILL IN.*$", f"{name} = {value}", text)
    return text


OWN = {"id": '"mine"', "platform": '"my-site"', "kind": '"page"', "written": '["iso"]'}


def test_a_begun_description_is_the_guides_and_reads_its_file_when_filled_in(folder: Path) -> None:
    """What the names suggest is shown, not decided: untouched, nothing can be read by it."""
    made = lockstep("mapping", "new", folder / "posts.csv")
    begun = folder / "begun.toml"
    begun.write_text(made.stdout, "utf-8")
    untouched = lockstep("mapping", "check", begun, folder / "posts.csv")
    begun.write_text(filled_in(made.stdout, OWN), "utf-8")
    found = lockstep("mapping", "check", begun, folder / "posts.csv", "--json")
    (said,) = json.loads(found.stdout)

    assert made.returncode == 0, made.stderr
    assert PERHAPS in made.stdout
    assert untouched.returncode == 2
    assert "Next: complete the lines with FILL IN" in made.stderr
    assert found.returncode == 0, found.stderr
    assert (said["posts_new_n"], said["set_aside"]) == (2, [])
    assert [post["text"] for post in said["posts"]] == [None, None], "nobody took its # off"


def test_a_description_of_json_is_begun_with_its_paths(folder: Path) -> None:
    """One record a line, one document, and an array by itself."""
    records = [
        {"post": {"id": n}, "author": {"id": "7", "tags": ["x"]}, "createTime": 1641369600 + n}
        for n in range(3)
    ]
    shapes = {
        "lines.json": "\n".join(map(json.dumps, records)),
        "document.json": json.dumps({"meta": {"n": 3}, "result": {"posts": records}}, indent=1),
        "array.json": json.dumps(records),
    }
    values = {**OWN, "written": '["epoch_s"]'}
    for name, content in shapes.items():
        (folder / name).write_text(content, "utf-8")
        made = lockstep("mapping", "new", folder / name)
        begun = folder / "begun.toml"
        begun.write_text(filled_in(made.stdout, values), "utf-8")
        found = lockstep("mapping", "check", begun, folder / name, "--json")

        assert '"author.tags.0"' in made.stdout
        assert found.returncode == 0, found.stderr
        assert json.loads(found.stdout)[0]["posts_new_n"] == 3, name


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("+223 20 22 10 10;7;2022-01-05\n", "a number or address where the name of a column"),
        ('{"a": [1, 2]', "cut short"),
        ("{}", "no names in it"),
        ("\n", "a blank file"),
    ],
)
def test_what_has_no_names_begins_no_description(tmp_path: Path, content: str, said: str) -> None:
    """A file without a header, whose first record would be shown, or none at all."""
    (tmp_path / "posts.csv").write_text(content, "utf-8")
    found = lockstep("mapping", "new", tmp_path / "posts.csv")

    assert found.returncode == 3
    assert said in found.stderr
    assert "+223" not in found.stdout + found.stderr


def test_names_that_are_no_plain_words_are_written_as_toml(tmp_path: Path) -> None:
    """Quotes, backslashes and signs that steer a terminal come back as they are."""
    name = 'a "quoted" \\ name \u202e\x7f'
    header = name.replace('"', '""')
    (tmp_path / "posts.csv").write_text(f'id,"{header}",id\n1,2,3\n', "utf-8")
    made = lockstep("mapping", "new", tmp_path / "posts.csv")

    assert "\u202e" not in made.stdout
    assert tomllib.loads(made.stdout)["column_sets"]["all"] == [name]
