"""Write a synthetic case that is ready to run: its exports, the truth, and its case file."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from assets.cases import Case
from lockstep.errors import ConfigError
from lockstep.files import whole_file
from lockstep.ingest.keys import DEMO_KEY, fingerprint
from lockstep.synthetic import SyntheticCase, write_exports, write_population
from lockstep.synthetic.case import SEED
from lockstep.synthetic.parameters import Variant

ABOUT: dict[Variant, str] = {
    "seed-shaped": "Coordinated events are planted in it.",
    "null": "The same volumes and habits; nothing is planted in it.",
    "weak": "One post in a hundred is planted.",
    "news": "Its pages hurry after the same news; nothing is planted in it.",
    "slots": "Its pages share four publishing slots a day; nothing is planted in it.",
    "weekend": "Its pages post half as much at weekends; nothing is planted in it.",
}
"""One sentence a variant."""

_CASE = """\
# SYNTHETIC: fictional pages, written by lockstep. {about}
[case]
title = "SYNTHETIC {name}"
synthetic = true

[[exports]]
path = "exports/*"
{accounts}
[timing]
surrogates = 199

[contacts]
regions = ["ML"]
# The published demo key: no secret, so that every demo gives the same hashes.
key = "{key}"
"""

_ACCOUNTS = """
[accounts]
network = [{network}]
{control}selection = "all pages of the simulator, chosen before any post was drawn"
selected_by_timing = false
{disclosed}"""

_DISCLOSED = """
[[accounts.disclosed]]
accounts = [{disclosed}]
source = "their about texts name the same owner"
"""


def write_variant(
    folder: Path, variant: Variant, *, seed: int = SEED, controls: bool = True
) -> SyntheticCase:
    """Write a variant with its own pages, and return what is true of it.

    Raises:
        ConfigError: A case of somebody else's lies in the folder.
        MethodError: The seed cannot be tuned.
    """
    _make_room(folder)
    case = write_exports(folder / "exports", variant=variant, controls=controls, seed=seed)
    case.write_truth(folder / "truth")
    _write_config(folder, variant, _accounts(case))
    return case


def write_large(
    folder: Path, variant: Variant, *, accounts_n: int, posts_n: int, seed: int = SEED
) -> tuple[Path, ...]:
    """Write a variant of any size, every account under study, and return its exports.

    Raises:
        ConfigError: A case of somebody else's lies in the folder.
        MethodError: Too few accounts, or too few posts for them.
    """
    _make_room(folder)
    paths = write_population(
        folder / "exports",
        folder / "truth",
        variant=variant,
        accounts_n=accounts_n,
        posts_n=posts_n,
        seed=seed,
    )
    _write_config(folder, variant, "")
    return paths


def _make_room(folder: Path) -> None:
    """Remove an earlier synthetic case's exports and truth; its log and outputs stay."""
    case = Case(folder)
    ours = [*(folder / "exports").glob("*"), *(folder / "truth").glob("*")]
    foreign = any(not path.name.startswith("synthetic_") for path in ours)
    if foreign or (case.config.is_file() and not case.settings.case.synthetic):
        raise ConfigError(
            "holds a case that lockstep did not make up",
            where=str(folder),
            fix="let the synthetic case go into another folder",
        )
    for name in ("exports", "truth"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _write_config(folder: Path, variant: Variant, accounts: str) -> None:
    text = _CASE.format(
        name=folder.name, about=ABOUT[variant], accounts=accounts, key=fingerprint(DEMO_KEY)
    )
    with whole_file(folder / "case.toml") as file:
        file.write(text.encode("utf-8"))


def _accounts(case: SyntheticCase) -> str:
    control = f"control = [{_quoted(case.control_ids)}]\n" if case.control_ids else ""
    disclosed = _quoted(case.disclosed_ids)
    return _ACCOUNTS.format(
        network=_quoted(case.account_ids),
        control=control,
        disclosed=_DISCLOSED.format(disclosed=disclosed) if disclosed else "",
    )


def _quoted(ids: Iterable[str]) -> str:
    return ", ".join(f'"{account}"' for account in ids)
