"""`lockstep demo`: two SYNTHETIC cases, one with planted coordination and one without."""

import shutil
from pathlib import Path

from assets.cases import Case
from lockstep.errors import ConfigError
from lockstep.ingest.keys import DEMO_KEY, fingerprint
from lockstep.synthetic import write_exports
from lockstep.synthetic.parameters import Variant
from pipeline.commands.run import run_case
from pipeline.console import out, say

_CASE = """\
# SYNTHETIC: fictional pages, written by `lockstep demo`. {about}
[case]
title = "SYNTHETIC {name}"
synthetic = true

[[exports]]
path = "exports/*"

[accounts]
network = [{accounts}]
selection = "all pages of the simulator, chosen before any post was drawn"
selected_by_timing = false

[timing]
surrogates = 199

[contacts]
regions = ["ML"]
# The published demo key: no secret, so that every demo gives the same hashes.
key = "{key}"
"""

_CASES: tuple[tuple[str, Variant, str], ...] = (
    ("synthetic-planted", "seed-shaped", "Coordinated events are planted in it."),
    ("synthetic-null", "null", "The same volumes and habits; nothing is planted in it."),
)


def demo(folder: Path) -> None:
    """Write both cases into `<folder>/cases/`, run them, and say what they found.

    Raises:
        LockstepError: As `lockstep run`.
    """
    root = folder.absolute()
    say("SYNTHETIC data: fictional pages, texts and contacts; the key is published, not secret")
    cases = [(write_case(root, name, variant, about), about) for name, variant, about in _CASES]
    for case, about in cases:
        out(f"SYNTHETIC case {case.folder.name}. {about}")
        run_case(case, root)
        out()
    planted = cases[0][0].folder
    question = '"from findings"'
    out(f"Next: lockstep sql {planted} {question}")


def write_case(root: Path, name: str, variant: Variant, about: str) -> Case:
    """Write the exports and the case file of one demo case; its log and outputs stay.

    Raises:
        ConfigError: A case of somebody else's has this name.
    """
    folder = root / "cases" / name
    _refuse_others(folder)
    shutil.rmtree(folder / "exports", ignore_errors=True)
    written = write_exports(folder / "exports", variant=variant)
    accounts = ", ".join(f'"{account}"' for account in written.account_ids)
    text = _CASE.format(name=name, about=about, accounts=accounts, key=fingerprint(DEMO_KEY))
    (folder / "case.toml").write_text(text, "utf-8")
    return Case(folder)


def _refuse_others(folder: Path) -> None:
    """Refuse to write over a case that is not the demo's own, or holds files that are not."""
    case = Case(folder)
    foreign = [p for p in (folder / "exports").glob("*") if not p.name.startswith("synthetic_")]
    if foreign or (case.config.is_file() and not case.settings.case.synthetic):
        raise ConfigError(
            "holds a case that the demo did not write",
            where=str(folder),
            fix="let the demo write elsewhere: lockstep demo ANOTHER_FOLDER",
        )
