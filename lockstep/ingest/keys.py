"""Keys of keyed hashes: how one is named without being told, and how one hashes."""

import base64
import hashlib
import hmac

DEMO_KEY = b"lockstep's demo key is no secret"
"""The published key of SYNTHETIC cases: it protects nothing, so that demos come out alike."""

_DIGITS = 16
_HASH_BYTES = 16


def fingerprint(key: bytes) -> str:
    """Return the name of a key: 16 hexadecimal digits from which it cannot be recovered."""
    return hashlib.sha256(b"lockstep key fingerprint\0" + key).hexdigest()[:_DIGITS]


def keyed_hash(content: bytes, key: bytes) -> str:
    """Return the first 128 bits of HMAC-SHA-256 in base 32: 26 characters of a-z and 2-7.

    Without the key a number cannot be found by trying all of them.
    """
    digest = hmac.digest(key, content, "sha256")[:_HASH_BYTES]
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()
