"""Telephone numbers that are recognised: how people write them, and what they are read as.

All numbers are fictional: +223 30 is in no range in use, the others are set apart for stories.
"""

# ruff: noqa: RUF001 - digits and letters of other scripts are what is tested

import pytest

from lockstep.ingest.contacts import Contact, redact

ML, FR, US, GB, AU, SE = ("ML",), ("FR",), ("US",), ("GB",), ("AU",), ("SE",)
TEL_88, TEL_13 = "+22330112288", "+22330445513"


def canonical(contacts: tuple[Contact, ...]) -> list[str]:
    return [contact.canonical for contact in contacts]


@pytest.mark.parametrize(
    "text",
    [
        "30 11 22 88",
        "30-11-22-88",
        "30.11.22.88",
        "30/11/22/88",
        "30 - 11 - 22 - 88",
        "30_11_22_88",
        "30\u00a011\u00a022\u00a088",
        "30\u202f11\u202f22\u202f88",
        "30\u200911\u200922\u200988",
        "30\u201011\u201122\u201388",
        "30\u201411\u201522\u221288",
        "٣٠ ١١ ٢٢ ٨٨",
        "۳۰ ۱۱ ۲۲ ۸۸",
        "३० ११ २२ ८८",
        "৩০ ১১ ২২ ৮৮",
        "３０　１１　２２　８８",
        "𝟑𝟎 𝟏𝟏 𝟐𝟐 𝟖𝟖",
        "3O 11 22 88",
        "223 30 11 22 88",
    ],
)
def test_pairs_need_no_cue(text: str) -> None:
    """Four pairs of a region's length are a number, in any digits and with any separator."""
    assert (redact(text, ML)[0], canonical(redact(text, ML)[1])) == ("<tel:88>", [TEL_88])


@pytest.mark.parametrize(
    "text",
    [
        "+22330112288",
        "+223 30 11 22 88",
        "+223-30-11-22-88",
        "+223.30.11.22.88",
        "+223 30112288",
        "+ 223 30 11 22 88",
        "(+223) 30112288",
        "(+223)30.11.22.88",
        "+(223) 30 11 22 88",
        "+223 (0) 30 11 22 88",
        "(+223)(0)30112288",
        "+223 0 30112288",
        "0022330112288",
        "00223 30 11 22 88",
        "00 223 30-11-22-88",
        "(00223) 30112288",
        "＋２２３ ３０ １１ ２２ ８８",
        "➕223 30 11 22 88",
        "+٢٢٣ ٣٠ ١١ ٢٢ ٨٨",
        "+223\u200b30\u200b11\u200b22\u200b88",
        "+223\u00a030\u00a011\u00a022\u00a088",
        "\u2066+223 30 11 22 88",
    ],
)
@pytest.mark.parametrize("regions", [(), ("ML",), ("FR", "US"), ("nowhere", "xx")])
def test_calling_codes_need_no_region(text: str, regions: tuple[str, ...]) -> None:
    """A plus or two zeros and a calling code are a number in every case."""
    redacted, contacts = redact(f"« {text} »", regions)
    assert "88" in redacted
    assert (
        redacted.replace(" ", "").replace("\u2066", ""),
        canonical(contacts),
    ) == ("«<tel:88>»", [TEL_88])


@pytest.mark.parametrize(
    "before",
    [
        *(
            "Tél : ",
            "TEL.",
            "tél",
            "Téléphone ",
            "Contact: ",
            "Contacts:",
            "Infoline ",
            "WhatsApp ",
        ),
        *("Appelez le ", "Appelez-nous au ", "Numéro : ", "n° ", "N°", "Num ", "Call ", "Mobile: "),
        *("Portable ", "Cel ", "Joindre le ", "SMS au ", "Viber ", "Signal: ", "Telegram ", "GSM "),
        *("Orange Money : ", "mobile money ", "Moov ", "Wave ", "tel:", "sms:", "Info au ", "T : "),
        *("Pour réserver, téléphonez à Awa : tél. ", "Contact de Moussa, le coordinateur : "),
        *("هاتف: ", "للتواصل ", "واتساب ", "رقم ", "اتصلوا "),
        *("Тел. ", "телефон: ", "Звоните ", "WhatsApp/Вайбер "),
        *("Telemóvel ", "Telefone: ", "Ligue ", "Contacto ", "Fone: ", "Zap ", "MB WAY "),
        *("Teléfono: ", "Llame al ", "móvil "),
        *("☎️ ", "📞", "📲 : ", "𝐓𝐞𝐥 : ", "Ｔｅｌ：", "https://wa.me/ "),
    ],
)
def test_digits_in_a_row_need_a_cue(before: str) -> None:
    """Behind a telephone word of the field's languages, eight digits in a row are a number."""
    expected = (f"{before}<tel:88> !", [TEL_88])
    redacted, contacts = redact(f"{before}30112288 !", ML)
    assert expected == (redacted, canonical(contacts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("au 30112288 (WhatsApp)", "au <tel:88> (WhatsApp)"),
        ("30112288 whatsapp", "<tel:88> whatsapp"),
        ("Tel30112288", "Tel<tel:88>"),
        ("Tél 30112288WhatsApp", "Tél <tel:88>WhatsApp"),
        ("(Tél 30112288)", "(Tél <tel:88>)"),
        ("*Tel* 30112288.", "*Tel* <tel:88>."),
    ],
)
def test_a_cue_may_follow_or_touch(text: str, expected: str) -> None:
    """A cue counts behind the number and without a space."""
    assert (expected, [TEL_88]) == (redact(text, ML)[0], canonical(redact(text, ML)[1]))


