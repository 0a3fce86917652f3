"""Odd cases from posts to findings: counts, a level, no crash and no made-up number."""

from pathlib import Path

import pytest

from lockstep import storage
from lockstep.findings.assemble import findings
from lockstep.storage import empty
from lockstep.timing.differences import timing_difference
from lockstep.timing.episodes import episodes
from lockstep.timing.gates.assemble import gates
from lockstep.timing.pairs import pair_timing
from lockstep.timing.statistics import timing_statistics
from tests.timing import reference
from tests.timing.reference import DAY_S, Post

NOON_S = 43_200
DAILY = [d * DAY_S + NOON_S for d in range(0, 30, 2)]

CASES: dict[str, tuple[list[Post], int, int, list[int | None]]] = {
    "no account": ([], 0, 0, []),
    "no post": ([], 3, 30, []),
    "one account": ([(t, 0) for t in DAILY], 1, 30, []),
    "one post": ([(NOON_S, 0)], 2, 30, []),
    "one second": ([(NOON_S, a) for a in range(9) for _ in range(9)], 9, 30, []),
    "never at once": ([(t, 0) for t in DAILY], 2, 30, [0, 31 * DAY_S]),
    "posts before creation": ([(t, a) for t in DAILY for a in range(2)], 2, 30, [10**9, 10**9]),
    "years of silence": ([(d * DAY_S, a) for d in (0, 3_000) for a in range(2)], 2, 3_001, []),
    "three days": ([(t, a) for t in DAILY[:2] for a in range(2)], 2, 3, []),
    "no time collected": ([(-DAY_S, 0), (-DAY_S, 1)], 2, 0, []),
}


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_claimed_of_odd_cases(name: str, tmp_path: Path) -> None:
    """Each is not testable, or no more than habit; the tables obey their contracts."""
    posts, accounts_n, days_n, created_s = CASES[name]
    frames = reference.frames(posts, accounts_n, days_n=days_n, created_s=created_s)
    settings = reference.settings(surrogates=99)
    rest = {"posts": frames["posts"], "accounts": frames["accounts"]}
    pairs = pair_timing(**frames, settings=settings).lazy()
    statistics = timing_statistics(**frames, pair_timing=pairs, settings=settings).lazy()
    differences = timing_difference(**rest, settings=settings).lazy()
    found = findings(
        timing_statistics=statistics,
        pair_timing=pairs,
        post_count_correlation=empty("post_count_correlation").lazy(),
        gates=gates(
            **frames, timing_statistics=statistics, pair_timing=pairs, settings=settings
        ).lazy(),
        episodes=episodes(timing_difference=differences, settings=settings).lazy(),
        **rest,
        settings=settings,
    )

    storage.write(found, "findings", tmp_path / "findings.parquet")
    assert reference.broken_rules(found, "findings", tmp_path) == []
    assert set(found["ladder_level"]) <= {"NT", "L0"}
    assert found.filter(found["subject_kind"] == "network").height == 1
