"""A case file says what is asked; what it cannot mean is refused in plain words."""

import re
import tomllib
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from lockstep import settings
from lockstep.errors import ConfigError
from lockstep.settings import Settings, parse_settings

EXPORTS = '[[exports]]\npath = "exports/*"\n'

FULL = """
[case]
title = "Five pages"
synthetic = true

[[exports]]
path = "exports/a.csv"
format = "crowdtangle_facebook"
timezone = "Africa/Bamako"
tz_overrides = { CST = "America/Chicago" }

[[exports]]
path = "exports/b.csv"

[accounts]
network = ["facebook:1", "page.two"]
control = ["facebook:9"]
selection = "named by the desk on 3 January"
selected_by_timing = false

[[accounts.disclosed]]
accounts = ["facebook:1", "page.two"]
source = "imprint of both"

[timing]
windows_s = [60, 0, 5]
headline_window_s = 30
max_lag_s = 600
surrogates = 199
seed = 7

[quarantine]
max_share = 0.02

[counts]
bins = ["day"]

[contacts]
regions = ["ML", "FR"]
key = "0123456789abcdef"
"""


def refused(text: str) -> str:
    """Return the message with which a case file is refused."""
    with pytest.raises(ConfigError) as error:
        parse_settings(text, where="x/case.toml")
    return str(error.value)


def sections() -> dict[str, type[BaseModel]]:
    """Return the model of each section."""
    found = {}
    for name, field in Settings.model_fields.items():
        (model, *_) = get_args(field.annotation) or (field.annotation,)
        found[name] = model
    return found


def test_every_key_is_read() -> None:
    """What the file says is what the settings hold, section by section."""
    document = tomllib.loads(FULL)
    held = parse_settings(FULL).model_dump(mode="json")

    assert {name: held[name] for name in document if name != "exports"} == {
        name: section for name, section in document.items() if name != "exports"
    }
    assert held["exports"][0] == document["exports"][0]
    assert held["exports"][1] == {
        "path": "exports/b.csv",
        "format": "auto",
        "timezone": None,
        "tz_overrides": {},
    }
    assert set(document) == set(Settings.model_fields)
    for name, model in sections().items():
        said = document[name][0] if name == "exports" else document[name]
        assert set(said) == set(model.model_fields)


def test_everything_but_exports_has_a_default() -> None:
    """A file that names its exports is a whole case file."""
    least = parse_settings(EXPORTS)

    assert least.timing.headline_window_s == 60
    assert least.timing.max_lag_s == 1800
    assert least.timing.surrogates == 999
    assert least.accounts.network == ()
    assert least.accounts.selected_by_timing is None
    assert least.counts.bins == ("week", "day")
    assert least.contacts.key == ""
    assert least == parse_settings(EXPORTS + "[case]\n[accounts]\n[timing]\n[counts]\n")


def test_the_headline_window_is_counted_too() -> None:
    """All windows ascend, each once, and hold the headline window."""
    assert parse_settings(FULL).timing.all_windows_s == (0, 5, 30, 60)
    assert 60 in parse_settings(EXPORTS).timing.all_windows_s


def test_settings_cannot_be_changed() -> None:
    """What was asked stays what was asked."""
    with pytest.raises(ValidationError):
        parse_settings(EXPORTS).timing.seed = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("section", "key"), [(s, k) for s, m in sections().items() for k in m.model_fields]
)
def test_a_mistyped_key_is_named_with_the_one_that_was_meant(section: str, key: str) -> None:
    """The message holds the unknown key, every key beside it, and the nearest."""
    wrong = key[:-1] + "x" if len(key) > 3 else key + "x"
    head = "[[exports]]\n" if section == "exports" else f"{EXPORTS}[{section}]\n"

    message = refused(f"{head}{wrong} = 1\n")

    assert re.search(rf"x/case\.toml: unknown key {section}\b.*\b{wrong}\b", message)
    assert f"Did you mean '{key}'?" in message
    assert all(other in message for other in sections()[section].model_fields)


