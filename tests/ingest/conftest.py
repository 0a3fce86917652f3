"""A recogniser of contacts that is easy to foresee: every SECRET is one."""

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from lockstep.ingest import reading, written


class Secret(NamedTuple):
    """What stands for a recognised contact."""

    kind: str = "phone"
    canonical: str = "SECRET"
    last2: str = "88"
    country_known: bool = True
    is_valid: bool = False


Found = tuple[str, tuple[Secret, ...]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, tuple[str, ...]]]:
    """Replace every SECRET by <tel:88>, and collect which texts were asked about, with regions."""
    texts: set[tuple[str, tuple[str, ...]]] = set()

    def redact(text: str, regions: Sequence[str]) -> Found:
        texts.add((text, tuple(regions)))
        return text.replace("SECRET", "<tel:88>"), (Secret(),) * text.count("SECRET")

    monkeypatch.setattr(reading, "redact", redact)
    monkeypatch.setattr(written, "redact", redact)
    monkeypatch.setattr(written, "redact_url", redact)
    monkeypatch.setattr(written, "may_hold_contact", lambda text: text.str.contains("SECRET"))
    monkeypatch.setattr(written, "contact_hmac", lambda _contact, _key: "a" * 26)
    return texts
