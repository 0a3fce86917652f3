"""`lockstep demo`: a SYNTHETIC case of the published study's size, and how much of it is found."""

from pathlib import Path

import polars as pl

from assets.cases import Case
from lockstep.synthetic import SyntheticCase
from lockstep.synthetic.recovery import Recovery, recovered_pairs, recovered_posts
from pipeline.commands.run import publish_case, tell_findings
from pipeline.console import out, say
from pipeline.synthetic_case import ABOUT, write_variant

_NAME = "synthetic-planted"
_WINDOW_S = 60


def demo(folder: Path) -> None:
    """Write the seed-shaped case into `<folder>/cases/`, run it, and say what it found.

    Raises:
        LockstepError: As `lockstep run`.
    """
    root = folder.absolute()
    case = Case(root / "cases" / _NAME)
    say("SYNTHETIC data: fictional pages, texts and contacts; the key is published, not secret")
    truth = write_variant(case.folder, "seed-shaped")
    out(f"SYNTHETIC case {_NAME}. {ABOUT['seed-shaped']}")
    publish_case(case, root)
    tell_findings(case)
    _tell_recovery(case, truth)
    out()
    question = '"from findings"'
    out(f"Next: lockstep sql {case.folder} {question}")
    out("Next: lockstep synth null, the same habits with nothing planted")


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
