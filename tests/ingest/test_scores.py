"""Scores: in the locale of the file, of the kind that the header says, null where none is given."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep import storage
from lockstep.ingest.numbers import Locale
from lockstep.ingest.scores import decimal_sign, read_scores, signs_shown
from lockstep.synthetic.headers import HEADERS, SCORE, WEIGHTED_TOTAL, HeaderVariant
from tests.ingest.exports_writer import FB_5, OTHER_PAGE, csv_bytes, export, post, reasons, staged
from tests.synthetic.small_posts import cut

BRACKETS = "(weighted  —  Likes 1x Shares 3x Comments 2x )"
WITHOUT_SCORE = [name for name in FB_5 if name not in {SCORE, WEIGHTED_TOTAL}]


def read(*raw: str | None, locale: Locale = "plain") -> list[Decimal | None]:
    scores = pl.Series(raw, dtype=pl.String)
    return read_scores(scores, decimal_sign(locale, signs_shown(scores))).to_list()


def scored(folder: Path, header: list[str], **values: str) -> tuple[Any, Any]:
    """Return score and kind of the one record of a file."""
    row = {**post(1), **{name: value for name, value in values.items() if name in header}}
    table = staged(export(folder, csv_bytes([row], header)))["engagement"]
    return table.select("score", "score_kind").row(0)


@pytest.mark.parametrize(
    ("locale", "raw", "score"),
    [
        ("en", "1.5", "1.5"),
        ("en", "-2.5", "-2.5"),
        ("en", "-6", "-6"),
        ("en", "1,234.5", "1234.5"),
        ("en", "12,34,567", "1234567"),
        ("en", "1.234", "1.234"),
        ("en", "0.05%", "0.05"),
        ("eu", "0,05\u00a0%", "0.05"),
        ("plain", "1'234.5", "1234.5"),
        ("eu", "1,4", "1.4"),
        ("eu", "1.234,5", "1234.5"),
        ("eu", "1.234", "1234"),
        ("eu", "-1,234", "-1.234"),
        ("space", "1\u00a0234,5", "1234.5"),
        ("space", "1 234.5", "1234.5"),
        ("plain", "1.5", "1.5"),
        ("plain", "1,5", "1.5"),
        ("plain", "0,123", "0.123"),
        ("plain", "0.1234567891", "0.123456789"),
        ("plain", "-7%", "-7"),
        ("plain", "1 234", "1234"),
        ("plain", "1 234,567", "1234.567"),
        ("space", "1\u202f234", "1234"),
        ("plain", "999999999.9", "999999999.9"),
    ],
)
def test_a_score_is_read_in_its_locale(locale: Locale, raw: str, score: str) -> None:
    """Exactly, to nine decimals."""
    assert read(raw, locale=locale) == [Decimal(score)]


@pytest.mark.parametrize(
    ("locale", "raw"),
    [
        ("en", "1,4"),
        ("eu", "1.4"),
        ("en", "1,23,4"),
        ("plain", "1,234"),
        ("plain", "1.234"),
        ("plain", "1000000000.5"),
        ("plain", "1E-05"),
        ("plain", "NaN"),
        ("plain", "inf"),
        ("plain", "=1+1"),
        ("plain", "--1"),
        ("plain", "1.5\n"),
        ("plain", "\u0663.\u0665"),
        ("plain", "%"),
        ("en", "."),
        ("en", "-"),
        ("en", "1,234."),
    ],
)
def test_what_is_no_score_of_the_locale_is_none(locale: Locale, raw: str) -> None:
    """Nothing is guessed: neither a sign of another locale nor what may be thousands."""
    assert read(raw, locale=locale) == [None]


def test_scores_tell_their_sign_where_counts_do_not() -> None:
    """One that can stand before decimals only tells it for all; two contradict each other."""
    assert read("1,234", "2,5", "3", None) == [Decimal("1.234"), Decimal("2.5"), Decimal(3), None]
    assert read("1,234", "2.5", "3") == [Decimal(1234), Decimal("2.5"), Decimal(3)]
    assert read("1,5", "2.5", "3") == [None, None, Decimal(3)]


@given(
    st.lists(st.decimals(-999_999, 999_999, places=2), min_size=1),
    st.sampled_from(["en", "eu", "space"]),
)
def test_what_a_locale_writes_is_read_back(scores: list[Decimal], locale: Locale) -> None:
    """With thousands and decimals, whatever their size."""
    signs = {"en": ",.", "eu": ".,", "space": "\u202f,"}[locale]
    raw = [f"{score:,.2f}".translate(str.maketrans(",.", signs)) for score in scores]

    assert read(*raw, locale=locale) == [score + 0 for score in scores]


@pytest.mark.parametrize("variant", sorted(HEADERS))
@pytest.mark.parametrize("locale", ["en", "eu", "space"])
def test_exports_of_every_variant(tmp_path: Path, variant: HeaderVariant, locale: Locale) -> None:
    """The same scores in every locale, and none where the variant has none."""
    file, _ = cut(tmp_path, header=variant, locale=locale)
    tables = staged(file)
    table = tables["engagement"]
    english = staged(cut(tmp_path, header=variant, file_name="en.csv")[0])["engagement"]

    if variant == "FB-sub":
        assert table["score"].null_count() == table["score_kind"].null_count() == table.height
        return
    expected = "weighted_interactions" if variant == "FB-2a" else "overperforming"
    assert set(table["score_kind"]) == {expected}
    scores = [frame.sort("post_key")["score"].to_list() for frame in (table, english)]
    assert scores[0] == scores[1]
    assert None not in scores[0]
    assert len({*scores[0]}) > 10
    assert "score_unparsable" not in tables["sources"]["warnings"].item()


@pytest.mark.parametrize(
    ("column", "raw", "expected"),
    [
        (SCORE, "-2.5", (Decimal("-2.5"), "overperforming")),
        (f"{SCORE} {BRACKETS}", "1.5", (Decimal("1.5"), "overperforming")),
        (f"Interaction Rate {BRACKETS}", "0.05%", (Decimal("0.05"), "interaction_rate")),
        ("interaction_rate", "0.05", (Decimal("0.05"), "interaction_rate")),
        (f"Total Interactions {BRACKETS}", "1,234", (None, None)),
        (f"Total Interactions {BRACKETS}", "123", (Decimal(123), "weighted_interactions")),
        (SCORE, "", (None, None)),
        (SCORE, "N/A", (None, None)),
        (SCORE, "x", (None, None)),
    ],
)
def test_the_header_says_which_score_it_is(
    tmp_path: Path, column: str, raw: str, expected: tuple[Decimal | None, str | None]
) -> None:
    """Whatever its weights are; a missing score is null and no zero."""
    assert scored(tmp_path, [*WITHOUT_SCORE, column], **{column: raw}) == expected


def test_the_score_proper_comes_before_the_weighted_total(tmp_path: Path) -> None:
    """A file with both has the score as its score."""
    assert scored(tmp_path, list(FB_5)) == (Decimal("1.5"), "overperforming")


def test_a_score_that_cannot_be_read_costs_no_record(tmp_path: Path) -> None:
    """It is counted, its record stays, and what stands there is shown nowhere."""
    rows = [post(n, Overperforming_Score=raw) for n, raw in enumerate(("x y", "1,2,3", "2.5"))]
    tables = staged(export(tmp_path, [*rows, post(9, OTHER_PAGE)]))
    stored = storage.conform(tables["engagement"], "engagement")

    assert reasons(tables) == []
    assert "score_unparsable 2" in tables["sources"]["warnings"].item().split("; ")
    assert str(stored["score"].type) == "decimal128(18, 9)"
    assert stored["score"].null_count == stored["score_kind"].null_count == 2


def test_a_score_proves_no_thousands_where_a_sum_does(tmp_path: Path) -> None:
    """A file with totals is read by its sums; a score of another locale is told, not followed."""
    row = post(1, Likes="407000", Total_Interactions="407.060", Overperforming_Score="1.5")
    tables = staged(export(tmp_path, [{**row, **dict.fromkeys(ZERO, "0"), "Likes": "407060"}]))

    assert tables["sources"]["number_locale"].item() == "eu"
    assert tables["engagement"].select("total_interactions", "score").row(0) == (407_060, None)
    assert "score_unparsable 1" in tables["sources"]["warnings"].item().split("; ")


ZERO = ("Comments", "Shares", "Love", "Wow", "Haha", "Sad", "Angry", "Care")
