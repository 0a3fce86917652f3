"""Texts in which nothing is a contact and nothing may change."""

import pytest

from lockstep.ingest.contacts import redact

REGIONS = [(), ("ML",), ("FR", "ML"), ("US",), ("SN", "CI", "GN"), ("AU", "SE", "DE")]

DATES = [
    *("12/03/2021", "le 12/03/2021 et le 13/03/2021", "2021-03-12", "12 03 2021", "12.03.21"),
    *("12-03-2021", "03/31/2021", "12.03.21 - 15.03.21", "12/03/2021-15/03/2021", "2021.03.12"),
    *("1 / 2 / 2021", "01 /02/2021", "2021 03 12", "le 22 septembre 1960", "X, 1/2/2021)."),
    *("2015-2021", "2020/2021", "2020 2021", "2011 2012 2013 2014 2015", "1900. 1950.- X"),
    *("(1801-1850)", "1 mars 2021, 2022", "saison 2021/22", "2020-21", "1960 - 2020"),
    *("10h30", "10:30:45", "de 08h30 à 18h30", "08.30-18.30", "10:30 01/02/21", "10h30 12.03.2021"),
    *("2021-03-12T10:00:00+01:00", "2021 – 10.30", "10H00 12.03", "de 08:30 à 10:30 12/03/2021"),
]
AMOUNTS = [
    *("2 500 FCFA", "1.500.000 F CFA", "$1,200", "3 000 000 euros", "10 000 km", "25 %", "12,5%"),
    *("23 685 posts", "8 000 000 signatures", "12 345 678 habitants", "1 234 567 km2"),
    *("75000000 FCFA", "budget de 75 000 000 de francs", "budget de 75000000", "R$ 1.234.000,00"),
    *("12 345 678 électeurs", "12,345,678 followers", "€ 912 345 678", "5 123,45 points"),
    *("Orange Money : 1500000", "Orange Money : 1 500 000", "Moov Money 150000", "Wave 25 000 F"),
    *("500 000 - 1 000 000 FCFA", "+500 000 personnes", "+ 2 300 000 000 F", "+12,5 %"),
    *("Contact : 12 345 678 FCFA", "appel aux dons : 300 500 250 euros", "Info : 10 000 doses"),
    *("12.345 678 personas", "Lot n° 12 345 678 de la série", "2 345 678 901 francs CFA"),
    *("Taux 655,957 F CFA; cours 1 234,56", "billet 25 000 FCFA aller-retour 45 000"),
    "Résultats : 12 345 voix (45,67 %) contre 10 234 voix (38,12 %)",
    "12 345 cas, 456 décès, 10 111 guéris (+123)",
]
IDS = [
    *("12.6392, -8.0029", "12.345678, -1.23456", "192.168.10.10", "8.8.8.8", "v2.10.2021.45"),
    *("#20112020", "#Mali20112020 #2020", "ISBN 978-2-07-036822-8", "ISBN 2-07-036822-8"),
    *(
        "RC: MA.BKO.2021.B.12345",
        "RCCM 20112020",
        "NIF : 501234567",
        "réf. 30112288",
        "id=30112288",
    ),
    *("décret n° 2021-0361/PT-RM", "loi n°2012-017", "Edital nº 12/2021", "1234/2021 123 X"),
    *("inscrit sous le n° 123456", "article n° 12", "BP 12345678", "1234-123 Porto", "12-345 X"),
    *("Compte 01234 12345678901 23", "Article 12-34-56 du code", "ID Zoom: 812 3456 7890"),
    *("ID de réunion : 81234567890", "@[900000000000017:2048:Nom]", "@[90000000001Nom]"),
    *("AB30112288", "police RC30112288", "00110011", "30112288 12-03-2021"),
    *("facebook:900000000000017", "900000000000017"),
]
LISTS = [
    *("10 20 30 40", "10 11 12 13", "3-2", "12-3 (45-31)", "32-10 (81-42)", "31,32,33,34,35,36"),
    *(
        "9 9 9 9 12 8 13 14",
        "0.5 1 1.5 2 2.5 3 3.5 4 4.5 5 5.5 6",
        "1234.00 1 12345",
        "51 + 61 + 71",
    ),
    "12 31 22 41 13 35 24 44 15 33 26 46 17 38 28 49 11",
    "Chant 3 (4), 1.5-6.9-10.11-12.14 (R. cf. 9)",
    *("1234 12.345 Total 1234", "Sourate 2 : 255, Matthieu 5:3-12", "25-20, 25-18"),
]
URLS = [
    "https://www.facebook.com/100000000000002/posts/900000000000017",
    "https://www.facebook.com/x/photos/30112288/?type=3",
    "https://example.org/30/11/22/88",
    "https://example.org/article-30-11-22-88.html",
    "https://www.facebook.com/whatsapp/posts/900000000000017",
    "https://www.youtube.com/@name",
    "https://medium.com/@user/titre-3011228830112288",
    "https://mastodon.social/@user@example.org",
    "https://www.google.com/maps/@12.6392316,-8.0028892,15z",
    "www.example.org/30112288",
    "example.org/30112288",
    "bit.ly/30112288:=:https://example.org/?id=30112288",
    "https://t.me/canal/30112288",
    "https://t.me/+AbCdEfGh12345678",
    "https://www.whatsapp.com/channel/0029VaAbCdEf",
    "Tél à voir sur https://example.org/30112288",
]
HANDLES = [
    "@nom",
    "avec @nom.prenom et @autre",
    "@nom@mastodon.social",
    "a @ b",
    "logo@2x.png",
    "1@2",
]
HANDLES += ["il est (at) home", "avec @gmail", "prix @ 5 000 F", "user@localhost"]


@pytest.mark.parametrize("regions", REGIONS, ids=str)
@pytest.mark.parametrize("text", [*DATES, *AMOUNTS, *IDS, *LISTS, *URLS, *HANDLES])
def test_what_is_no_contact_stays(text: str, regions: tuple[str, ...]) -> None:
    """Dates, times, amounts, ids, lists, addresses and handles are untouched in every region."""
    assert (text, ()) == redact(text, regions)


@pytest.mark.parametrize("regions", REGIONS, ids=str)
def test_a_text_of_all_of_them_stays(regions: tuple[str, ...]) -> None:
    """They stay as well when they stand in one text, in any order of the lists."""
    text = "\n".join([*DATES, *AMOUNTS, *IDS, *LISTS, *URLS, *HANDLES])
    assert (text, ()) == redact(text, regions)