@pytest.mark.parametrize(
    "text",
    [
        "30 11 22 88 / 30 44 55 13",
        "30 11 22 88/30 44 55 13",
        "30 11 22 88 30 44 55 13",
        "30.11.22.88 - 30.44.55.13",
        "30 11 22 88 • 30 44 55 13",
        "30 11 22 88|30 44 55 13",
        "30 11 22 88, 30 44 55 13",
        "30 11 22 88\n30 44 55 13",
        "30 11 22 88 ou 30 44 55 13",
        "Tél : 30112288 / 30445513",
        "Tél : 30112288/30445513",
        "Tél : 30112288 ou 30445513",
        "Tél : 30112288 et le 30445513",
        "Tél : 30112288 30445513",
        "Tél : 30112288; 30445513",
        "INFOLINE 30 11 22 88 / 30 44 55 13",
        "(+223) 30 11 22 88 / 30 44 55 13",
        "00223 30112288 ou 30445513",
        "Tel:(00223)30112288/30445513",
        "+223 30 11 22 88+223 30 44 55 13",
        "Tél: 30 11 22 88 (WhatsApp) / 30 44 55 13 (appel)",
        "Appelez Awa (30 11 22 88) ou Moussa (30 44 55 13)",
        "Dons : Orange Money 30112288 - Moov 30445513",
        "+22330112288 / 30445513",
        "https://wa.me/22330112288 ou 30445513",
    ],
)
def test_numbers_in_a_list(text: str) -> None:
    """Each number of a list is found, and one is a cue for the next."""
    redacted, contacts = redact(text, ML)
    assert canonical(contacts) == [TEL_88, TEL_13]
    assert not any(part in redacted for part in ("30", "11", "22", "44", "55"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/03/2021 30 11 22 88", "12/03/2021 <tel:88>"),
        ("2020-2021 : 30 11 22 88", "2020-2021 : <tel:88>"),
        ("à 10h30 30 11 22 88", "à 10h30 <tel:88>"),
        ("Coût 5000 F CFA 30 11 22 88", "Coût 5000 F CFA <tel:88>"),
        ("30 11 22 88 H24", "<tel:88> H24"),
        ("Awa 30 11 22 88Bko", "Awa <tel:88>Bko"),
        ("5 000 F au 30 11 22 88 par Moov", "5 000 F au <tel:88> par Moov"),
        ("30 11 22 88.", "<tel:88>."),
        ("(30 11 22 88)", "(<tel:88>)"),
        ("[30-11-22-88]", "[<tel:88>]"),
        (
            "Le numéro vert 30 11 22 88, le 36 22 et le 112",
            "Le numéro vert <tel:88>, le 36 22 et le 112",
        ),
        ("Tél. 30 11 22 88. 12 personnes", "Tél. <tel:88>. 12 personnes"),
        (
            "rue 450 porte 12, Tel : 30 11 22 88, BP 1234",
            "rue 450 porte 12, Tel : <tel:88>, BP 1234",
        ),
    ],
)
def test_what_stands_beside_a_number_stays(text: str, expected: str) -> None:
    """Dates, times, amounts and signs beside a number are untouched."""
    assert expected == redact(text, ML)[0]


