"""The recogniser against the synthetic case, where every contact is known."""

import re
from collections.abc import Iterator

import polars as pl
import pytest

from lockstep.ingest.contacts import may_hold_contact, redact, redact_url
from lockstep.synthetic import SyntheticCase, write_exports
from lockstep.synthetic.contacts import CONTACTS, TEL_STYLES, Contact, on_image, written

ML = ("ML",)
NUMBERS = [contact for contact in CONTACTS if contact.national]
CANONICAL = {c.contact_id: c.email or f"+223{c.national}" for c in CONTACTS}
TEXTS = {"Message": "message", "Image Text": "image_text"}


@pytest.fixture(scope="module")
def seed_shaped(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCase:
    return write_exports(tmp_path_factory.mktemp("seed_shaped"))


@pytest.fixture(scope="module")
def rows(seed_shaped: SyntheticCase) -> pl.DataFrame:
    """Each post once, with what is true of its contacts."""
    columns = ["URL", "Message", "Image Text", "Link Text", "Description", "Link"]
    exports = [pl.read_csv(path, infer_schema=False) for path in seed_shaped.paths]
    raw = pl.concat([export.select(*columns, "Page Description") for export in exports])
    key = pl.format("facebook:{}", pl.col("URL").str.split("/").list.last())
    return (
        raw.with_columns(key.alias("post_key"))
        .unique("post_key", maintain_order=True)
        .join(seed_shaped.truth_post, on="post_key")
    )


def hits(frame: pl.DataFrame, column: str) -> Iterator[dict[str, str]]:
    yield from frame.filter(may_hold_contact(pl.col(column))).iter_rows(named=True)


@pytest.mark.parametrize("contact", NUMBERS, ids=lambda c: c.contact_id)
@pytest.mark.parametrize("style", [*TEL_STYLES, "arabic_indic"])
def test_every_style_is_recognised(contact: Contact, style: str) -> None:
    """However the synthetic pages write a number, it is read as what it is."""
    text = f"Bonjour. {written(contact, style)}, merci."
    redacted, contacts = redact(text, ML)
    assert [CANONICAL[contact.contact_id]] == [one.canonical for one in contacts]
    assert f"<tel:{contact.national[-2:]}>, merci." in redacted
    assert not re.search(r"\d{3}", redacted.replace(f"<tel:{contact.national[-2:]}>", ""))


@pytest.mark.parametrize("misread", [False, True])
def test_numbers_on_images_are_recognised(misread: bool) -> None:  # noqa: FBT001 - a parameter
    """Both numbers on an image are read, even when text recognition makes a zero an O."""
    text = on_image((NUMBERS[0], NUMBERS[1]), misread=misread)
    expected = [CANONICAL[contact.contact_id] for contact in NUMBERS[:2]]
    assert ("INFOLINE <tel:88> / <tel:13>", expected) == (
        redact(text, ML)[0],
        [one.canonical for one in redact(text, ML)[1]],
    )


def test_exactly_the_true_contacts_are_found(rows: pl.DataFrame) -> None:
    """In every post, in messages and on images, the true contacts are found and no other."""
    found = {
        (row["post_key"], field, contact.canonical)
        for column, field in TEXTS.items()
        for row in hits(rows, column)
        for contact in redact(row[column], ML)[1]
    }
    true = rows.drop_nulls("contact_id").select("post_key", "contact_field", "contact_id")
    assert found == {
        (post_key, field, CANONICAL[contact_id])
        for post_key, field, ids in true.iter_rows()
        for contact_id in ids.split(" ")
    }


def test_nothing_but_contacts_is_altered(rows: pl.DataFrame) -> None:
    """Texts without a contact, titles, descriptions and links stay as they are (METHODS §12)."""
    without = rows.filter(pl.col("contact_id").is_null())
    for column in ("Message", "Image Text", "Link Text", "Description"):
        assert all(redact(row[column], ML) == (row[column], ()) for row in hits(without, column))
    assert all(redact_url(row["Link"], ML) == (row["Link"], ()) for row in hits(rows, "Link"))
    assert (
        rows.filter(may_hold_contact(pl.col("Link Text")) | may_hold_contact(pl.col("Link")))
    ).is_empty()


def test_page_descriptions_lose_their_numbers(rows: pl.DataFrame) -> None:
    """The contact lines of pages are replaced."""
    texts = rows["Page Description"].drop_nulls().unique()
    redacted = {redact(text, ML)[0] for text in texts}
    assert any(text.endswith("Contact : <tel:13>") for text in redacted)
    assert any(text.endswith("Infoline : <tel:88>") for text in redacted)
    assert not any(re.search(r"\d{2}[ .-]?\d{2}[ .-]?\d{2}", text) for text in redacted)


def test_no_number_is_left(rows: pl.DataFrame) -> None:
    """No digits of a fictional number are left in any text (METHODS §14.9)."""
    for column in ("Message", "Image Text", "Page Description"):
        for row in hits(rows.unique(column, maintain_order=True), column):
            left = re.sub(r"\D", "", redact(row[column], ML)[0])
            assert not any(contact.national[:6] in left for contact in NUMBERS)


def test_few_texts_reach_python(rows: pl.DataFrame) -> None:
    """The prefilter passes less than one message in fifty, and every one with a contact."""
    passed = rows.filter(may_hold_contact(pl.col("Message")))
    assert len(passed) < len(rows) / 50
    true = rows.filter(pl.col("contact_field") == "message")
    assert set(true["post_key"]) <= set(passed["post_key"])
