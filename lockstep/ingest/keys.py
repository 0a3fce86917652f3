"""Keys of keyed hashes: how one is named without being told."""

import hashlib

DEMO_KEY = b"lockstep's demo key is no secret"
"""The published key of SYNTHETIC cases: it protects nothing, so that demos come out alike."""

_DIGITS = 16


def fingerprint(key: bytes) -> str:
    """Return the name of a key: 16 hexadecimal digits from which it cannot be recovered."""
    return hashlib.sha256(b"lockstep key fingerprint\0" + key).hexdigest()[:_DIGITS]
