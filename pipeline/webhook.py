"""Texts posted to an address; nothing leaves this machine unless the operator names one."""

import json
import logging
import os
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

WEBHOOK = "LOCKSTEP_WEBHOOK"
"""Variable that names where a text is posted as JSON, under `text`."""

_TIMEOUT_S = 10


def address() -> str:
    """Return where the operator wants to hear of what went wrong; empty if nowhere."""
    return os.environ.get(WEBHOOK, "")


def post(text: str, log: logging.Logger) -> bool:
    """Post a text where the operator says, and return whether it arrived.

    Args:
        text: Names, counts and keys; no text of a post.
        log: Is told why it did not arrive.
    """
    if not address():
        return False
    if urlsplit(address()).scheme not in {"http", "https"}:
        log.warning("%s is no http address; nothing was posted", WEBHOOK)
        return False
    body = json.dumps({"text": text}).encode()
    headers = {"Content-Type": "application/json"}
    try:
        with urlopen(Request(address(), body, headers), timeout=_TIMEOUT_S):  # noqa: S310 - checked
            return True
    except (URLError, OSError) as error:
        log.warning("could not be posted: %s", type(error).__name__)
        return False
