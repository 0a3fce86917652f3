"""`lockstep demo`: two SYNTHETIC cases, one with planted coordination and one without."""

from pathlib import Path

import polars as pl

from assets.cases import Case
from lockstep.synthetic import SyntheticCase
from lockstep.synthetic.parameters import Variant
from lockstep.synthetic.recovery import Recovery, recovered_pairs, recovered_posts
from pipeline.commands.run import run_case
from pipeline.console import out, say
from pipeline.synthetic_case import ABOUT, write_variant

_PLANTED = "synthetic-planted"
_CASES: tuple[tuple[str, Variant], ...] = ((_PLANTED, "seed-shaped"), ("synthetic-null", "null"))
_WINDOW_S = 60


def demo(folder: Path) -> None:
    """Write both cases into `<folder>/cases/`, run them, and say what they found.

    Raises:
        LockstepError: As `lockstep run`.
    """
    root = folder.absolute()
    say("SYNTHETIC data: fictional pages, texts and contacts; the key is published, not secret")
    written = {
        name: write_variant(root / "cases" / name, variant, controls=name == _PLANTED)
        for name, variant in _CASES
    }
    for name, variant in _CASES:
        case = Case(root / "cases" / name)
        out(f"SYNTHETIC case {name}. {ABOUT[variant]}")
        run_case(case, root)
        if name == _PLANTED:
            _tell_recovery(case, written[name])
        out()
    question = '"from findings"'
    out(f"Next: lockstep sql {root / 'cases' / _PLANTED} {question}")


def _tell_recovery(case: Case, truth: SyntheticCase) -> None:
    posts = recovered_posts(
        pl.scan_parquet(case.table("timing_difference")),
        truth_post=truth.truth_post,
        window_s=_WINDOW_S,
    )
    pairs = recovered_pairs(pl.scan_parquet(case.table("findings")), truth_pair=truth.truth_pair)
    out(f"SYNTHETIC truth, posts within {_WINDOW_S} s: {_told(posts)}")
    out(f"SYNTHETIC truth, synchronised pairs: {_told(pairs)}")


def _told(found: Recovery) -> str:
    return (
        f"{found.both_n:,} of {found.flagged_n:,} flagged were planted (precision "
        f"{_share(found.precision)}), of {found.planted_n:,} planted (recall "
        f"{_share(found.recall)})"
    )


def _share(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"
