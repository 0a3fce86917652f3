"""The keyed hash of each record's bytes: `keys.keyed_hash` of many at once."""

import hashlib
from collections.abc import Iterator

import numpy as np
import polars as pl

from lockstep.ingest.scanner import Bytes, Ints

_BLOCK_BYTES = 64
_HASH_BYTES = 16
_HASH_LETTERS = 26
_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)
_LETTER_BITS = np.array([16, 8, 4, 2, 1], dtype=np.uint8)


def row_hmacs(data: Bytes, start: Ints, end: Ints, key: bytes) -> pl.Series:
    """Return HMAC-SHA-256 of the bytes of each record, its first 128 bits in base 32."""
    digests = b"".join(_digests(data.data, start, end, key))
    bits = np.unpackbits(np.frombuffer(digests, dtype=np.uint8).reshape(-1, _HASH_BYTES), axis=1)
    by_letter = np.pad(bits, ((0, 0), (0, 2))).reshape(-1, _HASH_LETTERS, len(_LETTER_BITS))
    hashes = _LETTERS[by_letter @ _LETTER_BITS].view(f"S{_HASH_LETTERS}").reshape(-1).tolist()
    return pl.Series(hashes, dtype=pl.Binary).cast(pl.String)


def _digests(content: memoryview, start: Ints, end: Ints, key: bytes) -> Iterator[bytes]:
    """Yield the first bytes of each HMAC; both pads are hashed once (RFC 2104, section 4)."""
    block = (key if len(key) <= _BLOCK_BYTES else hashlib.sha256(key).digest()).ljust(
        _BLOCK_BYTES, b"\0"
    )
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
    for a, b in zip(start.tolist(), end.tolist(), strict=True):
        within, around = inner.copy(), outer.copy()
        within.update(content[a:b])
        around.update(within.digest())
        yield around.digest()[:_HASH_BYTES]
