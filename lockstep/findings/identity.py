"""A claim keeps its id when posts are added; its hash changes with any of its numbers."""

import hashlib
import json
import uuid
from typing import Any

_NAMESPACE = uuid.UUID("5c8f7c1e-54a5-5d0c-9a0e-6c6f636b7374")
"""Fixed for good: ids of published findings depend on it."""


def finding_id(*claim: str) -> str:
    """Return the UUIDv5 of a claim: its kind, definition, scope, subjects, and window or bin."""
    return str(uuid.uuid5(_NAMESPACE, "|".join(claim)))


def finding_sha256(row: dict[str, Any]) -> str:
    """Return the SHA-256 of everything a finding says."""
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
