"""Everything Dagster needs to know, put together in one place."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from assets.calibrated import calibration, case_calibration
from assets.case_states import GROUP, case_states
from assets.checks import contract_checks
from assets.findings import finding_evidence, findings
from assets.measured import (
    episodes,
    gates,
    lag_statistics,
    pair_lags,
    pair_timing,
    post_count_correlation,
    post_counts,
    timing_difference,
    timing_statistics,
)
from assets.partitions import CASES
from assets.publication import publication_asset
from assets.published import published_equals_tables
from assets.received import CASE_FILE, EXPORTS
from assets.resources import Workspace
from assets.staged import staged
from pipeline.cleaning import cleaning, daily_cleaning
from pipeline.reporting import failed_runs
from pipeline.stale_cases import stale_cases
from pipeline.watching import CHECKS, JOB, STATES, changed_cases, daily_checks, regular_look
from pipeline.workspace import find_root

TABLES = (
    staged,
    timing_difference,
    episodes,
    pair_timing,
    timing_statistics,
    gates,
    lag_statistics,
    pair_lags,
    post_counts,
    post_count_correlation,
    findings,
    finding_evidence,
    calibration,
    case_calibration,
)
"""The assets that make the tables, in the order in which a reader meets them."""


def build_defs(
    *,
    tables: Sequence[dg.AssetsDefinition] = TABLES,
    resources: Mapping[str, Any] | None = None,
    loggers: Mapping[str, dg.LoggerDefinition] | None = None,
) -> dg.Definitions:
    """Return the definitions of this workspace; the command and the tests put in their own parts.

    Args:
        tables: Assets that make tables; their checks and the publication follow from them.
        resources: Takes the place of resources by name; `workspace` is found by default.
        loggers: Takes the place of Dagster's console logger.
    """
    names = [key.to_user_string() for made in tables for key in made.keys]
    of_all_cases = dg.AssetSelection.groups(GROUP)
    return dg.Definitions(
        assets=[CASE_FILE, EXPORTS, *tables, publication_asset(tables), case_states],
        asset_checks=[*(contract_checks(name) for name in names), published_equals_tables],
        jobs=[
            dg.define_asset_job(
                JOB,
                selection=dg.AssetSelection.all() - of_all_cases,
                description="Make every table of a case, check it, and publish.",
                # A retry keeps what is up to date; all of it stands in the case's log.
                tags={"dagster/retry_strategy": "ALL_STEPS"},
            ),
            dg.define_asset_job(
                CHECKS,
                selection=dg.AssetSelection.all_asset_checks()
                - dg.AssetSelection.checks_for_assets(case_states),
                description="Check every table of a case as it lies on disk.",
                # Dagster takes partitions from the assets of a job, and this one has checks alone.
                config=dg.PartitionedConfig(CASES, run_config_for_partition_key_fn=lambda _: {}),
            ),
            dg.define_asset_job(
                STATES,
                selection=of_all_cases,
                description="Look how every case of the workspace stands.",
            ),
            cleaning,
        ],
        sensors=[changed_cases, failed_runs, stale_cases],
        schedules=[daily_checks, regular_look, daily_cleaning],
        resources={"workspace": Workspace(root=str(find_root())), **(resources or {})},
        executor=dg.in_process_executor,
        loggers=loggers,
    )


defs = build_defs()
