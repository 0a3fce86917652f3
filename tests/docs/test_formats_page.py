"""The page of formats says what the formats and the warnings are."""

import re
from pathlib import Path

from data_contracts import load
from lockstep.ingest import noticed
from lockstep.ingest.formats import formats
from lockstep.ingest.meanings import REASONS, WARNINGS, why
from lockstep.synthetic.headers import HEADERS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "formats.md").read_text("utf-8")


def test_every_variant_is_told_with_what_it_was_verified_on() -> None:
    """As its format says it, and with as many columns as the synthetic writer gives it."""
    table = PAGE.partition("## How a file is recognised")[0]
    for fmt in formats():
        assert f"`{fmt.id}`" in PAGE
        for variant in (*fmt.variants, fmt.subset):
            (row,) = re.findall(rf"\| {variant.id} \|.*", table)
            said = row.removesuffix(" |").rpartition("| ")[2]
            assert said == variant.verified or (not variant.verified and "unverified: " in said)
            if variant.id in HEADERS and variant != fmt.subset:
                assert f"| {len(HEADERS[variant.id])} " in row  # type: ignore[index]


def test_every_warning_is_told() -> None:
    """Each name that staging may write, and no other."""
    source = Path(noticed.__file__).read_text("utf-8")
    counted = re.findall(r'^ +"([a-z_]+)": ', source, re.MULTILINE)
    yielded = re.findall(r'(?:yield f?|append\()"([a-z_]+)', source)
    table = PAGE.partition("## What is noticed")[2]
    told = dict(re.findall(r"^\| `([a-z_]+)` \| (.+) \|$", table, re.MULTILINE))

    of_all_exports = {"back_dated", "ids_not_ordered", "possible_same_posts"}

    assert {*told} == {*counted, *yielded} | of_all_exports
    assert told == WARNINGS  # `lockstep inspect` says the same


def test_every_reason_is_told() -> None:
    """Each that a record may be set aside for, by the same phrase everywhere, and what to do."""
    (known,) = [rule for rule in load("quarantine").rules if rule.id == "reason_known"]
    table = PAGE.partition("## What is set aside")[2].partition("## What is noticed")[0]
    told = re.findall(r"^\| `([a-z_]+)` \| (.+?) \| (.+) \|$", table, re.MULTILINE)

    assert {reason: meaning for reason, meaning, _ in told} == REASONS
    assert known.description == f"reason is one of {', '.join(REASONS)}."
    assert why("bad_json") == "bad_json (no JSON)"