@pytest.mark.parametrize(
    ("text", "regions", "expected"),
    [
        ("01 99 00 12 34", FR, "+33199001234"),
        ("01.99.00.12.34", FR, "+33199001234"),
        ("+33 (0)1 99 00 12 34", (), "+33199001234"),
        ("(202) 555-0142", US, "+12025550142"),
        ("202-555-0142", US, "+12025550142"),
        ("202.555.0142", US, "+12025550142"),
        ("202 555 0142", US, "+12025550142"),
        ("1-202-555-0142", US, "+12025550142"),
        ("020 7946 0123", GB, "+442079460123"),
        ("(020) 7946 0123", GB, "+442079460123"),
        ("020 79460123", GB, "+442079460123"),
        ("0491 570 006", AU, "+61491570006"),
        ("02 5550 1234", AU, "+61255501234"),
        ("070-174 06 05", SE, "+46701740605"),
    ],
)
def test_national_numbers_of_other_countries(
    text: str, regions: tuple[str, ...], expected: str
) -> None:
    """Numbers that are valid in a region need no cue when they are grouped as there."""
    redacted, contacts = redact(text, regions)
    assert (f"<tel:{expected[-2:]}>", [expected]) == (redacted, canonical(contacts))


@pytest.mark.parametrize(
    ("text", "regions", "expected"),
    [
        ("Awa 0491570006", AU, "Awa <tel:06>"),
        ("x 0255501234", AU, "x 0255501234"),
        ("réf. 0491570006", AU, "réf. 0491570006"),
        ("A0491570006", AU, "A0491570006"),
        ("0491570006B", AU, "0491570006B"),
        ("#0491570006", AU, "#0491570006"),
        ("442079460123", GB, "<tel:23>"),
        ("30112288", ML, "30112288"),
        ("22330112288", ML, "22330112288"),
    ],
)
def test_digits_in_a_row_without_a_cue(text: str, regions: tuple[str, ...], expected: str) -> None:
    """They are a number when they stand alone and are mobile, or begin with a region's code."""
    assert expected == redact(text, regions)[0]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Contact : 30112288", "30112288"),
        ("Contact : 30 11 22 88", "30112288"),
        ("Contact Awa Fictive 30112288", "30112288"),
        ("Tél 555-0142", "5550142"),
        ("(202) 555-0142", "2025550142"),
        ("(11) 95550-0142", "11955500142"),
        ("202-555-0142", "2025550142"),
        ("202.555.0142", "2025550142"),
        ("Tél : 30 11 22 8", "3011228"),
        ("Tél : 30 11 22", "301122"),
        ("Tel 202 555 0142", "2025550142"),
        ("+223 30 11 22 8", "2233011228"),
        ("+223 30 11 22 888", "223301122888"),
    ],
)
def test_numbers_of_no_known_country(text: str, digits: str) -> None:
    """Behind a telephone word or an area code, digits of no region are a number, as written."""
    (contact,) = redact(text, ())[1]
    assert contact == Contact("phone", digits, digits[-2:], country_known=False, is_valid=False)
    assert digits[:4] not in redact(text, ())[0].replace(" ", "")


def test_what_a_number_is_read_as() -> None:
    """A number has its last two digits, whether its country is known and whether it is valid."""
    contacts = redact("30 11 22 88 et 01 99 00 12 34", ("ML", "FR"))[1]
    assert contacts == (
        Contact("phone", "+22330112288", "88", country_known=True, is_valid=False),
        Contact("phone", "+33199001234", "34", country_known=True, is_valid=True),
    )


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        (("ML", "BF"), "+22330112288"),
        (("BF", "ML"), "+22630112288"),
        (("FR", "ML"), "+22330112288"),
        (("US", "ML"), "+22330112288"),
        (("ml",), "+22330112288"),
        (("xx", "", "ML"), "+22330112288"),
    ],
)
def test_the_first_region_that_fits_counts(regions: tuple[str, ...], expected: str) -> None:
    """A number is read in the first region where it is valid, else where it is possible."""
    assert [expected] == canonical(redact("30 11 22 88", regions)[1])


def test_a_valid_reading_beats_an_earlier_possible_one() -> None:
    """A region in which the number is in use comes before one in which only its length is."""
    assert canonical(redact("Tel 0491570006", ("GB", "AU"))[1]) == ["+61491570006"]


def test_repeats_are_told_in_order() -> None:
    """Contacts come in the order of the text, as often as they stand there."""
    text = "Tél 30445513, 30 11 22 88, nom@example.org, +22330445513"
    assert canonical(redact(text, ML)[1]) == [TEL_13, TEL_88, "nom@example.org", TEL_13]
