"""French sentences about nothing real, and the small edits that copies of them undergo."""

import unicodedata

import numpy as np

_PARTS: tuple[tuple[str, ...], ...] = (
    (
        "Chers abonnés,",
        "Bonjour à toutes et à tous,",
        "Communiqué :",
        "À ne pas manquer :",
        "Information importante :",
        "Mes amis,",
        "Rappel :",
        "Bonne nouvelle !",
        "Merci de partager :",
        "Suivez-nous :",
        "Ce matin,",
        "Ce soir,",
    ),
    (
        "l'association fictive",
        "le comité ORG-1",
        "la jeunesse du quartier",
        "l'équipe des bénévoles",
        "le collectif ORG-2",
        "le club imaginaire",
        "la coordination locale",
        "le groupe des mères",
        "l'union des artisans",
        "le cercle des étudiants",
        "la chorale du marché",
        "le bureau ORG-3",
    ),
    (
        "organise",
        "prépare",
        "annonce",
        "soutient",
        "présente",
        "célèbre",
        "propose",
        "lance",
        "reporte",
        "inaugure",
        "salue",
        "raconte",
    ),
    (
        "une collecte de vivres",
        "une journée de salubrité",
        "un don de sang",
        "un tournoi de football",
        "une soirée de contes",
        "un marathon solidaire",
        "une conférence publique",
        "un concert gratuit",
        "une remise de cahiers",
        "une marche pacifique",
        "une foire aux livres",
        "un atelier de couture",
    ),
    (
        "au Quartier Nord.",
        "à la Place Fictive.",
        "près du vieux pont.",
        "au stade municipal.",
        "devant l'école bleue.",
        "au centre culturel.",
        "sur la grande avenue.",
        "au marché couvert.",
        "dans la salle des fêtes.",
        "au bord du fleuve.",
    ),
    (
        "Venez nombreux !",
        "Votre présence compte.",
        "L'entrée est libre.",
        "Que chacun apporte sa pierre.",
        "Les détails suivront.",
        "Ensemble, nous y arriverons.",
        "Prix du billet : 2 500 FCFA.",
        "Rendez-vous à 9 h 30.",
        "Déjà 85 % des places sont prises.",
        "On compte sur vous.",
    ),
    (
        "#Solidarité #Quartier",
        "#Ensemble #Avenir",
        "#Jeunesse #Engagement",
        "#Culture #Partage",
        "#Fiction #Exemple",
        "#Entraide #Espoir",
    ),
)

_EMOJI = ("\U0001f64f", "\U0001f4aa", "\U0001f389", "\U0001f91d")


def sentences(rng: np.random.Generator, size: int) -> list[str]:
    """Draw texts from a grammar of more than ten million different ones."""
    choices = [rng.integers(0, len(part), size).tolist() for part in _PARTS]
    return [
        " ".join(part[i] for part, i in zip(_PARTS, picked, strict=True))
        for picked in zip(*choices, strict=True)
    ]


def near_duplicate(rng: np.random.Generator, text: str, *, edits_n: int, signature: str) -> str:
    """Return the text after some different small edits, as a page makes them when it copies."""
    for edit in sorted(rng.permutation(4)[:edits_n].tolist()):
        if edit == 0:
            text = _without_accents(text)
        elif edit == 1:
            text = _with_hashtags_turned(text)
        elif edit == 2:  # noqa: PLR2004 - the third of the four kinds of edit
            text = f"{text} {_EMOJI[int(rng.integers(0, len(_EMOJI)))]}"
        else:
            text = f"{text} — {signature}"
    return text


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _with_hashtags_turned(text: str) -> str:
    words = text.split(" ")
    tags = [word for word in words if word.startswith("#")]
    return " ".join([word for word in words if not word.startswith("#")] + tags[::-1])
