"""One independent stream of random numbers for each question, all from one seed."""

import hashlib

import numpy as np


def derived_seed(seed: int, *names: str) -> int:
    r"""Return the 128-bit seed of one named stream, from SHA-256 of `seed/name/name`.

    A slash or backslash in a name is written `\/` or `\\`, so that no two lists of names meet.
    """
    escaped = [name.replace("\\", "\\\\").replace("/", "\\/") for name in names]
    digest = hashlib.sha256("/".join([str(seed), *escaped]).encode()).digest()
    return int.from_bytes(digest[:16], "big")


def generator(seed: int) -> np.random.Generator:
    """Return the generator (PCG64) of a derived seed."""
    return np.random.Generator(np.random.PCG64(seed))


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the generator of one named stream.

    A stream depends on the seed and its own name alone, so that adding a question later leaves
    every other answer as it was.
    """
    return generator(derived_seed(seed, *names))
