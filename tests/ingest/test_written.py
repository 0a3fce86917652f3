"""Replacing contacts in columns: which texts are asked about, and that nothing else changes."""

import polars as pl

from lockstep.ingest.written import contact_rows, redacted

Asked = set[tuple[str, tuple[str, ...]]]

COUNTRIES = pl.Series(["ML", None, "ML", "SN", "ML"])
TEXTS = pl.Series(["SECRET", "SECRET SECRET", None, "SECRET", "plain"])


def test_texts_keep_their_places(asked: Asked) -> None:
    """Each text is replaced where it stands, missing ones stay missing, the input is untouched."""
    before = TEXTS.to_list()
    found = redacted(TEXTS, COUNTRIES, ["GN"])

    assert found.texts.to_list() == ["<tel:88>", "<tel:88> <tel:88>", None, "<tel:88>", "plain"]
    assert [row for row, _ in found.contacts] == [0, 1, 1, 3]
    assert TEXTS.to_list() == before
    assert asked == {
        ("SECRET", ("ML", "GN")),
        ("SECRET SECRET", ("GN",)),
        ("SECRET", ("SN", "GN")),
    }


def test_no_texts_have_no_contacts(asked: Asked) -> None:
    """Nothing is asked about an empty column, or one without contacts."""
    for texts in ([], ["plain", None]):
        column = pl.Series(texts, dtype=pl.String)
        found = redacted(column, pl.Series([None] * len(texts), dtype=pl.String), [])
        assert (found.texts.to_list(), found.contacts) == (texts, [])
    assert not asked


def test_rows_of_contacts_hold_no_contact(asked: Asked) -> None:
    """A mention is a keyed hash, with its row and field."""
    contacts = redacted(TEXTS, COUNTRIES, []).contacts
    rows = list(contact_rows("text", contacts, b"key"))

    assert asked
    assert [row["row"] for row in rows] == [0, 1, 1, 3]
    assert {row["contact_hmac"] for row in rows} == {"a" * 26}
    assert "SECRET" not in str(rows)
