"""Formats: what their descriptions must hold, and which one a case names."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

import data_contracts
from lockstep.errors import ConfigError
from lockstep.ingest.formats import formats, own_format
from tests.ingest.exports_writer import AsText, as_text, csv_bytes, export, post


def read(folder: Path, content: bytes, **section: object) -> AsText:
    return as_text(export(folder, content, **section))


def test_a_format_that_does_not_exist_is_the_case_files_fault(tmp_path: Path) -> None:
    """The message names the key in the case file and the nearest format."""
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, csv_bytes([post(1)]), format="crowdtangle-facebook")

    assert "[[exports]] 2022-02-11" in str(caught.value)
    assert "Did you mean 'crowdtangle_facebook'?" in str(caught.value)


def test_a_format_may_be_named(tmp_path: Path) -> None:
    """A file may be read as the format that the case names."""
    content = csv_bytes([post(1)])
    named = read(tmp_path, content, format="crowdtangle_facebook")

    assert named.values.equals(read(tmp_path, content).values)


def test_every_value_of_a_format_has_a_column() -> None:
    """What a file is told by is read from it, and what is read stands in some variant."""
    for fmt in formats():
        in_sets = {name for columns in fmt.column_sets.values() for name in columns}
        for value, names in fmt.headers.items():
            assert value == "name" or in_sets & {*names}, value
        assert {*fmt.detect.required} <= {*fmt.headers}
        if fmt.checksum:
            assert {fmt.checksum.total, *fmt.checksum.parts} <= {*fmt.counts}
        assert all({*variant.sets} <= {*fmt.column_sets} for variant in fmt.variants)


def test_what_is_verified_is_said_of_each_variant() -> None:
    """A variant that was built from documentation alone is not."""
    (facebook,) = (fmt for fmt in formats() if fmt.id == "crowdtangle_facebook")
    unverified = {v.id for v in facebook.variants if not facebook.verified(v.id)}

    assert unverified == {"FB-1", "FB-3"}
    assert facebook.verified("FB-5") == "16 real exports, every record"


def described(folder: Path, ident: str, key: str, value: str) -> Path:
    """Return the description of a format under another name, with one key changed."""
    text = files(data_contracts).joinpath("formats", f"{ident}.toml").read_text("utf-8")
    text = text.replace(f'id = "{ident}"', 'id = "mine"', 1)
    line = re.compile(rf"^{key} = ('.*'|\[.*\])$", re.MULTILINE)
    assert line.search(text), key
    path = folder / "mine.toml"
    path.write_text(line.sub(lambda _: f"{key} = {value}", text, count=1), "utf-8")
    return path


@pytest.mark.parametrize("sign", ["\u00a7", "\u2192", "||", "", '\\"', "\\n", "\\r", "\\u0000"])
def test_a_delimiter_is_one_sign_of_ascii(tmp_path: Path, sign: str) -> None:
    """Another would split inside letters; the message names the key."""
    path = described(tmp_path, "coortweet", "delimiters", f'[";", "{sign}"]')

    with pytest.raises(ConfigError, match=r"mine.toml: delimiters.1: .* is no delimiter: one sign"):
        own_format(path)


@pytest.mark.parametrize("sign", [";", "\\t", "|", "^", " "])
def test_any_other_sign_of_ascii_may_be_the_delimiter(tmp_path: Path, sign: str) -> None:
    """Not only those that spreadsheets write."""
    fmt = own_format(described(tmp_path, "coortweet", "delimiters", f'["{sign}"]'))

    assert [len(d) for d in fmt.delimiters] == [1]


PATTERNS = [
    ("crowdtangle_facebook", key)
    for key in ("post", "group_post", "account", "handle", "precision_lost", "as_decimal")
]
PATTERNS += [
    ("crowdtangle_facebook", "rewritten"),
    ("bluesky", "post_parts"),
    ("minet_crowdtangle", "post_number"),
]


@pytest.mark.parametrize(("ident", "key"), PATTERNS)
@pytest.mark.parametrize("pattern", [r"^(?!x)(?P<post>.*)$", r"(?<=x)(?P<post>y)", "(?P<post>"])
def test_a_pattern_is_one_of_the_engine_that_searches(
    tmp_path: Path, ident: str, key: str, pattern: str
) -> None:
    """Python's looks ahead, the other does not: a run would end in the middle. The key is named."""
    path = described(tmp_path, ident, key, f"'{pattern}'")

    with pytest.raises(ConfigError, match=rf"mine.toml: [a-z_]+\.{key}: no regular expression: "):
        own_format(path)


@pytest.mark.parametrize(
    ("key", "pattern", "told"),
    [
        ("post", "/posts/([0-9]+)", r"identity.post: a group \(\?P<post>...\) is needed"),
        ("group_post", "/posts/", r"identity.group_post: a group \(\?P<post>...\) is needed"),
        ("as_decimal", "^[0-9]+$", r"identity.as_decimal: a group is needed"),
        ("pattern", "(x)", r"file_name.pattern: 4 groups are needed"),
        ("pattern", "(x", r"file_name.pattern: no regular expression"),
        ("ignore", "(x", r"detect.ignore: no regular expression"),
    ],
)
def test_a_pattern_has_the_groups_that_are_taken(
    tmp_path: Path, key: str, pattern: str, told: str
) -> None:
    """Without them every record would be set aside."""
    with pytest.raises(ConfigError, match=told):
        own_format(described(tmp_path, "crowdtangle_facebook", key, f"'{pattern}'"))


def test_the_pattern_of_times_is_one_too(tmp_path: Path) -> None:
    """The first of that name in the file is of its name, the second of times."""
    path = described(tmp_path, "crowdtangle_facebook", "rewritten", "'x'")
    text = path.read_text("utf-8")
    before, section = text.split("[time]")
    path.write_text(f"{before}[time]" + re.sub("pattern = .*", "pattern = '^(?!x)(.*)$'", section))

    with pytest.raises(ConfigError, match=r"time.pattern: no regular expression: look-around"):
        own_format(path)
