"""`lockstep inspect` on exports in JSON: what they are, how that is known, what is no post."""

from pathlib import Path

import pytest

from tests.ingest.json_writer import api_post, chat, document, lines, message, notice, skeet
from tests.pipeline.small_case import lockstep

FILES = {
    "telegram_desktop": document(chat([notice(1), message(2)])),
    "crowdtangle_api": lines(api_post(1), api_post(2)),
    "bluesky": document({"posts": [skeet(1), skeet(2)]}),
}


@pytest.mark.parametrize("ident", FILES)
def test_each_is_told_as_unverified(ident: str, tmp_path: Path) -> None:
    """Its records add up, those that are no posts among them."""
    path = tmp_path / "export.json"
    path.write_bytes(FILES[ident])
    found = lockstep("inspect", path)
    posts_n, none_n = (1, 1) if ident == "telegram_desktop" else (2, 0)

    assert found.returncode == 0, found.stderr
    assert ident in found.stdout
    assert "unverified: built from documentation, no real file was read" in found.stdout
    told = f"2: {posts_n} posts, 0 seen again, 0 repeated, {none_n} no posts, 0 to be set aside"
    assert told in found.stdout
