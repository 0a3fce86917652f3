"""Ten themes that posts come back to, each from its own date on. All of them are fictional."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lockstep.synthetic.parameters import utc_s


@dataclass(frozen=True, slots=True)
class Narrative:
    """A theme: its code, the sentence that tells it, and the moment from which it is told."""

    code: str
    sentence: str
    from_s: int


NARRATIVES = (
    Narrative("N01", "Vive la coopération avec le Pays Imaginaire.", utc_s("2015-02-20")),
    Narrative("N02", "Non à la tutelle de l'Ancien Royaume.", utc_s("2015-02-20")),
    Narrative("N03", "Les Puissances Lointaines ne nous aident pas.", utc_s("2015-02-20")),
    Narrative("N04", "Soutien total au Conseil Fictif.", utc_s("2020-08-18")),
    Narrative("N05", "Les remaniements viennent de l'étranger.", utc_s("2021-05-24")),
    Narrative("N06", "Boycottons les produits de l'Ancien Royaume.", utc_s("2021-05-28")),
    Narrative("N07", "Les Compagnons Inventés feront mieux.", utc_s("2021-09-13")),
    Narrative("N08", "Il faut reporter les élections imaginaires.", utc_s("2021-09-20")),
    Narrative("N09", "Retirez l'accréditation de Radio Fictive.", utc_s("2021-11-20")),
    Narrative("N10", "Tous contre les sanctions de l'Union Fictive.", utc_s("2022-01-09")),
)
UNTOLD = -1


def draw_narratives(
    rng: np.random.Generator, time_s: NDArray[np.int64], share: float
) -> NDArray[np.int64]:
    """Return for each moment the place of the narrative told, in a share of them, or `UNTOLD`.

    Every narrative that has begun by then is equally likely.
    """
    begun_n = np.searchsorted([n.from_s for n in NARRATIVES], time_s, side="right")
    told = np.floor(rng.random(len(time_s)) * begun_n).astype(np.int64)
    tells = (rng.random(len(time_s)) < share) & (begun_n > 0)
    return np.where(tells, told, UNTOLD)
