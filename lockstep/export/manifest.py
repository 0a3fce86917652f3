"""What a citation of a case needs: inputs, versions, configuration and table hashes."""

import json
from pathlib import Path
from typing import Any

from lockstep.files import whole_file


def write_manifest(path: Path, manifest: dict[str, Any]) -> None:
    """Write `manifest.json` atomically, keys in alphabetical order."""
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    with whole_file(path) as file:
        file.write(text.encode())
