"""What a citation of a case needs: inputs, versions, configuration and table hashes."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_manifest(path: Path, manifest: dict[str, Any]) -> None:
    """Write `manifest.json` atomically, keys in alphabetical order."""
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode())


def write_atomically(path: Path, content: bytes) -> None:
    """Write a whole file or nothing: to a temporary name beside it, then in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", suffix=".tmp", delete=False
    ) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
