"""One independent stream of random numbers for each question, all from one seed."""

import hashlib

import numpy as np


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the generator of one named stream.

    A stream depends on the seed and its own name alone, so that adding a question later leaves
    every other answer as it was.
    """
    digest = hashlib.sha256("/".join([str(seed), *names]).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
