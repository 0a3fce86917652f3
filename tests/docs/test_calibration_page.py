"""The page of error rates says what the shipped table says."""

from lockstep.calibration.scenarios import SCENARIOS
from lockstep.calibration.table import calibration
from pipeline.calibration_page import PAGE, page


def test_the_page_is_as_the_table_is() -> None:
    """It was written by `make calibrate`, with the table that is shipped."""
    assert PAGE.read_text("utf-8") == page(calibration()), "stale: run `make calibrate`"


def test_every_scenario_is_explained() -> None:
    """What its accounts do, and which nulls must hold."""
    text = page(calibration())
    for scenario in SCENARIOS.values():
        assert f"| {scenario.name} | {scenario.about} |" in text
