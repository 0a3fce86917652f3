"""The keyed hash of each record's bytes: `keys.keyed_hash` of many at once."""

import hmac

import numpy as np
import polars as pl

from lockstep.ingest.scanner import Bytes, Ints

_HASH_BYTES = 16
_HASH_LETTERS = 26
_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)
_LETTER_BITS = np.array([16, 8, 4, 2, 1], dtype=np.uint8)


def row_hmacs(data: Bytes, start: Ints, end: Ints, key: bytes) -> pl.Series:
    """Return HMAC-SHA-256 of the bytes of each record, its first 128 bits in base 32."""
    content = data.data
    places = zip(start.tolist(), end.tolist(), strict=True)
    digests = b"".join(hmac.digest(key, content[a:b], "sha256")[:_HASH_BYTES] for a, b in places)
    bits = np.unpackbits(np.frombuffer(digests, dtype=np.uint8).reshape(-1, _HASH_BYTES), axis=1)
    by_letter = np.pad(bits, ((0, 0), (0, 2))).reshape(-1, _HASH_LETTERS, len(_LETTER_BITS))
    hashes = _LETTERS[by_letter @ _LETTER_BITS].view(f"S{_HASH_LETTERS}").reshape(-1).tolist()
    return pl.Series(hashes, dtype=pl.Binary).cast(pl.String)
