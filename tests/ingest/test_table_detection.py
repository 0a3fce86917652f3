"""Which format a table is: told by its columns, with a margin to every other, or not at all."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lockstep.errors import UnknownExportError
from lockstep.ingest.formats import Format, Variant, formats
from lockstep.ingest.headers import recognise

TABLES = [fmt for fmt in formats() if fmt.delimiters]
VARIANTS = [(fmt, variant) for fmt in TABLES for variant in fmt.variants]


def columns(fmt: Format, variant: Variant) -> list[str]:
    """Return the header of a variant."""
    names = dict.fromkeys(fmt.columns.get("name", ())[:1])
    named = [name for chosen in variant.sets for name in fmt.column_sets[chosen]]
    return list(dict.fromkeys((*names, *named, *(score[0] for score in variant.scores))))


def recognised(header: list[str]) -> str | None:
    """Return the format of a header; none where it is refused."""
    split = {delimiter: header for fmt in TABLES for delimiter in fmt.delimiters}
    try:
        return recognise(split, TABLES, "synthetic.csv").format.id
    except UnknownExportError:
        return None


@pytest.mark.parametrize(
    ("fmt", "variant"), VARIANTS, ids=[f"{fmt.id}, {variant.id}" for fmt, variant in VARIANTS]
)
def test_each_variant_is_recognised_among_all_formats(fmt: Format, variant: Variant) -> None:
    """In any order, and as R and pandas write the names."""
    header = columns(fmt, variant)

    for written in (header, header[::-1], [name.replace(" ", "_").lower() for name in header]):
        assert recognised(written) == fmt.id


@given(of=st.integers(0, len(VARIANTS) - 1), seed=st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_what_an_analyst_kept_of_it_is_never_another(*, of: int, seed: int) -> None:
    """With the columns that it needs it is recognised, whatever else is left."""
    (fmt, variant), rng = VARIANTS[of], random.Random(seed)
    header, share = columns(fmt, variant), rng.random()
    places = [fmt.headers[value] for value in fmt.detect.required]
    needed = {next(name for name in names if name in header) for names in places}
    kept = [name for name in header if name in needed or rng.random() < share]

    assert recognised(kept) == fmt.id
