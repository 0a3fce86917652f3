"""`lockstep inspect` on exports in JSON: what they are, how that is known, what is no post."""

import re
from pathlib import Path

import pytest

from pipeline.recognition import refuse_unknown
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
    records = "2: 1 post, 1 that is no post" if ident == "telegram_desktop" else "2: 2 posts"

    assert found.returncode == 0, found.stderr
    assert ident in found.stdout
    assert "no real file: built from documentation alone" in found.stdout
    assert re.search(rf"records +{records}\n", found.stdout)


def test_pages_without_a_post_are_taken_by_inspect_and_by_run(tmp_path: Path) -> None:
    """A folder of answers, of which some found nothing."""
    pages = {
        "1.json": document({"posts": [skeet(1), skeet(2)]}),
        "2.json": document({"posts": []}),
        "3.json": document({"feed": [], "cursor": "9"}),
    }
    for name, content in pages.items():
        (tmp_path / name).write_bytes(content)
    found = lockstep("inspect", tmp_path)
    alone = lockstep("inspect", tmp_path / "2.json")

    refuse_unknown(tmp_path)
    assert (found.returncode, alone.returncode) == (0, 0)
    assert "noticed in 2 exports: no_records" in found.stdout
    assert re.search(r"records +none\n", alone.stdout)
