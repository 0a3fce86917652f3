"""Properties of the recogniser over random text, its prefilter, and hostile input."""

# ruff: noqa: RUF001 - digits and letters of other scripts are what is tested

import itertools
import re
import sys
import unicodedata

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lockstep.ingest.contacts import judging, may_hold_contact, phones, readings, redact, redact_url
from lockstep.ingest.contacts.folding import fold

REGIONS = st.sampled_from([(), ("ML",), ("FR", "ML"), ("US",), ("SN", "CI"), ("AU", "DE", "PT")])
MORE = settings(max_examples=250, deadline=None, derandomize=True)
SOME = settings(max_examples=150, deadline=None, derandomize=True)

NUMBERS = st.from_regex(r"30[0-9]{6}", fullmatch=True)
ZEROS = "0٠۰०০０𝟎"
GAPS = ["", *" -./\u00a0\u202f\u2009\u2011\u2013\u200b\u2060"]
AROUND = ["", *' .,!…()«»*📞\n:;|"\u202b']
FRAGMENTS = [
    *("Tél ", "Contact : ", "n° ", "WhatsApp", "Orange Money ", "réf ", "FCFA", " F", " km", "%"),
    *(" ou ", "10h30", "2 500"),
    *("30112288", "30 11 22 88", "+223", "00223", "(0)", "000", "12/03/2021", "2021"),
    *("GB29NWBK60161331926819",),
    *("https://", "wa.me/", "t.me/+", "www.example.org/", "?phone=", "%2B", "%20", "tel:"),
    *("mailto:",),
    *("nom@example.org", "@", " (at) ", " [dot] ", "gmail", ".com", "<tel:88>", "<email>"),
    *("<iban>", "@[100"),
    *"<>#Oo \n-./+(),:_=&\u2022\u200b\ufe0f\u20e3\ufffa\ufffc",
]
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(FRAGMENTS),
        st.text("0123456789", min_size=1, max_size=9),
        st.text("0123456789 -./+()ab@", max_size=12),
        st.text(max_size=4),
    ),
    max_size=14,
).map("".join)


def in_digits(number: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in number)


@given(TEXTS, REGIONS)
@MORE
@example("30 11 22 88 1234567", ("ML",))
@example("Tel 123456 30 11 22 88", ("ML",))
@example("+223 30 11 22 88, 20112020", ("ML",))
def test_a_second_pass_finds_nothing(text: str, regions: tuple[str, ...]) -> None:
    """Redacting what was redacted changes nothing and finds no contact."""
    for recognise in (redact, redact_url):
        once = recognise(text, regions)[0]
        assert (once, ()) == recognise(once, regions)


@given(TEXTS, REGIONS)
@MORE
def test_placeholders_stand_for_contacts_and_the_rest_stays(
    text: str, regions: tuple[str, ...]
) -> None:
    """Each contact has its placeholder, in order, and what lies between them is the text's own."""
    redacted, contacts = redact(text, regions)
    at = done = 0
    for contact in contacts:
        mark = f"<tel:{contact.last2}>" if contact.kind == "phone" else f"<{contact.kind}>"
        found = redacted.index(mark, at)
        while text.find(redacted[at:found], done) < 0:
            found = redacted.index(mark, found + 1)
        done = text.index(redacted[at:found], done) + found - at
        at = found + len(mark)
    assert text.endswith(redacted[at:])


@given(TEXTS.map(lambda text: re.sub(r"[\d@(\[{＠﹫]", "", text)), REGIONS)
@SOME
def test_without_digits_and_signs_nothing_changes(text: str, regions: tuple[str, ...]) -> None:
    """A text without digits, at-signs and brackets is returned as it is."""
    assert (text, ()) == redact(text, regions) == redact_url(text, regions)


@given(
    number=NUMBERS,
    prefix=st.sampled_from(["+223", "00223", "(+223)", "(00223)", "+(223)", "+223(0)", "+ 223"]),
    data=st.data(),
)
@MORE
def test_no_digits_of_a_number_with_a_calling_code_survive(
    number: str, prefix: str, data: st.DataObject
) -> None:
    """In any style, digits and surroundings, nothing of the number but its ending is left."""
    zero = data.draw(st.sampled_from(ZEROS))
    gaps = [data.draw(st.sampled_from(GAPS)) for _ in number]
    sizes = data.draw(st.sampled_from([(2, 4, 6), (4,), (), (1, 3, 5, 7), (2, 5), (3, 6), (3,)]))
    written = "".join(
        gaps[i] * (i in sizes or i == 0) + digit for i, digit in enumerate(in_digits(number, zero))
    )
    start, end = data.draw(st.sampled_from(AROUND)), data.draw(st.sampled_from(AROUND))
    regions = data.draw(REGIONS)
    text = f"Voir {start}{prefix}{written}{end} ici"
    redacted, contacts = redact(text, regions)
    assert [f"+223{number}"] == [contact.canonical for contact in contacts]
    assert number[-2:] == "".join(re.findall(r"\d", fold(redacted).plain))


