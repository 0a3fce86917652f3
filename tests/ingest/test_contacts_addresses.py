"""E-mail addresses, bank accounts and contact links; the keyed hash of a contact."""

# ruff: noqa: RUF001 - digits and letters of other scripts are what is tested

import base64
import hashlib
import hmac

import pytest

from lockstep.ingest.contacts import Contact, contact_hmac, redact, redact_url

ML = ("ML",)
TEL_88 = Contact("phone", "+22330112288", "88", country_known=True, is_valid=False)


@pytest.mark.parametrize(
    ("text", "expected", "addresses"),
    [
        ("Écrivez à Contact@Example.org.", "Écrivez à <email>.", ["contact@example.org"]),
        ("(nom.prenom+x@mail.example.org)", "(<email>)", ["nom.prenom+x@mail.example.org"]),
        (
            "mailto:nom@example.org, a@b.example",
            "mailto:<email>, <email>",
            ["nom@example.org", "a@b.example"],
        ),
        ("E-mail:nom@example.org/autre", "E-mail:<email>/autre", ["nom@example.org"]),
        ("<nom@example.org>", "<<email>>", ["nom@example.org"]),
        ("élève_1@école.example.ml!", "<email>!", ["élève_1@école.example.ml"]),
        ("nom＠example．org", "<email>", ["nom@example.org"]),
        ("nom\u200b@exa\u00admple.org", "<email>", ["nom@example.org"]),
        ("nom (at) example (dot) org", "<email>", ["nom@example.org"]),
        ("nom[at]example[.]org", "<email>", ["nom@example.org"]),
        ("nom {arobase} example {point} org", "<email>", ["nom@example.org"]),
        ("nom(@)example.org", "<email>", ["nom@example.org"]),
        ("nom@example . org", "<email>", ["nom@example.org"]),
        ("nom@example. org", "<email>", ["nom@example.org"]),
        ("nom @ gmail.com et nom@ gmail . com", "<email> et <email>", ["nom@gmail.com"] * 2),
        ("nom@gmail", "<email>", ["nom@gmail"]),
        ("30112288@example.org", "<email>", ["30112288@example.org"]),
        ("a@b.example;c@d.example", "<email>;<email>", ["a@b.example", "c@d.example"]),
        ("nom@example.org30112288", "<email>30112288", ["nom@example.org"]),
        ("nom@example. Merci", "nom@example. Merci", []),
        ("nom @ example.org", "nom @ example.org", []),
    ],
)
def test_addresses(text: str, expected: str, addresses: list[str]) -> None:
    """Plain and veiled addresses are found, in lower case, and signs around them stay."""
    redacted, contacts = redact(text, ML)
    assert (expected, addresses) == (redacted, [contact.canonical for contact in contacts])
    assert all(contact == Contact("email", contact.canonical) for contact in contacts)


def test_a_long_local_part_is_no_shelter() -> None:
    """Of a local part that is too long, the end is replaced."""
    assert redact("x" * 100 + "@example.org", ML)[0] == ("x" * 36 + "<email>")


IBAN = "GB29 NWBK 6016 1331 9268 19"


