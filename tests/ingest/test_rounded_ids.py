"""Ids that a program rounded, in files whose addresses do not tell the right ones."""

from functools import reduce
from operator import add
from pathlib import Path

import polars as pl
import pytest

from lockstep.errors import InputError
from lockstep.ingest.rounded_ids import long_ids
from tests.ingest import mapped_exports as made
from tests.ingest.mapped_exports import EIGHT_S, table
from tests.ingest.test_mapped_formats import staged

TWEETS = [made.snowflake((EIGHT_S + n) * 1_000, low=n + 1) for n in range(12)]


def example(*ids: str) -> str | None:
    """Return an id that was rounded, told at once and id by id."""
    whole = long_ids(pl.Series(ids, dtype=pl.String))
    parts = zip(*(long_ids(pl.Series([one])) for one in ids), strict=True)

    assert [reduce(add, part) for part in parts] == list(whole)
    return next((found.example for found in whole if found.example), None)


@pytest.mark.parametrize("kept_n", [15, 17])
def test_ids_that_all_end_with_zeros_were_rounded(kept_n: int) -> None:
    """A spreadsheet keeps 15 digits, a real number shows 17; one exact id acquits the others."""
    rounded = [f"{one[:kept_n]:0<19}" for one in TWEETS]

    assert example(*rounded) == min(rounded)
    assert example(*rounded, TWEETS[0]) is None
    assert example(*TWEETS) is None


def test_few_zeros_are_chance() -> None:
    """One id, however often it is seen, a few, or any number with one zero each, prove nothing."""
    assert example(*["16065541428631400"] * 50) is None
    assert example(*[f"160655414286{n}00" for n in range(100, 104)]) is None
    assert example(*[f"160655414286{n}00" for n in range(100, 105)]) == "16065541428610000"
    assert example(*[f"160655414286{n}0" for n in range(100, 999)]) is None
    assert example("100000000000000", "1", "SYN-A", "a/1000000000000000000") is None


@pytest.mark.parametrize("first", [600, 1_200, 2_400, 7_000])
def test_ids_that_were_held_as_real_numbers(first: int) -> None:
    """All their digits are written, and are those of another post; one exact id acquits them."""
    exact = [first * 10**15 + n * 987_654_321_987 for n in range(1, 30)]
    rounded = [str(int(float(one))) for one in exact]

    assert example(*rounded) in rounded
    assert example(*rounded, str(exact[0])) is None
    assert example(*map(str, exact)) is None
    assert example(*rounded[:4]) is None


def test_ids_of_tweets_that_count_nothing_were_not_rounded() -> None:
    """The first of a millisecond ends with 22 binary zeros, but for the machine that made it."""
    tweets = [made.snowflake((EIGHT_S + n) * 1_000, low=n << 12) for n in range(99)]

    assert example(*tweets) is None


@pytest.mark.parametrize("column", ["id", "author_id"])
def test_a_file_with_rounded_ids_is_refused(tmp_path: Path, column: str) -> None:
    """Each of its posts or accounts may stand for several."""
    rows = [made.twarc_tweet(n % 9, id=one) for n, one in enumerate(TWEETS)]
    rounded = [{**row, column: f"{one[:15]}0000"} for row, one in zip(rows, TWEETS, strict=True)]

    assert staged(tmp_path, table("twarc_csv", rows))["posts"].height == len(TWEETS)
    with pytest.raises(InputError, match=r"ids were rounded, such as [0-9]{15}0000") as caught:
        staged(tmp_path, table("twarc_csv", rounded))
    assert "take the file as it was downloaded" in str(caught.value)