@given(
    number=NUMBERS.filter(lambda n: not re.search("000$|(19|20)..$", n)),
    cue=st.sampled_from(["Tél : ", "Contact ", "WhatsApp: ", "GSM ", "📞", "هاتف ", "Appelez le "]),
    data=st.data(),
)
@MORE
def test_no_digits_of_a_national_number_behind_a_cue_survive(
    number: str, cue: str, data: st.DataObject
) -> None:
    """Behind a telephone word, a number of the region's length goes however it is grouped."""
    zero, gap = data.draw(st.sampled_from(ZEROS)), data.draw(st.sampled_from(GAPS))
    sizes = data.draw(st.sampled_from([(2, 4, 6), (4,), (), (2, 5), (1, 2, 3, 4, 5, 6, 7)]))
    written = "".join(gap * (i in sizes) + digit for i, digit in enumerate(in_digits(number, zero)))
    end = data.draw(st.sampled_from(AROUND))
    redacted, contacts = redact(f"{cue}{written}{end}", ("ML",))
    assert [f"+223{number}"] == [contact.canonical for contact in contacts]
    assert f"{cue}<tel:{number[-2:]}>{end}" == redacted


@given(st.lists(TEXTS.filter(lambda t: not re.search("[\ud800-\udfff]", t)), max_size=8), REGIONS)
@MORE
@example(["nom @\u200bgmail.com", "https://wa.\u200bme/30%2D11%2D22%2D88", "(\u200bat)"], ())
@example(["https://#+22330112288", "https://?30112288"], ())
@example(["MT31MALT01A1B2C3D4E5F6G7H8I9J0K", "x\u200b@example.org", "3O 11 22"], ())
def test_the_prefilter_misses_nothing(texts: list[str], regions: tuple[str, ...]) -> None:
    """Where the prefilter says no, neither function changes or finds anything."""
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    hits = frame.select(may_hold_contact(pl.col("text"))).to_series()
    for text, hit in zip(texts, hits.to_list(), strict=True):
        if not hit:
            assert (text, ()) == redact(text, regions) == redact_url(text, regions)


def test_the_prefilter_passes_few() -> None:
    """Ordinary texts and links do not pass it, nulls neither; contacts do."""
    texts = [
        *("Bonjour à tous, rendez-vous le 12/03 à 10h30 avec @nom", "2 500 FCFA", "23 685 posts"),
        *("https://www.facebook.com/100000000000002/posts/900000000000017", None, "", "2021-2022"),
        *("30 11 22 88", "https://wa.me/22330112288", "nom@example.org", "nom (at) example.org"),
    ]
    hits = pl.DataFrame({"text": texts}).select(may_hold_contact(pl.col("text"))).to_series()
    assert [*[False] * 6, True, *[True] * 4] == hits.to_list()


def test_every_digit_of_unicode_is_folded() -> None:
    """All characters of category Nd are read as the digits they are."""
    decimals = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Nd"]
    assert fold("".join(decimals)).plain == "".join(str(unicodedata.decimal(c)) for c in decimals)


HOSTILE = {
    "digits": "7" * 1_000_000,
    "spaced digits": "7 " * 100_000,
    "pairs": "30 11 22 88 " * 20_000,
    "pairs behind a cue": "Tél : " + "30 11 22 88 " * 1_000,
    "cues": "tél : " * 100_000,
    "plus": "+" * 500_000,
    "plus numbers": "+223 " * 50_000,
    "zeros": "00" * 300_000,
    "at": "@" * 300_000,
    "long local part": "a" * 500_000 + "@example.org",
    "dots": "a." * 200_000 + "@",
    "letters": "a" * 1_000_000,
    "schemes": "a://" * 100_000,
    "hosts": "www." * 150_000,
    "dashes": "a-" * 300_000,
    "brackets": "(" * 500_000,
    "escapes": "https://wa.me/" + "%20" * 200_000,
    "query": "https://example.org/?" + "phone=" * 80_000,
    "iban heads": "GB29 " * 100_000,
    "amounts": "1.000" * 30_000,
    "years": "2021-" * 50_000,
    "hashtags": "#a" * 200_000,
    "placeholders": "<tel:88>" * 60_000,
    "unseen": "7\u200b" * 200_000,
    "combining": "e\u0301" * 200_000 + " 30112288",
    "surrogates and controls": "\ud800 30 11 22 88\0\u202e \udfff",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_survived(text: str) -> None:
    """Megabytes, thousands of digits, surrogates and controls neither fail nor hang."""
    redacted, contacts = redact(text, ("ML", "FR"))
    assert len(re.findall("<(?:tel:..|email|iban)>", redacted)) >= len(contacts)
    assert redact_url(text, ("ML",))[0] is not None


@pytest.mark.parametrize(
    "pattern",
    ["Tél : 30112288 ", "30 11 22 88 ", "+223 30 11 22 88 ", "Tel 12345 6 7 ", "7 ", "7", "00 "],
)
def test_work_grows_with_the_length(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the text is at most about twice the readings of libphonenumber."""
    counted: list[str] = []
    read = readings.read.__wrapped__
    monkeypatch.setattr(readings, "read", lambda n, region: counted.append(n) or read(n, region))
    works = []
    for times in (200, 400):
        counted.clear()
        redact(pattern * times, ("ML", "FR"))
        works.append(len(counted))
    assert works[1] <= 2 * works[0] + 100
    assert works[1] <= 40 * 400 * len(pattern)


def test_ranks_outweigh_what_overlaps() -> None:
    """Readings of a lower rank that overlap a surer one never add up to more."""
    scores = [phones.SURER**rank for rank in sorted(judging.Rank)]
    assert all(high > 3 * (low + 17**2) for low, high in itertools.pairwise(scores))
