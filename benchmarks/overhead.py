"""How much of a `lockstep run` is Dagster's own: all that is not our functions, checks and files.

    python -m benchmarks.overhead [folder of a case, else the seed-shaped SYNTHETIC case]

The command is run in this process with a clock around every function of ours that the graph
calls: staging, the function of each table, writing it, the rules of each contract, publication.
What is left is imports, the graph, and Dagster's events and storage. Processor time beside wall
time, since other programs may be at work.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from assets import cases, checks, factory, publication, staged
from assets.cases import Case
from pipeline.commands.run import publish_case
from pipeline.synthetic_case import write_variant

_OURS = {"wall": 0.0, "cpu": 0.0}
_DEPTH = [0]


def clocked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose time counts as ours, once where such functions call each other."""

    def timed(*args: object, **kwargs: object) -> object:
        start = (time.monotonic(), time.process_time())
        _DEPTH[0] += 1
        try:
            return function(*args, **kwargs)
        finally:
            _DEPTH[0] -= 1
            if not _DEPTH[0]:
                _OURS["wall"] += time.monotonic() - start[0]
                _OURS["cpu"] += time.process_time() - start[1]

    timed.__name__, timed.__module__ = function.__name__, function.__module__
    timed.__wrapped__ = function  # type: ignore[attr-defined]
    return timed


def main(typed: str | None) -> None:
    """Run the case anew, then once more with nothing to do, and say what each run cost."""
    _put_clocks()
    with tempfile.TemporaryDirectory() as folder:
        where = Path(typed) if typed else Path(folder) / "cases" / "seed-shaped"
        if not typed:
            write_variant(where, "seed-shaped")
        for name, anew in (("everything made anew", True), ("nothing to do", False)):
            start = (time.monotonic(), time.process_time())
            _OURS.update(wall=0.0, cpu=0.0)
            publish_case(Case(where), where.parent.parent, anew=anew)
            wall, cpu = time.monotonic() - start[0], time.process_time() - start[1]
            print(
                f"{name}: {wall:.1f} s ({cpu:.1f} s of processors), ours {_OURS['wall']:.1f} "
                f"({_OURS['cpu']:.1f}), the rest {wall - _OURS['wall']:.1f} "
                f"({cpu - _OURS['cpu']:.1f})"
            )


def _put_clocks() -> None:
    """Put clocks around our functions before the graph is drawn from them."""
    drawn = factory.table_asset
    factory.table_asset = lambda function, *, inputs: drawn(clocked(function), inputs=inputs)
    cases.Case.write = clocked(cases.Case.write)  # type: ignore[method-assign]
    checks.check_table = clocked(checks.check_table)
    publication.publish = clocked(publication.publish)
    staged.staged_tables = clocked(staged.staged_tables)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
