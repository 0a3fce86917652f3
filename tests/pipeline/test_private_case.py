"""A case of real exports in which thousands of unrelated accounts post in one week."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.small_case import lockstep

pytestmark = pytest.mark.private


def test_many_posts_near_each_other_by_chance_claim_nothing(
    private_data: Path, tmp_path: Path
) -> None:
    """Nine in ten posts have a neighbour within 60 s, chance gives eight in ten: level LX."""
    exports = tmp_path / "cases" / "week" / "exports"
    exports.mkdir(parents=True)
    for file in (private_data / "samples" / "crowdtangle").glob("*.csv"):
        shutil.copyfile(file, exports / file.name)
    said = lockstep("run", exports.parent)
    assert said.returncode == 0, said.stderr

    with duckdb.connect(str(exports.parent / "out" / "lockstep.duckdb"), read_only=True) as client:
        counts = client.execute(
            "select observed from v_curve where window_s in (0, 10, 20, 60) order by window_s"
        ).fetchall()
        findings = client.execute(
            "select ladder_level, observed_tested, expected, ratio, wording_en from findings"
        ).fetchall()
    assert counts == [(832,), (5_313,), (7_211,), (9_772,)]
    ((level, tested, expected, ratio, sentence),) = findings
    assert (level, tested) == ("LX", 9_615)
    assert 8_700 < expected < 8_900
    assert ratio < 2
    assert "9,772 of 10,902 posts lie within 60 s" in sentence
    assert "chance alone gives most of it" in sentence
    assert "8,828 (83 %) are expected" in sentence