@pytest.mark.parametrize(
    ("text", "expected", "iban"),
    [
        (f"IBAN : {IBAN}.", "IBAN : <iban>.", "GB29NWBK60161331926819"),
        ("gb29nwbk60161331926819", "<iban>", "GB29NWBK60161331926819"),
        ("IBAN-GB29-NWBK-6016-1331-9268-19", "IBAN-<iban>", "GB29NWBK60161331926819"),
        ("FR76 3000 6000 0112 3456 7890 189", "<iban>", "FR7630006000011234567890189"),
        ("RIB 30006 00001 12345678901 89", "RIB <iban>", "FR7630006000011234567890189"),
        ("PT50.0002.0123.1234.5678.9015.4", "<iban>", "PT50000201231234567890154"),
        ("NIB: 0002 0123 1234 5678 9015 4", "NIB: <iban>", "PT50000201231234567890154"),
        ("NIB 000201231234567890154", "NIB <iban>", "PT50000201231234567890154"),
        ("MT84 MALT 0110 0001 2345 MTLC AST0 01S", "<iban>", "MT84MALT011000012345MTLCAST001S"),
        ("ＧＢ２９", "ＧＢ２９", None),
        ("GB28 NWBK 6016 1331 9268 19", "GB28 NWBK 6016 1331 9268 19", None),
        ("GB29 NWBK 6016 1331 9268 190", "GB29 NWBK 6016 1331 9268 190", None),
        ("ZZ29 NWBK 6016 1331 9268 19", "ZZ29 NWBK 6016 1331 9268 19", None),
        ("le 12 mars de 2021 a 10h et de 22h", "le 12 mars de 2021 a 10h et de 22h", None),
    ],
)
def test_bank_accounts(text: str, expected: str, iban: str | None) -> None:
    """Accounts with the country's length and right check digits are found, with or without gaps."""
    digits = "".join(c for c in iban or "" if c.isdigit())
    account = Contact("iban", iban or "", digits[-2:], country_known=True, is_valid=True)
    assert (expected, (account,) if iban else ()) == redact(text, ML)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://wa.me/22330112288", "https://wa.me/<tel:88>"),
        ("https://wa.me/+22330112288?text=Bonjour", "https://wa.me/<tel:88>?text=Bonjour"),
        ("http://WA.ME/22330112288/", "http://WA.ME/<tel:88>/"),
        ("wa.me/22330112288", "wa.me/<tel:88>"),
        ("https://wa.me/30112288", "https://wa.me/<tel:88>"),
        (
            "https://api.whatsapp.com/send?phone=22330112288&text=x",
            "https://api.whatsapp.com/send?phone=<tel:88>&text=x",
        ),
        (
            "https://web.whatsapp.com/send/?phone=%2B223%2030%2011%2022%2088",
            "https://web.whatsapp.com/send/?phone=<tel:88>",
        ),
        ("whatsapp://send?phone=22330112288", "whatsapp://send?phone=<tel:88>"),
        ("viber://chat?number=%2B22330112288", "viber://chat?number=<tel:88>"),
        ("https://signal.me/#p/+22330112288", "https://signal.me/#p/<tel:88>"),
        ("sgnl://signal.me/#p/+22330112288", "sgnl://signal.me/#p/<tel:88>"),
        ("https://t.me/+22330112288", "https://t.me/<tel:88>"),
        ("tg://resolve?phone=22330112288", "tg://resolve?phone=<tel:88>"),
        ("tel:+223-30-11-22-88", "tel:<tel:88>"),
        ("TEL:30112288", "TEL:<tel:88>"),
        ("tel:(+223)30112288", "tel:<tel:88>"),
        ("sms:+22330112288?body=x", "sms:<tel:88>?body=x"),
        ("smsto:0022330112288", "smsto:<tel:88>"),
        ("callto:+223.30.11.22.88", "callto:<tel:88>"),
        ("skype:+22330112288?call", "skype:<tel:88>?call"),
        (
            "https://example.org/?tel=30112288&id=30112288",
            "https://example.org/?tel=<tel:88>&id=30112288",
        ),
        (
            "https://l.example.org/l.php?u=https%3A%2F%2Fwa.me%2F22330112288",
            "https://l.example.org/l.php?u=https%3A%2F%2Fwa.me%2F<tel:88>",
        ),
        (
            "https://bit.ly/3xY:=:https://wa.me/22330112288",
            "https://bit.ly/3xY:=:https://wa.me/<tel:88>",
        ),
    ],
)
def test_contact_links(url: str, expected: str) -> None:
    """The number of a contact link is replaced, alone and within a text, and nothing else of it."""
    assert (expected, (TEL_88,)) == redact_url(url, ML)
    assert (f"Voir {expected} ici", (TEL_88,)) == redact(f"Voir {url} ici", ML)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mailto:Nom@Example.org?subject=x", "mailto:<email>?subject=x"),
        ("https://example.net/?m=nom%40example.org&x=1", "https://example.net/?m=<email>&x=1"),
        ("https://example.net/a?m=nom@example.org", "https://example.net/a?m=<email>"),
        ("https://nom@example.org/page", "https://<email>/page"),
    ],
)
def test_addresses_in_links(url: str, expected: str) -> None:
    """E-mail addresses behind mailto, before the host and in the query are replaced."""
    assert (expected, (Contact("email", "nom@example.org"),)) == redact_url(url, ML)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tel:112",
        "https://wa.me/message/ABCDEFGH12345A",
        "https://chat.whatsapp.com/Abc123456Def",
        "https://t.me/s/canal/30112288",
        "https://www.facebook.com/100000000000002/posts/900000000000017",
        "https://www.facebook.com/x/videos/30112288/",
        "https://example.org/30-11-22-88",
        "https://mastodon.social/@user@example.org",
        "https://www.google.com/maps/@12.6392316,-8.0028892,15z",
        "https://example.org/?id=30112288&t=1640995200",
    ],
)
def test_other_links_stay(url: str) -> None:
    """Ids, handles and coordinates in links are untouched."""
    assert (url, ()) == redact_url(url, ML)


def test_hash_is_keyed_and_stable() -> None:
    """The hash is the first 128 bits of HMAC-SHA-256 of the canonical form, in base 32."""
    key = bytes(range(32))
    digest = hmac.new(key, b"+22330112288", hashlib.sha256).digest()
    hashed = contact_hmac(TEL_88, key)
    assert base64.b32decode(hashed.upper() + "======") == digest[:16]
    assert hashed == "q3jxpwqlodexifkntzmdrqmi4y"
    assert hashed != contact_hmac(TEL_88, bytes(32))


def test_one_number_has_one_hash() -> None:
    """However a number is written, its hash is the same."""
    texts = ["Tél 30112288", "+223 30 11 22 88", "(00223) 30.11.22.88", "https://wa.me/22330112288"]
    assert len({contact_hmac(redact(text, ML)[1][0], b"key") for text in texts}) == 1
