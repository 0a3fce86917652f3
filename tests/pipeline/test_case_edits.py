"""One setting is put into a case file, however people wrote it, and nothing else changes."""

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.errors import ConfigError
from lockstep.settings import parse_settings
from pipeline import case_edits
from pipeline.case_edits import name_a_key, with_setting

MARK = "0123456789abcdef"
EXPORTS = '[[exports]]\npath = "exports/*"\n'


@pytest.fixture(autouse=True)
def _own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCKSTEP_CONFIG_DIR", str(tmp_path / "config"))


def with_key(text: str) -> str:
    """Return the case file with a key."""
    return with_setting(text, "contacts", "key", f'"{MARK}"')


AWKWARD = {
    "no section": EXPORTS,
    "empty key": EXPORTS + '[contacts]\nkey = ""\n',
    "literal": EXPORTS + "[contacts]\nkey = ''  # none yet\n",
    "key in quotes": EXPORTS + '[contacts]\n"key" = ""\n',
    "indented": EXPORTS + '  [contacts]\n  regions = ["ML"]\n  key=""\n',
    "spaced header": EXPORTS + '[ contacts ]\nregions = ["ML"]\n',
    "header in quotes": EXPORTS + '["contacts"]\nregions = ["ML"]\n',
    "header with comment": EXPORTS + '[contacts] # of pages\nregions = ["ML"]\n',
    "key commented out": EXPORTS + f'[contacts]\n# key = "{MARK[::-1]}"\n',
    "empty key commented out": EXPORTS + '# key = ""\n[contacts]\n# key = ""\n',
    "section commented out": EXPORTS + '# [contacts]\n# key = ""\n',
    "section in the middle": '[contacts]\nregions = ["ML"]\n' + EXPORTS + "[timing]\nseed = 1\n",
    "inline": 'contacts = { regions = ["ML"] }\n' + EXPORTS,
    "inline empty": "contacts = {}\n" + EXPORTS,
    "inline with key": 'contacts = { key = "", regions = ["ML"] }\n' + EXPORTS,
    "dotted": 'contacts.regions = ["ML"]\n' + EXPORTS,
    "dotted key": 'contacts.key = ""\n' + EXPORTS,
    "text that looks like it": EXPORTS + '[case]\ntitle = """\nkey = ""\n[contacts]\n"""\n',
    "text and key": EXPORTS + "[case]\ntitle = '''\nkey = \"\"\n'''\n[contacts]\nkey = \"\"\n",
    "title that ends so": EXPORTS + "[case]\ntitle = \"the key = ''\"\n",
    "no end of line": EXPORTS + "[contacts]",
    "windows": (EXPORTS + '[contacts]\nregions = ["ML"]\n').replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + EXPORTS,
    "blank ends": EXPORTS + "\n\n\n",
}


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD.keys())
def test_a_key_is_put_in_and_nothing_else_changes(text: str) -> None:
    """However the file is written: it means the same but for the key, and keeps its lines."""
    changed = with_key(text)

    before = tomllib.loads(text.removeprefix("\ufeff"))
    expected = {**before, "contacts": {**before.get("contacts", {}), "key": MARK}}
    assert tomllib.loads(changed.removeprefix("\ufeff")) == expected
    assert parse_settings(changed).contacts.key == MARK
    lines = iter(changed.splitlines())
    kept = [line for line in text.splitlines() if "key" not in line and "contacts =" not in line]
    assert all(line in lines for line in kept)


@given(st.permutations(['[contacts]\nregions = ["ML"]', EXPORTS, "[timing]\nseed = 1", "[case]"]))
@settings(max_examples=24, deadline=None)
def test_sections_may_stand_in_any_order(parts: list[str]) -> None:
    """The key comes into its own."""
    held = parse_settings(with_key("\n".join(parts)))

    assert (held.contacts.key, held.contacts.regions, held.timing.seed) == (MARK, ("ML",), 1)


def test_where_no_line_can_be_put_in_the_user_is_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the line to write; the file is not touched."""
    monkeypatch.setattr(case_edits, "_candidates", lambda *_: iter(["x = ", EXPORTS]))

    with pytest.raises(ConfigError, match=f'write key = "{MARK}" under'):
        with_key(EXPORTS)


def test_a_key_is_made_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file says its fingerprint, the message where the key lies; ends of lines stay."""
    config = tmp_path / "case.toml"
    config.write_bytes(EXPORTS.replace("\n", "\r\n").encode())
    config.chmod(0o640)

    name_a_key(config)

    (mark,) = [path.stem for path in (tmp_path / "config").rglob("*.key")]
    assert parse_settings(config.read_text("utf-8")).contacts.key == mark
    assert config.read_bytes().startswith(EXPORTS.replace("\n", "\r\n").encode())
    assert f"{mark}.key" in capsys.readouterr().err
    assert stat.S_IMODE(config.stat().st_mode) == 0o640


SHARES = {
    "nothing": EXPORTS,
    "number": EXPORTS + "[quarantine]\nmax_share = 0.02 # was 0.01\n",
    "number commented out": EXPORTS + "[quarantine]\n# max_share = 0.02\n",
    "inline": "quarantine = { max_share=0.02 }\n" + EXPORTS,
    "dotted": "quarantine.max_share = 0.02\n" + EXPORTS,
    "elsewhere": EXPORTS + '[case]\ntitle = "max_share = 0.02"\n[quarantine]\nmax_share = 2e-2\n',
}


@pytest.mark.parametrize("text", SHARES.values(), ids=SHARES.keys())
def test_a_number_is_put_in_or_replaced(text: str) -> None:
    """Once, wherever it stood."""
    changed = with_setting(text, "quarantine", "max_share", "0.05")

    wanted = {**tomllib.loads(text), "quarantine": {"max_share": 0.05}}
    assert tomllib.loads(changed) == wanted
    assert parse_settings(changed).quarantine.max_share == 0.05
