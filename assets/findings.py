"""The findings: what the measured tables allow to be said, and the rows that bear it out."""

from assets.factory import table_asset
from lockstep.findings import assemble, evidence

findings = table_asset(
    assemble.findings,
    inputs=(
        "timing_statistics",
        "pair_timing",
        "post_count_correlation",
        "gates",
        "episodes",
        "posts",
        "accounts",
    ),
)

finding_evidence = table_asset(
    evidence.finding_evidence, inputs=("findings", "timing_difference", "posts")
)