@pytest.mark.parametrize("section", [s for s in Settings.model_fields if s != "exports"])
def test_a_mistyped_section_is_named_with_the_one_that_was_meant(section: str) -> None:
    """Sections are checked like keys."""
    message = refused(f"{EXPORTS}[{section}z]\n")

    assert f"unknown key {section}z\n" in message
    assert f"Did you mean '{section}'?" in message


def test_a_mistyped_key_of_a_disclosed_group_is_told_beside_its_own() -> None:
    """Sections within sections have keys of their own; a missing one is named."""
    head = f'{EXPORTS}[[accounts.disclosed]]\naccounts = ["a", "b"]\n'
    message = refused(f'{head}sauce = "s"\n')

    assert "unknown key accounts.disclosed, entry 1, sauce" in message
    assert "Expected: one of accounts, source" in message
    assert "Did you mean 'source'?" in message
    assert "accounts.disclosed, entry 1, source is missing" in refused(head)


def test_a_key_unlike_any_gets_no_guess() -> None:
    """Nothing is suggested where nothing is near."""
    assert "Did you mean" not in refused(EXPORTS + "[timing]\nqqqq = 1\n")


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("[case]\ntitle = 3\n", "case.title = 3", "text in quotes"),
        ("[case]\ntitle = 2022-01-01\n", "case.title = 2022-01-01", "text in quotes"),
        ('[case]\nsynthetic = "no"\n', 'case.synthetic = "no"', "true or false"),
        ("[case]\nsynthetic = 1\n", "case.synthetic = 1", "true or false"),
        ('[timing]\nsurrogates = "999"\n', 'timing.surrogates = "999"', "a whole number"),
        ("[timing]\nsurrogates = 999.0\n", "timing.surrogates = 999.0", "a whole number"),
        ("[timing]\nsurrogates = true\n", "timing.surrogates = true", "a whole number"),
        ("[timing]\nsurrogates = 98\n", "timing.surrogates = 98", "99 or more"),
        ("[timing]\nsurrogates = 100000\n", "timing.surrogates = 100000", "99999 or less"),
        ("[timing]\nheadline_window_s = 0\n", "timing.headline_window_s = 0", "1 or more"),
        ("[timing]\nheadline_window_s = 301\n", "headline_window_s = 301", "300 or less"),
        ("[timing]\nmax_lag_s = 59\n", "timing.max_lag_s = 59", "60 or more"),
        ("[timing]\nseed = -1\n", "timing.seed = -1", "0 or more"),
        ("[timing]\nwindows_s = 5\n", "timing.windows_s = 5", "a list"),
        ('[timing]\nwindows_s = [1, "a"]\n', 'timing.windows_s, entry 2 = "a"', "a whole number"),
        ("[timing]\nwindows_s = [1801]\n", "timing.windows_s, entry 1 = 1801", "1800 or less"),
        ("[timing]\nwindows_s = [5, 60, 5]\n", "windows_s = [5, 60, 5]", "no value twice"),
        ("[quarantine]\nmax_share = 1.5\n", "quarantine.max_share = 1.5", "1 or less"),
        ('[quarantine]\nmax_share = "1 %"\n', 'max_share = "1 %"', "a number, without quotes"),
        ('[counts]\nbins = ["month"]\n', 'counts.bins, entry 1 = "month"', "'day' or 'week'"),
        ('[counts]\nbins = ["day", "day"]\n', 'bins = ["day", "day"]', "no value twice"),
        ('[accounts]\nnetwork = "a"\n', 'accounts.network = "a"', "a list"),
        ("[accounts]\nnetwork = [1]\n", "accounts.network, entry 1 = 1", "text in quotes"),
        ("[accounts]\ndisclosed = 1\n", "accounts.disclosed = 1", "a list"),
        (
            '[[accounts.disclosed]]\naccounts = ["a"]\nsource = "s"\n',
            'accounts.disclosed, entry 1, accounts = ["a"]',
            "at least 2",
        ),
        (
            '[[accounts.disclosed]]\naccounts = ["a", "a"]\nsource = "s"\n',
            'accounts = ["a", "a"]',
            "no value twice",
        ),
        (
            '[[accounts.disclosed]]\naccounts = ["a", "b"]\nsource = ""\n',
            'source = ""',
            "some text",
        ),
        ('[contacts]\nregions = ["Mali"]\n', 'contacts.regions, entry 1 = "Mali"', "ISO country"),
        ('[contacts]\nregions = ["XX"]\n', 'contacts.regions, entry 1 = "XX"', "ISO country"),
        ('[contacts]\nkey = "../x"\n', 'contacts.key = "../x"', "16 digits"),
        ("[[timing]]\nseed = 1\n", 'timing = [{"seed": 1}]', "headed [timing]"),
        ("[counts.bins]\n", "counts.bins = {}", "a list"),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(text: str, said: str, expected: str) -> None:
    """The message names key and value as the file writes them, and what is expected."""
    message = refused(EXPORTS + text)

    assert f"{said}\nExpected: " in message
    assert expected in message.partition("Expected: ")[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "exports is missing"),
        ("exports = []\n", "exports = []\nExpected: at least 1"),
        ('[exports]\npath = "a"\n', "sections headed [[exports]]"),
        ('exports = "a"\n', 'exports = "a"'),
        ('exports = ["a"]\n', 'exports, entry 1 = "a"'),
        ('[[exports]]\nformat = "auto"\n', "exports, entry 1, path is missing"),
        ('[[exports]]\npath = ""\n', 'exports, entry 1, path = ""\nExpected: some text'),
        (EXPORTS + '[[exports]]\npath = ["a"]\n', 'exports, entry 2, path = ["a"]'),
        (EXPORTS + 'timezone = "Bamako"\n', "Did you mean 'Africa/Bamako'?"),
        (EXPORTS + 'timezone = "../etc"\n', "an IANA zone"),
        (EXPORTS + 'timezone = "localtime"\n', "an IANA zone"),
        (EXPORTS + 'tz_overrides = { CST = "Chicago" }\n', 'tz_overrides.CST = "Chicago"'),
        (
            EXPORTS + 'tz_overrides = { PM = "Europe/Paris" }\n',
            'overrides.PM = "PM"\nExpected: an abb',
        ),
        (EXPORTS + 'tz_overrides = "CST"\n', "pairs in braces, such as { CST ="),
    ],
)
def test_wrong_exports_are_told_in_plain_words(text: str, said: str) -> None:
    """Exports are counted from 1."""
    assert said in refused(text)


