"""The guide to formats of one's own names every key, and none that there is not."""

import re
import tomllib
from pathlib import Path

from lockstep.ingest.documents import Documents, Lookup
from lockstep.ingest.formats import COUNTS, VALUES, ColumnIdentity, Format, Instant

PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "own-format.md").read_text("utf-8")
SECTIONS = {"documents": Documents, "identity": ColumnIdentity}
TIMES = ("time", "observed", "created")
OF_CROWDTANGLE = {
    *("checksum", "file_name", "account_address", "sponsor_id", "video_share_status"),
}
"""What only its exports have: sums, names of files, addresses that tell ids."""


def fragments() -> list[dict[str, dict[str, object]]]:
    return [tomllib.loads(text) for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]


def test_every_key_is_told() -> None:
    """Sections, keys of documents and lookups, identities, times, values and counts."""
    keys = {
        *Format.model_fields,
        *Documents.model_fields,
        *Lookup.model_fields,
        *ColumnIdentity.model_fields,
        *Instant.model_fields,
        *VALUES,
        *COUNTS,
    }
    told = {*re.findall(r"[a-z_]+", PAGE)}

    assert sorted(keys - told) == sorted(OF_CROWDTANGLE)


def test_what_is_told_is_a_key() -> None:
    """In every fragment: the page can be copied from."""
    for fragment in fragments():
        for section, keys in fragment.items():
            if section == "exports":
                continue
            assert section in Format.model_fields
            if section in SECTIONS:
                assert {*keys} <= {*SECTIONS[section].model_fields}
            if section in TIMES and "pattern" not in keys:
                assert {*keys} <= {*Instant.model_fields}
            if section in {"columns", "counts"}:
                assert {*keys} <= {*VALUES, *COUNTS}
