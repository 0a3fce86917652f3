"""What a file is sorted by, and whether its list was cut off at the end."""

import random
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockstep.ingest.sort_order import least_of_a_cut_list, sort_order
from lockstep.synthetic.headers import HEADERS, SORTED_BY_TOTAL, TOTAL, HeaderVariant
from tests.ingest.exports_writer import csv_bytes, export, post, staged
from tests.synthetic.small_posts import cut

LINES = "records\nwith,\nlines"


def rows(interactions: list[int | None], times: list[int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"total_interactions": interactions, "posted_at_s": times},
        schema={"total_interactions": pl.Int64, "posted_at_s": pl.Int64},
    )


def heavy_tail(n: int, seed: int = 0) -> list[int]:
    """Return interactions as those of real posts spread, most first."""
    rng = random.Random(seed)
    return sorted((int(rng.lognormvariate(3.5, 1.6)) for _ in range(n)), reverse=True)


@pytest.mark.parametrize(
    ("interactions", "times", "order"),
    [
        ([9, 5, 5, 0], [3, 1, 4, 2], "interactions_descending"),
        ([0, 5, 5, 9], [3, 1, 4, 2], "interactions_ascending"),
        ([5, 9, 0, 5], [4, 3, 3, 1], "time_descending"),
        ([5, 9, 0, 5], [1, 3, 3, 4], "time_ascending"),
        ([5, 9, 0, 5], [3, 1, 4, 2], "none"),
        ([9, None, 5, 0], [3, None, 4, 2], "interactions_descending"),
        ([9, 5, 0], [3, 2, 1], "unknown"),
        ([9, 5], [1, 2], "unknown"),
        ([7, 7, 7], [1, 3, 2], "none"),
        ([7, 7, 7], [3, 2, 1], "time_descending"),
        ([None, None, None], [1, 3, 2], "none"),
        ([None, None, None], [1, 2, 3], "time_ascending"),
        ([7, 7], [1, 1], "unknown"),
        ([7], [1], "unknown"),
        ([], [], "unknown"),
    ],
)
def test_what_a_file_is_sorted_by(
    interactions: list[int | None], times: list[int | None], order: str
) -> None:
    """The one order that fits; equal values and missing ones contradict none."""
    whole, at = rows(interactions, times), len(times) // 2
    assert sort_order(whole).name == order
    assert (sort_order(whole[:at]) + sort_order(whole[at:])).name == order


pairs = st.lists(st.tuples(st.none() | st.integers(0, 4), st.none() | st.integers(0, 4)))


@given(pairs)
def test_an_order_is_told_if_and_only_if_it_is_the_only_one(pairs: list[tuple[int, int]]) -> None:
    """Against every pair of records compared."""
    fits = set()
    for place, name in enumerate(("interactions", "time")):
        values = [pair[place] for pair in pairs if pair[place] is not None]
        steps = [b - a for at, a in enumerate(values) for b in values[at + 1 :]]
        if any(steps):
            if all(step <= 0 for step in steps):
                fits.add(f"{name}_descending")
            if all(step >= 0 for step in steps):
                fits.add(f"{name}_ascending")
    found = sort_order(rows([a for a, _ in pairs], [b for _, b in pairs])).name

    assert ({found} == fits) == (len(fits) == 1)
    assert (found in {"none", "unknown"}) == (len(fits) != 1)


@pytest.mark.parametrize("variant", sorted(HEADERS))
def test_exports_of_every_variant(tmp_path: Path, variant: HeaderVariant) -> None:
    """As the writer sorts them; without a total only time can be told."""
    found = staged(cut(tmp_path, header=variant)[0])["sources"]["sort_order"].item()
    by_total = variant in SORTED_BY_TOTAL

    if by_total and TOTAL not in HEADERS[variant]:
        assert found == "none"
    else:
        assert found == ("interactions_descending" if by_total else "time_descending")


@pytest.mark.parametrize(("top_n", "is_told"), [(2_000, False), (1_800, False), (500, True)])
def test_a_list_that_breaks_off_is_told(top_n: int, *, is_told: bool) -> None:
    """The posts with most interactions of a heavy tail, but not the whole of it."""
    found = least_of_a_cut_list(pl.Series(heavy_tail(2_000)[:top_n]))

    assert found == (heavy_tail(2_000)[top_n - 1] if is_told else None)


def test_whole_lists_of_popular_pages_are_not_told() -> None:
    """Their fewest interactions are far above 0, and few posts have so few."""
    lists = [[20 + 40 * n for n in heavy_tail(300, seed)] for seed in range(50)]
    narrow = [[60 + seed % 7 * n % 60 for n in range(300)] for seed in range(50)]
    normal = [
        [max(50, int(random.Random(seed).gauss(400, 120))) for _ in range(300)]
        for seed in range(50)
    ]

    assert [least_of_a_cut_list(pl.Series(values)) for values in (*narrow, *normal)] == [None] * 100
    told = [least_of_a_cut_list(pl.Series(values)) for values in lists]
    assert min(min(values) for values in lists) >= 20
    assert told == [None] * 50


@pytest.mark.parametrize(
    "values", [[], [None] * 200, [0] * 200, heavy_tail(400)[:99], [2**62] * 200]
)
def test_too_little_to_tell_by(values: list[int | None]) -> None:
    """Few records, none with a count, or all alike."""
    assert least_of_a_cut_list(pl.Series(values, dtype=pl.Int64)) is None


@pytest.mark.parametrize("is_sorted", [True, False])
def test_the_warning_wants_the_order(tmp_path: Path, *, is_sorted: bool) -> None:
    """A list in another order was not cut at its least popular posts."""
    totals = heavy_tail(1_000)[:200]
    shown = totals if is_sorted else totals[::-1]
    content = csv_bytes(
        post(n, Likes=str(total), **dict.fromkeys(ZERO, "0"), Total_Interactions=f"{total:,}")
        for n, total in zip(random.Random(1).sample(range(5_000), 200), shown, strict=True)
    )
    source = staged(export(tmp_path, content))["sources"].row(0, named=True)
    told = f"possible_row_cap 200, sorted by interactions, none below {totals[-1]}"

    assert (told in source["warnings"].split("; ")) is is_sorted
    assert source["sort_order"] == f"interactions_{'des' if is_sorted else 'as'}cending"


ZERO = ("Comments", "Shares", "Love", "Wow", "Haha", "Sad", "Angry", "Care")


@pytest.mark.parametrize(
    ("content", "lines_n"),
    [
        (csv_bytes([post(1), post(2)]), 3),
        (csv_bytes([post(1), post(2)]).rstrip(b"\n"), 3),
        (csv_bytes([post(1, Message=LINES)]), 4),
        (csv_bytes([post(1, Message=LINES)], line_end="\r\n"), 4),
        (csv_bytes([post(1)]) + b"\n\n", 4),
    ],
)
def test_physical_lines(tmp_path: Path, content: bytes, lines_n: int) -> None:
    """As many as a text editor numbers, the empty one behind the last line end left out."""
    assert staged(export(tmp_path, content))["sources"]["lines_n"].item() == lines_n