def refusal(document: dict[str, object]) -> str:
    """Return the message with which a parsed case file is refused, or nothing."""
    try:
        Settings.model_validate(document)
    except ValidationError as error:
        return str(settings._readable(error, "case.toml"))
    return ""


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@given(st.sampled_from([(s, k) for s, m in sections().items() for k in m.model_fields]), VALUES)
def test_no_message_speaks_of_the_library(place: tuple[str, str], value: object) -> None:
    """Whatever a key holds is taken, or refused in the house's words."""
    section, key = place
    document: dict[str, object] = {"exports": [{"path": "a"}]}
    if section == "exports":
        document["exports"] = [{"path": "a", key: value}]
    else:
        document[section] = {key: value}

    assert not re.search(r"[Ii]nput should|valid |instance|tuple", refusal(document))


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = \n", 1), ('[case]\ntitle = "a\n', 2), (EXPORTS + "[timing]\nseed = 1\nseed = 2\n", 5)],
)
def test_what_is_not_toml_is_refused_with_its_line(text: str, line: int) -> None:
    """The place of the syntax error is told."""
    message = refused(text)

    assert message.startswith("x/case.toml: not valid TOML: ")
    assert f"line {line}" in message


def test_a_byte_order_mark_is_no_error() -> None:
    """Some editors write one."""
    assert parse_settings("\ufeff" + EXPORTS) == parse_settings(EXPORTS)


def test_windows_line_ends_are_no_error() -> None:
    """A file saved on Windows is the same file."""
    assert parse_settings(FULL.replace("\n", "\r\n")) == parse_settings(FULL)
